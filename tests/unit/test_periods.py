"""Where a period began, by the calendar of its zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from snapkeep.periods import Start, day_start, hour_start, month_start, week_start, year_start

# (the instant is 2027-01-02 14:35:50, a Saturday, in Shanghai)
MOMENT = datetime(2027, 1, 2, 6, 35, 50, 123, tzinfo=UTC)
STARTS = {
    "hour": (hour_start, "2027-01-02 14:00"),
    "day": (day_start, "2027-01-02 00:00"),
    "week": (week_start, "2026-12-28 00:00"),
    "month": (month_start, "2027-01-01 00:00"),
    "year": (year_start, "2027-01-01 00:00"),
}


@pytest.fixture(autouse=True)
def _uncached() -> None:
    """What another test has computed must not answer for this one."""
    for start, _ in STARTS.values():
        start.cache_clear()  # type: ignore[attr-defined]


@pytest.mark.parametrize(("start", "local"), STARTS.values(), ids=STARTS)
def test_a_period_began_at_its_first_instant_in_the_zone(start: Start, local: str) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    began = datetime.fromisoformat(local).replace(tzinfo=zone)
    assert start(MOMENT, zone) == began
    assert start(began.astimezone(UTC), zone) == began
    assert start(began.astimezone(UTC) - timedelta(microseconds=1), zone) < began


def test_a_repeated_hour_began_the_first_time_round() -> None:
    zone = ZoneInfo("Europe/Berlin")
    first = datetime(2026, 10, 25, 0, tzinfo=UTC)
    for minutes in (0, 59, 60, 119):
        assert hour_start(first + timedelta(minutes=minutes), zone) == first
    assert hour_start(first + timedelta(minutes=120), zone) == first + timedelta(hours=2)


def test_a_day_whose_midnight_is_skipped_began_at_the_transition() -> None:
    zone = ZoneInfo("Africa/Cairo")
    transition = datetime(2026, 4, 23, 22, tzinfo=UTC)
    assert f"{transition.astimezone(zone):%d %H:%M}" == "24 01:00"
    assert day_start(transition + timedelta(hours=5), zone) == transition
    assert day_start(transition - timedelta(seconds=1), zone) < transition


def test_an_hour_whose_first_minutes_are_skipped_began_at_the_transition() -> None:
    # 02:45 becomes 03:45, so that the hour from 03:00 on has fifteen minutes
    zone = ZoneInfo("Pacific/Chatham")
    transition = datetime(2026, 9, 26, 14, tzinfo=UTC)
    assert f"{transition.astimezone(zone):%d %H:%M}" == "27 03:45"
    assert hour_start(transition + timedelta(minutes=5), zone) == transition
    assert hour_start(transition, zone) == transition
    last = transition - timedelta(minutes=1)
    assert hour_start(last, zone) == transition - timedelta(minutes=45)
