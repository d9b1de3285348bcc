"""Logs and metrics: one JSON line per thing that happened, one EMF line per run."""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from threading import Lock
from types import MappingProxyType
from typing import Any, TextIO

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit

from snapkeep.errors import InvalidEvent, InvalidInput, SnapkeepError
from snapkeep.model import Outcome, Status

# the alarms of template.yaml watch this namespace
NAMESPACE = "snapkeep"
_MAX_EVENT = 4_000
_METRIC_OF = {
    Status.CREATED: "SnapshotsCreated",
    Status.EXISTING: "SnapshotsExisting",
    Status.PENDING: "SnapshotsPending",
    Status.FAILED: "SnapshotsFailed",
    Status.INCOMPLETE: "SnapshotsIncomplete",
}


class Telemetry:
    """The logger and the metrics of one function.

    Args:
        stream: where log lines go; standard output in Lambda.
        metrics: ``None`` where nobody reads them, as at a terminal.
    """

    def __init__(self, service: str, stream: TextIO, metrics: Metrics | None, level: str) -> None:
        self.log = Logger(service=service, stream=stream, level=level)
        self._metrics, self._counting = metrics, Lock()

    @classmethod
    def of_environment(cls) -> "Telemetry":
        service = os.environ.get("POWERTOOLS_SERVICE_NAME", "snapkeep")
        level = os.environ.get("POWERTOOLS_LOG_LEVEL", "INFO")
        return cls(service, sys.stdout, Metrics(namespace=NAMESPACE, service=service), level)

    def count(self, name: str, value: float) -> None:
        """Add a metric whose unit is a count."""
        if self._metrics is not None:
            # regions count side by side, and Powertools does not lock
            with self._counting:
                self._metrics.add_metric(name=name, unit=MetricUnit.Count, value=value)

    def event(self, message: str, fields: Mapping[str, Any]) -> None:
        """Log something that happened; the message is constant, the rest stands under ``data``."""
        self.log.info(message, extra={"data": dict(fields)})

    def outcomes(self, outcomes: list[Outcome]) -> None:
        """Log every disk's outcome and count them by status."""
        for outcome in outcomes:
            given = {key: value for key, value in asdict(outcome).items() if value is not None}
            # "message" is the log record's own word
            given["detail"] = given.pop("message", None)
            self.log.info("disk", extra=given)
        for status, metric in _METRIC_OF.items():
            self.count(metric, sum(outcome.status is status for outcome in outcomes))

    def plan(self, plan: dict[str, Any]) -> None:
        """Log what would go and what a gate held back, since the result of a scheduled run reaches
        nobody, and count what would go."""
        rows = plan["snapshots"]
        for row in rows:
            if row["verdict"] != "keep" or row["gate"]:
                self.event("planned", row)
        told = {key: value for key, value in plan.items() if key != "snapshots"}
        self.event("plan", {**told, "snapshots": len(rows)})
        self.count("SnapshotsPlanned", len(plan["delete"]))

    def report(self, told: Mapping[str, Any], figures: Mapping[str, float]) -> None:
        """Log a report's findings and summary, since a schedule's result reaches nobody, and count
        its figures."""
        for finding in told["findings"]:
            self.event("finding", finding)
        summary = {"verdict": told["verdict"], **told["summary"], "errors": told["errors"]}
        # over HTTP nothing else says at this level why the answer is 503
        say = self.log.error if told["errors"] else self.log.info
        say("report", extra={"data": summary})
        for name, value in figures.items():
            self.count(name, value)

    def refused(
        self, error: InvalidInput, event: object, request: Mapping[str, Any] = MappingProxyType({})
    ) -> dict[str, Any]:
        """Log and count an event that nothing was done for, and return what is said of it.

        Args:
            request: what is said of a request over HTTP, empty for other events.
        """
        refusal = {"code": error.code, "field": error.path, "detail": str(error)}
        text = json.dumps(event, ensure_ascii=True, default=str)[:_MAX_EVENT]
        self.log.error("event refused", extra={**refusal, **request, "event": text})
        self.count("EventsRefused", 1)
        return {"refused": refusal}

    def failed(self, error: SnapkeepError, request: Mapping[str, Any]) -> None:
        """Log how a run ended.

        Args:
            request: what is said of a request over HTTP, empty for other events.
        """
        fields = {"error": type(error).__name__, "detail": str(error), **request}
        if isinstance(error, InvalidInput):
            fields |= {"code": error.code, "field": error.path}
        if request and isinstance(error, InvalidEvent):
            # anyone who finds the URL can cause this one
            self.log.warning("request refused", extra=fields)
        else:
            self.log.error("run failed", extra=fields)

    def flush(self) -> None:
        """Write the metrics of this run."""
        if self._metrics is not None and self._metrics.metric_set:
            self._metrics.flush_metrics()
