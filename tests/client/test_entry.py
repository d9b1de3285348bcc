"""The way into a function: its deadline, its metrics whatever happens, and its one clear end."""

import io
import json
from typing import Any

import pytest

from snapkeep.errors import InvalidEvent, MissingKeys, RunFailed
from snapkeep.model import Outcome, Status
from snapkeep.runtime import Runtime
from snapkeep.times import Deadline
from tests.client.running import HTTP, Json, context, emf, entered, failing

LIMITS = {
    "lambda": ({}, 600, 597),
    "lambda-short": ({}, 10, 7),
    "lambda-over": ({}, 2, -1),
    "http": (HTTP, 600, 25),
    "http-short": (HTTP, 15, 12),
    "terminal": ({}, None, 897),
    "terminal-http": (HTTP, None, 25),
}


@pytest.mark.parametrize(("event", "seconds", "left"), LIMITS.values(), ids=LIMITS)
def test_a_run_ends_three_seconds_before_lambda_does(
    runtime: Runtime, event: Json, seconds: float | None, left: float
) -> None:
    runtime.clock.sleep(100)
    given = None if seconds is None else context(runtime, seconds)
    result = entered(lambda *args: {"left": args[2].remaining, "body": ""}, event, given, runtime)
    assert result["left"] == pytest.approx(left)


def test_what_a_run_returns_is_the_result(runtime: Runtime) -> None:
    event = {"policy": "nightly"}
    seen: list[object] = []

    def run(event: Any, runtime: Runtime, deadline: Deadline) -> Json:
        seen.extend([event, runtime])
        return {"done": 1}

    assert entered(run, event, None, runtime) == {"done": 1}
    assert seen == [event, runtime]


def test_metrics_of_a_good_run_are_one_emf_line(
    runtime: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    outcomes = [Outcome("bj", "v-1", Status.CREATED), Outcome("bj", "v-2", Status.CREATED),
                Outcome("bj", "v-3", Status.FAILED, code="BadRequest", message="why")]  # fmt: skip

    def run(event: Any, runtime: Runtime, deadline: Deadline) -> Json:
        runtime.telemetry.outcomes(outcomes)
        return {}

    entered(run, {}, None, runtime)
    line = emf(capsys)
    assert (line["SnapshotsCreated"], line["SnapshotsFailed"]) == ([2.0], [1.0])
    assert (line["SnapshotsPending"], line["SnapshotsExisting"]) == ([0.0], [0.0])
    assert line["SnapshotsIncomplete"] == [0.0]
    assert line["service"] == "entry"
    [directive] = line["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "snapkeep"


ENDS: dict[str, BaseException] = {
    "run-failed": RunFailed("1 of 2 disks", {"counts": {"failed": 1}}),
    "bad-event": InvalidEvent("is required", path="policy", code="MissingField"),
    "no-keys": MissingKeys("no usable access key"),
    "bug": ZeroDivisionError("not ours"),
    "interrupt": KeyboardInterrupt(),
}


@pytest.mark.parametrize("error", ENDS.values(), ids=ENDS)
def test_metrics_are_written_however_a_run_ends_and_the_platform_sees_the_failure(
    runtime: Runtime, capsys: pytest.CaptureFixture[str], error: BaseException
) -> None:
    with pytest.raises(type(error)) as caught:
        entered(failing(error), {}, None, runtime)
    assert caught.value is error
    assert emf(capsys)["SnapshotsFailed"] == [2.0]


def test_metrics_of_one_run_are_not_written_again_by_the_next(
    runtime: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(MissingKeys):
        entered(failing(MissingKeys("none")), {}, None, runtime)
    emf(capsys)
    entered(lambda *_: {}, {}, None, runtime)
    assert capsys.readouterr().out == ""


def test_a_failure_is_logged_with_its_field_and_the_request(
    runtime: Runtime, log: io.StringIO
) -> None:
    error = InvalidEvent("is required", path="data.policy", code="MissingField")
    with pytest.raises(InvalidEvent):
        entered(failing(error), {}, context(runtime, 60), runtime)
    [line] = [json.loads(text) for text in log.getvalue().splitlines()]
    assert (line["level"], line["message"], line["error"]) == (
        "ERROR",
        "run failed",
        "InvalidEvent",
    )
    assert (line["code"], line["field"]) == ("MissingField", "data.policy")
    assert line["detail"] == "data.policy: is required"
    assert line["request"] == "11111111-2222-3333-4444-555555555555"


def test_each_disk_is_one_log_line_with_what_is_known_of_it(
    runtime: Runtime, log: io.StringIO
) -> None:
    outcome = Outcome("bj", "v-1", Status.FAILED, code="OperationDenied", message="busy")
    runtime.telemetry.outcomes([outcome])
    [line] = [json.loads(text) for text in log.getvalue().splitlines()]
    assert (line["message"], line["volume_id"], line["status"]) == ("disk", "v-1", "failed")
    assert (line["code"], line["detail"]) == ("OperationDenied", "busy")
    assert "snapshot_id" not in line
