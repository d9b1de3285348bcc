"""Runs of delete-expired: each delete is judged before it is done, each run by what is gone."""

from collections import Counter
from collections.abc import Collection
from copy import copy
from datetime import timedelta
from typing import Any
from urllib.parse import unquote

from snapkeep.times import parse_instant
from tests.fake_bce import Call
from tests.fake_bce.rows import SnapshotRow
from tests.proof.machine.ledger import Json, Ledger, require
from tests.proof.machine.reference import Reference
from tests.world import World

MAX_SKEW, APPROVABLE = timedelta(minutes=2), timedelta(hours=24)
PER_DISK, PER_RUN, PER_DISK_OF_FLEET = 3, 20, 2


class Deletes(Ledger):
    """The account before delete-expired.

    Attributes:
        plan: the last one that was shown.
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.reference = Reference(self.store)
        self.plan: Json | None = None
        self._shown: tuple[Any, dict[str, Any]] = ((), {})
        # of the run at hand: what it may delete, if it may, and what it has asked to delete
        self._may: Collection[str] | None = None
        self._going: dict[str, SnapshotRow] = {}
        self._is_approved = False

    def expire(self, event: str | Json = "auto") -> str:
        """Run delete-expired in a mode or for an approval, and return how the run ended."""
        self._going, self._is_approved = {}, not isinstance(event, str)
        self.reference.take_copies()
        self._may = None if event == "plan" else self._named(event)
        end, told = self.run(lambda world: world.expire(event))
        self._may = None
        gone = self._going.keys() - self.store.snapshots.keys()
        for id_ in gone:
            self.enter(id_)
        self.check()
        self.counted.update({f"expire {end}": 1, "snapshots deleted": len(gone)})
        if event == "plan":
            require(not self.world.writes(), "mode plan has asked for a change")
        if event == "auto":
            self._check_caps(gone)
        if end in {"done", "failed"}:
            self._check_told(end, told, gone)
        return end

    def deleting(self, call: Call) -> None:
        """See that what is about to be deleted may be deleted at this moment."""
        id_ = unquote(call.target.rpartition("/")[2])
        require(self._may is not None, "a run deletes that must not", id_)
        row = self.store.snapshots.get(id_)
        if row is None:
            return
        self.reference.take_copies()
        deleted = [was for was in self._going.values() if was.id not in self.store.snapshots]
        now, approved = self.clock.now(), self._is_approved
        why = list(self.reference.objections(row, now, approved=approved, deleted=deleted))
        require(not why, "a wrong delete", id_, *why)
        require(abs(self.clock.off) <= MAX_SKEW, "a delete by a wrong clock", id_)
        is_named = not approved or id_ in (self._may or ())
        require(is_named, "a delete that nobody approved", id_)
        self._going[id_] = copy(row)

    def _named(self, event: str | Json) -> Collection[str]:
        """Return what an approval allows: nothing once the plan is old, or is not what it was."""
        if isinstance(event, str) or self.plan is None:
            return ()
        is_old = self.clock.now() - parse_instant(self.plan["now"]) > APPROVABLE
        (rules, rows), (shown_rules, shown_rows) = self._deciding(), self._shown
        if is_old or rules != shown_rules or not shown_rows.items() <= rows.items():
            return ()
        planned = {*self.plan["delete"], *self.plan["approve"]}
        return planned & set(event.get("delete", planned))

    def _deciding(self) -> tuple[Any, dict[str, Any]]:
        """Return what a plan rests on at least: the rules, and what the rows are that it shows."""
        policies = self.reference.policies
        rules = policies.last, policies.daily, policies.nightly, [*policies.held]
        rows = {
            row.id: (row.status, row.volume_id, row.desc)
            for row in self.store.snapshots.values()
            if self.reference.is_ours(row)
        }
        return rules, rows

    def _check_told(self, end: str, told: Json, gone: Collection[str]) -> None:
        require((end == "failed") is bool(told["failures"]), "how the run ended", end, told)
        region = told["regions"].get("bj")
        require(region or end == "failed", "a region was not read, and the run ended well", told)
        if region and told["mode"] == "plan":
            now, shown = parse_instant(region["now"]), {row["id"] for row in region["snapshots"]}
            rules, rows = self._deciding()
            past = {id_ for id_ in shown & rows.keys() if self.reference.moment(id_) <= now}
            self.plan, self._shown = region, (rules, {id_: rows[id_] for id_ in past})
        elif region:
            applied = region["applied"]
            require({*gone} >= {*applied["deleted"]}, "it was not deleted", applied, gone)
            require({*gone}.isdisjoint(applied["kept"]), "it was not kept", applied, gone)

    def _check_caps(self, gone: Collection[str]) -> None:
        per_disk = Counter(self.reference.origins[id_].disk for id_ in gone)
        disks = {origin.disk for origin in self.reference.origins.values()}
        limit = max(PER_RUN, PER_DISK_OF_FLEET * len(disks))
        most = max(per_disk.values(), default=0)
        require(most <= PER_DISK, "auto has deleted too many of a disk", most)
        require(len(gone) <= limit, "auto has deleted too many", len(gone))
