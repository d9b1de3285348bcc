"""Running a schedule: through its trouble, and then until all is quiet."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from snapkeep.errors import InvalidEvent, RunFailed
from tests.fake_bce import Killed
from tests.functional.http import body_of
from tests.proof.figures import Tally
from tests.proof.simulation.events import event_of
from tests.proof.simulation.scene import Process, Scene, open_scene
from tests.proof.simulation.schedule import FUNCTION_SECONDS, SECOND, Arrival, Schedule
from tests.proof.simulation.verdict import (
    ATTEMPTS,
    Result,
    broken,
    false_claims,
    silent_gaps,
    unexplained,
)

# every so-manieth schedule: what was done already is done again; and the report is read
REPEATED, REPORTED = 8, 25
POLL_SECONDS = 0.1


@dataclass(slots=True)
class Trial:
    """One run of a schedule and what was found."""

    scene: Scene
    breaches: list[str] = field(default_factory=list)
    more: Counter[str] = field(default_factory=Counter)
    _is_deleting: bool = False
    _under_way: int = 0
    _done: set[str] = field(default_factory=set)
    _done_at_rest: set[str] = field(default_factory=set)

    def run(self) -> None:
        """Run the schedule, wait until all is quiet, and judge."""
        scene, simulation = self.scene, self.scene.clock.simulation
        for arrival in scene.schedule.arrivals:
            simulation.start(arrival.at, self._arrives(arrival))
        for act in scene.schedule.acts:
            simulation.at(act.at, lambda act=act: scene.act(act))  # type: ignore[misc]
        simulation.run()
        self._quiet()
        done = "expire" in self._done_at_rest
        self.breaches += broken(scene, self.more, deleted_all=done)
        if scene.schedule.seed % REPORTED == 0:
            self._report()

    def _arrives(self, arrival: Arrival) -> Callable[[], None]:
        """Return what the platform does with an event: it delivers it again once if told so."""

        def deliver() -> None:
            while self.scene.schedule.one_at_a_time and self._under_way:
                self.scene.clock.sleep(POLL_SECONDS)
            if not self._deliver(arrival) and arrival.again is not None:
                self.scene.clock.sleep(arrival.again)
                self._deliver(arrival)

        return deliver

    def _deliver(self, arrival: Arrival) -> bool:
        """Deliver once, and say whether it need not be delivered again."""
        is_delete = arrival.what == "expire"
        if is_delete and self._is_deleting:
            # the stack reserves the deleter a concurrency of 1: the platform keeps the event
            return False
        self._is_deleting |= is_delete
        self._under_way += 1
        process, clock = self.scene.process(arrival), self.scene.clock
        seconds = FUNCTION_SECONDS.get(arrival.what, FUNCTION_SECONDS["create"])
        self.more["deliveries"] += 1
        since = clock.now()
        try:
            with clock.simulation.limited(clock.monotonic() + seconds):
                result, is_done = self._run(process, arrival, seconds)
        except Killed:
            self.more["killed"] += 1
            return False
        finally:
            self._under_way -= 1
            if is_delete:
                self._is_deleting = False
                self._take(process)
        self.scene.warm[arrival.what] = process
        if is_done:
            self._done.add(arrival.what)
        if not is_delete:
            claims = false_claims(self.scene, result, arrival.what, since, is_done=is_done)
            self.breaches += claims
        return is_done

    def _run(self, process: Process, arrival: Arrival, seconds: float) -> tuple[Result, bool]:
        world = process.world
        try:
            if arrival.what == "expire":
                return world.expire("auto", seconds=seconds), True
            result = world.create(event_of(arrival.what, world, self.scene.disks), seconds=seconds)
        except InvalidEvent:
            self.more["refused"] += 1
            return {}, False
        except RunFailed as failure:
            return failure.result, False
        if "statusCode" in result:
            return body_of(result), result["statusCode"] == 200
        return result, True

    def _take(self, process: Process) -> None:
        watch = process.watch
        self.breaches += watch.breaches
        self.more.update({"deleted": watch.deleted, "deleted, held a moment ago": watch.late})
        watch.begin()

    def _quiet(self) -> None:
        """All trouble is over: deliver each event again, and see that it gets done."""
        scene, setting = self.scene, self.scene.schedule.setting
        scene.world.cloud.faults.clear()
        scene.is_troubled = False
        for volume in scene.store.volumes.values():
            volume.status = "Available"
        settles = max(setting["list_lag"], setting["creation_time"]) + 30 * SECOND
        again = scene.schedule.seed % REPEATED == 0
        events = {arrival.what for arrival in scene.schedule.arrivals} - {"expire"}
        left = sorted(event for event in events if again or event not in self._done)
        for attempt in range(ATTEMPTS):
            scene.clock.advance(settles)
            left = [event for event in left if not self._calm(event, attempt)]
        for event in left:
            self.breaches += unexplained(scene, event, self.more)
        # the deleter comes last, when nothing new is made any more
        deletes = any(arrival.what == "expire" for arrival in scene.schedule.arrivals)
        if deletes and not any(self._calm("expire", number) for number in range(ATTEMPTS)):
            self.breaches += unexplained(scene, "expire", self.more)

    def _calm(self, event: str, attempt: int) -> bool:
        """Deliver an event in peace, and say whether it is done."""
        number = 1_000 + len(self._done_at_rest) * ATTEMPTS + attempt
        if not self._deliver(Arrival(0.0, event, number, latency=0.01)):
            return False
        self._done_at_rest.add(event)
        return True

    def _report(self) -> None:
        """Read the report, which must not call a disk protected that is not."""
        self.more["reports"] += 1
        try:
            report = self.scene.world.beside().report({"format": "json"})
        except RunFailed as failure:
            # an account without any disk: a wrong key looks like that
            report = failure.result
        self.breaches += silent_gaps(self.scene, report)


def try_schedule(schedule: Schedule, folder: Path, tally: Tally | None = None) -> Trial:
    """Run a schedule and return what was found.

    Args:
        folder: for the policy file; whoever runs many takes the same one, since making a folder
            takes as long as a schedule.
        tally: takes the counts, and the search for secrets.
    """
    with open_scene(schedule, folder) as scene:
        trial = Trial(scene)
        trial.run()
        if tally is not None:
            tally.count += 1
            tally.more.update(trial.more)
            tally.search(scene.world)
        return trial
