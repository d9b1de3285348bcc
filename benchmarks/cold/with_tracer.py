"""Logs, metrics, traces, and the client with which snapshots are taken on AWS."""

from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

logger, metrics, tracer = Logger(), Metrics(namespace="bench"), Tracer()
client = boto3.client("ec2")


@metrics.log_metrics
@tracer.capture_lambda_handler
@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    metrics.add_metric(name="Events", unit=MetricUnit.Count, value=1)
    logger.info("event")
    return {"answered": True}
