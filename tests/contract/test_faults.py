"""Scripted trouble reaches the client as it would in life, through both doors."""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import requests

from tests.contract.caller import Caller, refused
from tests.contract.conftest import START, OpenDoor
from tests.fake_bce import Fault

LIST = ("GET", "/v2/snapshot")
READERS: dict[str, Callable[[Any], bytes]] = {
    "read1": lambda raw: b"".join(iter(partial(raw.read1, 16), b"")),
    "read": lambda raw: b"".join(iter(partial(raw.read, 16), b"")),
    "stream": lambda raw: b"".join(raw.stream(16)),
}


def made(caller: Caller) -> int:
    """Return how many snapshots there are."""
    return len(caller.cloud.region("bj").snapshots)


@pytest.fixture
def disk() -> str:
    return "v-thedisk0"


@pytest.fixture
def caller(door: OpenDoor, disk: str) -> Caller:
    opened = door()
    opened.cloud.region("bj").add_volume(id=disk)
    return opened


@pytest.mark.parametrize(("kind", "count"), [("before", 0), ("after", 1)])
def test_a_status_answers_before_or_after_the_commit(
    caller: Caller, disk: str, kind: Any, count: int
) -> None:
    caller.cloud.faults.add(Fault(kind, "CreateSnapshot", status=503, code="ServiceUnavailable"))

    assert refused(caller.create(disk, token="t")) == (503, "ServiceUnavailable")
    assert made(caller) == count
    assert caller.create(disk, token="t").status_code == 200
    assert made(caller) == 1


@pytest.mark.parametrize(
    ("kind", "error", "count"),
    [
        ("reset_before", requests.exceptions.ConnectionError, 0),
        ("reset_after", requests.exceptions.ConnectionError, 1),
        ("timeout_before", requests.exceptions.RequestException, 0),
        ("timeout_after", requests.exceptions.RequestException, 1),
    ],
)
def test_an_answer_is_lost_before_or_after_the_commit(
    caller: Caller, disk: str, kind: Any, error: type[Exception], count: int
) -> None:
    caller.cloud.faults.add(Fault(kind, "CreateSnapshot", seconds=5))
    before = caller.cloud.clock.now()

    with pytest.raises(error):
        caller.create(disk, token="t")

    assert made(caller) == count
    waited = (caller.cloud.clock.now() - before).total_seconds()
    assert waited == (5 if kind.startswith("timeout") else 0)
    assert (caller.cloud.journal[-1].status, caller.cloud.journal[-1].fault) == (0, kind)
    caller.create(disk, token="t")
    assert made(caller) == 1


@pytest.mark.parametrize("body", ["", "<html>busy</html>", '{"snapshotId": "s-'], ids=repr)
def test_garbage_comes_with_200_after_the_commit(caller: Caller, disk: str, body: str) -> None:
    caller.cloud.faults.add(Fault("garbage", body=body))

    answer = caller.create(disk)

    assert (answer.status_code, answer.text, made(caller)) == (200, body, 1)


def test_a_cut_body_is_shorter_than_announced(caller: Caller) -> None:
    caller.cloud.faults.add(Fault("cut", size=10))

    with pytest.raises(requests.exceptions.RequestException):
        caller.send(*LIST)


def test_a_dripping_body_takes_virtual_time_and_no_real_time(caller: Caller) -> None:
    caller.cloud.faults.add(Fault("drip", size=8, seconds=60))

    answer = caller.send(*LIST)

    assert answer.json()["snapshots"] == []
    pieces = -(-len(answer.content) // 8)
    assert caller.cloud.clock.monotonic() == 60 * pieces


@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
@pytest.mark.parametrize("dripping", [False, True], ids=["at-once", "dripping"])
def test_a_streamed_body_can_be_read_piece_by_piece(
    caller: Caller, read: Callable[[Any], bytes], dripping: bool
) -> None:
    if dripping:
        caller.cloud.faults.add(Fault("drip", size=8, seconds=1))
    with caller.send(*LIST, stream=True) as answer:
        body = read(answer.raw)

    assert json.loads(body)["isTruncated"] is False


def test_a_redirect_points_elsewhere_and_does_nothing(caller: Caller, disk: str) -> None:
    caller.cloud.faults.add(Fault("redirect", location="http://127.0.0.1:1/x"))

    answer = caller.create(disk)

    assert (answer.status_code, answer.headers["Location"]) == (302, "http://127.0.0.1:1/x")
    assert made(caller) == 0


def test_a_throttle_says_when_to_come_back(caller: Caller, disk: str) -> None:
    caller.cloud.faults.add(Fault("throttle", retry_after=7))

    answer = caller.create(disk)

    assert refused(answer) == (429, "TooManyRequests")
    assert (answer.headers["Retry-After"], made(caller)) == ("7", 0)


def test_the_date_can_be_missing_or_wrong(caller: Caller) -> None:
    caller.cloud.faults.add(Fault("no_date"), Fault("skew", nth=2, seconds=3600))

    assert "Date" not in caller.send(*LIST).headers
    assert caller.send(*LIST).headers["Date"] == "Mon, 23 Nov 2026 19:00:30 GMT"


def test_a_transform_edits_an_answer(caller: Caller) -> None:
    caller.cloud.faults.add(
        Fault("transform", "ListSnapshots", transform=lambda body: body | {"isTruncated": "false"})
    )

    assert caller.listed()["isTruncated"] == "false"
    assert caller.listed()["isTruncated"] is False


def test_faults_count_the_calls_they_match(caller: Caller) -> None:
    fault = Fault("before", "GetSnapshot", nth=2, times=2, match="s-wanted", status=500)
    caller.cloud.faults.add(fault)

    codes = [caller.detail(one).status_code for one in ["s-wanted", "s-other"] * 4]

    assert codes == [404, 404, 500, 404, 500, 404, 404, 404]
    assert [fired for fired, _ in caller.cloud.faults.fired] == [fault, fault]


def test_a_hook_may_change_the_world_before_a_call(caller: Caller) -> None:
    region = caller.cloud.region("bj")
    gone = region.add_snapshot(None)
    caller.cloud.on_call = lambda call: region.snapshots.pop(gone, None)

    assert refused(caller.detail(gone)) == (404, "NoSuchObject")


def test_the_journal_tells_what_was_asked_without_secrets(caller: Caller, disk: str) -> None:
    caller.create(disk, "n1", "t1")
    caller.detail("s-missing0")

    created, looked = caller.cloud.journal
    assert (created.operation, created.status, created.json["snapshotName"]) == (
        "CreateSnapshot",
        200,
        "n1",
    )
    assert (looked.operation, looked.status, looked.code) == ("GetSnapshot", 404, "NoSuchObject")
    assert caller.cloud.calls("CreateSnapshot") == [created]
    assert created.at == START
    assert "authorization" not in created.headers
