"""The rules of restic and of borg a second time, row by row as their own sources walk them.

They share no code with what they check: a period is what ``strftime`` prints of a local time. Both
return, for the id of each row that is kept, what all the rules say that keep it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from snapkeep.policy import COUNTS, WITHINS, Keep

Row = tuple[datetime, datetime, str]
Told = dict[str, list[str]]


@dataclass
class _Rule:
    """Either a count or the instant after which a row lies within; every row is a period of its own
    where the name is none of a period."""

    name: str
    count: int | None = None
    since: datetime | None = None
    used: int = 0
    last: object = None

    def is_over(self, slot: datetime) -> bool:
        return self.used == self.count or (self.since is not None and slot <= self.since)

    def takes(self) -> str:
        self.used += 1
        return f"{self.name} {f'{self.used} of {self.count}' if self.count else 'within'}".strip()


def periods(slot: datetime, zone: ZoneInfo) -> dict[str, object]:
    """Return the hour, day, week, month and year of the calendar that an instant is in."""
    local = slot.astimezone(zone)
    text = local.strftime("%Y-%m-%d %H")
    week = local.isocalendar()[:2]
    days: dict[str, object] = {"hourly": text, "daily": text[:10], "weekly": week}
    return days | {"monthly": text[:7], "yearly": text[:4]}


def plain(reasons: Mapping[str, Iterable[str]]) -> Told:
    """Return reasons as an oracle tells them, which leaves out what a duration is and of what."""
    return {
        id_: sorted(re.sub("within .* of the newest", "within", each) for each in said)
        for id_, said in reasons.items()
    }


def restic(rows: Iterable[Row], keep: Keep, zone: ZoneInfo) -> Told:
    """Walk the rows once, newest first, and ask every bucket about each."""
    newest_first = sorted(rows, reverse=True)
    buckets = list(_rules(keep, newest_first))
    told: Told = {}
    for place, (slot, _, id_) in enumerate(newest_first):
        period = periods(slot, zone)
        is_oldest = place == len(newest_first) - 1
        for bucket in buckets:
            if bucket.is_over(slot):
                continue
            key = period.get(bucket.name, place)
            if key != bucket.last or is_oldest:
                oldest = "oldest, " if key == bucket.last else ""
                told.setdefault(id_, []).append(oldest + bucket.takes())
                bucket.last = key
    return told


def borg(rows: Iterable[Row], keep: Keep, zone: ZoneInfo) -> Told:
    """Walk all rows once for each rule, the finer rules first, and count what none before kept."""
    newest_first = sorted(rows, reverse=True)
    calendar = [periods(slot, zone) for slot, _, _ in newest_first]
    told: Told = {}
    for rule in _rules(keep, newest_first):
        for place, (slot, _, id_) in enumerate(newest_first):
            if rule.is_over(slot):
                break
            period = calendar[place].get(rule.name, place)
            if period != rule.last:
                rule.last = period
                if id_ not in told:
                    told[id_] = [rule.takes()]
        slot, _, oldest = newest_first[-1]
        if not rule.is_over(slot) and oldest not in told:
            told[oldest] = [f"oldest, {rule.takes()}"]
    return told


def _rules(keep: Keep, newest_first: list[Row]) -> Iterator[_Rule]:
    if not newest_first:
        return
    for name in WITHINS:
        if span := getattr(keep, name):
            period = name.removeprefix("within").removeprefix("_")
            yield _Rule(period, since=newest_first[0][0] - span)
    for name in COUNTS:
        if count := getattr(keep, name):
            yield _Rule(name, count=count)


def clock_changes(zone: ZoneInfo, years: range) -> list[tuple[datetime, timedelta]]:
    """Return when the clocks change in these years, to the second, and how far they go forward."""
    found = []
    day, end = (datetime(year, 1, 1, tzinfo=UTC) for year in (years[0], years[-1] + 1))
    while day < end:
        old, new = (_offset(moment, zone) for moment in (day, day + timedelta(days=1)))
        if old != new:
            low, high = 0, 86_400  # the old offset is in force at the one, no more at the other
            while high - low > 1:
                middle = (low + high) // 2
                is_old = _offset(day + timedelta(seconds=middle), zone) == old
                low, high = (middle, high) if is_old else (low, middle)
            found.append((day + timedelta(seconds=high), new - old))
        day += timedelta(days=1)
    return found


def _offset(moment: datetime, zone: ZoneInfo) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()
