"""Requests of all threads leave evenly spaced; time is virtual, so the spacing is exact."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from snapkeep.bce.retry import RateLimit, RetryBudget
from snapkeep.times import Deadline
from tests.client.line import Line, RecordingClock
from tests.fake_bce import Fault


class StandingClock(RecordingClock):
    """Remembers what was slept and lets no time pass, so that threads cannot push each other."""

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)


def test_threads_get_turns_that_are_one_interval_apart() -> None:
    clock = StandingClock()
    rate, deadline = RateLimit(8, clock), Deadline.after(clock, 600)
    with ThreadPoolExecutor(8) as pool:
        turns = list(pool.map(lambda _: rate.wait(deadline), range(80)))
    assert all(turns)
    assert sorted(clock.sleeps) == [turn / 8 for turn in range(1, 80)]


def test_requests_of_one_thread_leave_one_interval_apart(line: Line) -> None:
    client = line.client(rate=RateLimit(2, line.clock))
    for _ in range(4):
        client.snapshots()
    begun = line.cloud.journal[0].at
    assert [(call.at - begun).total_seconds() for call in line.cloud.journal] == [0, 0.5, 1, 1.5]


def test_retries_take_their_turn_as_well(inside: Line) -> None:
    inside.cloud.faults.add(Fault("before", times=3))
    inside.client(rate=RateLimit(0.2, inside.clock), uniform=lambda: 0.0).snapshots()
    begun = inside.cloud.journal[0].at
    assert [(call.at - begun).total_seconds() for call in inside.cloud.journal] == [0, 5, 10, 15]


def test_idle_time_is_not_saved_up_for_a_burst() -> None:
    clock = RecordingClock()
    rate, deadline = RateLimit(1, clock), Deadline.after(clock, 600)
    clock.advance(100)
    for _ in range(3):
        assert rate.wait(deadline)
    assert clock.sleeps == [1, 1]


@pytest.mark.parametrize(("seconds", "turns"), [(0.5, 1), (1, 1), (1.01, 2), (2.5, 3)])
def test_a_turn_past_the_deadline_is_neither_awaited_nor_used_up(
    seconds: float, turns: int
) -> None:
    clock = StandingClock()
    rate, deadline = RateLimit(1, clock), Deadline.after(clock, seconds)
    assert [rate.wait(deadline) for _ in range(5)] == [True] * turns + [False] * (5 - turns)
    assert rate.wait(Deadline.after(clock, 600))
    assert clock.sleeps[-1] == turns


def test_a_budget_is_not_overdrawn_by_threads() -> None:
    budget = RetryBudget(50)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: budget.take(5), range(200)))
    assert sum(taken) == 10
