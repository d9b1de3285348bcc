"""What a policy will keep and delete: create-on-event and delete-expired, run forward in memory.

Every run succeeds, no disk comes or goes, nobody touches a snapshot, and what is being created now
will be Available. Nothing else is assumed: the verdicts are those of the plan itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from snapkeep.model import Inventory, Snapshot, SnapshotStatus, Source, iso
from snapkeep.plan import plan_rows
from snapkeep.policy import Policies
from snapkeep.rows import Row, World, candidate
from snapkeep.schedule import check_schedule, runs
from snapkeep.selection import select

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    """What is there after one daily run of delete-expired in mode ``auto``.

    ``created`` since the day before; ``planned`` is what the plan would delete, ``deleted`` what
    the run does, which is nothing where there are ``refusals`` by gate.
    """

    at: datetime
    created: tuple[Row, ...]
    planned: tuple[Row, ...]
    deleted: tuple[Row, ...]
    kept: tuple[Row, ...]
    refusals: Mapping[str, str]

    @property
    def oldest(self) -> datetime | None:
        """The slot of the oldest good snapshot."""
        return min((row.slot for row in self.kept if row.snapshot.is_available), default=None)

    @property
    def size_gb(self) -> int:
        """The sizes of the disks behind the snapshots: an upper bound, since only changes are
        stored (CDS, Ek5dcea39)."""
        return sum(row.snapshot.size_gb for row in self.kept)


def simulate(
    inventory: Inventory, policies: Policies, now: datetime, days: int, *, approved: bool = False
) -> Iterator[Day]:
    """Yield today and each of the next ``days``, 24 hours apart.

    Args:
        approved: as if somebody approved what the caps refuse.

    Raises:
        InvalidInput: if a policy's schedule is none of EventBridge Scheduler's.
    """
    world = World.of(inventory, policies, now)
    rows = [row for each in inventory.snapshots if (row := candidate(each, world))]
    backups = _backups(inventory, policies, rows, now)
    for number in range(days + 1):
        at = now + number * DAY
        made = [row for each in backups for row in each.rows(at - DAY, at)] if number else []
        plan = plan_rows([*rows, *made], replace(world, now=at), timedelta())
        planned = tuple(decision.row for decision in plan.deletes)
        deletes = planned if approved or not plan.refusals else ()
        gone = {row.snapshot.id for row in deletes}
        kept = [d.row for d in plan.decisions if d.row.snapshot.id not in gone]
        yield Day(at, tuple(made), planned, deletes, tuple(kept), plan.refusals)
        rows = [_finished(row) for row in kept]


@dataclass(frozen=True, slots=True)
class _Backup:
    """A policy's schedule and the disks, with their sizes in GB, that it takes snapshots of."""

    policy: str
    schedule: str
    zone: ZoneInfo
    disks: Mapping[str, int]
    anchor: datetime

    def rows(self, after: datetime, until: datetime) -> Iterator[Row]:
        """Yield the snapshots of all runs in (after, until]."""
        for slot in runs(self.schedule, self.zone, after, until, self.anchor):
            for disk, size_gb in self.disks.items():
                id_ = f"simulated-{self.policy}-{disk}-{iso(slot)}"
                made = Snapshot(id_, id_, SnapshotStatus.AVAILABLE, slot, "manual", disk)
                made = replace(made, size_gb=size_gb)
                yield Row(made, self.policy, disk, slot, Source.CRON)


def _backups(
    inventory: Inventory, policies: Policies, rows: Iterable[Row], now: datetime
) -> list[_Backup]:
    sizes = {volume.id: volume.size_gb for volume in inventory.volumes}
    runs_before = [row for row in rows if row.source is Source.CRON and row.slot <= now]
    last = {row.policy: row.slot for row in sorted(runs_before, key=lambda row: row.slot)}
    for policy in policies.by_name.values():
        if policy.schedule:
            check_schedule(policy.schedule, f"policy.{policy.name}.schedule")
    return [
        _Backup(
            policy=policy.name,
            schedule=policy.schedule,
            zone=policies.zone,
            disks={
                target.volume_id: sizes[target.volume_id]
                for target in select(policy, inventory, frozenset()).targets
                if target.refusal is None
            },
            anchor=last.get(policy.name, now),
        )
        for policy in policies.by_name.values()
        if policy.enabled and policy.schedule
    ]


def _finished(row: Row) -> Row:
    """Return the row as it is a day later."""
    if row.snapshot.status != SnapshotStatus.CREATING:
        return row
    return replace(row, snapshot=replace(row.snapshot, status=SnapshotStatus.AVAILABLE.value))
