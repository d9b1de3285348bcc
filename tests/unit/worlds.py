"""Worlds made of a seed: a store of snapshots of every odd kind, and what the planner sees of it.

Each snapshot comes with what its maker knows of it, so that a test need not ask the code under
test whose it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import NamedTuple

from snapkeep.identity import with_hold
from snapkeep.model import Snapshot
from snapkeep.policy import Hold
from snapkeep.rows import Row, World
from tests.unit.pools import AGES, DISKS, FILES, FOREIGN, MARKS, ODD, OWNERS, STEPS, Odd
from tests.unit.rows import DAY, HOUR, NOW, SECOND, SLOT, identity


class Made(NamedTuple):
    """A snapshot of the store; ``row`` if it is ours, ``is_marked`` if it only looks like it."""

    snapshot: Snapshot
    disk: str
    row: Row | None = None
    is_marked: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A store, and the part of it that the planner sees."""

    store: Sequence[Made]
    seen: Sequence[Made]
    world: World
    skew: timedelta | None


# worlds share what is written on a row, which costs a digest, and plain rows as a whole
@lru_cache(50_000)
def _written(policy: str, disk: str, age: int, odd: Odd) -> tuple[str, str, str]:
    mine = identity(SLOT - age * HOUR, policy=policy, volume_id=disk, source=odd.source)
    desc = with_hold(mine.desc(odd.generation, odd.keep_until), odd.hold, odd.hold_until)
    return mine.id[:9], mine.name(odd.generation), desc


def _ours(policy: str, disk: str, age: int, nth: int, is_listed: bool, kind: int) -> Made:
    odd, slot = ODD[kind], SLOT - age * HOUR
    id_, name, desc = _written(policy, disk, age, MARKS[kind])
    places = [disk, *OWNERS[disk]] if is_listed else [None]
    where = places[age % len(places)]
    if odd.where != "right":
        lost = None if is_listed else disk
        where = lost if odd.where == "lost" else "v-elsewhere"
    created = None if odd.late is None else slot + odd.late
    id_ = f"s-{id_}{kind}x{nth}"
    snapshot = Snapshot(id_, name, odd.status, created, "manual", where, desc)
    if odd.where == "elsewhere":
        return Made(snapshot, disk, None, is_marked=True)
    ends = (odd.keep_until, odd.hold, odd.hold_until)
    return Made(snapshot, disk, Row(snapshot, policy, disk, slot, odd.source, *ends))


_plain = lru_cache(20_000)(_ours)


@lru_cache(20_000)
def _foreign(disk: str, age: int, kind: int, nth: int) -> Made:
    where = [disk, *OWNERS[disk]][nth % (1 + len(OWNERS[disk]))]
    id_, created = f"s-f{disk[-4:]}{age + 99}x{kind}x{nth}", SLOT - age * HOUR
    plain = Snapshot(id_, "backup-1", "Available", created, "manual", where, "by hand")
    if kind < len(FOREIGN):
        return Made(replace(plain, **FOREIGN[kind]), disk)
    # ours, but somebody renamed it, or edited its marker
    mine = identity(volume_id=disk)
    is_renamed = kind > len(FOREIGN)
    edit = replace(plain, desc=mine.desc()) if is_renamed else replace(plain, name=mine.name())
    return Made(edit, disk, is_marked=True)


def _wanted(random: Random, disks: Sequence[str]) -> Iterator[tuple[str, str, int, int]]:
    """Yield the policy, the disk, the age in hours and the place of each row of ours."""
    is_fleet = len(disks) > 4
    size = random.choice([4, 5, 7] if is_fleet else [4, 7, 9])
    for disk in disks:
        policy, newest, step, number = "nightly", 0, 24, size
        if not is_fleet:
            policy = random.choice(["nightly"] * 14 + ["weekly"] * 4 + ["removed"])
            newest, step = random.choice([0, 0, 0, 24, 216, -48]), random.choice(STEPS)
            number = random.randint(2, size)
        yield from ((policy, disk, newest + step * place, place) for place in range(number))
    for nth in range(random.choice([0, 0, 1, 3])):
        yield "nightly", disks[0], random.choice(AGES), 10 + nth


def _store(random: Random, disks: Sequence[str], listed: Mapping[str, object]) -> list[Made]:
    plain, store = 0.95 if len(disks) > 4 else 0.65, []
    for policy, disk, age, nth in _wanted(random, disks):
        kind = 0 if random.random() < plain else int(random.random() * len(ODD))
        make = _ours if kind else _plain
        store.append(make(policy, disk, age, nth, disk in listed, kind))
    for nth in range(random.choice([0, 0, 0, 2, 5])):
        kind = random.randrange(len(FOREIGN) + 2)
        store.append(_foreign(disks[0], random.choice(AGES), kind, nth))
    return store


def _world(
    random: Random, store: Sequence[Made], listed: Mapping[str, tuple[str, ...]], now: datetime
) -> World:
    policies = random.choice(FILES)
    if random.random() < 0.2:
        until = random.choice([None, NOW, NOW + 2 * DAY])
        holds = (Hold(random.choice(store).snapshot.id, "audit", until),)
        policies = replace(policies, holds=holds)
    covered = {
        name: frozenset(disk for disk in listed if random.random() < 0.8)
        for name, policy in policies.by_name.items()
        if policy.adopt
    }
    return World("bj", now, policies, listed, covered)


def make_case(seed: int) -> Case:
    """Return the world of that number: of ten snapshots mostly, at times of two hundred."""
    random = Random(seed)
    kind = random.random()
    fleet = (25, 40) if kind < 0.004 else (7, 14) if kind < 0.015 else (0, 0)
    disks = DISKS[: random.randint(*fleet)] or random.sample(DISKS[:4], random.choice([1, 1, 2, 3]))
    listed = {disk: OWNERS[disk] for disk in disks if random.random() < 0.85}
    store = _store(random, disks, listed)
    seen, lost = store, random.randrange(len(store))
    if random.random() < 0.3:
        seen = store[:lost] + store[lost + random.randint(1, 6) :]
    skew: timedelta | None = timedelta(seconds=random.randint(-120, 120))
    if kind > 0.94:
        skew = random.choice([None, 121 * SECOND, -121 * SECOND, HOUR, -5 * DAY, 3_650 * DAY])
    now = NOW + random.choice([0, 0, 0, 1, 26, 70]) * HOUR
    return Case(store, seen, _world(random, store, listed, now), skew)


def edited(seed: int, case: Case) -> World:
    """Return the same world under another policy file, at once or some time later."""
    random = Random(~seed)
    now = case.world.now + random.choice([0, 0, 9, 80]) * HOUR
    return _world(random, case.store, case.world.disks, now)
