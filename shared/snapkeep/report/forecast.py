"""What the policies will keep and delete: the simulation, of one disk for all that are alike.

A fleet's disks share their slots, so that a few histories stand for thousands of disks. Ages are
taken by the hour, since nothing looks at the age of a good snapshot more closely.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from snapkeep.model import Inventory, SnapshotStatus
from snapkeep.policy import Policies
from snapkeep.report.outlook import Day, Forecast
from snapkeep.rows import Row
from snapkeep.selection import select
from snapkeep.simulation import simulate

DAYS = 30
# of the histories that are simulated; one of each takes about a millisecond a day for ten
MAX_ROWS = 20_000
_HOUR = timedelta(hours=1)


def forecast(
    regions: Iterable[tuple[Inventory, Iterable[Row]]],
    policies: Policies,
    now: datetime,
    days: int = DAYS,
) -> Forecast | None:
    """Return the forecast of all regions, ``None`` if there is none or too many histories differ.

    Args:
        regions: each with its rows as ``candidate`` reads them.
    """
    fleets = [_Fleet(inventory, rows, policies, now) for inventory, rows in regions]
    if not fleets or any(fleet.size > MAX_ROWS for fleet in fleets):
        return None
    parts = [fleet.forecast(days) for fleet in fleets]
    sums = [
        Day(of_day[0].at, *(sum(getattr(day, name) for day in of_day) for name in _COUNTED))
        for of_day in zip(*(part.days for part in parts), strict=True)
    ]
    return Forecast(tuple(sums), {id_: at for part in parts for id_, at in part.goes.items()})


_COUNTED = ("created", "deleted", "kept", "size_gb")


class _Fleet:
    """One region's disks, the alike ones together."""

    def __init__(
        self, inventory: Inventory, rows: Iterable[Row], policies: Policies, now: datetime
    ) -> None:
        self._inventory, self._policies, self._now = inventory, policies, now
        self._rows: dict[str, list[Row]] = {volume.id: [] for volume in inventory.volumes}
        for row in sorted(rows, key=lambda row: row.point):
            self._rows.setdefault(row.volume_id, []).append(row)
        taken = self._taken()
        sizes = {volume.id: volume.size_gb for volume in inventory.volumes}
        alike: dict[Hashable, list[str]] = defaultdict(list)
        for disk, own in self._rows.items():
            if own or disk in taken:
                key = (taken.get(disk), sizes.get(disk), *map(self._history, own))
                alike[key].append(disk)
        # the first of each stands for all
        self._members = {disks[0]: disks for disks in alike.values()}

    @property
    def size(self) -> int:
        """How many rows are simulated."""
        return sum(len(self._rows[disk]) for disk in self._members)

    def forecast(self, days: int) -> Forecast:
        """Simulate the disks that stand for others, and count each as often as it does."""
        found: list[Day] = []
        goes: dict[str, datetime] = {}
        for day in simulate(self._few(), self._policies, self._now, days, approved=True):
            for row in day.deleted:
                goes |= dict.fromkeys(self._same(row), day.at)
            created, deleted, kept = map(self._sum, (day.created, day.deleted, day.kept))
            size = sum(row.snapshot.size_gb * len(self._members[row.volume_id]) for row in day.kept)
            found.append(Day(day.at, created, deleted, kept, size))
        return Forecast(tuple(found), goes)

    def _sum(self, rows: Iterable[Row]) -> int:
        return sum(len(self._members[row.volume_id]) for row in rows)

    def _same(self, row: Row) -> Iterator[str]:
        """Yield the snapshots of all disks that a row stands for; of a simulated one there are
        none."""
        own = [each.snapshot.id for each in self._rows[row.volume_id]]
        if row.snapshot.id in own:
            place = own.index(row.snapshot.id)
            yield from (
                self._rows[disk][place].snapshot.id for disk in self._members[row.volume_id]
            )

    def _few(self) -> Inventory:
        inventory = self._inventory
        volumes = [volume for volume in inventory.volumes if volume.id in self._members]
        snapshots = [row.snapshot for disk in self._members for row in self._rows[disk]]
        return replace(inventory, volumes=volumes, snapshots=snapshots)

    def _taken(self) -> dict[str, tuple[str, ...]]:
        """Return the scheduled policies that take snapshots of each disk."""
        names: dict[str, list[str]] = defaultdict(list)
        for policy in self._policies.by_name.values():
            if policy.enabled and policy.schedule:
                for target in select(policy, self._inventory, frozenset()).targets:
                    if target.refusal is None:
                        names[target.volume_id].append(policy.name)
        return {disk: tuple(found) for disk, found in names.items()}

    def _history(self, row: Row) -> Hashable:
        """Return all of a row that decides when it goes."""
        snapshot, held = row.snapshot, self._policies.held(row.snapshot.id, self._now)
        created, is_failed = snapshot.create_time, snapshot.status == SnapshotStatus.CREATED_FAILED
        return (
            *(row.policy, row.slot, row.source, snapshot.status, snapshot.size_gb),
            *(row.keep_until, row.hold, row.hold_until, held and held.until, held is None),
            created if created is None or is_failed else (self._now - created) // _HOUR,
            *(row.is_after(self._now), snapshot.volume_id is None),
        )
