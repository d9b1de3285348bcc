"""Answers that one reader could take otherwise than another, or that answer something else."""

import json

import pytest

from snapkeep.bce import errors
from tests.client.line import DISK, Line
from tests.fake_bce import Fault

ROW = '{"id": "s-1", "name": "n", "createTime": "2026-11-23T18:00:00Z", "volumeId": "v-1", %s}'
PAGE = '{"isTruncated": false, "snapshots": [%s]}' % (ROW % '"status": "Available"')
AMBIGUOUS = {
    "a key twice": PAGE.replace('"status"', '"status": "Creating", "status"').encode(),
    "a list twice": PAGE.replace('"snapshots"', '"snapshots": [], "snapshots"').encode(),
    "NaN": PAGE.replace("{", '{"maxKeys": NaN, ', 1).encode(),
    "1e999": PAGE.replace("{", '{"maxKeys": 1e999, ', 1).encode(),
    "UTF-16": PAGE.encode("utf-16"),
    "a byte order mark": PAGE.encode("utf-8-sig"),
}


def test_the_page_itself_is_good(line: Line) -> None:
    line.cloud.faults.add(Fault("garbage", body=PAGE))
    assert [row.id for row in line.client().snapshots()] == ["s-1"]


@pytest.mark.parametrize("body", AMBIGUOUS.values(), ids=AMBIGUOUS)
def test_what_can_be_read_in_two_ways_is_not_read(line: Line, body: bytes) -> None:
    line.cloud.faults.add(Fault("garbage", body=body, times=9))
    with pytest.raises(errors.TransportError, match="UnreadableReply"):
        line.client().snapshots()


@pytest.mark.parametrize("noun", ["snapshot", "volume", "instance"])
def test_the_detail_of_another_id_is_no_answer(line: Line, noun: str) -> None:
    region = line.cloud.region("bj")
    server = region.add_instance()
    ids = {"snapshot": region.add_snapshot(DISK), "volume": DISK, "instance": server}

    def other(reply: dict[str, dict[str, str]]) -> None:
        reply[noun]["id"] = "x-another"

    line.cloud.faults.add(Fault("transform", transform=other, times=9))
    with pytest.raises(errors.TransportError, match=r"asked for .*, got 'x-another'"):
        getattr(line.client(), noun)(ids[noun])


def test_a_delete_answered_200_with_an_error_is_not_done(line: Line) -> None:
    made = line.cloud.region("bj").add_snapshot(None)
    body = json.dumps({"requestId": "r", "code": "InternalError", "message": "no"})
    line.cloud.faults.add(Fault("before", status=200, body=body, times=9))
    with pytest.raises(errors.TransportError, match="UnreadableReply"):
        line.client().delete_snapshot(made)
    assert line.made() == [made]


@pytest.mark.parametrize("status", [404, 409])
@pytest.mark.parametrize("body", ["", "<html>Not here</html>", "{}"])
def test_that_something_is_gone_or_busy_is_for_the_api_to_say(
    line: Line, status: int, body: str
) -> None:
    made = line.cloud.region("bj").add_snapshot(None)
    line.cloud.faults.add(Fault("before", status=status, body=body, times=9))
    with pytest.raises(errors.TransportError, match="UnreadableReply"):
        line.client().snapshot(made)
