"""What may be deleted: the candidates and the verdict on each.

The default is to keep. A snapshot is planned for deletion only if it is provably ours, no rule
keeps it, and no gate objects.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from snapkeep.gates import GATES, Group, World
from snapkeep.identity import read_marker
from snapkeep.model import Snapshot, SnapshotStatus, Source, iso
from snapkeep.policy import Keep
from snapkeep.retention import Row, reasons_to_keep

MINIMUM_GOOD = 2


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on one snapshot of ours, with all its reasons and the gate that held it."""

    row: Row
    delete: bool
    reasons: tuple[str, ...]
    gate: str | None = None


def decide(snapshots: Iterable[Snapshot], world: World) -> list[Decision]:
    """Return the verdict on every snapshot of ours among the rows, oldest first.

    The rows of a (policy, disk) must be complete: a missing row could be the good one.
    """
    groups: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for snapshot in snapshots:
        if row := candidate(snapshot, world):
            groups[row.marker.identity.policy, row.marker.identity.volume_id].append(row)
    decisions = [
        decision
        for (policy, volume_id), rows in groups.items()
        for decision in _decide_group(
            Group(world, world.policies.by_name.get(policy), volume_id, tuple(rows))
        )
    ]
    return sorted(decisions, key=lambda decision: decision.row.order)


def candidate(snapshot: Snapshot, world: World) -> Row | None:
    """Return the row if it is ours and of the disk its marker names, or of that disk's instance."""
    marker = read_marker(snapshot, world.region)
    if marker is None:
        return None
    disk = marker.identity.volume_id
    owners = {None, disk, *world.disks.get(disk, ())}
    return Row(snapshot, marker) if snapshot.volume_id in owners else None


def _decide_group(group: Group) -> list[Decision]:
    keep = group.policy.keep if group.policy else Keep()
    crons = [row for row in group.good if row.marker.identity.source is Source.CRON]
    kept = reasons_to_keep(crons, keep)
    decisions = [_decide(row, group, kept.get(row.snapshot.id, ()), keep) for row in group.rows]
    return _keep_minimum(decisions, len(group.good))


def _decide(row: Row, group: Group, kept: tuple[str, ...], keep: Keep) -> Decision:
    if reasons := kept or _kept_without_rule(row, group, keep):
        return Decision(row, False, reasons)
    expired = _expired_because(row)
    for gate, objects in GATES:
        if objection := objects(row, group):
            return Decision(row, False, (*expired, objection), gate)
    return Decision(row, True, expired)


def _kept_without_rule(row: Row, group: Group, keep: Keep) -> tuple[str, ...]:
    if row.snapshot.status == SnapshotStatus.CREATED_FAILED:
        return ()
    until = row.marker.keep_until
    if until is not None and until > group.world.now:
        return (f"keep_until {iso(until)}",)
    if row.marker.identity.source is Source.CRON:
        return () if keep != Keep() or group.policy is None else ("the policy has no keep rule",)
    return ("ad hoc without keep_until",) if until is None else ()


def _expired_because(row: Row) -> tuple[str, ...]:
    if row.snapshot.status == SnapshotStatus.CREATED_FAILED:
        return ("its creation failed",)
    if row.marker.keep_until:
        return (f"keep_until {iso(row.marker.keep_until)} has passed",)
    return ("no rule keeps it",)


def _keep_minimum(decisions: Sequence[Decision], good: int) -> list[Decision]:
    left = good - sum(d.delete and d.row.snapshot.is_available for d in decisions)
    result = []
    for decision in sorted(decisions, key=lambda d: d.row.order, reverse=True):
        if decision.delete and decision.row.snapshot.is_available and left < MINIMUM_GOOD:
            left += 1
            objection = f"one of the last {MINIMUM_GOOD} good ones"
            reasons = (*decision.reasons, objection)
            result.append(Decision(decision.row, False, reasons, "minimum-good"))
        else:
            result.append(decision)
    return result
