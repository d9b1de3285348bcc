"""Retention where time is odd: every change of the clocks for eleven years, long years and leap
days, runs that start late, times that are equal or in the future."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import pytest

from snapkeep.expiry import Decision, decide
from snapkeep.model import Snapshot
from snapkeep.periods import day_start, hour_start, month_start, week_start, year_start
from snapkeep.policy import Keep
from snapkeep.retention import Point, reasons_to_keep
from tests.unit import oracles
from tests.unit.rows import DAY, HOUR, NOW, SECOND, SLOT, nightly, nights, row, world

STARTS = (hour_start, day_start, week_start, month_start, year_start)
# how many changes the clocks make from 2026 to 2036, and how many of them skip a midnight
ZONES = {
    "Europe/Berlin": (22, 0),
    "America/New_York": (22, 0),
    "Australia/Lord_Howe": (22, 0),  # by half an hour
    "Africa/Cairo": (22, 11),
    "America/Santiago": (22, 11),
    "Asia/Beirut": (22, 11),
}
PLACES = [*ZONES, "UTC", "Asia/Shanghai", "Asia/Kathmandu"]
SPAN = 80 * HOUR
ALL = Keep(0, 999, 99, 9, 9, 9, within_hourly=SPAN, within_daily=SPAN, within_weekly=SPAN)
FEW = Keep(hourly=30, daily=3, weekly=1, monthly=2, yearly=2, exclusive=True)


@lru_cache
def _changes(name: str) -> list[tuple[datetime, timedelta]]:
    return oracles.clock_changes(ZoneInfo(name), range(2026, 2037))


def _around(moment: datetime) -> list[datetime]:
    """Return every ten minutes of three days before and after, and the seconds of the change."""
    grid = [moment + place * timedelta(minutes=10) for place in range(-432, 433)]
    return sorted([*grid, moment - SECOND, moment + SECOND])


def _points(slots: list[datetime]) -> list[Point]:
    return [Point(slot, slot, f"s-{place:04}") for place, slot in enumerate(slots)]


def _kept(slots: list[datetime], keep: Keep, zone: ZoneInfo) -> list[datetime]:
    points = _points(slots)
    reasons = reasons_to_keep(points, keep, zone)
    return [point.slot for point in points if point.id in reasons]


@pytest.mark.parametrize(("name", "number", "midnights"), [(n, *c) for n, c in ZONES.items()])
def test_every_change_of_the_clocks_is_found(name: str, number: int, midnights: int) -> None:
    zone, found = ZoneInfo(name), _changes(name)
    assert len(found) == number, f"the time zone database has {len(found)}"
    assert sum(change > timedelta() for _, change in found) == number / 2
    days = [(moment.astimezone(zone), (moment - SECOND).astimezone(zone)) for moment, _ in found]
    skipped = [day.astimezone(UTC) for day, before in days if day.date() > before.date()]
    assert len(skipped) == midnights
    for moment in skipped:
        assert moment.astimezone(zone).hour == 1
        day = [moment + n * HOUR for n in range(23)]
        assert {day_start(each, zone) for each in day} == {moment}
        assert day_start(day[-1] + HOUR, zone) == moment + 23 * HOUR
        assert day_start(moment - SECOND, zone) == moment - DAY


@pytest.mark.parametrize("exclusive", [False, True], ids=["as restic does", "as borg does"])
@pytest.mark.parametrize("name", ZONES)
def test_picks_around_every_change_equal_the_oracles(name: str, exclusive: bool) -> None:
    zone, oracle = ZoneInfo(name), oracles.borg if exclusive else oracles.restic
    for moment, _ in _changes(name):
        points = _points(_around(moment))
        keep = FEW if exclusive else ALL
        reasons = reasons_to_keep(points, keep, zone)
        assert oracles.plain(reasons) == oracles.plain(oracle(points, keep, zone)), moment


@pytest.mark.parametrize("name", ZONES)
def test_periods_part_the_time_around_every_change(name: str) -> None:
    zone = ZoneInfo(name)
    for moment, _ in _changes(name):
        slots = _around(moment)
        for start in STARTS:
            begun = [start(slot, zone) for slot in slots]
            assert all(at <= slot for at, slot in zip(begun, slots, strict=True)), moment
            assert all(start(at, zone) == at for at in set(begun)), moment
            assert begun == sorted(begun), moment


@pytest.mark.parametrize("name", ZONES)
def test_a_repeated_hour_is_one_hour_and_a_missing_one_is_none(name: str) -> None:
    zone, minute = ZoneInfo(name), timedelta(minutes=1)
    for moment, change in _changes(name):
        span = [moment + place * minute for place in range(-180, 180)]
        hours = {hour_start(each, zone) for each in span}
        assert len(hours) == len({each.astimezone(zone).hour for each in span}), moment
        if change > timedelta():
            assert hour_start(moment, zone) == moment
            assert hour_start(moment - SECOND, zone) == moment - HOUR
            # three hours before, and after it what the clocks have skipped is not there
            assert len(hours) == (6 if change == HOUR else 7)
        else:
            again = [moment + place * minute for place in range(-change // minute)]
            twice = {hour_start(each, zone) for each in [*again, *(t + change for t in again)]}
            assert len(twice) == 1, moment
            slots = [again[0] + change - HOUR, again[0] + change, *again]
            assert _kept(slots, Keep(hourly=2), zone) == [slots[0], slots[-1]], moment


@pytest.mark.parametrize("year", [2026, 2032])
@pytest.mark.parametrize("name", PLACES)
def test_week_53_is_one_week_of_two_years(name: str, year: int) -> None:
    zone = ZoneInfo(name)
    monday = datetime(year, 12, 28 if year == 2026 else 27, tzinfo=zone)
    noons = [(monday + timedelta(days=n, hours=12)).astimezone(UTC) for n in range(-14, 14)]
    assert [noon.astimezone(zone).isocalendar()[:2] for noon in noons[14:21]] == [(year, 53)] * 7
    assert {week_start(noon, zone) for noon in noons[14:21]} == {monday.astimezone(UTC)}
    assert _kept(noons, Keep(weekly=3), zone) == [noons[13], noons[20], noons[27]]
    last_of_year = 17 if year == 2026 else 18
    assert _kept(noons, Keep(yearly=1, monthly=2), zone) == [noons[last_of_year], noons[27]]


@pytest.mark.parametrize("year", [2028, 2032, 2036])
@pytest.mark.parametrize("name", PLACES)
def test_a_leap_day_is_a_day_of_february(name: str, year: int) -> None:
    zone = ZoneInfo(name)
    leap = datetime(year, 2, 29, 12, tzinfo=zone)
    noons = [(leap + n * DAY).astimezone(UTC) for n in range(-40, 3)]
    assert _kept(noons, Keep(daily=4), zone) == noons[-4:]
    assert _kept(noons, Keep(monthly=3), zone) == [noons[11], noons[40], noons[42]]


@pytest.mark.parametrize("name", PLACES)
def test_a_year_ends_at_local_midnight(name: str) -> None:
    zone = ZoneInfo(name)
    for year in range(2027, 2038):
        new_year = datetime(year, 1, 1, tzinfo=zone)
        moment, is_monday = new_year.astimezone(UTC), new_year.weekday() == 0
        for start in STARTS:
            begins = start is not week_start or is_monday
            assert (start(moment, zone) == moment) is begins
            assert (start(moment - SECOND, zone) == start(moment, zone)) is not begins


# the last night of a week, of a month and of a year in Shanghai
LAST_NIGHTS = [
    datetime(2026, month, day, 18, tzinfo=UTC) for month, day in ((11, 21), (11, 29), (12, 30))
]


def _told(snapshots: list[Snapshot], keep: Keep) -> dict[datetime, tuple[str, ...]]:
    now = max(snapshot.create_time or SLOT for snapshot in snapshots) + 2 * DAY
    decisions = decide(snapshots, world(nightly(keep=keep, rpo=None), now=now))
    return {decision.row.slot: decision.reasons for decision in decisions}


@pytest.mark.parametrize("late", [4 * HOUR, 23 * HOUR, 30 * HOUR, 8 * DAY], ids=str)
@pytest.mark.parametrize("slot", LAST_NIGHTS, ids=str)
def test_a_night_that_starts_late_is_of_the_period_of_its_slot(
    slot: datetime, late: timedelta
) -> None:
    keep = Keep(daily=2, weekly=2, monthly=2, yearly=2)
    others = [*nights(20, slot - DAY), row(slot + DAY)]
    told = _told([*others, row(slot, create_time=slot + late)], keep)
    assert told == _told([*others, row(slot)], keep)
    assert told[slot][0] == "daily 2 of 2"
    assert len(told[slot]) == {21: 2, 29: 2, 30: 3}[slot.day]


def _decide(snapshots: list[Snapshot], keep: Keep) -> dict[str, Decision]:
    decisions = decide(snapshots, world(nightly(keep=keep)))
    return {decision.row.snapshot.id: decision for decision in decisions}


@pytest.mark.parametrize(
    "future",
    [row(NOW + HOUR), row(SLOT - HOUR, create_time=NOW + DAY), row(NOW + DAY, create_time=NOW)],
    ids=["slot and creation", "creation only", "slot only"],
)
def test_a_future_row_is_kept_and_neither_counts_nor_anchors(future: Snapshot) -> None:
    past = nights(6)
    keep = Keep(last=2, within=3 * DAY)
    decisions = _decide([future, *past], keep)
    assert (decisions[future.id].delete, decisions[future.id].gate) == (False, "future")
    del decisions[future.id]
    assert decisions == _decide(past, keep)
    assert [decisions[each.id].delete for each in past] == [False] * 3 + [True] * 3


def test_of_rows_of_one_slot_the_last_created_is_kept_and_then_the_greatest_id() -> None:
    ages = (2 * HOUR, HOUR, HOUR, 0 * HOUR)
    slot = SLOT - 5 * DAY
    same = [row(slot, id=f"s-{n:04}", create_time=slot - age) for n, age in enumerate(ages)]
    for number, kept in enumerate([[], ["s-0003"], ["s-0002", "s-0003"]]):
        decisions = _decide([*same, *nights(2)], Keep(last=2 + number))
        assert [each.id for each in same if not decisions[each.id].delete] == kept
