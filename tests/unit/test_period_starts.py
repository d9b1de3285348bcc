"""How a start is found, by starts that are made here as the module makes its own on import."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from snapkeep.periods import _cached, day_start, hour_start

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
CHATHAM = ZoneInfo("Pacific/Chatham")
KOLKATA, SAO_PAULO = ZoneInfo("Asia/Kolkata"), ZoneInfo("America/Sao_Paulo")
LATE = datetime(2026, 11, 23, 18, 59, 58, 999_999, tzinfo=UTC)


def _same(local: datetime) -> datetime:
    return local


@pytest.mark.parametrize(
    ("moment", "zone", "began"),
    [
        (LATE, SHANGHAI, datetime(2026, 11, 23, 18, tzinfo=UTC)),
        (LATE, KOLKATA, datetime(2026, 11, 23, 18, 30, tzinfo=UTC)),
        # the hour that comes twice began the first time round
        (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), BERLIN, datetime(2026, 10, 25, tzinfo=UTC)),
        (datetime(2026, 10, 25, 1, 30, tzinfo=UTC), BERLIN, datetime(2026, 10, 25, tzinfo=UTC)),
        (datetime(2026, 10, 25, 2, 30, tzinfo=UTC), BERLIN, datetime(2026, 10, 25, 2, tzinfo=UTC)),
        # 02:45 becomes 03:45, so that 03:00 is in the midst of what is skipped
        (datetime(2026, 9, 26, 14, 5, tzinfo=UTC), CHATHAM, datetime(2026, 9, 26, 14, tzinfo=UTC)),
    ],
    ids=["Shanghai", "half an hour apart", "first time", "second time", "after it", "skipped"],
)
def test_an_hour_begins_on_the_hour_of_the_zone(
    moment: datetime, zone: ZoneInfo, began: datetime
) -> None:
    assert _cached(_same)(moment, zone) == began
    assert hour_start(moment, zone) == began


def test_what_a_period_begins_with_is_asked_for_its_local_hour() -> None:
    asked: list[datetime] = []

    def first(local: datetime) -> datetime:
        asked.append(local)
        return local - timedelta(hours=2)

    start = _cached(first)
    for _ in range(2):
        assert start(LATE, SHANGHAI) == datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert asked == [datetime(2026, 11, 24, 2, tzinfo=SHANGHAI)]


def test_a_start_that_does_not_exist_is_the_transition_that_skips_it() -> None:
    midnight = _cached(lambda local: local.replace(hour=0))
    for start in (midnight, day_start):
        skipped = start(datetime(2018, 11, 4, 15, tzinfo=UTC), SAO_PAULO)
        assert skipped == datetime(2018, 11, 4, 3, tzinfo=UTC)
        assert skipped.tzinfo is UTC


def test_a_start_is_told_in_utc() -> None:
    assert day_start(LATE, SHANGHAI).tzinfo is UTC
