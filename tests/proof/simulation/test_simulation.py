"""The simulation is one run per seed, and kills who outlives its time."""

from datetime import timedelta
from pathlib import Path

from tests.fake_bce import Killed
from tests.proof.simulation.clock import SharedClock, SkewedClock
from tests.proof.simulation.schedule import Arrival, make_schedule
from tests.proof.simulation.schedules import UNBROKEN, replay
from tests.proof.simulation.shrink import shrink
from tests.proof.simulation.trial import Trial, try_schedule
from tests.world import NOW


def test_whoever_waits_lets_the_others_go_on_in_order_of_time() -> None:
    clock, order = SharedClock(NOW), list[str]()

    def run(name: str, *waits: float) -> None:
        for wait in waits:
            clock.sleep(wait)
            order.append(f"{name} {clock.monotonic():g}")

    clock.simulation.start(0, lambda: run("a", 3, 3))
    clock.simulation.start(1, lambda: run("b", 1, 3))
    clock.simulation.at(4, lambda: order.append("act"))
    clock.simulation.run()
    assert order == ["b 2", "a 3", "act", "b 5", "a 6"]


def test_who_outlives_its_time_is_killed_at_that_time() -> None:
    clock, seen = SharedClock(NOW), list[object]()

    def run() -> None:
        try:
            with clock.simulation.limited(clock.monotonic() + 10):
                clock.sleep(9)
                clock.sleep(9)
        except Killed:
            seen.append(clock.monotonic())

    clock.simulation.start(0, run)
    clock.simulation.run()
    assert seen == [10]


def test_a_skewed_clock_differs_in_what_it_says_and_not_in_how_it_runs() -> None:
    true = SharedClock(NOW)
    ahead = SkewedClock(true, timedelta(minutes=4))
    ahead.sleep(5)
    assert (ahead.now() - true.now(), ahead.monotonic()) == (timedelta(minutes=4), 5)


def asked(trial: Trial) -> list[tuple[str, str, int]]:
    journal = trial.scene.world.cloud.journal
    return [(call.at.isoformat(), call.target, call.status) for call in journal]


def test_a_seed_is_one_run(tmp_path: Path) -> None:
    for seed in range(20):
        first, again = (try_schedule(make_schedule(seed), tmp_path) for _ in range(2))
        assert asked(first) == asked(again)
        assert (first.breaches, first.more) == (again.breaches, again.more)


def test_a_replay_tells_what_was_asked_and_how_it_ended() -> None:
    told = replay(153)
    assert told[0].startswith("seed 153: Schedule(")
    assert any("CreateSnapshot" in line for line in told)
    assert told[-1] == UNBROKEN


def test_a_failing_schedule_is_shrunk_to_what_it_takes() -> None:
    seeds = (make_schedule(seed) for seed in range(1_000))
    schedule = next(s for s in seeds if len(s.arrivals) == 4 and s.acts and s.troubles)
    last = schedule.arrivals[3]
    small = shrink(schedule, lambda smaller: last.number in {a.number for a in smaller.arrivals})
    assert small.arrivals == (Arrival(0.0, last.what, last.number, latency=last.latency),)
    assert (small.acts, small.troubles, small.disks, small.nights) == ((), (), 1, 0)
    assert small.seed == schedule.seed
