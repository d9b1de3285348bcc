"""The state machine: events, runs and trouble in any order, before an account that changes."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import invariant, rule

from tests.proof.figures import Tally
from tests.proof.machine.asking import Asking
from tests.proof.machine.surroundings import DAY, picks
from tests.proof.machine.trouble import calls, times, trap, trouble, troubles

STEPS, NIGHT_HOUR = 50, 18
# what happens to the very snapshot that is about to be deleted is always seen in time
SEEN = ["hold", "rename", "spoil"]
ACTS = [*SEEN, "spoil new", "delete new", "delete new", "release", "deliver"]
operations = st.sampled_from(["*", "*", "DeleteSnapshot", "ListSnapshots", "GetSnapshot"])


@dataclass(slots=True)
class Session:
    """What a series of examples shares: its folder and its figures, which end with a failure."""

    folder: Path
    tally: Tally
    has_failed: bool = False


class Machine(Asking):
    """What is asked of all three functions.

    Attributes:
        steps: how many were done.
    """

    def __init__(self, session: Session) -> None:
        super().__init__(session.folder)
        self.steps = 0
        self._session = session

    @rule(nights=st.integers(1, 3))
    def have_nights(self, nights: int) -> None:
        """So many nights come, each with all that is scheduled."""
        for _ in range(nights):
            now = self._now()
            night = now.replace(hour=NIGHT_HOUR, minute=0, second=0)
            night += DAY if night <= now else timedelta()
            self.judged.clock.advance(night - now + timedelta(seconds=30))
            self.judged.create(self._event(0))
            self.judged.expire("auto")

    @rule()
    def expire(self) -> None:
        self.judged.expire("auto")

    @rule()
    def plan(self) -> None:
        self.judged.expire("plan")

    @rule(part=st.integers(0, 3))
    def approve(self, part: int) -> None:
        """Somebody approves the last plan, however old, but for the first so many of its ids."""
        if self.judged.plan:
            self.judged.expire(self._approval(part))

    @rule(part=st.integers(0, 1), hours=st.sampled_from([0, 1, 12, 23, 25]))
    def plan_and_approve(self, part: int, hours: int) -> None:
        self.plan()
        self.judged.clock.advance(timedelta(hours=hours))
        self.approve(part=part)

    @rule(nth=calls, before=st.booleans(), approve=st.booleans(), on=operations)
    def expire_and_die(self, nth: int, before: bool, approve: bool, on: str) -> None:
        what = self._planned(approve)
        self.script(trap(nth, on, before))
        self.judged.expire(what)

    @rule(nth=calls, fault=troubles, times=times, approve=st.booleans(), on=operations)
    def expire_in_trouble(self, nth: int, fault: str, times: int, approve: bool, on: str) -> None:
        what = self._planned(approve)
        self.script(trouble(nth, on, fault, times))
        self.judged.expire(what)

    @rule(nth=st.integers(1, 7), pick=picks, what=st.sampled_from(ACTS), approve=st.booleans())
    def expire_meanwhile(self, nth: int, pick: int, what: str, approve: bool) -> None:
        """Something happens before the so-manieth call of a run, to what it is about to delete or,
        for "new", to one of the newest of that disk."""
        self.plan()
        plan, event = self.judged.plan or {"delete": [], "approve": []}, self._event(pick)
        place, new = self._places([*plan["delete"], *plan["approve"]], pick)
        acts = {
            "hold": lambda: self.hold_in_console(pick=place, days=0),
            "rename": lambda: self.rename(pick=place),
            "spoil": lambda: self.spoil(pick=place),
            "spoil new": lambda: self.spoil(pick=new),
            "delete new": lambda: self.delete_by_hand(pick=new),
            "release": lambda: self.release_disk(pick=pick),
            "deliver": lambda: self.judged.create_beside(event, 0),
        }
        self.judged.meanwhile = (nth, acts[what])
        # of a released disk the others are read one by one, and a change may come too late for that
        is_approved = approve and self.judged.plan and (what in SEEN or not plan["approve"])
        self.judged.expire(self._approval(0) if is_approved else "auto")

    @rule()
    def report(self) -> None:
        self.judged.report()

    @rule(nth=calls, fault=troubles, times=times)
    def report_in_trouble(self, nth: int, fault: str, times: int) -> None:
        self.script(trouble(nth, "*", fault, times))
        self.judged.report()

    @invariant()
    def agrees(self) -> None:
        """The store is as the ledger says, after every step."""
        self.steps += 1
        self.judged.check()

    def teardown(self) -> None:
        """End all trouble, and see that what can be done gets done."""
        # what is in the air is the breach, or that the example is given up
        error = sys.exc_info()[1]
        try:
            if error is None and self.steps:
                self.be_calm()
                self.judged.world = self.judged.world.beside()
                self.end_events()
        except Exception as late:
            error = late
            raise
        finally:
            super().teardown()
            self._session.has_failed |= isinstance(error, Exception)
            if error is None and self.steps and not self._session.has_failed:
                self._count()

    def _places(self, planned: Sequence[str], pick: int) -> tuple[int, int]:
        """Return where to pick the first snapshot that a plan deletes, and a new one of its disk;
        any two if it deletes none."""
        ids, origins = list(self.store.snapshots)[::-1], self.reference.origins
        if not planned or planned[0] not in ids:
            return pick, pick
        group = origins[planned[0]].group
        others = [id_ for id_ in ids if id_ in origins and origins[id_].group == group]
        return ids.index(planned[0]), ids.index(others[pick % min(2, len(others))])

    def _planned(self, approve: bool) -> Any:
        """Return what is asked of delete-expired: auto, or to carry out the plan of now."""
        if not approve:
            return "auto"
        self.plan()
        return self._approval(0) if self.judged.plan else "auto"

    def _approval(self, part: int) -> dict[str, Any]:
        plan = self.judged.plan or {}
        named = [*plan["delete"], *plan["approve"]][part:]
        event = {"mode": "approve", "region": "bj", "plan_id": plan["id"], "as_of": plan["now"]}
        return event | ({"delete": named} if named else {})

    def _count(self) -> None:
        tally = self._session.tally
        tally.count += 1
        tally.more.update(self.judged.counted)
        full = f"examples of {STEPS} steps"
        tally.more.update({"steps": self.steps, full: int(self.steps >= STEPS)})
        tally.search(self.judged.world)
