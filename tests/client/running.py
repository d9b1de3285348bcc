"""Runs of a function, and what they write."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from snapkeep.runtime import Runtime, enter
from snapkeep.times import Deadline
from tests.client.line import START, RecordingClock
from tests.functional.http import http_event
from tests.lambda_host import Context

Json = dict[str, Any]
Run = Callable[[Any, Runtime, Deadline], Json]
HTTP = http_event("GET", "/report", at=START)


def entered(run: Run, event: Json, context: Context | None, runtime: Runtime) -> Json:
    """Enter a function that does the same for an event and for a request to ``GET /report``."""
    return enter(run, event, context, runtime, {"GET /report": run})


def context(runtime: Runtime, seconds: float) -> Context:
    """Return Lambda's context of a run that may take so many seconds."""
    assert isinstance(runtime.clock, RecordingClock)
    return Context(runtime.clock, runtime.clock.monotonic() + seconds)


def failing(error: BaseException) -> Run:
    """Return a function that counts one metric and fails."""

    def run(event: Any, runtime: Runtime, deadline: Deadline) -> Json:
        runtime.telemetry.count("SnapshotsFailed", 2)
        raise error

    return run


def emf(capsys: pytest.CaptureFixture[str]) -> Json:
    """Return the one metrics line of a run."""
    [line] = capsys.readouterr().out.splitlines()
    found: Json = json.loads(line)
    return found
