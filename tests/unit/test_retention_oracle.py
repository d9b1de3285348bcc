"""Retention against two oracles, over 10,000 made-up histories and policies each."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import pytest

from snapkeep.expiry import MINIMUM_GOOD, decide_rows
from snapkeep.model import Snapshot, Source
from snapkeep.policy import COUNTS, WITHINS, Keep
from snapkeep.retention import Point, reasons_to_keep
from snapkeep.rows import Row
from tests.unit import oracles
from tests.unit.rows import DAY, DISK, HOUR, SECOND, nightly, world

SHARDS, EACH = 4, 2_500
ORACLES = {False: oracles.restic, True: oracles.borg}
ZONES = [
    ZoneInfo(name)
    for name in (
        *("UTC", "Asia/Shanghai", "America/New_York", "Europe/Berlin"),
        *("Australia/Lord_Howe", "Africa/Cairo", "Asia/Kathmandu", "America/Santiago"),
    )
]
DECIDED = 10  # every so manieth history goes through the gates as well


class Case(NamedTuple):
    """A history and the policy that it is under; ``kind`` says how the history came about."""

    kind: str
    points: Sequence[Point]
    keep: Keep
    zone: ZoneInfo


def _nightly(random: Random, _: ZoneInfo) -> list[timedelta]:
    return [night * DAY for night in range(random.randint(1, 30))]


def _hourly(random: Random, _: ZoneInfo) -> list[timedelta]:
    return [hour * HOUR for hour in range(random.randint(1, 40))]


def _bursts(random: Random, _: ZoneInfo) -> list[timedelta]:
    days = random.sample(range(60), random.randint(1, 6))
    return [day * DAY + random.random() * HOUR for day in days for _ in range(random.randint(1, 9))]


def _outage(random: Random, _: ZoneInfo) -> list[timedelta]:
    nights = range(random.randint(5, 30))
    begins, lasts = random.choice(nights), random.randint(1, 60)
    return [night * DAY + (lasts * DAY if night >= begins else 0 * DAY) for night in nights]


def _equal(random: Random, _: ZoneInfo) -> list[timedelta]:
    some = [random.randint(0, 400) * HOUR for _ in range(random.randint(1, 6))]
    return [random.choice(some) for _ in range(random.randint(1, 30))]


def _random(random: Random, _: ZoneInfo) -> list[timedelta]:
    longest = random.choice([DAY, 30 * DAY, 400 * DAY])
    return [random.random() * longest for _ in range(random.randint(1, 30))]


def _years(random: Random, _: ZoneInfo) -> list[timedelta]:
    return [random.randint(0, 365 * 7) * DAY for _ in range(random.randint(1, 40))]


HISTORIES: tuple[Callable[[Random, ZoneInfo], list[timedelta]], ...] = (
    *(_nightly, _hourly, _bursts, _outage, _equal, _random, _years),
)


def _edges(random: Random, zone: ZoneInfo) -> list[datetime]:
    """Return instants within a second of where local hours, days, months and years begin."""
    found = []
    for _ in range(random.randint(1, 20)):
        month = random.choice([1, random.randint(1, 12)])
        day, hour = random.choice([1, random.randint(1, 28)]), random.choice([0, 0, 1, 2, 3])
        local = datetime(random.choice([2026, 2027]), month, day, hour, tzinfo=zone)
        found.append(local.astimezone(UTC) + random.choice([-1, 0, 1]) * SECOND)
    return found


def _history(random: Random, zone: ZoneInfo) -> tuple[str, list[datetime]]:
    make = random.choice([*HISTORIES, None])
    if make is None:
        return "edges", _edges(random, zone)
    newest = datetime(2026, 1, 1, tzinfo=UTC) + random.randint(0, 11 * 365 * 86_400) * SECOND
    return make.__name__[1:], [newest - age for age in make(random, zone)]


def _keep(random: Random, *, exclusive: bool) -> Keep:
    counts: dict[str, Any] = {
        name: random.choice([random.randint(1, 7), random.randint(0, 40)])
        for name in COUNTS
        if random.random() < 0.4
    }
    longest = random.choice([2 * DAY, 60 * DAY, 2_000 * DAY])
    spans: dict[str, Any] = {
        name: random.randint(1, longest // HOUR) * HOUR
        for name in WITHINS
        if random.random() < 0.15
    }
    return Keep(**counts, **spans, exclusive=exclusive)


def _case(random: Random, *, exclusive: bool) -> Case:
    zone = random.choice(ZONES)
    kind, slots = _history(random, zone)
    late = [0 * SECOND, 20 * SECOND, 5 * HOUR]
    points = [Point(s, s + random.choice(late), f"s-{n:04}") for n, s in enumerate(slots)]
    random.shuffle(points)
    return Case(kind, points, _keep(random, exclusive=exclusive), zone)


def _snapshot(point: Point) -> Snapshot:
    return Snapshot(point.id, "", "Available", point.created, "manual", DISK)


def _deleted(case: Case) -> list[str]:
    """Return what is deleted, oldest first, where no gate has a reason to object."""
    now = max(point.slot for point in case.points) + 2 * DAY
    policies = replace(nightly(rpo=None, keep=case.keep), timezone=case.zone.key)
    rows = [
        Row(_snapshot(point), "nightly", DISK, point.slot, Source.CRON) for point in case.points
    ]
    decisions = decide_rows(rows, world(policies, now=now))
    assert len(decisions) == len(rows)
    assert all(decision.reasons and all(decision.reasons) for decision in decisions)
    return [decision.row.snapshot.id for decision in decisions if decision.delete]


@pytest.mark.parametrize("shard", range(SHARDS))
@pytest.mark.parametrize("exclusive", [False, True], ids=["as restic does", "as borg does"])
def test_retention_counts(exclusive: bool, shard: int) -> None:
    seen: Counter[str] = Counter()
    for seed in range(shard * EACH, (shard + 1) * EACH):
        case = _case(Random(seed), exclusive=exclusive)
        told = ORACLES[exclusive](case.points, case.keep, case.zone)
        reasons = reasons_to_keep(case.points, case.keep, case.zone)
        assert reasons.keys() == told.keys(), f"seed {seed}: {case.keep}"
        assert all(reasons.values()), f"seed {seed}: {case.keep}"
        assert oracles.plain(reasons) == oracles.plain(told), f"seed {seed}: {case.keep}"
        gone = [point.id for point in sorted(case.points) if point.id not in told]
        may_go = 0 if case.keep.is_empty else max(len(case.points) - MINIMUM_GOOD, 0)
        if seed % DECIDED == 0:
            assert _deleted(case) == gone[:may_go], f"seed {seed}: {case.keep}"
        seen[case.kind] += 1
        seen[case.zone.key] += 1
        seen["kept"] += len(told)
        seen["gone"] += len(gone)
        seen["oldest"] += any(each.startswith("oldest") for said in told.values() for each in said)
        seen["minimum"] += len(gone) > may_go
    assert min(seen.values()) > EACH / 50, seen
    assert len(seen) == len(HISTORIES) + 1 + len(ZONES) + 4, seen
