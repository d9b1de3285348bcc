"""The composition root: the one place that reads the environment, the time and the secrets."""

from snapkeep.runtime.entry import Context, enter
from snapkeep.runtime.wiring import Runtime

__all__ = ["Context", "Runtime", "enter"]
