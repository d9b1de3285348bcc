"""Which snapshots of one disk the rules of its policy keep, and which rule kept each."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime

from snapkeep.identity import Marker
from snapkeep.model import Snapshot
from snapkeep.policy import Keep
from snapkeep.times import short


@dataclass(frozen=True, slots=True)
class Row:
    """A snapshot of ours together with its marker."""

    snapshot: Snapshot
    marker: Marker

    @property
    def slot(self) -> datetime:
        return self.marker.identity.slot

    @property
    def order(self) -> tuple[datetime, str, str]:
        """A total order, so that a plan is the same on every machine."""
        created = self.snapshot.create_time
        return (self.slot, created.isoformat() if created else "", self.snapshot.id)


Bucket = Callable[[Row], Hashable]


@dataclass(frozen=True, slots=True)
class Rule:
    """Keep the newest row of each of the first ``count(keep)`` buckets."""

    name: str
    count: Callable[[Keep], int]
    bucket: Bucket


RULES = (Rule("last", lambda keep: keep.last, lambda row: row.snapshot.id),)


def reasons_to_keep(rows: Sequence[Row], keep: Keep) -> dict[str, tuple[str, ...]]:
    """Return, for each row that a rule keeps, the names of all rules that do.

    Args:
        rows: the good rows of cron events of one (policy, disk), in any order; the newest of them
            anchors ``within``.

    Rules are a union and count as restic does: newest first, one row may serve several rules.
    """
    newest_first = sorted(rows, key=lambda row: row.order, reverse=True)
    reasons: dict[str, tuple[str, ...]] = {}
    for rule in RULES:
        seen: set[Hashable] = set()
        for row in newest_first:
            if len(seen) >= rule.count(keep):
                break
            if (bucket := rule.bucket(row)) not in seen:
                seen.add(bucket)
                _add(reasons, row, f"{rule.name} {len(seen)} of {rule.count(keep)}")
    if keep.within is not None and newest_first:
        since = newest_first[0].slot - keep.within
        for row in newest_first:
            if row.slot > since:
                _add(reasons, row, f"within {short(keep.within)} of the newest")
    return reasons


def _add(reasons: dict[str, tuple[str, ...]], row: Row, reason: str) -> None:
    reasons[row.snapshot.id] = (*reasons.get(row.snapshot.id, ()), reason)
