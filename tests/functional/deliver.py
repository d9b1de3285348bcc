"""How the queue delivers: again until a run ends well, and to a new process if one died."""

from collections.abc import Callable
from typing import Any

from snapkeep.errors import RunFailed
from tests.fake_bce import Call, Killed
from tests.world import NIGHTLY, World


def deliver(world: World, event: object = NIGHTLY, times: int = 3) -> dict[str, Any]:
    """Deliver an event until its run ends well, and return what it answers.

    Raises:
        AssertionError: if it does not within so many deliveries.
    """
    for _ in range(times):
        try:
            return world.create(event)
        except RunFailed:
            continue
        except Killed:
            world = world.beside()
    raise AssertionError(f"not done after {times} deliveries")


def before_call(world: World, nth: int, act: Callable[[], object], operation: str = "*") -> None:
    """Let something happen once, right before the cloud looks at the nth such call from now on."""
    left = nth

    def watch(call: Call) -> None:
        nonlocal left
        left -= operation in {"*", call.operation}
        if not left:
            world.cloud.on_call = None
            act()

    world.cloud.on_call = watch


def counts(result: dict[str, Any]) -> dict[str, int]:
    """Return a run's counts without the zeros."""
    return {status: number for status, number in result["counts"].items() if number}
