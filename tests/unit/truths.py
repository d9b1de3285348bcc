"""What may be deleted in a made-up world, worked out a second time and without the code of a plan.

It is asked about the whole store, of which the planner may have seen a part only.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from snapkeep.policy import Keep, Policy
from snapkeep.rows import Row, World
from tests.unit.pools import OWNERS
from tests.unit.rows import DAY, HOUR
from tests.unit.worlds import Made

NEVER = datetime.min.replace(tzinfo=UTC)
Key = tuple[str, str]
Point = tuple[datetime, datetime, str]


class Truth(NamedTuple):
    """A row of ours, or one that exactly one policy adopts."""

    made: Made
    policy: Policy | None
    key: Key
    row: Row
    created: datetime
    is_good: bool

    @property
    def point(self) -> Point:
        return self.row.slot, self.created, self.row.snapshot.id

    @property
    def counts_for(self) -> list[tuple[Key, bool]]:
        return [(self.key, False), (self.key, True)][: 1 + bool(self.row.source)]


@dataclass(frozen=True, slots=True)
class Truths:
    """All of a store by id; ``good`` and the ``newest`` of them by (policy, disk).

    Those of ours are counted alone as well, since adopted ones must not cost one of ours.
    """

    world: World
    by_id: Mapping[str, Truth]
    good: Counter[tuple[Key, bool]]
    newest: Mapping[tuple[Key, bool], Truth]

    def newest_for(self, truth: Truth) -> Truth | None:
        """Return the newest good one, of ours for one of ours."""
        return self.newest.get((truth.key, bool(truth.row.source)))


def taker(made: Made, world: World) -> str | None:
    """Return the policy that adopts a snapshot of others."""
    snapshot, created = made.snapshot, made.snapshot.create_time
    by_hand = snapshot.create_method == "manual"
    part = snapshot.insnap_id or snapshot.template_id
    if made.is_marked or not by_hand or part or snapshot.status != "Available" or created is None:
        return None
    is_known = made.disk in world.disks and snapshot.volume_id in {made.disk, *OWNERS[made.disk]}
    takers = [
        name
        for name, policy in world.policies.by_name.items()
        if policy.adopt and is_known and made.disk in world.covered[name]
        if snapshot.name.startswith(policy.adopt.name_prefix)
        if created < policy.adopt.created_before
    ]
    return takers[0] if len(takers) == 1 else None


def find_truths(store: Iterable[Made], world: World) -> Truths:
    by_id = {}
    good, newest = Counter[tuple[Key, bool]](), dict[tuple[Key, bool], Truth]()
    by_name, now, adopts = world.policies.by_name, world.now, bool(world.covered)
    names_of_gone = set[str]()
    for made in store:
        row, snapshot = made.row, made.snapshot
        created = snapshot.create_time or NEVER
        if row is None:
            name = taker(made, world) if adopts else None
            if name is None:
                continue
            row = Row(snapshot, name, made.disk, created, None)
        key = row.policy, row.volume_id
        # what contradicts the list of disks may be somebody's copy
        is_clear = (row.volume_id in world.disks) is not (snapshot.volume_id is None)
        is_past = row.slot <= now and created <= now
        is_good = snapshot.status == "Available" and is_clear and is_past
        if is_good and row.volume_id not in world.disks:  # one for all that may be its copies
            is_good = snapshot.name not in names_of_gone
            names_of_gone.add(snapshot.name)
        truth = by_id[snapshot.id] = Truth(made, by_name.get(key[0]), key, row, created, is_good)
        for which in truth.counts_for if is_good else ():
            good[which] += 1
            if good[which] == 1 or newest[which].point < truth.point:
                newest[which] = truth
    return Truths(world, by_id, good, newest)


def _is_held(truth: Truth, truths: Truths) -> bool:
    row, now = truth.row, truths.world.now
    if row.hold and (row.hold_until is None or now < row.hold_until):
        return True
    holds = [hold for hold in truths.world.policies.holds if hold.snapshot_id == row.snapshot.id]
    return any(hold.until is None or now < hold.until for hold in holds)


def _is_wanted(truth: Truth, truths: Truths) -> bool:
    """Say whether no rule and no date says when it expires, or that is still to come."""
    row, policy = truth.row, truth.policy
    if row.snapshot.status != "Available":
        return False
    if row.keep_until is not None or row.source in {"webhook", "bus"}:
        return row.keep_until is None or row.keep_until > truths.world.now
    return policy is not None and policy.keep in {Keep(), Keep(exclusive=True)}


def _is_fresh_failure(truth: Truth, truths: Truths) -> bool:
    if truth.row.snapshot.status != "CreatedFailed":
        return False
    newest = truths.newest_for(truth)
    is_young = truths.world.now - truth.created < 54 * HOUR
    return is_young or newest is None or newest.point < truth.point


def _is_stale(truth: Truth, truths: Truths) -> bool:
    rpo = truth.policy and truth.policy.rpo
    if not rpo or truth.row.volume_id not in truths.world.disks:
        return False
    newest = truths.newest_for(truth)
    return newest is None or truths.world.now - newest.row.slot > 2 * rpo


# why a row of ours, or an adopted one, may not go in either mode
REASONS: dict[str, Callable[[Truth, Truths], bool]] = {
    "its policy is disabled or removed": lambda t, ts: t.policy is None or not t.policy.enabled,
    "its status": lambda t, ts: t.row.snapshot.status not in {"Available", "CreatedFailed"},
    "it has no creation time": lambda t, ts: t.row.snapshot.create_time is None,
    "it is younger than 24 h": lambda t, ts: ts.world.now - t.created < DAY,
    "it is dated in the future": lambda t, ts: max(t.row.slot, t.created) > ts.world.now,
    "it is held": _is_held,
    "it and the list of disks contradict each other": lambda t, ts: (
        (t.row.volume_id in ts.world.disks) is (t.row.snapshot.volume_id is None)
    ),
    "it is wanted": _is_wanted,
    "it failed, and may yet be repaired": _is_fresh_failure,
    "backups of its disk have stopped": _is_stale,
    "it is the newest good one": lambda t, ts: ts.newest_for(t) is t,
}


def wrong(going: Iterable[str], truths: Truths, *, approved: bool) -> Iterator[str]:
    """Say what is wrong with deleting so many."""
    gone = Counter[tuple[Key, bool]]()
    for id_ in going:
        truth = truths.by_id.get(id_)
        if truth is None:
            yield f"{id_} is of others"
            continue
        yield from (f"{id_}: {why}" for why, is_so in REASONS.items() if is_so(truth, truths))
        needs_approval = not truth.row.source or truth.row.volume_id not in truths.world.disks
        if needs_approval and not approved:
            yield f"{id_} was not approved"
        if truth.is_good:
            gone.update(truth.counts_for)
    for key, number in gone.items():
        if truths.good[key] - number < 2:
            yield f"{number} of {truths.good[key]} good ones of {key} go"


def may_be_copies(seen: Iterable[Made], truths: Truths) -> set[str]:
    """Return those of disks that are gone which share their name with another one."""
    known = (truths.by_id.get(made.snapshot.id) for made in seen)
    gone = [truth for truth in known if truth and truth.row.volume_id not in truths.world.disks]
    past = [t.row.snapshot for t in gone if max(t.row.slot, t.created) <= truths.world.now]
    names = Counter(snapshot.name for snapshot in past)
    return {snapshot.id for snapshot in past if names[snapshot.name] > 1}


def caps(going: Iterable[str], seen: Iterable[str], truths: Truths) -> list[str]:
    """Name the caps that are exceeded, which count the rows of ours that were seen."""
    ours = [t for id_ in seen if (t := truths.by_id.get(id_)) and t.row.source]
    per_disk: dict[str, int] = defaultdict(int)
    for id_ in going:
        if (truth := truths.by_id.get(id_)) and truth.row.source:
            per_disk[truth.row.volume_id] += 1
    total, disks = sum(per_disk.values()), len({t.row.volume_id for t in ours})
    over = {
        "3 per disk": max(per_disk.values(), default=0) > 3,
        "20 in all": total > 20 and disks <= 10,
        "2 per disk in all": total > 2 * disks and disks > 10,
        "25 % of 100": len(ours) >= 100 and 4 * total > len(ours),
    }
    return [cap for cap, is_over in over.items() if is_over]
