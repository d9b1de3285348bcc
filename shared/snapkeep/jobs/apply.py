"""Carrying out a plan: row by row, the oldest first, each read and judged again right before."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
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
from snapkeep.model import Snapshot
from snapkeep.plan import Plan
from snapkeep.rows import Row

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


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody has seen the plan and wants it carried out; ``only`` names a part of it."""

    only: frozenset[str] = frozenset()


class Apply:
    """Carries out the deletes of one plan, and stops where something is off.

    Args:
        approval: lifts the caps and the gates that say so; ``None`` is mode ``auto``.
        now: tells the instant at which each row is judged again.
        log: is told what became of each row, and why.
    """

    def __init__(
        self,
        client: Client,
        plan: Plan,
        log: Log,
        now: Callable[[], datetime],
        approval: Approval | None = None,
    ) -> None:
        self._client, self._plan, self._log, self._now = client, plan, log, now
        self._approval = approval
        self._deleted: list[Row] = []
        self.applied = Applied()

    def run(self) -> Applied:
        """Delete what the plan deletes; nothing if a gate refuses the whole plan."""
        applied, not_found = self.applied, 0
        chosen = self._chosen()
        refusals = {k: why for k, why in self._plan.refusals.items() if not self._lifts(k)}
        if refusals and chosen:
            for gate, why in refusals.items():
                applied.failures[f"{self._plan.world.region} {gate}"] = why
            return applied
        for decision in chosen:
            try:
                is_there = self._step(decision)
            except DeadlineExceeded:
                remedy = "plan again and approve the rest" if self._approval else "run again"
                return self._stop(f"no time left; {remedy}")
            except BceError as error:
                return self._stop(str(error))
            not_found = 0 if is_there else not_found + 1
            if not_found == MAX_NOT_FOUND:
                return self._stop(f"{not_found} in a row not found: wrong region or account?")
        return applied

    def _chosen(self) -> list[Decision]:
        if self._approval is None:
            return self._plan.deletes
        only = self._approval.only
        return [d for d in self._plan.deletable if not only or d.row.snapshot.id in only]

    def _lifts(self, gate: str) -> bool:
        return gate == "cap" and self._approval is not None

    def _step(self, decision: Decision) -> bool:
        """Delete one row unless it is to be kept after all; ``False`` if it was gone before."""
        id_ = decision.row.snapshot.id
        try:
            if objection := self._objection(decision):
                self._keep(id_, objection)
            else:
                self._delete(decision)
        except NotFound:
            self.applied.gone.append(id_)
            self._log("gone", {"snapshot_id": id_})
            return False
        except InvalidState as error:
            self._keep(id_, str(error))
        except (TransportError, ServerError) as error:
            self.applied.failures[id_] = str(error)
        return True

    def _objection(self, decision: Decision) -> str | None:
        """Read the row and its disk again and decide again; return why it is to be kept after all.

        The verdict rests on the good snapshots that remain, so the disk is the last that is read
        before the delete; and the row must pass as each of the two readings has it.
        """
        planned = decision.row.snapshot
        fresh = self._client.snapshot(planned.id)
        if (fresh.id, fresh.create_time) != (planned.id, planned.create_time):
            return "it is not the snapshot that was planned"
        disk = {row.id: row for row in self._disk(decision)}
        if objection := self._judged(fresh, disk | {fresh.id: fresh}, decision.row):
            return objection
        listed = disk.get(fresh.id)
        if listed is None:
            return "the list of its disk does not show it"
        return self._judged(listed, disk, decision.row)

    def _judged(self, snapshot: Snapshot, disk: Mapping[str, Snapshot], planned: Row) -> str | None:
        world = replace(self._plan.world, now=self._now())
        decisions = decide(disk.values(), world, self._deleted)
        verdict = next((found for found in decisions if found.row.snapshot is snapshot), None)
        # a row of ours that was stripped of its marker could pass as one to adopt
        if verdict is None or verdict.row.is_of != planned.is_of:
            return "its name or marker has been edited: no longer ours to delete"
        allowed = verdict.deletable if self._approval else verdict.delete
        return None if allowed else f"now kept: {'; '.join(verdict.reasons)}"

    def _disk(self, decision: Decision) -> Iterator[Snapshot]:
        """Read the snapshots of the row's disk: one by one, the row itself last, where no list can
        be asked for them."""
        own = decision.row.snapshot.id
        disk, disks = decision.row.volume_id, self._plan.world.disks
        if disk in disks:
            # a system disk's may be listed under its instance as well as under itself
            for id_ in dict.fromkeys((*disks[disk], decision.row.snapshot.volume_id or disk)):
                listed = self._client.snapshots(id_)
                yield from (row for row in listed if row.id not in self.applied.deleted)
            return
        known = {own, *self.applied.deleted}
        for other in (d.row for d in self._plan.decisions if d.row.volume_id == disk):
            if other.snapshot.id not in known and (row := self._find(other.snapshot.id)):
                yield row
        yield self._client.snapshot(own)

    def _keep(self, snapshot_id: str, why: str) -> None:
        self.applied.kept[snapshot_id] = why
        self._log("kept", {"snapshot_id": snapshot_id, "why": why})

    def _find(self, snapshot_id: str) -> Snapshot | None:
        try:
            return self._client.snapshot(snapshot_id)
        except NotFound:
            return None

    def _delete(self, decision: Decision) -> None:
        id_ = decision.row.snapshot.id
        try:
            self._client.delete_snapshot(id_)
        except (NotFound, TransportError, ServerError) as error:
            # it was there a moment ago: an attempt whose answer was lost may have deleted it
            if self._find(id_):
                self.applied.failures[id_] = str(error)
                return
        self.applied.deleted.append(id_)
        self._deleted.append(decision.row)
        name = decision.row.snapshot.name
        self._log("deleted", {"snapshot_id": id_, "snapshot": name, "reasons": decision.reasons})

    def _stop(self, why: str) -> Applied:
        self.applied.failures[self._plan.world.region] = f"stopped: {why}"
        return self.applied
