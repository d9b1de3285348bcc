"""Every fault at every step of every flow, and every pair of them, judged when all is quiet."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count
from pathlib import Path

from snapkeep.errors import RunFailed, SnapkeepError
from tests.fake_bce import Call, Fault, Killed
from tests.proof.faults.flows import (
    BY_NAME,
    FLOWS,
    PAIRED,
    PAIRED_BY_NAME,
    Flow,
    Result,
    Store,
    store_of,
)
from tests.proof.faults.kinds import DEADLINE, DOUBLE, SINGLE
from tests.proof.figures import Job, Part, Scale, Tally
from tests.world import World, world

Shot = tuple[Fault, int]
ATTEMPTS = 3
# the platform has less time left than the margin of the function
LEFT_SECONDS = 2.0
# how many calls more than a clean run are hit: those by which it recovers
RECOVERY = 4


@dataclass(frozen=True, slots=True)
class Clean:
    """What a run without faults comes to."""

    calls: int
    final: Store
    claims: object


@dataclass(slots=True)
class Attack:
    """One run of a flow through its faults to its end."""

    flow: Flow
    clean: Clean
    world: World
    before: Store
    found: list[str] = field(default_factory=list)
    ends: float = 0.0

    def arm(self, shots: Sequence[Shot]) -> None:
        """Let each fault happen at its call from now on."""
        plain = [replace(fault, nth=k) for fault, k in shots if fault is not DEADLINE]
        self.world.cloud.faults.add(*plain)
        late = {k for fault, k in shots if fault is DEADLINE}
        left = count(1)

        def watch(call: Call) -> None:
            if next(left) in late:
                clock = self.world.clock
                clock.advance(max(0.0, self.ends - clock.monotonic() - LEFT_SECONDS))
                self.world.cloud.faults.fired.append((DEADLINE, call))

        self.world.cloud.on_call = watch

    def run(self, deliveries: int) -> None:
        """Deliver with faults, then without, and look at what it comes to."""
        ended = [self._deliver() for _ in range(deliveries)]
        self.world.cloud.faults.clear()
        self.world.cloud.on_call = None
        if not any(self._deliver() for _ in range(ATTEMPTS)):
            self.found.append(f"it is not done after {ATTEMPTS} deliveries without faults")
        if not any(ended):
            # what is done stays as it is, if it is delivered once more
            self._deliver()
        if (now := store_of(self.world)) != self.clean.final:
            self.found.append(f"it ends with {_difference(now, self.clean.final)}")

    def _deliver(self) -> bool:
        """Deliver once, look at the store, and say whether it is said to be done."""
        self.ends = self.world.clock.monotonic() + self.flow.seconds
        result: Result | None = None
        try:
            result = self.flow.run(self.world)
        except RunFailed as failure:
            # the platform delivers it again; what it calls done has to be there all the same
            self.found += self._false(failure.result)
        except SnapkeepError:
            """The platform delivers it again."""
        except Killed:
            self.world = self.world.beside(telemetry=self.world.runtime.telemetry)
        except Exception as error:  # noqa: BLE001  whatever it is, the fault has to be told
            self.found.append(f"{type(error).__name__}: {error}")
        self.found += self._wrong(result)
        return result is not None

    def _false(self, result: Result) -> Iterator[str]:
        """Say which disk is called done without a good snapshot of it."""
        rows = {row.id: row for row in self.world.rows()}
        for disk in result.get("disks", ()):
            if disk.get("status") in {"created", "existing"}:
                row = rows.get(disk["snapshot_id"])
                if row is None or (row.status, row.volume_id) != ("Available", disk["volume_id"]):
                    yield f"it calls {disk['volume_id']} done, of which {row} is there"

    def _wrong(self, result: Result | None) -> Iterator[str]:
        now, final = store_of(self.world), self.clean.final
        if strange := now - (self.before | final):
            yield f"nobody asked for {dict(strange)}"
        if lost := (self.before & final) - now:
            yield f"nobody allowed that {dict(lost)} goes"
        if result is None:
            return
        yield from self._false(result)
        if any(row.status == "Creating" for row in self.world.rows()):
            yield "it was said to be done while a snapshot is being created"
        if now != final:
            yield f"it was said to be done, with {_difference(now, final)}"
        elif (claims := self.flow.claims(result)) != self.clean.claims:
            yield f"it said {claims}, not {self.clean.claims}"


@cache
def clean_run(flow: Flow) -> Clean:
    """Run a flow without faults: how many calls it makes, and what it comes to."""
    with tempfile.TemporaryDirectory() as folder, opened(flow, Path(folder)) as account:
        before = len(account.cloud.journal)
        claims = flow.claims(flow.run(account))
        return Clean(len(account.cloud.journal) - before, store_of(account), claims)


@contextmanager
def opened(flow: Flow, folder: Path) -> Iterator[World]:
    """Open a flow's account, furnished."""
    with world(folder, straight=True, **flow.settings) as account:
        flow.prepare(account)
        yield account


def attack(flow: Flow, shots: Sequence[Shot], folder: Path, tally: Tally) -> None:
    """Run a flow with faults at its so-manieth calls, and count what is found."""
    clean = clean_run(flow)
    with opened(flow, folder) as account:
        trial = Attack(flow, clean, account, store_of(account))
        trial.arm(shots)
        trial.run(len(shots))
        tally.count += 1
        fired = len({id(call) for _, call in account.cloud.faults.fired})
        if not fired:
            trial.found.append("no fault came of it")
        tally.more["faults that fired"] += fired
        tally.search(account)
    where = ", ".join(f"{_name(fault)} at call {k}" for fault, k in shots)
    tally.breaches += [f"{flow.name}: {where}: {what}" for what in trial.found]


def _single_jobs(scale: Scale) -> Sequence[Job]:
    return [(flow.name, index) for flow in FLOWS for index in range(len(SINGLE))]


def _single(name: str, index: int) -> Tally:
    """Attack a flow with one fault, at each of its calls."""
    tally, flow, fault = Tally(), BY_NAME[name], SINGLE[index]
    with tempfile.TemporaryDirectory() as folder:
        for k in range(1, clean_run(flow).calls + 1):
            attack(flow, [(fault, k)], Path(folder), tally)
    return tally


def _pair_jobs(scale: Scale) -> Sequence[Job]:
    if scale.is_short:
        return []
    return [
        (flow.name, index, first)
        for flow in PAIRED
        for index in range(len(DOUBLE))
        for first in range(1, clean_run(flow).calls + 1)
    ]


def _pair(name: str, index: int, first: int) -> Tally:
    """Attack a flow with a fault at one call and each other at each later one."""
    tally, flow = Tally(), PAIRED_BY_NAME[name]
    last = clean_run(flow).calls + RECOVERY
    with tempfile.TemporaryDirectory() as folder:
        for second in range(first + 1, last + 1):
            for fault in DOUBLE:
                shots = [(DOUBLE[index], first), (fault, second)]
                attack(flow, shots, Path(folder), tally)
    return tally


def _name(fault: Fault) -> str:
    body = "" if fault.body is None else repr(fault.body)
    times = f" x{fault.times}" if fault.times > 1 else ""
    return f"{fault.kind} {fault.status} {fault.code} {body}{times}"


def _difference(now: Store, final: Store) -> str:
    return f"{dict(now - final)} too much and {dict(final - now)} too little"


_PROMISE = "exactly the clean run's snapshots, whatever fails; done within 3 deliveries"
SINGLES = Part("single faults", _PROMISE, _single_jobs, _single)
PAIRS = Part("pairs of faults", _PROMISE, _pair_jobs, _pair)
