"""The plan of one region: every verdict, and what forbids carrying any of it out."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from snapkeep.expiry import Decision, decide
from snapkeep.gates import World
from snapkeep.model import Snapshot, iso

MAX_SKEW = timedelta(minutes=2)
PER_DISK = 3
PER_RUN = 20
PER_DISK_OF_FLEET = 2
SHARE, SHARE_FROM = 0.25, 100


@dataclass(frozen=True, slots=True)
class Plan:
    """What ``now`` decides about every snapshot of ours in a region, oldest first.

    ``refusals`` maps a gate to why nothing at all may be deleted; empty if nothing forbids it.
    """

    world: World
    decisions: tuple[Decision, ...]
    refusals: dict[str, str]

    @property
    def deletes(self) -> list[Decision]:
        return [decision for decision in self.decisions if decision.delete]

    def to_json(self) -> dict[str, Any]:
        return {
            "region": self.world.region,
            "now": iso(self.world.now),
            "refusals": self.refusals,
            "delete": [d.row.snapshot.id for d in self.deletes],
            "snapshots": [_entry(decision) for decision in self.decisions],
        }


def make_plan(snapshots: Iterable[Snapshot], world: World, skew: timedelta | None) -> Plan:
    """Decide about a region's complete list.

    Args:
        skew: the API's clock less ours, ``None`` if the API told no ``Date``.
    """
    decisions = decide(snapshots, world)
    refusals = {"clock": reason} if (reason := _clock(skew)) else {}
    if reasons := _over_caps(decisions):
        refusals["cap"] = "; ".join(reasons)
    return Plan(world, tuple(decisions), refusals)


def _clock(skew: timedelta | None) -> str | None:
    if skew is None:
        return "the API gave no Date to compare our clock with"
    if abs(skew) > MAX_SKEW:
        return f"our clock is {skew.total_seconds():+.0f} s off the API's"
    return None


def _over_caps(decisions: Sequence[Decision]) -> list[str]:
    disks = {decision.row.marker.identity.volume_id for decision in decisions}
    deletes = [decision for decision in decisions if decision.delete]
    per_disk = Counter(decision.row.marker.identity.volume_id for decision in deletes)
    total, limit = len(deletes), max(PER_RUN, PER_DISK_OF_FLEET * len(disks))
    over = [f"{n} of disk {disk} (cap {PER_DISK})" for disk, n in per_disk.items() if n > PER_DISK]
    if total > limit:
        over.append(f"{total} in all (cap {limit})")
    if len(decisions) >= SHARE_FROM and total > SHARE * len(decisions):
        over.append(f"{total} of {len(decisions)} snapshots (cap {SHARE:.0%})")
    return over


def _entry(decision: Decision) -> dict[str, Any]:
    snapshot, identity = decision.row.snapshot, decision.row.marker.identity
    return {
        "id": snapshot.id,
        "policy": identity.policy,
        "volume_id": identity.volume_id,
        "slot": iso(identity.slot),
        "status": snapshot.status,
        "verdict": "delete" if decision.delete else "keep",
        "reasons": list(decision.reasons),
        "gate": decision.gate,
    }
