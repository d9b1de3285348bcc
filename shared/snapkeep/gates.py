"""The gates: each can hold back a delete, by name and with its reason. All are on by default."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from snapkeep.model import SnapshotStatus, Source
from snapkeep.policy import Policy
from snapkeep.rows import Row, World
from snapkeep.times import short

MINIMUM_AGE = timedelta(hours=24)
FAILED_GRACE = timedelta(hours=48)


@dataclass(frozen=True)
class Group:
    """The rows of one (policy, disk), and what is true of all of them.

    ``deleted`` are those that the run at hand has deleted: they count for the rules, as they did
    when the plan was made, and for no gate.
    """

    world: World
    policy: Policy | None
    volume_id: str
    rows: tuple[Row, ...]
    deleted: tuple[Row, ...] = ()

    @cached_property
    def good(self) -> tuple[Row, ...]:
        """Available, of this disk, and not from the future, newest last.

        What may be a copy of another one counts once, and only if both are good.
        """
        rows = self.rows
        if self.is_released:
            namesakes = self.by_name.values()
            rows = tuple(same[0] for same in namesakes if all(map(self._is_good, same)))
        return tuple(sorted(filter(self._is_good, rows), key=lambda row: row.point))

    @cached_property
    def by_name(self) -> Mapping[str, Sequence[Row]]:
        """The rows of each name, which is that of one (policy, disk, event), later ones apart."""
        found = defaultdict[str, list[Row]](list)
        for row in sorted(self.rows, key=lambda row: row.point):
            if not row.is_after(self.world.now):
                found[row.snapshot.name].append(row)
        return found

    @property
    def counted(self) -> list[Row]:
        """What the rules count: the good rows of cron events, and the adopted ones."""
        rows = (*self.good, *filter(self._is_good, self.deleted))
        return [row for row in rows if row.source in {Source.CRON, None}]

    @property
    def newest_good(self) -> Row | None:
        return self.good[-1] if self.good else None

    @property
    def is_released(self) -> bool:
        """Whether the disk is no longer listed."""
        return self.volume_id not in self.world.disks

    def _is_good(self, row: Row) -> bool:
        # a copied marker, on a snapshot whose own disk is gone, must not stand in for one of it
        is_of_it = self.is_released == (row.snapshot.volume_id is None)
        return row.snapshot.is_available and is_of_it and not row.is_after(self.world.now)


Objects = Callable[[Row, Group], str | None]


@dataclass(frozen=True, slots=True)
class Gate:
    """Why an expired row is not deleted; approving the plan lifts it where ``approvable``."""

    name: str
    objects: Objects
    approvable: bool = False


def _no_policy(row: Row, group: Group) -> str | None:
    if group.policy is None:
        return f"policy {row.policy} is not in the policy file"
    return None if group.policy.enabled else f"policy {row.policy} is disabled"


def _wrong_status(row: Row, group: Group) -> str | None:
    status = row.snapshot.status
    if status == SnapshotStatus.AVAILABLE:
        return None
    if status != SnapshotStatus.CREATED_FAILED:
        return f"it is {status}"
    newest = group.newest_good
    return None if newest and newest.point > row.point else "no newer good one exists"


def _unreadable_time(row: Row, group: Group) -> str | None:
    return None if row.snapshot.create_time else "its creation time cannot be read"


def _future(row: Row, group: Group) -> str | None:
    return "it is dated in the future" if row.is_after(group.world.now) else None


def _hold(row: Row, group: Group) -> str | None:
    now = group.world.now
    if row.hold and (row.hold_until is None or now < row.hold_until):
        return f"held: {row.hold}"
    hold = group.world.policies.held(row.snapshot.id, now)
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
    # that a released disk gets no more backups is no sign that they have stopped
    rpo = None if group.policy is None or group.is_released else group.policy.rpo
    newest = group.newest_good
    if rpo is None or (newest and group.world.now - newest.slot <= 2 * rpo):
        return None
    return f"backups have stopped: the newest good one is older than 2 x {short(rpo)}"


def _disk_unclear(row: Row, group: Group) -> str | None:
    # the API forgets a row's disk when that is released (terraform-provider-baiducloud)
    if group.is_released == (row.snapshot.volume_id is None):
        return None
    if group.is_released:
        return "its disk is not listed, but the snapshot still names it"
    return "the snapshot names no disk any more, but its disk is listed"


def _copied(row: Row, group: Group) -> str | None:
    # somebody's copy of a name and marker loses, with its disk, what tells it from the original
    if not group.is_released or len(group.by_name.get(row.snapshot.name, ())) < 2:
        return None
    return "another one has the same name, and one of them may be a copy from another disk"


def _released(row: Row, group: Group) -> str | None:
    return "its disk has been released" if group.is_released else None


def _adopted(row: Row, group: Group) -> str | None:
    return None if row.source else "adopted from snapshots made by others"


GATES = (
    Gate("policy", _no_policy),
    Gate("status", _wrong_status),
    Gate("time", _unreadable_time),
    Gate("future", _future),
    Gate("hold", _hold),
    Gate("newest-good", _newest),
    Gate("minimum-age", _too_young),
    Gate("freshness", _stale),
    Gate("disk", _disk_unclear),
    Gate("copy", _copied),
    Gate("released", _released, approvable=True),
    Gate("adopted", _adopted, approvable=True),
)
