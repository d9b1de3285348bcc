"""What the state machine expects: a second account of the rules, without the code that decides.

It is asked about the whole store of the cloud, of which a run may have seen a part only, and it
knows for which event each snapshot was made.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from snapkeep.identity import Identity
from snapkeep.times import parse_instant
from tests.fake_bce import RegionStore
from tests.fake_bce.rows import SnapshotRow
from tests.proof.machine.deliveries import Event

ZONE = ZoneInfo("Asia/Shanghai")
HOUR = timedelta(hours=1)
RPO, MINIMUM_AGE, FAILED_AGE = 26 * HOUR, 24 * HOUR, 54 * HOUR
# from a run's last reading to the last attempt of the delete that rests on it
ATTEMPTS = timedelta(minutes=2)
GENERATIONS = 4
_HOLD = re.compile(r" hold=\S+(?: hold_until=(\S+))?")

Point = tuple[datetime, datetime, str]
Group = tuple[str, str]


@dataclass(slots=True)
class PolicyFile:
    """The policy file as far as people edit it; ``nightly`` is on, off (disabled) or gone."""

    last: int = 1
    daily: int = 2
    ad_hoc_days: int = 2
    nightly: str = "on"
    held: list[str] = field(default_factory=list)

    def text(self) -> str:
        """Write the file."""
        daily = f", daily = {self.daily}" if self.daily else ""
        nightly = [
            f"[policy.nightly]\nenabled = {'true' if self.nightly == 'on' else 'false'}",
            'select = { tags = { backup = "nightly" } }\nrpo = "26h"',
            f'ad_hoc_keep = "{self.ad_hoc_days}d"\nkeep = {{ last = {self.last}{daily} }}',
        ]
        lines = [
            f'timezone = "{ZONE.key}"\nregions = ["bj"]',
            *(nightly if self.nightly != "gone" else ()),
            f'[policy.adhoc]\nselect = {{ all = true }}\nad_hoc_keep = "{self.ad_hoc_days}d"',
            *(f'[[hold]]\nsnapshot = "{id_}"\nreason = "audit"' for id_ in self.held),
        ]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Origin:
    """For what a snapshot of ours was made, and what it was called and said then."""

    event: Event
    disk: str
    name: str
    desc: str
    keep_until: datetime | None

    @classmethod
    def of(cls, row: SnapshotRow, event: Event, keep_until: datetime | None) -> "Origin | None":
        """Return the origin of a new row if it is what the event asks of its disk."""
        disk = str(row.volume_id)
        mine = Identity("bj", event.policy, disk, event.source, event.slot, event.hash)
        names = [mine.name(generation) for generation in range(GENERATIONS)]
        if row.name not in names or row.desc != mine.desc(names.index(row.name), keep_until):
            return None
        return cls(event, disk, row.name, row.desc, keep_until)

    @property
    def group(self) -> Group:
        """The policy and the disk."""
        return self.event.policy, self.disk


def kept(points: Sequence[Point], last: int, daily: int) -> set[str]:
    """Return the ids that ``last`` and ``daily`` keep: the newest, the newest of each day, and the
    oldest while one of the two has counts left."""
    newest_first = sorted(points, reverse=True)
    days: dict[object, str] = {}
    for slot, _, id_ in newest_first:
        if len(days) < daily:
            days.setdefault(slot.astimezone(ZONE).date(), id_)
    ids = [id_ for _, _, id_ in newest_first]
    oldest = ids[-1:] if len(ids) < last or len(days) < daily else []
    return {*ids[:last], *days.values(), *oldest}


class Reference:
    """What may be, of an account that its people and snapkeep change.

    Attributes:
        origins: of every snapshot of ours that ever was, by id.
    """

    def __init__(self, store: RegionStore) -> None:
        self.store, self.policies = store, PolicyFile()
        self.origins: dict[str, Origin] = {}

    def is_ours(self, row: SnapshotRow) -> bool:
        """Whether we made it, it is in no image, and nobody has edited more of it than a hold."""
        found = self.origins.get(row.id)
        plain = row.name, _HOLD.sub("", row.desc), row.template_id
        return found is not None and plain == (found.name, found.desc, None)

    def take_copies(self) -> None:
        """Take somebody's copy for what it says it is where it outlives its original and both their
        disks are gone: there is nothing then that tells it from one of ours."""
        by_words = {(each.name, each.desc): each for each in self.origins.values()}
        rows = self.store.snapshots.values()
        for row in rows:
            like = by_words.get((row.name, _HOLD.sub("", row.desc)))
            is_orphan = like and row.volume_id is None and like.disk not in self.store.volumes
            others = (each for each in rows if each.name == row.name and self.is_ours(each))
            if like and is_orphan and not any(others):
                self.origins[row.id] = like

    def is_held(self, row: SnapshotRow, now: datetime) -> bool:
        """Whether its marker or the policy file holds it."""
        found = _HOLD.search(row.desc)
        by_marker = found and (found[1] is None or now < parse_instant(found[1]))
        return bool(by_marker) or row.id in self.policies.held

    def point(self, row: SnapshotRow) -> Point:
        """Return its place in the order of time."""
        return self.origins[row.id].event.slot, row.create_time, row.id

    def moment(self, id_: str) -> datetime:
        """Return from when on a snapshot that is there is not of the future."""
        return max(self.point(self.store.snapshots[id_])[:2])

    def good(self, group: Group, now: datetime) -> list[SnapshotRow]:
        """Return the good snapshots of a disk under a policy, oldest first."""
        rows = [
            row
            for row in self.store.snapshots.values()
            if row.status == "Available" and self.is_ours(row)
            if self.origins[row.id].group == group and max(self.point(row)[:2]) <= now
        ]
        return sorted(rows, key=self.point)

    def objections(
        self, row: SnapshotRow, now: datetime, *, approved: bool, deleted: Sequence[SnapshotRow]
    ) -> Iterator[str]:
        """Say why a row must not be deleted now.

        Args:
            deleted: by the run at hand, which count for the rules as they did in its plan.
        """
        if not self.is_ours(row):
            yield "it is of others, or was edited"
            return
        policy, disk = group = self.origins[row.id].group
        good, is_listed = self.good(group, now), disk in self.store.volumes
        point, newest = self.point(row), self.point(good[-1]) if good else None
        is_failed, age = row.status == "CreatedFailed", now - row.create_time
        stops = policy == "nightly" and is_listed
        found = {
            "its policy is not in force": policy == "nightly" and self.policies.nightly != "on",
            "its status": row.status not in {"Available", "CreatedFailed"},
            "it is dated in the future": max(point[:2]) > now,
            "it is too young": age < (FAILED_AGE if is_failed else MINIMUM_AGE),
            "it is held": self.is_held(row, now),
            "it is wanted": not is_failed and self._is_wanted(row, [*good, *deleted], now),
            "row and list of disks disagree": is_listed is (row.volume_id is None),
            "its disk is gone, and nobody approved": not is_listed and not approved,
            "it is the newest good one": point == newest,
            "two good ones have to remain": row in good and len(good) <= 2,
            "it failed, and no newer one is good": is_failed and (not newest or newest < point),
            "backups have stopped": stops and (not newest or now - newest[0] > 2 * RPO + ATTEMPTS),
        }
        yield from (why for why, is_so in found.items() if is_so)

    def _is_wanted(self, row: SnapshotRow, counted: Sequence[SnapshotRow], now: datetime) -> bool:
        """Say whether its date is to come or, for one of a schedule, whether a rule keeps it."""
        mine = self.origins[row.id]
        if mine.keep_until:
            return mine.keep_until > now
        points = [
            self.point(each)
            for each in counted
            if each.status == "Available"
            if (self.origins[each.id].group, self.origins[each.id].keep_until) == (mine.group, None)
        ]
        return row.id in kept(points, self.policies.last, self.policies.daily)
