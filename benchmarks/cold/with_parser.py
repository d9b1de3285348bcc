"""Logs, metrics, requests, and an event that pydantic reads."""

from typing import Any

import requests
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.parser import BaseModel, event_parser

logger, metrics = Logger(), Metrics(namespace="bench")
session = requests.Session()


class Event(BaseModel):  # type: ignore[misc]  # pydantic is a peer's alone
    policy: str
    scheduled_time: str


@metrics.log_metrics
@logger.inject_lambda_context
@event_parser(model=Event)
def handler(_event: Event, _context: object) -> dict[str, Any]:
    metrics.add_metric(name="Events", unit=MetricUnit.Count, value=1)
    logger.info("event")
    return {"answered": True}
