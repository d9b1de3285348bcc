"""What others do to choose what to keep of one disk, ported and written as plainly as they do.

All take what there is of one disk in any order and return, for the id of each that is kept, why.
They are baselines to measure against: nothing in here is made slower or faster than it has to be.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import attrgetter
from typing import NamedTuple
from zoneinfo import ZoneInfo

from snapkeep.policy import Keep
from snapkeep.retention import Point

ISO_SECONDS = "%Y-%m-%dT%H:%M:%SZ"


class Listed(NamedTuple):
    """One snapshot as all variants get it; ``text`` is its slot as an API would write it."""

    policy: str
    volume_id: str
    point: Point
    text: str


Kept = dict[str, list[str]]


def _day(local: datetime) -> int:
    return local.year * 10_000 + local.month * 100 + local.day


def _week(local: datetime) -> int:
    year, week, _ = local.isocalendar()
    return year * 100 + week


def _month(local: datetime) -> int:
    return local.year * 100 + local.month


@dataclass(slots=True)
class _Bucket:
    count: int
    key: Callable[[datetime], int]
    reason: str
    last: int = -1


def _buckets(keep: Keep) -> list[_Bucket]:
    return [
        _Bucket(keep.daily, _day, "daily"),
        _Bucket(keep.weekly, _week, "weekly"),
        _Bucket(keep.monthly, _month, "monthly"),
    ]


def restic(points: Sequence[Point], keep: Keep, zone: ZoneInfo) -> Kept:
    """Walk all points from the newest, each past every rule that has counts left
    (restic, ``internal/data/snapshot_policy.go``)."""
    kept: Kept = {}
    buckets = _buckets(keep)
    for place, point in enumerate(sorted(points, key=attrgetter("slot"), reverse=True), 1):
        reasons = []
        local = point.slot.astimezone(zone)
        for bucket in buckets:
            if bucket.count > 0:
                key = bucket.key(local)
                if key != bucket.last or place == len(points):
                    bucket.last = key
                    bucket.count -= 1
                    reasons.append(bucket.reason)
        if reasons:
            kept[point.id] = reasons
    return kept


def borg(points: Sequence[Point], keep: Keep, zone: ZoneInfo) -> Kept:
    """Sort and walk the points once per rule until its count is reached, with the period as text;
    what a finer rule keeps does not count (borg, ``prune_split``)."""
    kept: Kept = {}
    rules = (("%Y-%m-%d", keep.daily), ("%G-%V", keep.weekly), ("%Y-%m", keep.monthly))
    for pattern, count in rules:
        if not count:
            continue
        number, last = 0, ""
        ordered = sorted(points, key=attrgetter("slot"), reverse=True)
        for point in ordered:
            period = point.slot.astimezone(zone).strftime(pattern)
            if period != last:
                last = period
                if point.id not in kept:
                    number += 1
                    kept[point.id] = [pattern]
                    if number == count:
                        break
        if number < count and ordered[-1].id not in kept:
            kept[ordered[-1].id] = [pattern]
    return kept


def strptime(rows: Sequence[Listed], keep: Keep, zone: ZoneInfo) -> Kept:
    """Read the text of every row once per rule and keep the newest row of the newest periods, as
    scripts do."""
    kept: Kept = {}
    for rule in _buckets(keep):
        newest: dict[int, Listed] = {}
        for row in rows:
            moment = datetime.strptime(row.text, ISO_SECONDS).replace(tzinfo=UTC)
            period = rule.key(moment.astimezone(zone))
            if period not in newest or row.text > newest[period].text:
                newest[period] = row
        chosen = [newest[period] for period in sorted(newest, reverse=True)[: rule.count]]
        if len(chosen) < rule.count:
            chosen.append(min(rows, key=attrgetter("text")))
        for row in chosen:
            kept.setdefault(row.point.id, []).append(rule.reason)
    return kept
