"""The cloud's own request rate, which no document states (so it is a setting)."""

import math

from tests.fake_bce.clock import FakeClock
from tests.fake_bce.errors import RefusedError
from tests.fake_bce.settings import FakeSettings


class Throttle:
    """A token bucket per region that holds one second's worth, refilled by the cloud's clock."""

    def __init__(self, settings: FakeSettings, clock: FakeClock) -> None:
        self._settings, self._clock = settings, clock
        self._buckets: dict[str, tuple[float, float]] = {}

    def admit(self, region: str) -> None:
        """Take one from the bucket; the caller holds the cloud's lock.

        Raises:
            RefusedError: 429 with the whole seconds after which there is one again.
        """
        rate = self._settings.requests_per_second
        if rate is None:
            return
        now, full = self._clock.monotonic(), max(1.0, rate)
        level, since = self._buckets.get(region, (full, now))
        level = min(full, level + (now - since) * rate)
        self._buckets[region] = (max(0.0, level - 1) if level >= 1 else level, now)
        if level < 1:
            wait = math.ceil((1 - level) / rate)
            raise RefusedError(429, self._settings.throttle_code, retry_after=wait)
