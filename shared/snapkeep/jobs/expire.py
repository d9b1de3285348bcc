"""delete-expired's work: plan from two complete walks, then delete row by row, each re-read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from snapkeep.bce.client import Client
from snapkeep.bce.errors import (
    BceError,
    DeadlineExceeded,
    InvalidState,
    NotFound,
    ServerError,
    TransportError,
)
from snapkeep.expiry import Decision, decide
from snapkeep.gates import World, disks_of
from snapkeep.plan import Plan, make_plan
from snapkeep.policy import Policies

MAX_NOT_FOUND = 3

Log = Callable[[str, Mapping[str, Any]], None]


@dataclass(slots=True)
class Applied:
    """What became of a plan; ``failures`` maps a snapshot or a region to why it is not done."""

    deleted: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "deleted": self.deleted,
            "gone": self.gone,
            "kept": self.kept,
            "failures": self.failures,
        }


def plan_region(client: Client, policies: Policies, now: datetime) -> Plan:
    """Plan one region from the rows that two complete walks agree on.

    Raises:
        BceError: if a list is incomplete; then nothing is decided.
    """
    first = {snapshot.id for snapshot in client.snapshots()}
    disks = disks_of(client.volumes())
    both = [snapshot for snapshot in client.snapshots() if snapshot.id in first]
    world = World(client.region, now, policies, disks)
    return make_plan(both, world, client.skew)


class Apply:
    """Carries out the deletes of one plan, oldest first, and stops where something is off.

    Args:
        log: is told of each delete, with its reasons.
    """

    def __init__(self, client: Client, plan: Plan, log: Log) -> None:
        self._client, self._plan, self._log = client, plan, log
        self.applied = Applied()

    def run(self) -> Applied:
        """Delete what the plan deletes; nothing if a gate refuses the whole plan."""
        applied, not_found = self.applied, 0
        if self._plan.refusals and self._plan.deletes:
            for gate, why in self._plan.refusals.items():
                applied.failures[f"{self._plan.world.region} {gate}"] = why
            return applied
        for decision in self._plan.deletes:
            try:
                is_there = self._step(decision)
            except DeadlineExceeded:
                return self._stop("no time left; the next run continues")
            except BceError as error:
                return self._stop(str(error))
            not_found = 0 if is_there else not_found + 1
            if not_found == MAX_NOT_FOUND:
                return self._stop(f"{not_found} in a row not found: wrong region or account?")
        return applied

    def _step(self, decision: Decision) -> bool:
        """Delete one row unless it is to be kept after all; ``False`` if it was gone before."""
        id_ = decision.row.snapshot.id
        try:
            if objection := self._objection(decision):
                self.applied.kept[id_] = objection
            else:
                self._delete(decision)
        except NotFound:
            self.applied.gone.append(id_)
            return False
        except InvalidState as error:
            self.applied.kept[id_] = str(error)
        except (TransportError, ServerError) as error:
            self.applied.failures[id_] = str(error)
        return True

    def _objection(self, decision: Decision) -> str | None:
        """Read the row and its disk again and decide again; return why it is to be kept after all.

        The disk is read as well, since the verdict rests on the good snapshots that remain.
        """
        planned, world = decision.row.snapshot, self._plan.world
        fresh = self._client.snapshot(planned.id)
        if (fresh.id, fresh.create_time) != (planned.id, planned.create_time):
            return "it is not the snapshot that was planned"
        disk = decision.row.marker.identity.volume_id
        listed = self._client.snapshots(next(iter(world.disks[disk]), disk))
        rows = {row.id: row for row in listed if row.id not in self.applied.deleted}
        rows[fresh.id] = fresh
        again = {found.row.snapshot.id: found for found in decide(rows.values(), world)}
        if fresh.id not in again:
            return "its name or marker has been edited: no longer ours to delete"
        verdict = again[fresh.id]
        return None if verdict.delete else f"now kept: {'; '.join(verdict.reasons)}"

    def _delete(self, decision: Decision) -> None:
        id_ = decision.row.snapshot.id
        try:
            self._client.delete_snapshot(id_)
        except (NotFound, TransportError, ServerError) as error:
            # it was there a moment ago: an attempt whose answer was lost may have deleted it
            if self._exists(id_):
                self.applied.failures[id_] = str(error)
                return
        self.applied.deleted.append(id_)
        name = decision.row.snapshot.name
        self._log("deleted", {"snapshot_id": id_, "snapshot": name, "reasons": decision.reasons})

    def _exists(self, snapshot_id: str) -> bool:
        try:
            self._client.snapshot(snapshot_id)
        except NotFound:
            return False
        return True

    def _stop(self, why: str) -> Applied:
        self.applied.failures[self._plan.world.region] = f"stopped: {why}"
        return self.applied
