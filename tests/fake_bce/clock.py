"""Time that tests move by hand, and time that a standalone server moves by itself."""

import threading
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class FakeClock(Protocol):
    """What the fake cloud needs of a clock; nothing in it ever waits."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""

    def monotonic(self) -> float:
        """Return seconds that never go backwards."""

    def sleep(self, seconds: float) -> None:
        """Advance by ``seconds`` at once."""

    def advance(self, delta: timedelta | float) -> None:
        """Move forward by a duration, or by a number of seconds."""


class VirtualClock:
    """Stands still until it is advanced.

    Raises:
        ValueError: for a start without a zone.
    """

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("start needs a zone")
        self._start = start.astimezone(UTC)
        self._skipped = 0.0
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""
        return self._start + timedelta(seconds=self.monotonic())

    def monotonic(self) -> float:
        """Return seconds since the start."""
        with self._lock:
            return self._skipped + self._ticked()

    def sleep(self, seconds: float) -> None:
        """Advance by ``seconds``; a negative number does nothing, as an elapsed wait would."""
        self.advance(max(0.0, seconds))

    def advance(self, delta: timedelta | float) -> None:
        """Move forward by a duration, or by a number of seconds.

        Raises:
            ValueError: for a negative one.
        """
        seconds = delta.total_seconds() if isinstance(delta, timedelta) else float(delta)
        if seconds < 0:
            raise ValueError("time does not go backwards")
        with self._lock:
            self._skipped += seconds

    def _ticked(self) -> float:
        return 0.0


class OffsetClock(VirtualClock):
    """Starts at a given instant and then ticks with real time; may be advanced as well."""

    def __init__(self, start: datetime) -> None:
        super().__init__(start)
        self._origin = time.monotonic()

    def _ticked(self) -> float:
        return time.monotonic() - self._origin
