"""Schedules where the clocks change: skipped in spring, once in autumn."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from snapkeep.schedule import runs

DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


class Change(NamedTuple):
    """A zone's two changes of 2027: a time of day in the gap and one in the overlap.

    ``first`` and ``second`` are the two instants of the time in the overlap, in UTC.
    """

    zone: str
    spring: tuple[int, int]
    gap: str
    autumn: tuple[int, int]
    overlap: str
    first: str
    second: str


CHANGES = [
    Change("Europe/Berlin", (3, 28), "30 2", (10, 31), "30 2", "10-31T00:30", "10-31T01:30"),
    Change("America/New_York", (3, 14), "15 2", (11, 7), "15 1", "11-07T05:15", "11-07T06:15"),
    # half an hour
    Change("Australia/Lord_Howe", (10, 3), "15 2", (4, 4), "45 1", "04-03T14:45", "04-03T15:15"),
    # at midnight
    Change("America/Santiago", (9, 5), "30 0", (4, 3), "30 23", "04-04T02:30", "04-04T03:30"),
]
each_zone = pytest.mark.parametrize("change", CHANGES, ids=[change.zone for change in CHANGES])


def _around(change: Change, day: tuple[int, int], time: str) -> list[datetime]:
    """Return the runs of a daily time on the day before, on the day and on the day after."""
    zone = ZoneInfo(change.zone)
    start = datetime(2027, *day, tzinfo=zone) - DAY
    found = runs(f"cron({time} * * ? *)", zone, start - MINUTE, start + 3 * DAY - MINUTE, start)
    return list(found)


def _instant(text: str) -> datetime:
    return datetime.strptime(f"2027-{text}", "%Y-%m-%dT%H:%M").replace(tzinfo=UTC)


@each_zone
def test_a_run_in_the_missing_hour_is_skipped(change: Change) -> None:
    found = _around(change, change.spring, change.gap)
    zone, day = ZoneInfo(change.zone), datetime(2027, *change.spring, tzinfo=UTC).date()
    assert [moment.astimezone(zone).date() for moment in found] == [day - DAY, day + DAY]
    minute, hour = map(int, change.gap.split())
    local = {moment.astimezone(zone).replace(tzinfo=None).time() for moment in found}
    assert {(time.hour, time.minute) for time in local} == {(hour, minute)}


@each_zone
def test_a_run_in_the_repeated_hour_happens_once_the_first_time(change: Change) -> None:
    found = _around(change, change.autumn, change.overlap)
    first, second = _instant(change.first), _instant(change.second)
    assert (len(found), first in found, second in found) == (3, True, False)
    days = [moment.astimezone(ZoneInfo(change.zone)).date() for moment in found]
    assert days == [days[1] - DAY, days[1], days[1] + DAY]


@each_zone
def test_wherever_one_begins_to_look_a_repeated_run_is_not_found_again(change: Change) -> None:
    zone, schedule = ZoneInfo(change.zone), f"cron({change.overlap} * * ? *)"
    first, second = _instant(change.first), _instant(change.second)
    until = second + 2 * HOUR
    for minutes in range(-90, 150, 5):
        after = first + minutes * MINUTE
        expected = [first] if after < first else []
        assert list(runs(schedule, zone, after, until, after)) == expected, minutes


@each_zone
def test_an_hourly_schedule_skips_what_is_missing_and_repeats_nothing(change: Change) -> None:
    zone = ZoneInfo(change.zone)
    year = datetime(2027, 1, 1, tzinfo=zone), datetime(2028, 1, 1, tzinfo=zone)
    found = list(runs("cron(0 * * * ? *)", zone, *year, year[0]))
    local = [moment.astimezone(zone).replace(tzinfo=None) for moment in found]
    assert local == sorted(set(local))
    gaps = [later - earlier for earlier, later in pairwise(found)]
    shift = HOUR / 2 if change.zone == "Australia/Lord_Howe" else HOUR
    assert max(gaps) == HOUR + shift
    assert len(found) == 365 * 24 - 1


@each_zone
def test_runs_are_in_utc_in_order_and_at_the_time_of_day_that_is_asked_for(
    change: Change,
) -> None:
    zone = ZoneInfo(change.zone)
    start = datetime(2027, 1, 1, tzinfo=UTC)
    found = list(runs("cron(0 12 * * ? *)", zone, start, start + 400 * DAY, start))
    assert {moment.tzinfo for moment in found} == {UTC}
    assert found == sorted(set(found))
    assert {moment.astimezone(zone).hour for moment in found} == {12}
    assert len(found) == 400


def test_a_day_of_a_rate_has_24_hours_where_the_clocks_change() -> None:
    berlin, before = ZoneInfo("Europe/Berlin"), datetime(2027, 3, 27, 12, tzinfo=UTC)
    found = list(runs("rate(1 day)", berlin, before, before + 3 * DAY, before))
    assert found == [before + DAY, before + 2 * DAY, before + 3 * DAY]


def test_a_zone_without_changes_has_none() -> None:
    zone, start = ZoneInfo("Asia/Shanghai"), datetime(2027, 1, 1, tzinfo=UTC)
    found = list(runs("cron(0 2 * * ? *)", zone, start, start + 365 * DAY, start))
    assert found == [start + 18 * HOUR + n * DAY for n in range(365)]


def test_a_day_that_a_zone_left_out_is_left_out() -> None:
    # Samoa went from 29 to 31 December 2011
    zone, start = ZoneInfo("Pacific/Apia"), datetime(2011, 12, 28, tzinfo=UTC)
    found = runs("cron(0 2 * * ? *)", zone, start, start + 5 * DAY, start)
    days = [moment.astimezone(zone).day for moment in found]
    assert days == [28, 29, 31, 1, 2]
