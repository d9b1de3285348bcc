"""Which restore points of one disk the rules of a policy keep, and which rule kept each."""

from bisect import bisect_left
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from snapkeep.periods import (
    Start,
    day_start,
    hour_start,
    month_start,
    week_start,
    year_start,
)
from snapkeep.policy import Keep
from snapkeep.times import short

Reasons = dict[str, tuple[str, ...]]

_SLOT = itemgetter(0)


class Point(NamedTuple):
    """When a snapshot is of, when it was made, and its id.

    Compared as the tuple it is: a total order, so that a plan is the same on every machine.
    """

    slot: datetime
    created: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Rule:
    """Keep the newest point of each period: of so many periods, or of all within a duration of the
    newest point.

    ``start`` is ``None`` where every point is a period of its own; ``wanted`` is the number of
    periods or the duration.
    """

    name: str
    start: Start | None
    wanted: Callable[[Keep], int | timedelta | None]


# a finer rule before the coarser ones, which ``exclusive`` builds on
RULES = (
    Rule("", None, lambda keep: keep.within),
    Rule("hourly", hour_start, lambda keep: keep.within_hourly),
    Rule("daily", day_start, lambda keep: keep.within_daily),
    Rule("weekly", week_start, lambda keep: keep.within_weekly),
    Rule("monthly", month_start, lambda keep: keep.within_monthly),
    Rule("yearly", year_start, lambda keep: keep.within_yearly),
    Rule("last", None, lambda keep: keep.last),
    Rule("hourly", hour_start, lambda keep: keep.hourly),
    Rule("daily", day_start, lambda keep: keep.daily),
    Rule("weekly", week_start, lambda keep: keep.weekly),
    Rule("monthly", month_start, lambda keep: keep.monthly),
    Rule("yearly", year_start, lambda keep: keep.yearly),
)


def reasons_to_keep(points: Iterable[Point], keep: Keep, zone: ZoneInfo) -> Reasons:
    """Return, for the id of each point that a rule keeps, what all the rules say that do.

    Args:
        points: the good ones of one (policy, disk), in any order; the newest anchors ``within``.
        zone: of the periods.

    Rules are a union and count as restic does: newest first, the newest of each period that has
    one, and the oldest of all while a rule has counts left. A rule does not look at every point
    but jumps from period to period, so that a long history costs no more than a short one.
    """
    # by the slots first, which are quicker to compare than whole points and rarely equal
    ordered = sorted(points, key=_SLOT)
    ordered.sort()
    kept: Reasons = {}
    taken: Container[str] = kept if keep.exclusive else ()
    for rule in RULES if ordered else ():
        if wanted := rule.wanted(keep):
            for point, reason in _picks(rule, wanted, ordered, zone, taken):
                kept[point.id] = (*kept.get(point.id, ()), reason)
    return kept


def _picks(
    rule: Rule,
    wanted: int | timedelta,
    ordered: Sequence[Point],
    zone: ZoneInfo,
    taken: Container[str],
) -> Iterator[tuple[Point, str]]:
    """Yield what one rule keeps besides what is taken, the newest first."""
    since = ordered[-1].slot - wanted if isinstance(wanted, timedelta) else None
    number, oldest, point = 0, ordered[0], None
    for point in _newest_of_each(ordered, rule.start, zone):
        if since and point.slot <= since:
            return
        if point.id not in taken:
            number += 1
            yield point, _said(rule.name, wanted, number)
        if number == wanted:
            return
    if point is not oldest and oldest.id not in taken and (not since or oldest.slot > since):
        yield oldest, f"oldest, {_said(rule.name, wanted, number + 1)}"


@lru_cache(1_024)
def _said(name: str, wanted: int | timedelta, number: int) -> str:
    if isinstance(wanted, int):
        return f"{name} {number} of {wanted}"
    return f"{name} within {short(wanted)} of the newest".lstrip()


def _newest_of_each(
    ordered: Sequence[Point], start: Start | None, zone: ZoneInfo
) -> Iterator[Point]:
    """Yield the newest point of each period, the newest period first."""
    place = len(ordered)
    while place:
        point = ordered[place - 1]
        yield point
        older = bisect_left(ordered, (start(point.slot, zone),)) if start else place - 1
        place = min(older, place - 1)
