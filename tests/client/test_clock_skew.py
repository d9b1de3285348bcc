"""Clocks that are apart: the server's date is taken over once, and not believed for ever."""

from datetime import datetime, timedelta

import pytest

from snapkeep.bce.errors import RequestExpired
from snapkeep.bce.reply import skew
from tests.client.line import START, Line, RecordingClock, respond
from tests.fake_bce import Fault


class WrongClock(RecordingClock):
    """Runs with another clock, ``ahead`` of it."""

    def __init__(self, right: RecordingClock, ahead: timedelta) -> None:
        super().__init__()
        self.right, self.ahead = right, ahead

    def now(self) -> datetime:
        return self.right.now() + self.ahead

    def monotonic(self) -> float:
        return self.right.monotonic()

    def sleep(self, seconds: float) -> None:
        self.right.sleep(seconds)


@pytest.mark.parametrize("hours", [2, -2, 24 * 365], ids=["ahead", "behind", "a-year-ahead"])
def test_an_expired_request_is_signed_again_with_the_servers_date(line: Line, hours: int) -> None:
    clock = WrongClock(line.clock, timedelta(hours=hours))
    client = line.client(clock=clock)
    made = line.create(client)

    assert line.made() == [made]
    assert [call.code for call in line.cloud.journal] == ["RequestExpired", None]
    assert line.cloud.journal[1].headers["x-bce-date"] == "2026-11-23T18:00:30Z"
    assert line.clock.sleeps == []

    client.snapshots()
    assert len(line.cloud.journal) == 3


def test_a_request_that_expires_again_is_given_up(line: Line) -> None:
    line.cloud.faults.add(Fault("before", status=400, code="RequestExpired", times=9))
    with pytest.raises(RequestExpired):
        line.create()
    assert (len(line.cloud.journal), line.made()) == (2, [])


def test_without_a_date_there_is_nothing_to_go_by(line: Line) -> None:
    client = line.client(clock=WrongClock(line.clock, timedelta(hours=2)))
    line.cloud.faults.add(Fault("no_date"))
    with pytest.raises(RequestExpired):
        client.snapshots()
    assert len(line.cloud.journal) == 1


def test_taking_over_the_date_uses_up_no_retry(line: Line) -> None:
    client = line.client(clock=WrongClock(line.clock, timedelta(hours=2)))
    line.cloud.faults.add(Fault("before", status=503, nth=2, times=3))
    client.snapshots()
    assert len(line.cloud.journal) == 5


@pytest.mark.parametrize(
    ("fault", "apart"),
    [
        (None, timedelta(minutes=-5)),
        (Fault("skew", seconds=600), timedelta(minutes=5)),
        (Fault("no_date"), None),
    ],
    ids=["right", "shifted", "no-date"],
)
def test_the_client_says_how_far_the_clocks_are_apart(
    line: Line, fault: Fault | None, apart: timedelta | None
) -> None:
    client = line.client(clock=WrongClock(line.clock, timedelta(minutes=5)))
    client.snapshots()
    if fault:
        line.cloud.faults.add(fault)
        client.snapshots()
    assert client.skew == apart


@pytest.mark.parametrize(
    "text",
    ["yesterday", "Mon, 99 Nov 2026 18:00:30 GMT", "1", "٣", "Mon, 23 Nov 99999999999 1:1:1"],
)
def test_a_date_that_is_none_gives_no_skew(text: str) -> None:
    assert skew(respond(200, date=text), START) is None


def test_before_the_first_answer_nothing_is_known_of_the_clocks(inside: Line) -> None:
    assert inside.client().skew is None
