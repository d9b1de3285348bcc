"""The rows that can be deleted at all: those that prove to be ours, and those a policy adopts."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property

from snapkeep.identity import Marker, claimed_ids, read_marker
from snapkeep.model import Inventory, Snapshot, Source, Volume
from snapkeep.policy import Adopt, Policies
from snapkeep.retention import Point
from snapkeep.selection import covered

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """A snapshot under a policy.

    ``source`` is ``None`` where the policy adopted it; its slot is then its creation time.
    """

    snapshot: Snapshot
    policy: str
    volume_id: str
    slot: datetime
    source: Source | None
    keep_until: datetime | None = None
    hold: str | None = None
    hold_until: datetime | None = None

    @classmethod
    def of(cls, snapshot: Snapshot, marker: Marker) -> "Row":
        """Return the row of a snapshot that carries this marker."""
        mine = marker.identity
        return cls(
            snapshot,
            mine.policy,
            mine.volume_id,
            mine.slot,
            mine.source,
            marker.keep_until,
            marker.hold,
            marker.hold_until,
        )

    @property
    def point(self) -> Point:
        """Its place in the total order of restore points."""
        return Point(self.slot, self.snapshot.create_time or _NEVER, self.snapshot.id)

    @property
    def is_of(self) -> tuple[str, str, str, datetime, Source | None]:
        """What an edit of its name or marker changes: with another one it is another row."""
        return (self.snapshot.name, self.policy, self.volume_id, self.slot, self.source)

    def is_after(self, now: datetime) -> bool:
        """Say whether it is of, or was made, later than now."""
        created = self.snapshot.create_time
        return self.slot > now or (created is not None and created > now)


@dataclass(frozen=True)
class World:
    """All that decides a verdict besides the rows.

    ``disks`` maps each disk that exists to the ids under which the API may list its snapshots
    besides its own: the instance's for a system disk, none for another. ``covered`` holds the disks
    that each policy with ``adopt`` selects.
    """

    region: str
    now: datetime
    policies: Policies
    disks: Mapping[str, tuple[str, ...]]
    covered: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, inventory: Inventory, policies: Policies, now: datetime) -> "World":
        """Return the world of a region as it was listed."""
        adopting = [policy for policy in policies.by_name.values() if policy.adopt]
        taken = {policy.name: covered(policy, inventory) for policy in adopting}
        return cls(inventory.region, now, policies, disks_of(inventory.volumes), taken)

    @cached_property
    def disk_of(self) -> Mapping[str | None, str]:
        """The disk behind each id under which the API may list a snapshot."""
        owners: dict[str | None, str] = {i: disk for disk, ids in self.disks.items() for i in ids}
        return owners | {disk: disk for disk in self.disks}


def disks_of(volumes: Iterable[Volume]) -> dict[str, tuple[str, ...]]:
    """Return the ``disks`` of a ``World``."""
    return {volume.id: volume.instance_ids if volume.is_system else () for volume in volumes}


def candidate(snapshot: Snapshot, world: World) -> Row | None:
    """Return the row if it is ours and of the disk its marker names, or of that disk's instance; or
    if a policy adopts it."""
    marker = read_marker(snapshot, world.region)
    if marker is None:
        return _adopted(snapshot, world)
    disk = marker.identity.volume_id
    owners = {None, disk, *world.disks.get(disk, ())}
    return Row.of(snapshot, marker) if snapshot.volume_id in owners else None


def _adopted(snapshot: Snapshot, world: World) -> Row | None:
    """Return the row if exactly one policy that selects its disk asks for it.

    A row that carries a mark of ours, even an edited one, is never adopted.
    """
    disk = world.disk_of.get(snapshot.volume_id)
    slot = snapshot.create_time
    ours = "snapkeep/" in snapshot.desc or claimed_ids(snapshot)
    if disk is None or slot is None or ours:
        return None
    takers = [
        policy.name
        for policy in world.policies.by_name.values()
        if policy.adopt
        and disk in world.covered.get(policy.name, ())
        and _asks_for(policy.adopt, snapshot, slot)
    ]
    return Row(snapshot, takers[0], disk, slot, None) if len(takers) == 1 else None


def _asks_for(adopt: Adopt, snapshot: Snapshot, created: datetime) -> bool:
    plain = snapshot.is_manual and snapshot.is_available
    return plain and snapshot.name.startswith(adopt.name_prefix) and created < adopt.created_before
