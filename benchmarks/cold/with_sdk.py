"""Logs, metrics, and the client of the cloud's vendor."""

from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from baidubce.auth.bce_credentials import BceCredentials
from baidubce.bce_client_configuration import BceClientConfiguration
from baidubce.services.bcc.bcc_client import BccClient

logger, metrics = Logger(), Metrics(namespace="bench")
client = BccClient(
    BceClientConfiguration(
        credentials=BceCredentials("not-an-access-key", "not-a-secret-key"),
        endpoint="https://bcc.bj.baidubce.com",
    )
)


@metrics.log_metrics
@logger.inject_lambda_context
def handler(_event: dict[str, Any], _context: object) -> dict[str, Any]:
    metrics.add_metric(name="Events", unit=MetricUnit.Count, value=1)
    logger.info("event")
    return {"answered": True}
