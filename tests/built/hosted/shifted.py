"""A handler of the artifact by another clock, since the events in ``events/`` have their date.

Put on the path beside the artifact, of which it uses nothing but what every caller may pass.
"""

import os
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cache
from importlib import import_module
from typing import Any

from snapkeep.runtime import Context, Runtime
from snapkeep.runtime.settings import Settings
from snapkeep.runtime.telemetry import Telemetry
from snapkeep.runtime.wiring import SystemClock


class SkippingClock(SystemClock):
    """Goes with the machine's, from another instant on, and does not wait."""

    def __init__(self, shift: timedelta) -> None:
        super().__init__(shift)
        self._skipped, self._lock = 0.0, threading.Lock()

    def now(self) -> datetime:
        return super().now() + timedelta(seconds=self._skipped)

    def monotonic(self) -> float:
        return super().monotonic() + self._skipped

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self._skipped += seconds


@cache
def _runtime() -> Runtime:
    clock = SkippingClock(timedelta(seconds=float(os.environ["SHIFT_SECONDS"])))
    telemetry = Telemetry.of_environment()
    return Runtime(Settings.of(os.environ), telemetry, environ=os.environ, clock=clock)


def handler(event: object, context: Context) -> dict[str, Any]:
    """Hand the event to the handler that is named in the environment."""
    module, _, name = os.environ["SHIFTED_HANDLER"].rpartition(".")
    shifted: Callable[..., dict[str, Any]] = getattr(import_module(module), name)
    return shifted(event, context, _runtime())
