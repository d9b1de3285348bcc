"""The plan of one region: every verdict with its reasons, and what forbids carrying it out.

A plan is canonical JSON whose ``id`` is the SHA-256 of all that decides: the same inputs, in any
order and on any machine, are the same bytes. Approving a plan means naming that id.
"""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import cached_property
from hashlib import sha256
from typing import Any

from snapkeep.expiry import Decision, Verdict, decide_rows
from snapkeep.model import Snapshot, SnapshotStatus, iso
from snapkeep.policy import Policy
from snapkeep.rows import Row, World, candidate
from snapkeep.times import short

FORMAT = "snapkeep-plan/1"
DIGESTS = ("inventory_digest", "policy_digest")
MAX_SKEW = timedelta(minutes=2)
PER_DISK = 3
PER_RUN = 20
PER_DISK_OF_FLEET = 2
SHARE, SHARE_FROM = 0.25, 100
DISKS_NAMED = 3


@dataclass(frozen=True)
class Plan:
    """What ``now`` decides about every row of a region, oldest first.

    ``refusals`` maps a gate to why ``auto`` deletes nothing at all; empty if nothing forbids it.
    """

    world: World
    decisions: tuple[Decision, ...]
    refusals: dict[str, str]

    @property
    def deletes(self) -> list[Decision]:
        """What ``auto`` deletes."""
        return [decision for decision in self.decisions if decision.delete]

    @property
    def deletable(self) -> list[Decision]:
        """What approving this plan deletes."""
        return [decision for decision in self.decisions if decision.deletable]

    @cached_property
    def id(self) -> str:
        """64 hex characters over the inputs and the verdicts.

        A row that is later than ``now`` decides nothing, so the snapshots that are made between a
        plan and its approval do not change it; nor does our clock, which is checked when deleting.
        """
        verdicts = [_entry(decision) for decision in self.decisions if not self._is_later(decision)]
        return _digest([FORMAT, self.world.region, iso(self.world.now), self._digests, verdicts])

    def to_json(self) -> dict[str, Any]:
        entries = [_entry(decision) for decision in self.decisions]
        by_verdict = {
            verdict: [entry["id"] for entry in entries if entry["verdict"] == verdict]
            for verdict in (Verdict.DELETE, Verdict.APPROVE)
        }
        return {
            "format": FORMAT,
            "id": self.id,
            "region": self.world.region,
            "now": iso(self.world.now),
            **self._digests,
            "refusals": self.refusals,
            "delete": by_verdict[Verdict.DELETE],
            "approve": by_verdict[Verdict.APPROVE],
            "snapshots": entries,
        }

    def _is_later(self, decision: Decision) -> bool:
        return decision.row.is_after(self.world.now)

    @cached_property
    def _digests(self) -> dict[str, str]:
        """Of the rows and of the policies, each cut down to what decides a verdict."""
        rows = [d.row for d in self.decisions if not self._is_later(d)]
        policies = self.world.policies
        named = {row.policy for row in rows} & policies.by_name.keys()
        rules: dict[str, Any] = {name: _rules(policies.by_name[name]) for name in named}
        holds = [policies.held(row.snapshot.id, self.world.now) for row in rows]
        if any(row.snapshot.status == SnapshotStatus.CREATED_FAILED for row in rows):
            rules["max_event_age"] = short(policies.max_event_age)
        return {
            "inventory_digest": _digest([_facts(row, self.world) for row in rows]),
            "policy_digest": _digest(
                [policies.timezone, rules, [asdict(hold) for hold in holds if hold]]
            ),
        }


def canonical(value: object) -> str:
    """Return the one way of writing a JSON value, which is ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), default=_text)


def make_plan(snapshots: Iterable[Snapshot], world: World, skew: timedelta | None) -> Plan:
    """Decide about a region's complete list.

    Args:
        skew: the API's clock less ours, ``None`` if the API told no ``Date``.
    """
    rows = (row for snapshot in snapshots if (row := candidate(snapshot, world)))
    return plan_rows(rows, world, skew)


def plan_rows(rows: Iterable[Row], world: World, skew: timedelta | None) -> Plan:
    """Decide about rows that are known to be candidates, as ``make_plan`` does."""
    decisions = decide_rows(rows, world)
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
    """Return the caps that ``auto`` would exceed, counted over the rows of ours."""
    ours = [decision for decision in decisions if decision.row.source]
    disks = {decision.row.volume_id for decision in ours}
    deletes = [decision for decision in ours if decision.delete]
    per_disk = Counter(decision.row.volume_id for decision in deletes)
    total, limit = len(deletes), max(PER_RUN, PER_DISK_OF_FLEET * len(disks))
    disks_over = [(disk, n) for disk, n in per_disk.items() if n > PER_DISK]
    over = [f"{n} of disk {disk} (cap {PER_DISK})" for disk, n in disks_over[:DISKS_NAMED]]
    if len(disks_over) > DISKS_NAMED:
        over.append(f"as much of {len(disks_over) - DISKS_NAMED} more disks")
    if total > limit:
        over.append(f"{total} in all (cap {limit})")
    if len(ours) >= SHARE_FROM and total > SHARE * len(ours):
        over.append(f"{total} of {len(ours)} snapshots (cap {SHARE:.0%})")
    return over


def _entry(decision: Decision) -> dict[str, Any]:
    row = decision.row
    entry = {
        "id": row.snapshot.id,
        "policy": row.policy,
        "volume_id": row.volume_id,
        "slot": iso(row.slot),
        "source": row.source.value if row.source else "adopted",
        "status": row.snapshot.status,
        "verdict": decision.verdict.value,
        "reasons": list(decision.reasons),
        "gate": decision.gate,
    }
    given = {
        "created": row.snapshot.create_time,
        "keep_until": row.keep_until,
        "hold": row.hold,
        "hold_until": row.hold_until,
    }
    written = {key: _text(value) for key, value in given.items() if value is not None}
    return entry | written


def _facts(row: Row, world: World) -> list[Any]:
    """Return the fields of a row that decide its verdict or another's."""
    snapshot = row.snapshot
    return [
        *(snapshot.id, snapshot.name, snapshot.status, snapshot.create_time, snapshot.volume_id),
        *(row.policy, row.volume_id, row.volume_id in world.disks, row.slot, row.source),
        *(row.keep_until, row.hold, row.hold_until),
    ]


def _rules(policy: Policy) -> dict[str, Any]:
    fields = asdict(policy)
    return {key: fields[key] for key in ("keep", "rpo", "enabled", "adopt")}


def _digest(value: object) -> str:
    return sha256(canonical(value).encode()).hexdigest()


def _text(value: object) -> str:
    return iso(value) if isinstance(value, datetime) else str(value)
