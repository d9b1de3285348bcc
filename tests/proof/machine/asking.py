"""Events that arrive: new, late, again, twice at once, at processes that die or meet trouble."""

from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import rule

from snapkeep.model import Source
from tests.proof.machine.deliveries import SHAPES, Event
from tests.proof.machine.ledger import require
from tests.proof.machine.people import People
from tests.proof.machine.surroundings import picks
from tests.proof.machine.trouble import calls, times, trap, trouble, troubles

DELIVERIES, PAUSE = 3, timedelta(minutes=5)
shapes = st.integers(0, SHAPES - 1)
operations = st.sampled_from(["*", "*", "CreateSnapshot", "ListSnapshots", "GetSnapshot"])
sources = st.sampled_from([Source.WEBHOOK.value, Source.BUS.value])


class Asking(People):
    """What is asked of create-on-event.

    Attributes:
        events: all that was asked for, the newest last.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.events: list[Event] = []

    @rule(hours=st.integers(0, 7), shape=shapes)
    def run_schedule(self, hours: int, shape: int) -> None:
        """The schedule's event of so many hours ago arrives."""
        slot = self._now().replace(minute=0, second=0) - timedelta(hours=hours)
        self.judged.create(self._asked(Event(Source.CRON, "nightly", slot)), shape)

    @rule(
        source=sources,
        policy=st.sampled_from(["nightly", "adhoc"]),
        disks=st.integers(0, 2),
        pick=picks,
        days=st.integers(0, 3),
    )
    def ask(self, source: str, policy: str, disks: int, pick: int, days: int) -> None:
        """Somebody asks for snapshots of so many disks, of all for 0, to be kept for so many days,
        for as long as the policy says for 0."""
        known = list(self.store.volumes)
        named = tuple({known[(pick + place) % len(known)]: 0 for place in range(disks)})
        event = Event(Source(source), policy, self._now(), len(self.events), named, days)
        self.judged.create(self._asked(event), pick % SHAPES)

    @rule(pick=picks, shape=shapes)
    def deliver(self, pick: int, shape: int) -> None:
        """An event arrives, a new one or one more time."""
        self.judged.create(self._event(pick), shape)

    @rule(pick=picks, shape=shapes, nth=calls, before=st.booleans(), on=operations)
    def deliver_and_die(self, pick: int, shape: int, nth: int, before: bool, on: str) -> None:
        event = self._event(pick)
        self.script(trap(nth, on, before))
        self.judged.create(event, shape)

    @rule(pick=picks, shape=shapes, nth=calls, fault=troubles, times=times, on=operations)
    def deliver_in_trouble(
        self, pick: int, shape: int, nth: int, fault: str, times: int, on: str
    ) -> None:
        event = self._event(pick)
        self.script(trouble(nth, on, fault, times))
        self.judged.create(event, shape)

    @rule(pick=picks, shape=shapes, nth=calls)
    def deliver_twice_at_once(self, pick: int, shape: int, nth: int) -> None:
        """A second delivery has begun and ended before the so-manieth call of the first."""
        event = self._event(pick)
        self.judged.meanwhile = (nth, lambda: self.judged.create_beside(event, SHAPES - 1 - shape))
        self.judged.create(event, shape)

    def end_events(self) -> None:
        """Deliver each event that is still to be taken until it is done; what is not done then,
        there is a known reason for."""
        for event in self.events:
            if not self.judged.coverage.refuses(event, self.judged.clock.now()):
                self._end(event)

    def _end(self, event: Event) -> None:
        coverage, ends = self.judged.coverage, [""]
        while ends[-1] not in {"done", "refused"} and len(ends) <= DELIVERIES:
            ends.append(self.judged.create(event))
            self.judged.clock.advance(timedelta() if ends[-1] == "done" else PAUSE)
        if ends[-1] != "refused":
            is_known = ends[-1] == "done" or not coverage.is_fulfillable(event)
            require(is_known, "an event is never done", event, *ends)
            for disk in coverage.meant(event):
                is_reached = (event, disk) in coverage.reached
                is_known = is_reached or coverage.is_excused(event, disk)
                require(is_known, "a disk is never reached", event, disk, *ends)

    def _now(self) -> datetime:
        return self.judged.clock.true.now().replace(microsecond=0)

    def _asked(self, event: Event) -> Event:
        if event not in self.events:
            self.events.append(event)
        return event

    def _event(self, pick: int) -> Event:
        """Choose an event: every third is the schedule's of this minute, else the newest first."""
        if pick % 3 and self.events:
            return self.events[-1 - pick // 3 % len(self.events)]
        return self._asked(Event(Source.CRON, "nightly", self._now().replace(second=0)))
