"""How often and how fast: the backoff, the retry budget, and the client-side rate limit."""

import threading
from collections.abc import Callable

from snapkeep.times import Clock, Deadline

MAX_ATTEMPTS = 4
BASE_SECONDS, CAP_SECONDS = 0.3, 8.0
RETRY_AFTER_CAP_SECONDS = 20.0


def backoff(retry: int, uniform: Callable[[], float]) -> float:
    """Return seconds to wait before retry 1, 2, ...: full jitter under a doubling, capped bound.

    Args:
        uniform: returns a number in [0, 1).
    """
    return uniform() * min(CAP_SECONDS, BASE_SECONDS * float(2**retry))


class RetryBudget:
    """Tokens that retries cost and successes earn, so that an outage is not answered by a storm."""

    COST, TIMEOUT_COST, REWARD = 5, 10, 1

    def __init__(self, tokens: int = 50) -> None:
        self._tokens = self._full = tokens
        self._lock = threading.Lock()

    def take(self, cost: int) -> bool:
        """Pay for one retry; ``False`` if the budget cannot."""
        with self._lock:
            if cost > self._tokens:
                return False
            self._tokens -= cost
            return True

    def reward(self) -> None:
        with self._lock:
            self._tokens = min(self._full, self._tokens + self.REWARD)


class RateLimit:
    """Spaces the requests of all threads evenly, as fast as the API will have them.

    A 429 halves the rate, once for all requests that had left by then. Answers to later ones bring
    it back: soon to just below what was refused, and from there by small steps; what was refused is
    forgotten after a minute without a 429.

    Args:
        per_second: the most requests per second, of one account and region.
    """

    LEAST = 0.5
    FORGOTTEN_SECONDS = 60.0
    # of the refused rate, reached by a share of the rate per answer; then by a share of the former
    NEAR, RESTORED, PROBED = 0.9, 0.05, 0.001

    def __init__(self, per_second: float, clock: Clock) -> None:
        self._most = self._rate = self._refused = per_second
        self._clock, self._lock = clock, threading.Lock()
        self._next = self._slowed_at = clock.monotonic()

    def wait(self, deadline: Deadline) -> bool:
        """Wait for this request's turn; ``False``, at once, if it comes after the deadline."""
        while True:
            with self._lock:
                now, slowed_at = self._clock.monotonic(), self._slowed_at
                turn = max(now, self._next)
                if turn >= deadline.at:
                    return False
                self._next = turn + 1 / self._rate
            if turn > now:
                self._clock.sleep(turn - now)
            # a turn at a rate that was refused meanwhile is no turn
            if slowed_at == self._slowed_at:
                return True

    def slow_down(self, sent_at: float) -> None:
        """Halve the rate, as a request was refused that was sent at that instant of the clock."""
        with self._lock:
            if sent_at >= self._slowed_at:
                self._slowed_at, self._refused = self._clock.monotonic(), self._rate
                self._rate = max(self._rate / 2, min(self.LEAST, self._most))
                self._next = self._slowed_at + 1 / self._rate

    def speed_up(self, sent_at: float) -> None:
        """Take in that a request was answered that was sent at that instant of the clock."""
        with self._lock:
            if self._clock.monotonic() - self._slowed_at > self.FORGOTTEN_SECONDS:
                self._refused = self._most
            if self._rate < self._most and sent_at >= self._slowed_at:
                is_near = self._rate >= self.NEAR * self._refused
                step = self._refused * self.PROBED if is_near else self._rate * self.RESTORED
                self._rate = min(self._rate + step, self._most)
