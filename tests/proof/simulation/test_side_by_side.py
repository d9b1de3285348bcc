"""Threads of a simulated process: side by side in its time, and dead with it."""

import pytest

from tests.fake_bce import Killed
from tests.proof.simulation.clock import SharedClock
from tests.world import NOW


def test_so_many_wait_at_the_same_time_and_results_keep_their_order() -> None:
    clock, found = SharedClock(NOW), list[object]()
    each = clock.simulation.side_by_side(2)

    def wait(seconds: float) -> float:
        clock.sleep(seconds)
        return seconds

    clock.simulation.start(0, lambda: found.append((each(wait, [3, 1, 1, 5]), clock.monotonic())))
    clock.simulation.start(1, lambda: found.append(wait(1)))
    clock.simulation.run()
    assert found == [1, ([3, 1, 1, 5], 7)]


def test_a_process_that_is_killed_takes_all_its_threads_along() -> None:
    clock, done = SharedClock(NOW), list[float]()

    def work(seconds: float) -> None:
        clock.sleep(seconds)
        if seconds == 2:
            raise Killed
        done.append(seconds)

    def run() -> None:
        with pytest.raises(Killed):
            clock.simulation.side_by_side(4)(work, [1, 2, 3, 4, 1])
        done.append(-clock.monotonic())
        clock.sleep(10)
        done.append(-clock.monotonic())

    clock.simulation.start(0, run)
    clock.simulation.run()
    # the one after the first ends at the moment of the kill, and nothing later
    assert done in ([1, -2, -12], [1, 1, -2, -12])


def test_threads_of_threads_die_as_well() -> None:
    clock, done = SharedClock(NOW), list[float]()
    each = clock.simulation.side_by_side(2)

    def leaf(seconds: float) -> None:
        clock.sleep(seconds)
        done.append(seconds)

    def branch(seconds: float) -> None:
        if not seconds:
            clock.sleep(2)
            raise Killed
        each(leaf, [seconds, seconds + 2])

    def run() -> None:
        with pytest.raises(Killed):
            each(branch, [0.0, 1.0])

    clock.simulation.start(0, run)
    clock.simulation.run()
    assert done == [1.0]


def test_the_time_limit_of_a_process_is_that_of_its_threads() -> None:
    clock, ended = SharedClock(NOW), list[float]()

    def run() -> None:
        with pytest.raises(Killed), clock.simulation.limited(5):
            clock.simulation.side_by_side(2)(clock.sleep, [4.0, 9.0])
        ended.append(clock.monotonic())

    clock.simulation.start(0, run)
    clock.simulation.run()
    assert ended == [5]


def test_an_error_is_raised_once_what_had_begun_has_ended() -> None:
    clock, done = SharedClock(NOW), list[float]()

    def work(seconds: float) -> None:
        clock.sleep(seconds)
        done.append(1 / (seconds - 1))

    def run() -> None:
        with pytest.raises(ZeroDivisionError):
            clock.simulation.side_by_side(2)(work, [1.0, 3.0, 2.0])
        done.append(clock.monotonic())

    clock.simulation.start(0, run)
    clock.simulation.run()
    assert done == [0.5, 3.0]
