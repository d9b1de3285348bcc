"""Runs of create-on-event and list-report, each judged by what is in the cloud's own store."""

from datetime import timedelta

from snapkeep.model import Source
from snapkeep.times import parse_instant
from tests.proof.machine.coverage import Coverage
from tests.proof.machine.deletes import Deletes
from tests.proof.machine.deliveries import Event
from tests.proof.machine.ledger import Json, Run, ended, require
from tests.proof.machine.reference import Origin
from tests.world import World

GOOD_ENDS = frozenset({"created", "existing"})


class Judged(Deletes):
    """The account before all three functions.

    Attributes:
        is_forgetful: whether the cloud forgets a token before its event is too old.
    """

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.coverage = Coverage(self.reference)
        self.is_forgetful = False
        self._attempts = 0

    def create(self, event: Event, shape: int = 0) -> str:
        """Deliver an event, and return how the run ended."""
        refuses = self.coverage.refuses(event, self.clock.now())
        end, told = self.run(self._delivery(event, shape))
        self.counted.update({f"delivery {end}": 1, "snapshots created": self._take(event)})
        self.check()
        require(end == "refused" or not refuses, "an event that is not to be taken", event, end)
        # a webhook may be out of its policy's scope, or too old to our clock
        may_be = refuses or event.source is Source.WEBHOOK
        require(end != "refused" or may_be, "an event is refused", event)
        self._check_outcomes(event, end, told)
        if self.is_quiet and end != "refused":
            self._check_failures(event, told)
        return end

    def create_beside(self, event: Event, shape: int) -> None:
        """Deliver an event to another process, while a run is under way."""
        delivery = self._delivery(event, shape)
        end, told = ended(lambda: delivery(self.world.beside()))
        self._take(event)
        self._check_outcomes(event, end, told)

    def report(self) -> str:
        """Ask for the report, compare it with the store, and return how the run ended."""
        end, told = self.run(lambda world: world.report({"format": "json"}))
        self.check()
        self.counted[f"report {end}"] += 1
        require(not self.world.writes(), "the report has asked for a change")
        if end == "killed":
            return end
        is_unread = bool(told["errors"] or not told["disks"])
        require(is_unread is (end == "failed"), "how the report ended", end, told["verdict"])
        require(not (is_unread and told["well"]), "a region was not read, and all is well")
        if not told["errors"]:
            self._check_states(told)
        return end

    def _delivery(self, event: Event, shape: int) -> Run:
        self._attempts += 1
        sent = event.delivered(shape, self._attempts, self.clock.true.now())
        return lambda world: world.create(sent)

    def _take(self, event: Event) -> int:
        """Account for the snapshots that are new, all of them of one event; return how many."""
        new = [row for row in self.store.snapshots.values() if row.id not in self.entries]
        for row in new:
            days = event.keep_for or self.reference.policies.ad_hoc_days
            until = None if event.source is Source.CRON else event.slot + timedelta(days=days)
            origin = Origin.of(row, event, until)
            if origin is None:
                require(False, "it is not what was asked for", event, row.id, row.name, row.desc)
            else:
                self.reference.origins[row.id] = origin
            self.enter(row.id)
        for disk in {str(row.volume_id) for row in new}:
            require(disk in self.coverage.meant(event), "the disk is not meant", event, disk)
            live = [each for each in self.coverage.made(event, disk) if each != "CreatedFailed"]
            is_lost = self.is_forgetful and (event, disk) in self.coverage.lost
            require(len(live) <= 1 or is_lost, "more than one snapshot", event, disk, len(live))
        return len(new)

    def _check_outcomes(self, event: Event, end: str, told: Json) -> None:
        reached = set()
        for outcome in told.get("disks", ()):
            id_, disk = outcome.get("snapshot_id"), outcome["volume_id"]
            row = self.store.snapshots.get(id_)
            is_there = row is not None and row.volume_id in {disk, None}
            if outcome["status"] in GOOD_ENDS:
                is_good = row is not None and row.status == "Available"
                require(is_there and is_good, "it was told of and is not good", event, outcome)
                reached.add(disk)
                self.coverage.reached.add((event, disk))
            elif end == "accepted" and outcome["status"] != "skipped":
                # the id that the token stands for is told before anybody has looked at it again
                is_known = is_there or (event, disk) in self.coverage.lost
                require(is_known, "it was told of and is not there", event, outcome)
        if end == "done":
            missing = set(self.coverage.meant(event)) - reached
            require(not missing, "a run ended well without", event, *sorted(missing))

    def _check_failures(self, event: Event, told: Json) -> None:
        """See that a run without trouble fails for none but a known reason."""
        rows = self.store.snapshots.values()
        if any(row.listed_from and row.listed_from > self.began for row in rows):
            # the list did not show what somebody may have edited meanwhile
            return
        status = {outcome["volume_id"]: outcome["status"] for outcome in told["disks"]}
        for disk in self.coverage.meant(event):
            is_late = status.get(disk) == "pending"
            has_failed = "CreatedFailed" in self.coverage.made(event, disk)
            is_known = has_failed or self.coverage.is_excused(event, disk)
            is_well = is_late or (event, disk) in self.coverage.reached
            is_bad = self.coverage.is_free(disk) and not is_known and not is_well
            require(not is_bad, "a disk fails for no reason", event, disk, told)

    def _check_states(self, told: Json) -> None:
        now = parse_instant(told["now"])
        states = {disk["volume_id"]: disk["state"] for disk in told["disks"]}
        require(states.keys() == self.store.volumes.keys(), "the report does not show every disk")
        for disk, state in states.items():
            can = self.store.volumes[disk].type != "Ephemeral"
            if can and not self.coverage.is_fresh(disk, now):
                require(state in {"stale", "unprotected"}, "a disk is not fresh", disk, state)
                require(not told["well"], "all is well, and a disk is not fresh", disk)
