"""What is protected and what is not, from the cloud's own list and not from our run log."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from snapkeep.gates import Group
from snapkeep.model import Inventory, Snapshot, SnapshotStatus, Volume, iso
from snapkeep.policy import Policies
from snapkeep.rows import Row, World, candidate, disks_of
from snapkeep.selection import covers, matches


class State(StrEnum):
    """How a disk stands under one policy, the most urgent first."""

    UNPROTECTED = "unprotected"
    STALE = "stale"
    FAILED = "failed"
    PROTECTED = "protected"
    AD_HOC = "ad-hoc"
    EXCLUDED = "excluded"
    UNSUPPORTED = "unsupported"


URGENT = (State.UNPROTECTED, State.STALE, State.FAILED)


@dataclass(frozen=True, slots=True)
class DiskReport:
    """One disk under one policy; ``policy`` is ``None`` where no policy with an rpo covers it.

    ``newest_at`` is the slot of the newest good snapshot and ``age`` its age.
    """

    region: str
    volume_id: str
    name: str
    policy: str | None
    state: State
    newest: str | None = None
    newest_at: datetime | None = None
    age: timedelta | None = None
    rpo: timedelta | None = None
    good: int = 0
    failed: int = 0

    def to_json(self) -> dict[str, Any]:
        return {
            "region": self.region,
            "volume_id": self.volume_id,
            "name": self.name,
            "policy": self.policy,
            "state": self.state.value,
            "newest": self.newest,
            "newest_at": iso(self.newest_at) if self.newest_at else None,
            "age_seconds": int(self.age.total_seconds()) if self.age is not None else None,
            "rpo_seconds": int(self.rpo.total_seconds()) if self.rpo else None,
            "good": self.good,
            "failed": self.failed,
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All regions; ``errors`` maps a region that could not be read to why."""

    now: datetime
    disks: tuple[DiskReport, ...]
    snapshots: Mapping[str, int]
    errors: Mapping[str, str]

    def count(self, state: State) -> int:
        return sum(disk.state is state for disk in self.disks)

    @property
    def urgent(self) -> list[DiskReport]:
        """The disks that need somebody's attention."""
        return [disk for disk in self.disks if disk.state in URGENT]

    @property
    def is_well(self) -> bool:
        """Whether every region was read and no disk needs anybody's attention."""
        return not self.errors and bool(self.disks) and not self.urgent

    def to_json(self) -> dict[str, Any]:
        return {
            "now": iso(self.now),
            "well": self.is_well,
            "disks": {state.value: self.count(state) for state in State},
            "snapshots": dict(self.snapshots),
            "errors": dict(self.errors),
            "rows": [disk.to_json() for disk in self.disks],
        }


def build_report(
    inventories: Sequence[Inventory], policies: Policies, now: datetime, errors: Mapping[str, str]
) -> Report:
    """Judge every disk of the regions that could be read, the most urgent first."""
    disks: list[DiskReport] = []
    snapshots: Counter[str] = Counter()
    for inventory in inventories:
        world = World(inventory.region, now, policies, disks_of(inventory.volumes))
        rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for snapshot in inventory.snapshots:
            row = candidate(snapshot, world)
            snapshots[_kind(snapshot, row, world)] += 1
            if row:
                rows[row.policy, row.volume_id].append(row)
        disks += _judged(inventory, world, rows)
    order = list(State)
    disks.sort(key=lambda d: (order.index(d.state), d.region, d.volume_id, d.policy or ""))
    return Report(now, tuple(disks), dict(sorted(snapshots.items())), errors)


def _judged(
    inventory: Inventory, world: World, rows: Mapping[tuple[str, str], Sequence[Row]]
) -> Iterator[DiskReport]:
    instances = {instance.id: instance for instance in inventory.instances}
    enabled = [policy for policy in world.policies.by_name.values() if policy.enabled]
    for volume in inventory.volumes:
        covering = [policy for policy in enabled if covers(policy, volume, instances)]
        if not volume.can_have_snapshots:
            yield _bare(world, volume, State.UNSUPPORTED)
            continue
        if not any(policy.rpo for policy in covering):
            meant = any(p.rpo and matches(p.select, volume, instances) for p in enabled)
            yield _bare(world, volume, State.EXCLUDED if meant else State.UNPROTECTED)
        for policy in covering:
            found = rows.get((policy.name, volume.id), ())
            yield _under(Group(world, policy, volume.id, tuple(found)), volume)


def _bare(world: World, volume: Volume, state: State) -> DiskReport:
    return DiskReport(world.region, volume.id, volume.name, None, state)


def _under(group: Group, volume: Volume) -> DiskReport:
    assert group.policy is not None  # noqa: S101 - narrows the type; _judged passes covering ones
    newest, rpo = group.newest_good, group.policy.rpo
    failed = [row for row in group.rows if row.snapshot.status == SnapshotStatus.CREATED_FAILED]
    age = group.world.now - newest.slot if newest else None
    return DiskReport(
        region=group.world.region,
        volume_id=volume.id,
        name=volume.name,
        policy=group.policy.name,
        state=_state(rpo, age, newest, failed),
        newest=newest.snapshot.id if newest else None,
        newest_at=newest.slot if newest else None,
        age=age,
        rpo=rpo,
        good=len(group.good),
        failed=len(failed),
    )


def _state(
    rpo: timedelta | None, age: timedelta | None, newest: Row | None, failed: Sequence[Row]
) -> State:
    if rpo is None:
        return State.AD_HOC
    if age is None or age > rpo:
        return State.STALE
    latest_failed = any(newest is None or row.point > newest.point for row in failed)
    return State.FAILED if latest_failed else State.PROTECTED


def _kind(snapshot: Snapshot, row: Row | None, world: World) -> str:
    """Return the class a snapshot is counted in; each is counted once."""
    if row is None:
        return "automatic" if snapshot.create_method.casefold() == "auto" else "foreign"
    if row.volume_id not in world.disks:
        return "orphaned"
    kinds = {SnapshotStatus.AVAILABLE: "good", SnapshotStatus.CREATING: "creating"}
    return {status.value: kind for status, kind in kinds.items()}.get(snapshot.status, "failed")
