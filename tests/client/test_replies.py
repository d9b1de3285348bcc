"""Answers that are none: damaged, too large, or pointing elsewhere."""

import json
from typing import Any

import pytest

from snapkeep.bce import errors
from snapkeep.bce.transport import MAX_REPLY_BYTES
from tests.client.line import Line, Responder, respond
from tests.fake_bce import Fault

GARBAGE = {
    "html": b"<html>502 Bad Gateway</html>",
    "empty": b"",
    "truncated-json": b'{"isTruncated": false, "snap',
    "list": b'[{"isTruncated": false, "snapshots": []}]',
    "null": b"null",
    "text": b'"ok"',
    "number": b"0",
    "empty-object": b"{}",
    "no-utf8": b'{"isTruncated": false, "snapshots": ["\xff"]}',
    "deep": b"[" * 200_000,
}


@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
def test_a_body_that_is_no_json_object_is_asked_for_again_and_then_an_error(
    line: Line, body: bytes
) -> None:
    line.cloud.faults.add(Fault("garbage", body=body, times=9))
    with pytest.raises(errors.TransportError) as caught:
        line.client().snapshots()
    assert caught.value.code == "UnreadableReply"
    assert caught.value.request_id == line.cloud.journal[-1].request_id
    assert len(line.cloud.journal) == 4


@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
def test_after_garbage_a_good_answer_counts(line: Line, body: bytes) -> None:
    line.cloud.faults.add(Fault("garbage", body=body, times=3))
    made = line.create()
    assert line.made() == [made]


@pytest.mark.parametrize("size", [0, 10])
def test_a_body_shorter_than_announced_is_no_answer(line: Line, size: int) -> None:
    line.cloud.faults.add(Fault("cut", size=size, times=9))
    with pytest.raises(errors.TransportError) as caught:
        line.client().snapshots()
    assert caught.value.code == "ConnectionFailed"
    assert len(line.cloud.journal) == 4


@pytest.mark.parametrize("status", [201, 202, 203, 206])
def test_a_list_comes_with_200_and_nothing_else(line: Line, status: int) -> None:
    page = b'{"isTruncated": false, "snapshots": []}'
    line.cloud.faults.add(Fault("after", status=status, body=page, times=9))
    with pytest.raises(errors.TransportError, match=str(status)):
        line.client().snapshots()


def test_an_answer_of_8_mib_is_read_and_one_byte_more_is_refused(line: Line) -> None:
    page = b'{"isTruncated": false, "snapshots": []}'
    exact = page.ljust(MAX_REPLY_BYTES)
    assert len(exact) == 8 * 1024 * 1024
    line.cloud.faults.add(Fault("garbage", body=exact), Fault("garbage", nth=2, body=exact + b" "))

    assert line.client().snapshots() == []
    with pytest.raises(errors.Refused) as caught:
        line.client().snapshots()
    assert (caught.value.code, len(line.cloud.journal)) == ("ReplyTooLarge", 2)
    assert line.tap.answers[-1].raw.closed


@pytest.mark.parametrize("operation", ["list", "create"])
def test_a_redirect_is_refused_and_its_target_never_asked(line: Line, operation: str) -> None:
    location = line.endpoint + "/v2/volume"
    line.cloud.faults.add(Fault("redirect", location=location))
    with pytest.raises(errors.Refused, match="302") as caught:
        line.client().snapshots() if operation == "list" else line.create()
    assert caught.value.code == "RedirectRefused"
    assert [call.fault for call in line.cloud.journal] == ["redirect"]
    assert (len(line.tap.requests), line.clock.sleeps, line.made()) == (1, [], [])


@pytest.mark.parametrize("status", [300, 301, 303, 304, 307, 308, 399])
def test_every_3xx_is_refused(inside: Line, status: int) -> None:
    body = b"" if status == 304 else b'{"snapshotId": "s-1"}'
    inside.tap.inner = Responder(lambda _: respond(status, body, location="https://example.com/"))
    with pytest.raises(errors.Refused, match=str(status)):
        inside.create()
    assert len(inside.tap.requests) == 1


def test_a_delete_is_answered_with_nothing(line: Line) -> None:
    made = line.cloud.region("bj").add_snapshot(None)
    line.client().delete_snapshot(made)
    assert line.made() == []
    with pytest.raises(errors.NotFound):
        line.client().delete_snapshot(made)


def test_a_delete_answered_with_a_page_for_people_is_an_unknown_outcome(line: Line) -> None:
    made = line.cloud.region("bj").add_snapshot(None)
    line.cloud.faults.add(Fault("garbage", "DeleteSnapshot", body=b"<html>Sign in</html>"))
    with pytest.raises(errors.NotFound):
        line.client().delete_snapshot(made)
    assert [call.fault for call in line.cloud.journal] == ["garbage", None]


@pytest.mark.parametrize(
    "value", [None, "", 7, ["s-1"]], ids=["missing", "empty", "number", "list"]
)
def test_a_create_without_an_id_is_an_unknown_outcome(inside: Line, value: Any) -> None:
    def lose_id(body: dict[str, Any]) -> dict[str, Any]:
        return {"requestId": "r", "snapshotId": value}

    inside.cloud.faults.add(Fault("transform", transform=lose_id))
    with pytest.raises(errors.TransportError, match="UnreadableReply") as caught:
        inside.create()
    assert isinstance(caught.value, errors.UNKNOWN_OUTCOME)
    assert len(inside.made()) == 1


@pytest.mark.parametrize("noun", ["snapshot", "volume", "instance"])
@pytest.mark.parametrize("value", [None, [], "x", {}, {"id": "s-1"}], ids=json.dumps)
def test_a_detail_without_its_object_is_unreadable(inside: Line, noun: str, value: Any) -> None:
    body = json.dumps({"other": 1, noun: value}).encode()
    inside.cloud.faults.add(Fault("garbage", body=body))
    with pytest.raises(errors.TransportError, match="UnreadableReply"):
        getattr(inside.client(), noun)("x-1")
