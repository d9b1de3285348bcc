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
    """Spaces the requests of all threads evenly.

    Args:
        per_second: requests per second, of one account and region.
    """

    def __init__(self, per_second: float, clock: Clock) -> None:
        self._interval, self._clock = 1 / per_second, clock
        self._next = clock.monotonic()
        self._lock = threading.Lock()

    def wait(self, deadline: Deadline) -> bool:
        """Wait for this request's turn; ``False``, at once, if it comes after the deadline."""
        with self._lock:
            now = self._clock.monotonic()
            turn = max(now, self._next)
            if turn >= deadline.at:
                return False
            self._next = turn + self._interval
        if turn > now:
            self._clock.sleep(turn - now)
        return True
