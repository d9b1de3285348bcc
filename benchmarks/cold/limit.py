"""What no function with logs, metrics and requests starts without."""

from typing import Any

import requests
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

logger, metrics = Logger(), Metrics(namespace="bench")
session = requests.Session()


@metrics.log_metrics
@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    metrics.add_metric(name="Events", unit=MetricUnit.Count, value=1)
    logger.info("event")
    return {"answered": True}
