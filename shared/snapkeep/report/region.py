"""One region as the report sees it: its disks, what is left of others, each snapshot once."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from snapkeep.expiry import Decision, Verdict
from snapkeep.gates import Group
from snapkeep.model import Inventory, Snapshot, Source, Volume
from snapkeep.plan import Plan, plan_rows
from snapkeep.policy import Policies, Policy
from snapkeep.report.judging import coverage_state, kind_of, state_of
from snapkeep.report.model import Coverage, Disk, Dot, Kind, Orphan
from snapkeep.rows import Row, World, candidate
from snapkeep.selection import covers, matches


@dataclass(frozen=True)
class Region:
    """One region's lists, its plan of now, and each snapshot with what it is."""

    inventory: Inventory
    policies: Policies
    now: datetime

    @cached_property
    def world(self) -> World:
        return World.of(self.inventory, self.policies, self.now)

    @cached_property
    def plan(self) -> Plan:
        return plan_rows(self.rows, self.world, timedelta())

    @property
    def rows(self) -> Iterator[Row]:
        """What is ours of the snapshots."""
        return (row for _, row in self._rows if row)

    @cached_property
    def kinds(self) -> Counter[Kind]:
        """The number of snapshots of each kind."""
        return Counter(self._kind(snapshot, row) for snapshot, row in self._rows)

    @cached_property
    def manual_per_disk(self) -> Counter[str]:
        """How many snapshots that somebody asked for each disk has, as far as the list tells."""
        return Counter(
            disk
            for snapshot, row in self._rows
            if snapshot.is_manual
            and (disk := self._disk(snapshot, row))
            and disk in self.world.disks
        )

    @property
    def last_slots(self) -> dict[str, datetime]:
        """The newest slot of each policy's cron rows."""
        slots: dict[str, datetime] = {}
        for _, row in self._rows:
            if row and row.source is Source.CRON and row.slot <= self.now:
                slots[row.policy] = max(row.slot, slots.get(row.policy, row.slot))
        return slots

    def disks(
        self, next_runs: Mapping[str, datetime | None], goes: Mapping[str, datetime]
    ) -> Iterator[Disk]:
        """Yield every disk.

        Args:
            next_runs: of each policy.
            goes: when a snapshot will be deleted.
        """
        instances = {instance.id: instance for instance in self.inventory.instances}
        enabled = [each for each in self.policies.by_name.values() if each.enabled]
        sizes = self._chain_sizes
        for volume in self.inventory.volumes:
            covering = [each for each in enabled if covers(each, volume, instances)]
            meant = any(each.rpo and matches(each.select, volume, instances) for each in enabled)
            coverages = tuple(
                self._coverage(each, volume, next_runs.get(each.name)) for each in covering
            )
            yield Disk(
                region=self.inventory.region,
                volume_id=volume.id,
                name=volume.name,
                size_gb=volume.size_gb,
                state=state_of(volume, coverages, meant),
                coverages=coverages if volume.can_have_snapshots else (),
                chain_gb=sizes.get(volume.id, 0.0) if self.inventory.chains is not None else None,
                automatic_policy=volume.automatic_policy,
                dots=self._dots(volume.id, goes),
            )

    def orphans(self, goes: Mapping[str, datetime]) -> Iterator[Orphan]:
        """Yield what is left of each disk that is gone, of ours."""
        left: dict[str, list[Decision]] = defaultdict(list)
        for decision in self.plan.decisions:
            if decision.row.volume_id not in self.world.disks:
                left[decision.row.volume_id].append(decision)
        for disk, decisions in sorted(left.items()):
            yield Orphan(
                region=self.inventory.region,
                volume_id=disk,
                policies=tuple(sorted({each.row.policy for each in decisions})),
                newest_at=max(each.row.slot for each in decisions),
                approvals=sum(each.verdict is Verdict.APPROVE for each in decisions),
                dots=self._dots(disk, goes),
            )

    @cached_property
    def _rows(self) -> list[tuple[Snapshot, Row | None]]:
        return [(each, candidate(each, self.world)) for each in self.inventory.snapshots]

    @cached_property
    def _decided(self) -> dict[tuple[str, str], list[Decision]]:
        found: dict[tuple[str, str], list[Decision]] = defaultdict(list)
        for decision in self.plan.decisions:
            found[decision.row.policy, decision.row.volume_id].append(decision)
        return found

    def _dots(self, disk: str, goes: Mapping[str, datetime]) -> tuple[Dot, ...]:
        """Return a disk's snapshots, oldest first; one that tells no time is none."""
        found = [
            Dot(snapshot.id, at, self._kind(snapshot, row), goes.get(snapshot.id))
            for snapshot, row in self._of_disk.get(disk, ())
            if (at := row.slot if row else snapshot.create_time)
        ]
        return tuple(sorted(found, key=lambda dot: (dot.at, dot.id)))

    @cached_property
    def _of_disk(self) -> dict[str | None, list[tuple[Snapshot, Row | None]]]:
        found: dict[str | None, list[tuple[Snapshot, Row | None]]] = defaultdict(list)
        for snapshot, row in self._rows:
            found[self._disk(snapshot, row)].append((snapshot, row))
        return found

    @cached_property
    def _chain_sizes(self) -> Mapping[str, float]:
        """What all chains of each disk take, in GB."""
        sizes: dict[str, float] = defaultdict(float)
        for chain in self.inventory.chains or ():
            sizes[self.world.disk_of.get(chain.volume_id) or chain.volume_id] += chain.size_gb
        return sizes

    def _disk(self, snapshot: Snapshot, row: Row | None) -> str | None:
        return row.volume_id if row else self.world.disk_of.get(snapshot.volume_id)

    def _kind(self, snapshot: Snapshot, row: Row | None) -> Kind:
        if row is None:
            automatic = snapshot.create_method.casefold() == "auto"
            return Kind.AUTOMATIC if automatic else Kind.FOREIGN
        if row.volume_id not in self.world.disks:
            return Kind.ORPHANED
        if row.source is None:
            return Kind.ADOPTED
        return kind_of(row)

    def _coverage(self, policy: Policy, volume: Volume, next_run: datetime | None) -> Coverage:
        decisions = self._decided.get((policy.name, volume.id), [])
        rows = tuple(decision.row for decision in decisions)
        group = Group(self.world, policy, volume.id, rows)
        newest = group.newest_good
        failed = [row for row in rows if kind_of(row) is Kind.FAILED]
        deletes = sum(decision.delete for decision in decisions)
        approvals = sum(decision.verdict is Verdict.APPROVE for decision in decisions)
        if self.plan.refusals:
            deletes, approvals = 0, deletes + approvals
        age = self.now - newest.slot if newest else None
        return Coverage(
            policy=policy.name,
            state=coverage_state(policy.rpo, age, newest, failed),
            newest=newest.snapshot.id if newest else None,
            newest_at=newest.slot if newest else None,
            age=age,
            rpo=policy.rpo,
            next_run=next_run,
            good=len(group.good),
            failed=len(failed),
            deletes=deletes,
            approvals=approvals,
        )
