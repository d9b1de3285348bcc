"""Logs, metrics, and a client of boto3 for the secret."""

from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

logger, metrics = Logger(), Metrics(namespace="bench")
secrets = boto3.client("secretsmanager")


@metrics.log_metrics
@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    metrics.add_metric(name="Events", unit=MetricUnit.Count, value=1)
    logger.info("event")
    return {"answered": True}
