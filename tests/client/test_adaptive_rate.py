"""What a 429 does to the rate, and what answers do; time is virtual, so each step is exact."""

import pytest

from snapkeep.bce.errors import Throttled
from snapkeep.bce.retry import RateLimit
from snapkeep.times import Deadline
from tests.client.line import Line, RecordingClock
from tests.fake_bce import Fault


def gap(rate: RateLimit, clock: RecordingClock) -> float:
    """Return the seconds from one request to the next as the rate is now."""
    deadline = Deadline.after(clock, 6_000)
    assert rate.wait(deadline)
    before = clock.monotonic()
    assert rate.wait(deadline)
    return clock.monotonic() - before


def test_a_refused_request_halves_the_rate_down_to_the_least() -> None:
    clock = RecordingClock()
    rate, gaps = RateLimit(8, clock), []
    for _ in range(6):
        gaps.append(gap(rate, clock))
        rate.slow_down(clock.monotonic())
    assert gaps == [1 / 8, 1 / 4, 1 / 2, 1, 2, 2]


def test_a_rate_that_is_set_below_the_least_stays_as_it_is() -> None:
    clock = RecordingClock()
    rate = RateLimit(0.25, clock)
    rate.slow_down(clock.monotonic())
    assert gap(rate, clock) == 4


def test_what_left_before_the_rate_was_halved_does_not_halve_it_again() -> None:
    clock = RecordingClock()
    rate, sent_at = RateLimit(8, clock), clock.monotonic()
    clock.advance(1)
    for _ in range(5):
        rate.slow_down(sent_at)
    assert gap(rate, clock) == 1 / 4


def test_answers_restore_it_soon_to_near_what_was_refused_and_then_step_by_step() -> None:
    clock = RecordingClock()
    rate = RateLimit(20, clock)
    rate.slow_down(clock.monotonic())
    answers = 0
    while gap(rate, clock) > 1 / 18:
        rate.speed_up(clock.monotonic())
        answers += 1
    assert answers == 13
    near = 1 / gap(rate, clock)
    rate.speed_up(clock.monotonic())
    assert 1 / gap(rate, clock) - near == pytest.approx(0.02)
    for _ in range(200):
        rate.speed_up(clock.monotonic())
    assert gap(rate, clock) == pytest.approx(1 / 20)


def test_small_steps_are_of_what_was_refused_last_until_that_is_a_minute_ago() -> None:
    clock = RecordingClock()
    clock.advance(1_000)
    rate = RateLimit(20, clock)
    rate.slow_down(clock.monotonic())
    rate.slow_down(clock.monotonic())
    # an answer of the same instant counts already: from 5 by twentieths to nine tenths of 10
    for _ in range(13):
        rate.speed_up(clock.monotonic())
    near = 5 * 1.05**13
    rate.speed_up(clock.monotonic())
    clock.advance(RateLimit.FORGOTTEN_SECONDS)
    rate.speed_up(clock.monotonic())
    assert 1 / gap(rate, clock) == pytest.approx(near + 2 * 0.01)
    rate.speed_up(clock.monotonic())
    assert 1 / gap(rate, clock) == pytest.approx((near + 0.02) * 1.05)


def test_an_answer_to_what_left_before_the_rate_was_halved_does_not_bring_it_back() -> None:
    clock = RecordingClock()
    rate, sent_at = RateLimit(8, clock), clock.monotonic()
    clock.advance(1)
    rate.slow_down(clock.monotonic())
    for _ in range(50):
        rate.speed_up(sent_at)
    assert gap(rate, clock) == 1 / 4


def test_after_a_minute_without_a_refusal_the_rate_is_soon_what_is_set() -> None:
    clock = RecordingClock()
    rate = RateLimit(10, clock)
    for _ in range(8):
        rate.slow_down(clock.monotonic())
    assert gap(rate, clock) == 1 / RateLimit.LEAST
    for _ in range(200):
        assert rate.wait(Deadline.after(clock, 6_000))
        rate.speed_up(clock.monotonic())
    assert gap(rate, clock) == pytest.approx(1 / 10)
    assert clock.monotonic() < 150


def test_a_turn_at_the_refused_rate_is_waited_for_again() -> None:
    clock = RecordingClock()
    rate, deadline = RateLimit(2, clock), Deadline.after(clock, 600)
    assert rate.wait(deadline)

    class Refused(RecordingClock):
        """A clock on which a request is refused while the next one waits."""

        def sleep(self, seconds: float) -> None:
            super().sleep(seconds)
            if len(self.sleeps) == 1:
                rate.slow_down(self.monotonic())

    slow = Refused()
    rate._clock = slow
    assert rate.wait(Deadline.after(slow, 600))
    assert slow.sleeps == [0.5, 1.0]


def test_a_429_is_retried_at_half_the_rate_and_costs_no_retry_of_the_budget(inside: Line) -> None:
    rate = RateLimit(4, inside.clock)
    client = inside.client(rate=rate, uniform=lambda: 0.0)
    for _ in range(40):
        inside.cloud.faults.add(Fault("throttle", times=3))
        client.snapshots()
    inside.cloud.faults.add(Fault("throttle", times=4))
    with pytest.raises(Throttled):
        client.snapshots()
    assert gap(rate, inside.clock) == 1 / RateLimit.LEAST
