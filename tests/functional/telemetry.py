"""What runs leave behind: log lines by their message, and metrics on standard output."""

import json
from typing import Any

import pytest
from aws_lambda_powertools import Metrics

from tests.world import World


def measured() -> dict[str, Any]:
    """Return the option that has a world write metrics, which go to standard output."""
    return {"metrics": Metrics(namespace="snapkeep", service="create-on-event")}


def metrics(capsys: pytest.CaptureFixture[str]) -> dict[str, float]:
    """Return the values of the metrics written since the last look."""
    found: dict[str, float] = {}
    for line in capsys.readouterr().out.splitlines():
        blob = json.loads(line)
        (group,) = blob["_aws"]["CloudWatchMetrics"]
        assert group["Namespace"] == "snapkeep"
        found |= {metric["Name"]: sum(blob[metric["Name"]]) for metric in group["Metrics"]}
    return found


def lines(world: World, message: str) -> list[dict[str, Any]]:
    """Return the log lines with that message."""
    return [line for line in world.log_lines() if line["message"] == message]
