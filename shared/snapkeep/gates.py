"""The gates: each can hold back a delete, by name and with its reason. All are on by default."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from snapkeep.model import SnapshotStatus, Volume
from snapkeep.policy import Policies, Policy
from snapkeep.retention import Row
from snapkeep.times import short

MINIMUM_AGE = timedelta(hours=24)
FAILED_GRACE = timedelta(hours=48)


@dataclass(frozen=True, slots=True)
class World:
    """All that decides a verdict besides the rows.

    ``disks`` maps each disk that exists to the ids under which the API may list its snapshots
    besides its own: the instance's for a system disk, none for another.
    """

    region: str
    now: datetime
    policies: Policies
    disks: Mapping[str, tuple[str, ...]]


def disks_of(volumes: Iterable[Volume]) -> dict[str, tuple[str, ...]]:
    """Return the ``disks`` of a ``World``."""
    return {volume.id: volume.instance_ids if volume.is_system else () for volume in volumes}


@dataclass(frozen=True)
class Group:
    """The rows of one (policy, disk), and what is true of all of them."""

    world: World
    policy: Policy | None
    volume_id: str
    rows: tuple[Row, ...]

    @cached_property
    def good(self) -> tuple[Row, ...]:
        """Available and not from the future, newest last."""
        good = (r for r in self.rows if r.snapshot.is_available and not _future(r, self))
        return tuple(sorted(good, key=lambda row: row.order))

    @property
    def newest_good(self) -> Row | None:
        return self.good[-1] if self.good else None


Gate = Callable[[Row, Group], str | None]


def _no_policy(row: Row, group: Group) -> str | None:
    name = row.marker.identity.policy
    if group.policy is None:
        return f"policy {name} is not in the policy file"
    return None if group.policy.enabled else f"policy {name} is disabled"


def _wrong_status(row: Row, group: Group) -> str | None:
    status = row.snapshot.status
    if status == SnapshotStatus.AVAILABLE:
        return None
    if status != SnapshotStatus.CREATED_FAILED:
        return f"it is {status}"
    newest = group.newest_good
    return None if newest and newest.order > row.order else "no newer good one exists"


def _unreadable_time(row: Row, group: Group) -> str | None:
    return None if row.snapshot.create_time else "its creation time cannot be read"


def _future(row: Row, group: Group) -> str | None:
    created = row.snapshot.create_time
    late = row.slot > group.world.now or (created is not None and created > group.world.now)
    return "it is dated in the future" if late else None


def _hold(row: Row, group: Group) -> str | None:
    if row.marker.hold:
        return f"held: {row.marker.hold}"
    hold = group.world.policies.held(row.snapshot.id, group.world.now)
    return f"held by the policy file: {hold.reason}" if hold else None


def _newest(row: Row, group: Group) -> str | None:
    return "it is the newest good one" if row == group.newest_good else None


def _too_young(row: Row, group: Group) -> str | None:
    least = MINIMUM_AGE
    if row.snapshot.status == SnapshotStatus.CREATED_FAILED:
        least = group.world.policies.max_event_age + FAILED_GRACE
    created = row.snapshot.create_time
    old = created is not None and group.world.now - created >= least
    return None if old else f"younger than {short(least)}"


def _stale(row: Row, group: Group) -> str | None:
    rpo, newest = group.policy.rpo if group.policy else None, group.newest_good
    if rpo is None or (newest and group.world.now - newest.slot <= 2 * rpo):
        return None
    return f"backups have stopped: the newest good one is older than 2 x {short(rpo)}"


def _released(row: Row, group: Group) -> str | None:
    # the API forgets a row's disk when that is released, which may be after the disks were listed
    listed = group.volume_id in group.world.disks and row.snapshot.volume_id is not None
    return None if listed else "its disk has been released"


GATES: tuple[tuple[str, Gate], ...] = (
    ("policy", _no_policy),
    ("status", _wrong_status),
    ("time", _unreadable_time),
    ("future", _future),
    ("hold", _hold),
    ("newest-good", _newest),
    ("minimum-age", _too_young),
    ("freshness", _stale),
    ("released", _released),
)
