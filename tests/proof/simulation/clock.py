"""Deliveries at the same time, in one thread: whoever waits lets another go on.

A run never depends on real time or on threads, so that a seed is one run, on every machine.
"""

import heapq
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import inf

from greenlet import getcurrent, greenlet

from snapkeep.side_by_side import Each, Result, Thing
from tests.fake_bce import Killed, VirtualClock


class SharedClock(VirtualClock):
    """The clock of a simulation: a delivery that lets time pass gives way to what comes first."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self.simulation = Simulation(self)

    def advance(self, delta: timedelta | float) -> None:
        seconds = delta.total_seconds() if isinstance(delta, timedelta) else float(delta)
        if not self.simulation.pause(seconds):
            super().advance(seconds)


class SkewedClock(VirtualClock):
    """The clock of a machine that is ahead, or behind if ``skew`` is negative."""

    def __init__(self, true: VirtualClock, skew: timedelta) -> None:
        super().__init__(true.now())
        self._true, self._skew = true, skew

    def now(self) -> datetime:
        return self._true.now() + self._skew

    def monotonic(self) -> float:
        return self._true.monotonic()

    def advance(self, delta: timedelta | float) -> None:
        self._true.advance(delta)


@dataclass(slots=True)
class _Actor:
    """A delivery under way, or a thread of one; the platform kills it at ``ends``."""

    fiber: greenlet
    ends: float = inf
    parent: "_Actor | None" = None
    was_killed: bool = False

    @property
    def is_dead(self) -> bool:
        """Whether its process was killed, of which all threads are."""
        return self.was_killed or (self.parent is not None and self.parent.is_dead)


@dataclass(slots=True)
class _Crew:
    """The threads of a delivery, which waits for them.

    Attributes:
        is_called: whether the delivery has been told that one has ended.
    """

    members: list[_Actor] = field(default_factory=list)
    errors: list[BaseException] = field(default_factory=list)
    is_called: bool = False

    @property
    def is_killed(self) -> bool:
        return any(isinstance(error, Killed) for error in self.errors)


class Simulation:
    """What happens next: everything in order of time, and of arrival where that is equal."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._queue: list[tuple[float, int, _Actor | Callable[[], object]]] = []
        self._arrivals = 0
        self._actors: dict[greenlet, _Actor] = {}
        self._hub = getcurrent()

    def at(self, seconds: float, act: Callable[[], object]) -> None:
        """Let something happen, all at once, so many seconds after the clock's start."""
        self._push(seconds, act)

    def start(self, seconds: float, run: Callable[[], object]) -> None:
        """Let something begin that may wait for its own time, beside all others."""
        actor = _Actor(greenlet(run))
        self._actors[actor.fiber] = actor
        self._push(seconds, actor)

    @contextmanager
    def limited(self, ends: float) -> Iterator[None]:
        """Kill who runs this if it has not ended at that time."""
        actor = self._actors.get(getcurrent())
        if actor:
            actor.ends = ends
        try:
            yield
        finally:
            if actor:
                actor.ends = inf

    def pause(self, seconds: float) -> bool:
        """Give way for so long; ``False`` where nothing of the simulation is asking.

        Raises:
            Killed: if the asking delivery has no time left by then.
        """
        actor = self._actors.get(getcurrent())
        if actor is None:
            return False
        wakes = self._clock.monotonic() + seconds
        self._push(min(wakes, actor.ends), actor)
        self._hub.switch()
        if wakes > actor.ends:
            raise Killed
        return True

    def side_by_side(self, most: int) -> Each:
        """Return an ``Each`` that does so many at a time, in this simulation's time."""

        def each(work: Callable[[Thing], Result], things: Iterable[Thing]) -> list[Result]:
            waiting, todo = self._actors.get(getcurrent()), deque(enumerate(things))
            if waiting is None or len(todo) < 2:
                return [work(thing) for _, thing in todo]
            found, crew = dict[int, Result](), _Crew()

            def take() -> None:
                try:
                    while todo and not crew.errors:
                        place, thing = todo.popleft()
                        found[place] = work(thing)
                except BaseException as error:  # noqa: BLE001  it is raised where they are waited for
                    crew.errors.append(error)
                if not crew.is_called:
                    crew.is_called = True
                    self._push(self._clock.monotonic(), waiting)

            self._join(crew, take, min(most, len(todo)), waiting)
            if crew.errors:
                raise crew.errors[0]
            return [found[place] for place in sorted(found)]

        return each

    def _join(self, crew: _Crew, run: Callable[[], object], number: int, parent: _Actor) -> None:
        """Let threads run until all have ended, or their process is killed."""
        for _ in range(number):
            actor = _Actor(greenlet(run, self._hub), parent.ends, parent)
            crew.members.append(actor)
            self._actors[actor.fiber] = actor
            self._push(self._clock.monotonic(), actor)
        while not (crew.is_killed or all(actor.fiber.dead for actor in crew.members)):
            self._hub.switch()
            crew.is_called = False
        for actor in crew.members:
            actor.was_killed = True
            self._actors.pop(actor.fiber, None)

    def run(self) -> None:
        """Run until nothing is left to happen."""
        self._hub = getcurrent()
        while self._queue:
            seconds, _, what = heapq.heappop(self._queue)
            VirtualClock.advance(self._clock, max(0.0, seconds - self._clock.monotonic()))
            if not isinstance(what, _Actor):
                what()
            elif not what.is_dead:
                what.fiber.switch()
                if what.fiber.dead:
                    self._actors.pop(what.fiber, None)

    def _push(self, seconds: float, what: _Actor | Callable[[], object]) -> None:
        self._arrivals += 1
        heapq.heappush(self._queue, (seconds, self._arrivals, what))
