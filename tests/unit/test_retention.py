from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapkeep.policy import Keep
from snapkeep.retention import Point, Reasons, reasons_to_keep
from tests.unit.rows import DAY, HOUR, SECOND, SLOT

SHANGHAI = ZoneInfo("Asia/Shanghai")


def _points(number: int, *, newest: datetime = SLOT, every: timedelta = DAY) -> list[Point]:
    """Return that many points, the newest first."""
    slots = [newest - place * every for place in range(number)]
    return [Point(slot, slot + 20 * SECOND, f"s-{place:04}") for place, slot in enumerate(slots)]


def _reasons(points: Sequence[Point], keep: Keep, zone: ZoneInfo = SHANGHAI) -> Reasons:
    return reasons_to_keep(points, keep, zone)


def _kept(points: Sequence[Point], keep: Keep) -> list[int]:
    """Return the places of the points that a rule keeps."""
    reasons = _reasons(points, keep)
    return [place for place, point in enumerate(points) if point.id in reasons]


@pytest.mark.parametrize(
    ("keep", "kept"),
    [
        (Keep(), []),
        (Keep(exclusive=True), []),
        (Keep(last=1), [0]),
        (Keep(last=3), [0, 1, 2]),
        (Keep(last=99), [0, 1, 2, 3, 4]),
        (Keep(within=DAY), [0]),
        (Keep(within=DAY + SECOND), [0, 1]),
        (Keep(within=2 * DAY), [0, 1]),
        (Keep(within=timedelta(minutes=1)), [0]),
        (Keep(within=timedelta(days=99)), [0, 1, 2, 3, 4]),
        (Keep(last=2, within=3 * DAY), [0, 1, 2]),
        (Keep(last=3, within=DAY), [0, 1, 2]),
        (Keep(within=2 * DAY, last=1, exclusive=True), [0, 1, 2]),
    ],
    ids=str,
)
def test_rules_are_a_union_counted_from_the_newest(keep: Keep, kept: list[int]) -> None:
    assert _kept(_points(5), keep) == kept


def test_no_points_are_no_reason() -> None:
    assert _reasons([], Keep(last=3, daily=1, within=DAY, within_daily=DAY)) == {}


def test_each_point_carries_what_every_rule_says_that_keeps_it() -> None:
    newest, second, third = _points(3)
    keep = Keep(last=2, daily=9, within=3 * DAY, within_yearly=30 * DAY)
    within = "within 3d of the newest"
    assert _reasons([third, newest, second], keep) == {
        newest.id: (within, "yearly within 30d of the newest", "last 1 of 2", "daily 1 of 9"),
        second.id: (within, "last 2 of 2", "daily 2 of 9"),
        third.id: (within, "oldest, yearly within 30d of the newest", "daily 3 of 9"),
    }


# Four points a day for 800 days, the newest at 02:00 on Tuesday 2026-11-24 in Shanghai.
QUARTERS = _points(3_200, every=6 * HOUR)
# the last point of each period is the one at 20:00, except in the period that is under way
RULES = [
    (Keep(hourly=3), [0, 1, 2]),
    (Keep(daily=3), [0, 1, 5]),
    (Keep(weekly=3), [0, 5, 33]),
    (Keep(monthly=3), [0, 93, 217]),
    (Keep(yearly=2), [0, 1_309]),
    (Keep(yearly=3), [0, 1_309, 2_769]),
    (Keep(yearly=4), [0, 1_309, 2_769, 3_199]),
    (Keep(within_hourly=13 * HOUR), [0, 1, 2]),
    (Keep(within_daily=2 * DAY), [0, 1, 5]),
    (Keep(within_weekly=8 * DAY + 7 * HOUR), [0, 5, 33]),
    (Keep(within_monthly=55 * DAY), [0, 93, 217]),
    (Keep(within_yearly=700 * DAY), [0, 1_309, 2_769]),
    (Keep(last=2, daily=2, weekly=2), [0, 1, 5]),
    (Keep(last=2, daily=2, weekly=2, exclusive=True), [0, 1, 5, 9, 33, 61]),
]


@pytest.mark.parametrize(("keep", "kept"), RULES, ids=[str(keep) for keep, _ in RULES])
def test_a_rule_keeps_the_newest_point_of_each_period(keep: Keep, kept: list[int]) -> None:
    assert _kept(QUARTERS, keep) == kept


def test_the_oldest_is_kept_while_a_rule_has_counts_left_and_says_so() -> None:
    points = _points(5, every=HOUR)
    assert _reasons(points, Keep(monthly=2)) == {
        points[0].id: ("monthly 1 of 2",),
        points[4].id: ("oldest, monthly 2 of 2",),
    }
    assert _kept(points, Keep(monthly=1)) == [0]
    assert _kept(points[:1], Keep(monthly=9)) == [0]


def test_the_oldest_is_kept_by_a_duration_only_if_it_lies_within() -> None:
    points = _points(5, every=HOUR)
    assert _kept(points, Keep(within_monthly=4 * HOUR)) == [0]
    assert _reasons(points, Keep(within_monthly=5 * HOUR)) == {
        points[0].id: ("monthly within 5h of the newest",),
        points[4].id: ("oldest, monthly within 5h of the newest",),
    }


def test_an_exclusive_rule_does_not_count_what_a_finer_one_keeps() -> None:
    points = _points(6)
    shared = Keep(last=2, daily=2, weekly=1)
    assert _kept(points, shared) == [0, 1]
    exclusive = Keep(last=2, daily=2, weekly=1, exclusive=True)
    assert _reasons(points, exclusive) == {
        points[0].id: ("last 1 of 2",),
        points[1].id: ("last 2 of 2",),
        points[2].id: ("daily 1 of 2",),
        points[3].id: ("daily 2 of 2",),
        points[5].id: ("oldest, weekly 1 of 1",),
    }


def test_an_exclusive_rule_keeps_the_oldest_only_if_no_finer_one_does() -> None:
    points = _points(3, every=HOUR)
    keep = Keep(last=3, monthly=5, exclusive=True)
    assert all(
        reason.startswith("last") for said in _reasons(points, keep).values() for reason in said
    )
    keep = Keep(last=1, hourly=1, monthly=5, exclusive=True)
    assert _reasons(points, keep)[points[2].id] == ("oldest, monthly 1 of 5",)


def test_within_looks_back_from_the_newest_point_and_not_from_now() -> None:
    ancient = _points(3, newest=datetime(2011, 1, 1, tzinfo=UTC))
    assert _kept(ancient, Keep(within=25 * HOUR)) == [0, 1]


def test_the_slot_decides_and_not_the_late_creation() -> None:
    newest, second = _points(2)
    late = second._replace(created=SLOT + HOUR)
    assert _kept([newest, late], Keep(last=1)) == [0]


def test_points_of_one_slot_go_by_creation_time_and_then_by_id() -> None:
    first = Point(SLOT, SLOT, "s-9999")
    second = Point(SLOT, SLOT + SECOND, "s-0000")
    same = Point(SLOT, SLOT + SECOND, "s-0001")
    given_ = [second, first, same]
    assert sorted(given_) == [first, second, same]
    assert list(_reasons(given_, Keep(last=2))) == [same.id, second.id]
    assert list(_reasons(given_, Keep(daily=1))) == [same.id]


POINTS = st.lists(st.integers(0, 24 * 60), max_size=12).map(
    lambda hours: [
        Point(SLOT - hour * HOUR, SLOT - hour * HOUR, f"s-{place:04}")
        for place, hour in enumerate(hours)
    ]
)


@given(POINTS, st.integers(0, 15), st.none() | st.integers(1, 2_000), st.booleans(), st.randoms())
def test_the_order_of_the_points_does_not_matter(
    points: list[Point], number: int, within: int | None, exclusive: bool, random: Random
) -> None:
    span = within * HOUR if within else None
    keep = Keep(last=number, weekly=number, within_daily=span, exclusive=exclusive)
    shuffled = list(points)
    random.shuffle(shuffled)
    before = list(shuffled)
    assert _reasons(shuffled, keep) == _reasons(points, keep)
    assert shuffled == before


@given(POINTS, st.integers(1, 15))
def test_last_keeps_the_newest_as_many_as_there_are_up_to_its_count(
    points: list[Point], last: int
) -> None:
    newest_first = [point.id for point in sorted(points, reverse=True)]
    assert list(_reasons(points, Keep(last=last))) == newest_first[:last]


def test_an_hour_of_fifteen_minutes_costs_no_other_one() -> None:
    chatham = ZoneInfo("Pacific/Chatham")
    points = _points(6, newest=datetime(2026, 9, 26, 14, 5, tzinfo=UTC), every=HOUR)
    for keep in (Keep(hourly=3), Keep(within_hourly=2 * HOUR + SECOND)):
        assert list(_reasons(points, keep, chatham)) == ["s-0000", "s-0001", "s-0002"]
