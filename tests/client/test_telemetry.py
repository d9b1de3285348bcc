"""What is logged: constant messages, fields where no field of ours hides one of the log's own."""

import io
import json
from typing import Any

import pytest

from snapkeep.errors import InvalidEvent
from snapkeep.runtime import Runtime
from snapkeep.runtime.telemetry import NAMESPACE
from snapkeep.times import Deadline
from tests.client.running import Json, emf, entered

ERROR = InvalidEvent("is not in the policy file", path="policy", code="UnknownPolicy")


def lines(log: io.StringIO) -> list[Json]:
    return [json.loads(text) for text in log.getvalue().splitlines()]


def test_the_fields_of_an_event_stand_under_data(runtime: Runtime, log: io.StringIO) -> None:
    fields = {"message": "mine", "name": "a", "level": 7, "service": "x", "time": [1], "args": {}}
    runtime.telemetry.event("planned", fields)
    [line] = lines(log)
    assert (line["message"], line["level"], line["data"]) == ("planned", "INFO", fields)
    assert not {"name", "args"} & line.keys()
    assert line["service"].startswith("entry-")


def test_a_refused_event_is_logged_with_what_was_wrong_and_what_came(
    runtime: Runtime, log: io.StringIO
) -> None:
    event = {"Records": [{"body": '{"policy": "夜"}'}]}
    said = runtime.telemetry.refused(ERROR, event)
    refusal = {
        "code": "UnknownPolicy",
        "field": "policy",
        "detail": "policy: is not in the policy file",
    }
    assert said == {"refused": refusal}
    [line] = lines(log)
    assert (line["message"], line["level"]) == ("event refused", "ERROR")
    assert line | refusal == line
    assert json.loads(line["event"]) == event


@pytest.mark.parametrize(
    "event",
    [{"body": "x" * 300_000}, {"body": "\ud800"}, {"body": b"\xff", "at": object()}, None, [[]]],
    ids=["long", "half a character", "no JSON", "null", "list"],
)
def test_whatever_was_refused_is_one_short_line(
    runtime: Runtime, log: io.StringIO, event: Any
) -> None:
    runtime.telemetry.refused(ERROR, event)
    [line] = lines(log)
    assert len(line["event"]) <= 4_000
    assert log.getvalue().isascii()


def test_refusals_are_counted_in_the_namespace_that_the_alarms_watch(
    runtime: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(event: Any, runtime: Runtime, deadline: Deadline) -> Json:
        runtime.telemetry.refused(ERROR, event)
        return runtime.telemetry.refused(ERROR, event)

    entered(run, {}, None, runtime)
    metrics = emf(capsys)
    assert sum(metrics["EventsRefused"]) == 2
    assert metrics["_aws"]["CloudWatchMetrics"][0]["Namespace"] == NAMESPACE == "snapkeep"
