"""An account whose store is watched: whatever comes, changes or goes has to be accounted for."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from snapkeep.errors import InvalidEvent, RunFailed
from tests.fake_bce import Call, Killed, VirtualClock
from tests.fake_bce.clock import FakeClock
from tests.world import World

Json = dict[str, Any]
Run = Callable[[World], Json]

_ENDS = {200: "done", 202: "accepted", 503: "failed"}


class Breach(AssertionError):
    """A promise was broken; the first argument says which, the others by what."""

    def __str__(self) -> str:
        what, *by = self.args
        return f"{what}: {', '.join(map(str, by))}" if by else what


def require(is_kept: object, breach: str, *by: object) -> None:
    """See that a promise is kept."""
    if not is_kept:
        raise Breach(breach, *by)


class OurClock(VirtualClock):
    """Our clock, which may be wrong by ``off``; time passes for us as it does for the cloud."""

    def __init__(self, true: FakeClock) -> None:
        super().__init__(true.now())
        self.true, self.off = true, timedelta()

    def now(self) -> datetime:
        return self.true.now() + self.off

    def monotonic(self) -> float:
        return self.true.monotonic()

    def advance(self, delta: timedelta | float) -> None:
        self.true.advance(delta)


class Ledger:
    """An account, the functions before it, and what has to be in its store.

    Attributes:
        entries: name and description of every snapshot that has to be there, by id.
        meanwhile: what happens right before the call of that number of the next run; not before a
            delete, since nothing can be done about what comes after the last reading.
        began: when the last run did, by the cloud's clock.
        is_quiet: whether it met no trouble.
        counted: how often what happened.
    """

    def __init__(self, world: World) -> None:
        self.clock = OurClock(world.cloud.clock)
        self.world = world.beside(clock=self.clock)
        self.store = world.cloud.region("bj")
        self.entries: dict[str, tuple[str, str]] = {}
        self.meanwhile: tuple[int, Callable[[], object]] | None = None
        self.counted = Counter[str]()
        self.began, self.is_quiet = self.clock.true.now(), True
        self._calls = 0

    def enter(self, id_: str) -> None:
        """Take a snapshot as it is, or as gone: somebody accounts for it."""
        row = self.store.snapshots.get(id_)
        self.entries.pop(id_, None)
        if row:
            self.entries[id_] = (row.name, row.desc)

    def check(self) -> None:
        """See that the store is as the ledger says."""
        found = {row.id: (row.name, row.desc) for row in self.store.snapshots.values()}
        if found != self.entries:
            ids = sorted({id_ for id_, _ in found.items() ^ self.entries.items()})
            raise Breach("it came, changed or went, and nobody did that", *ids)

    def run(self, what: Run) -> tuple[str, Json]:
        """Run a function, which may die of it; return how it ended and what it told."""
        cloud = self.world.cloud
        cloud.journal.clear()
        cloud.on_call, self._calls = self._watch, 0
        self.began = self.clock.true.now()
        is_alone = self.meanwhile is None and not cloud.account.in_arrears
        try:
            return ended(lambda: what(self.world))
        except Killed:
            self.world = self.world.beside()
            return "killed", {}
        finally:
            cloud.on_call = self.meanwhile = None
            self.counted["faults met"] += len(cloud.faults.fired)
            self.is_quiet = is_alone and not cloud.faults.fired
            cloud.faults.fired.clear()
            cloud.faults.clear()

    def deleting(self, call: Call) -> None:
        """Judge a delete before it is done."""
        raise NotImplementedError

    def _watch(self, call: Call) -> None:
        self._calls += 1
        is_delete = call.operation == "DeleteSnapshot"
        if self.meanwhile and self._calls >= self.meanwhile[0] and not is_delete:
            act, self.meanwhile = self.meanwhile[1], None
            self.world.cloud.on_call = None
            act()
            self.world.cloud.on_call = self._watch
        if is_delete:
            self.deleting(call)


def ended(run: Callable[[], Json]) -> tuple[str, Json]:
    """Return how a run ended, whatever brought its event, and what it told."""
    try:
        told = run()
    except RunFailed as failure:
        return "failed", failure.result
    except InvalidEvent:
        return "refused", {}
    if "statusCode" in told:
        return _ENDS.get(told["statusCode"], "refused"), json.loads(told["body"])
    return ("refused", {}) if "refused" in told else ("done", told)
