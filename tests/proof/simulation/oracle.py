"""What may be in the cloud's store, worked out from it alone and without the code on trial."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from tests.fake_bce.rows import SnapshotRow
from tests.proof.simulation.rules import AD_HOC_DAYS, RPO_HOURS, Rules

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SHANGHAI = timedelta(hours=8)
FAILED_FOR = 54 * HOUR
Key = tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class Origin:
    """A snapshot of ours as it was made: ``key`` is (policy, disk, source, slot).

    A schedule has one event of each source, and one per slot of cron, so that no event's hash is
    needed to know which one a snapshot answers. The disk is that of the row and not of its marker.
    """

    id: str
    key: Key
    name: str
    desc: str
    slot: datetime
    born: datetime
    keep_until: datetime | None
    marked: str

    @classmethod
    def of(cls, row: SnapshotRow) -> "Origin":
        """Read a row of which nothing has been changed yet."""
        words = dict(word.split("=", 1) for word in row.desc.split(" ")[1:])
        slot = words["slot"] if words["source"] == "cron" else ""
        until = words.get("keep_until")
        return cls(
            row.id,
            (words["policy"], str(row.volume_id), words["source"], slot),
            row.name,
            row.desc,
            datetime.fromisoformat(words["slot"]),
            row.create_time,
            datetime.fromisoformat(until) if until else None,
            words["volume"],
        )

    @property
    def group(self) -> tuple[str, str]:
        """The policy and the disk whose rules and gates it is under."""
        return self.key[:2]

    @property
    def is_cron(self) -> bool:
        return self.key[2] == "cron"

    def false_words(self) -> Iterator[str]:
        """Say what the marker says that is not so."""
        if self.marked != self.key[1]:
            yield f"{self.id} is of {self.key[1]} and says {self.marked}"
        for_days = self.keep_until - self.slot if self.keep_until else None
        if for_days != (None if self.is_cron else AD_HOC_DAYS * DAY):
            yield f"{self.id} is to be kept until {self.keep_until}"

    def is_ours(self, row: SnapshotRow) -> bool:
        """Say whether the row is still what was made, a hold apart."""
        return row.name == self.name and _without_hold(row.desc) == self.desc


@dataclass(frozen=True, slots=True)
class Seen:
    """A store at one instant, as whoever read it then has to judge by."""

    now: datetime
    rules: Rules
    disks: frozenset[str]
    rows: Mapping[str, SnapshotRow]
    origins: Mapping[str, Origin]

    @classmethod
    def of(
        cls,
        now: datetime,
        rules: Rules,
        disks: Iterable[str],
        rows: Iterable[SnapshotRow],
        origins: Mapping[str, Origin],
    ) -> "Seen":
        """Copy what may change."""
        copies = {row.id: replace(row) for row in rows}
        return cls(now, rules, frozenset(disks), copies, origins)

    def good(self, group: tuple[str, str]) -> list[Origin]:
        """Return the good snapshots of a policy and disk, newest first."""
        found = [
            origin
            for id_, row in self.rows.items()
            if (origin := self.origins.get(id_)) and origin.group == group
            if row.status == "Available" and origin.is_ours(row)
            if origin.slot <= self.now and row.create_time <= self.now
        ]
        return sorted(found, key=lambda each: (each.slot, each.born, each.id), reverse=True)

    def objections(self, id_: str) -> Iterator[str]:
        """Say why mode auto may not delete a snapshot."""
        row, origin = self.rows.get(id_), self.origins.get(id_)
        if origin is None:
            yield "it is of others"
            return
        if row is None:
            yield "it was gone already"
            return
        good = self.good(origin.group)
        if (row.name, row.desc) != (origin.name, origin.desc):
            yield "it is held, or somebody has edited it"
        if self.now - row.create_time < DAY:
            yield "it is younger than 24 h"
        if origin.group[1] not in self.disks:
            yield "its disk has been released"
        yield from self._of_policy(origin, good)
        yield from self._of_status(row, origin, good)

    def _of_policy(self, origin: Origin, good: list[Origin]) -> Iterator[str]:
        if origin.group[0] != "nightly":
            return
        if not (self.rules.is_there and self.rules.is_enabled):
            yield "its policy is disabled or gone"
        if not good or self.now - good[0].slot > 2 * RPO_HOURS * HOUR:
            yield "backups of its disk have stopped"

    def _of_status(self, row: SnapshotRow, origin: Origin, good: list[Origin]) -> Iterator[str]:
        if row.status == "CreatedFailed":
            if self.now - row.create_time < FAILED_FOR or not good or good[0].slot <= origin.slot:
                yield "its creation failed, and may yet be repaired"
            return
        if row.status != "Available":
            yield f"it is {row.status}"
        if len(good) <= 2 or good[0].id == origin.id:
            yield "it is one of the last two good ones, or the newest"
        if origin.id in wanted(good, self.rules):
            yield "a rule wants it"
        if origin.keep_until and origin.keep_until > self.now:
            yield "it is to be kept until later"


def wanted(good: list[Origin], rules: Rules) -> set[str]:
    """Return what the rules keep of the good ones, newest first; each of so many, and the oldest
    while a rule has some left."""
    cron = [origin for origin in good if origin.is_cron]
    kept = {origin.id for origin in cron[: rules.last]}
    days: dict[object, str] = {}
    for origin in cron:
        days.setdefault((origin.slot + SHANGHAI).date(), origin.id)
    kept.update(list(days.values())[: rules.daily])
    if cron and len(days) < rules.daily:
        kept.add(cron[-1].id)
    return kept


def duplicates(
    origins: Iterable[Origin], ends: Mapping[str, datetime], failed: set[str]
) -> Iterator[str]:
    """Name every two good snapshots of one (policy, disk, event) that were there at one time.

    Args:
        ends: until when each that is gone, or was made somebody else's by an edit, was ours.
        failed: those whose creation failed.
    """
    by_key: dict[Key, list[Origin]] = defaultdict(list)
    for origin in origins:
        if origin.id not in failed:
            by_key[origin.key].append(origin)
    for key, made in by_key.items():
        made.sort(key=lambda each: each.born)
        for earlier, later in pairwise(made):
            if earlier.id not in ends or ends[earlier.id] > later.born:
                yield f"{earlier.id} and {later.id} are both of {' '.join(key)}"


def _without_hold(desc: str) -> str:
    return " ".join(word for word in desc.split(" ") if not word.startswith("hold"))
