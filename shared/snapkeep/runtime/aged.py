"""A value that is looked up again once it is old."""

from collections.abc import Callable
from typing import Generic, TypeVar

from snapkeep.errors import SnapkeepError
from snapkeep.times import Clock

T = TypeVar("T")


class Aged(Generic[T]):
    """Looks a value up by its age alone, whoever asks for it and however often.

    A look-up that failed is remembered as well, for a shorter time, so that no number of requests
    becomes as many look-ups.

    Args:
        seconds: for which a value is used.
        pause: in seconds, after a failure.
    """

    def __init__(
        self, look_up: Callable[[], T], clock: Clock, *, seconds: float = 300.0, pause: float = 5.0
    ) -> None:
        self._look_up, self._clock = look_up, clock
        self._seconds, self._pause = seconds, pause
        self._until = float("-inf")
        self._found: T | SnapkeepError

    def get(self) -> T:
        """Return the value.

        Raises:
            SnapkeepError: what the look-up raised.
        """
        if self._clock.monotonic() >= self._until:
            try:
                self._found, lives = self._look_up(), self._seconds
            except SnapkeepError as error:
                self._found, lives = error, self._pause
            self._until = self._clock.monotonic() + lives
        if isinstance(self._found, SnapkeepError):
            # without the frames of those who were told before
            raise self._found.with_traceback(None)
        return self._found
