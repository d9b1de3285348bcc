"""What may be deleted: the verdict on each row, with its reasons.

The default is to keep. A snapshot is planned for deletion only if it is provably ours or adopted,
no rule keeps it, and no gate objects.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from snapkeep.gates import GATES, Group
from snapkeep.model import Snapshot, SnapshotStatus, Source, iso
from snapkeep.policy import Keep
from snapkeep.retention import Reasons, reasons_to_keep
from snapkeep.rows import Row, World, candidate

MINIMUM_GOOD = 2


class Verdict(StrEnum):
    """``approve`` is deleted where somebody approves the plan, and never by ``auto``."""

    KEEP = "keep"
    DELETE = "delete"
    APPROVE = "approve"


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on one row, with all its reasons and the gate that held it."""

    row: Row
    verdict: Verdict
    reasons: tuple[str, ...]
    gate: str | None = None

    @property
    def delete(self) -> bool:
        """Whether ``auto`` deletes it."""
        return self.verdict is Verdict.DELETE

    @property
    def deletable(self) -> bool:
        """Whether approving the plan deletes it."""
        return self.verdict is not Verdict.KEEP


def decide(
    snapshots: Iterable[Snapshot], world: World, deleted: Iterable[Row] = ()
) -> list[Decision]:
    """Return the verdict on every row among the snapshots, oldest first.

    Args:
        snapshots: complete for each disk, since a missing one could be the good one.
        deleted: what has been deleted since the plan that is being carried out was made.
    """
    rows = (row for each in snapshots if (row := candidate(each, world)))
    return decide_rows(rows, world, deleted)


def decide_rows(rows: Iterable[Row], world: World, deleted: Iterable[Row] = ()) -> list[Decision]:
    """Return the verdict on every row, as ``decide`` does."""
    policies, gone = world.policies.by_name, _by_disk(deleted)
    groups = [
        Group(world, policies.get(key[0]), key[1], tuple(members), tuple(gone.get(key, ())))
        for key, members in _by_disk(rows).items()
    ]
    decisions = [decision for group in groups for decision in _decide_group(group)]
    return sorted(decisions, key=lambda decision: decision.row.point)


def _by_disk(rows: Iterable[Row]) -> dict[tuple[str, str], list[Row]]:
    groups: dict[tuple[str, str], list[Row]] = {}
    for row in rows:
        groups.setdefault((row.policy, row.volume_id), []).append(row)
    return groups


def _decide_group(group: Group) -> list[Decision]:
    """Decide about our own rows as if no others had been adopted, so that adopting one never costs
    one of ours; then about the adopted ones among all."""
    marked = tuple(row for row in group.rows if row.source)
    adopted = tuple(row for row in group.rows if not row.source)
    ours = replace(group, rows=marked, deleted=tuple(row for row in group.deleted if row.source))
    # ours leave two good ones where there are two, so that all the adopted ones may go then
    return _judge(ours, marked) + (_judge(group, adopted) if adopted else [])


def _judge(group: Group, rows: Iterable[Row]) -> list[Decision]:
    """Decide about some rows of a group."""
    keep = group.policy.keep if group.policy else Keep()
    points = (row.point for row in group.counted)
    kept = reasons_to_keep(points, keep, group.world.policies.zone)
    decisions = [_decide(row, group, kept, keep) for row in rows]
    return _keep_minimum(decisions, len(group.good) - MINIMUM_GOOD)


def _decide(row: Row, group: Group, kept: Reasons, keep: Keep) -> Decision:
    reasons = kept.get(row.snapshot.id) or _kept_without_rule(row, group, keep)
    if reasons:
        return Decision(row, Verdict.KEEP, reasons)
    objections = [(gate, said) for gate in GATES if (said := gate.objects(row, group))]
    reasons = (_expired_because(row), *(said for _, said in objections))
    if not objections:
        return Decision(row, Verdict.DELETE, reasons)
    held_by = next((gate for gate, _ in objections if not gate.approvable), objections[0][0])
    verdict = Verdict.APPROVE if held_by.approvable else Verdict.KEEP
    return Decision(row, verdict, reasons, held_by.name)


def _kept_without_rule(row: Row, group: Group, keep: Keep) -> tuple[str, ...]:
    if row.snapshot.status == SnapshotStatus.CREATED_FAILED:
        return ()
    if row.keep_until is not None and row.keep_until > group.world.now:
        return (f"keep_until {iso(row.keep_until)}",)
    if row.source in {Source.CRON, None}:
        return () if not keep.is_empty or group.policy is None else ("the policy has no keep rule",)
    return ("ad hoc without keep_until",) if row.keep_until is None else ()


def _expired_because(row: Row) -> str:
    if row.snapshot.status == SnapshotStatus.CREATED_FAILED:
        return "its creation failed"
    if row.keep_until:
        return f"keep_until {iso(row.keep_until)} has passed"
    return "no rule keeps it"


def _keep_minimum(decisions: Sequence[Decision], spare: int) -> list[Decision]:
    """Keep the newest of what would go while more good ones would go than are spare."""
    excess = sum(map(_takes_good, decisions)) - max(spare, 0)
    result = []
    for decision in sorted(decisions, key=lambda d: d.row.point, reverse=True):
        if excess > 0 and _takes_good(decision):
            excess -= 1
            reasons = (*decision.reasons, f"one of the last {MINIMUM_GOOD} good ones")
            result.append(Decision(decision.row, Verdict.KEEP, reasons, "minimum-good"))
        else:
            result.append(decision)
    return result


def _takes_good(decision: Decision) -> bool:
    return decision.deletable and decision.row.snapshot.is_available
