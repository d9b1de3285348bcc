"""An account in which something is due, and the file of its plan that somebody approves."""

import json
from collections.abc import Callable
from typing import Any

from tests.cli.conftest import Terminal
from tests.functional.history import add_nights

Plan = dict[str, Any]


def account(terminal: Terminal, region: str = "bj") -> str:
    """Furnish a region with a disk of which three snapshots are due, and with a released one of
    which two are; return the first disk."""
    world = terminal.world
    disk, released = world.add_disks(2, region)
    add_nights(world, disk, 6, newest=1, region=region)
    add_nights(world, released, 5, newest=1, region=region)
    world.cloud.region(region).release_volume(released)
    return disk


def saved(terminal: Terminal, change: Callable[[Plan], object] = lambda plan: None) -> str:
    """Write today's plans to a file, each changed as by hand, and return its path."""
    plans = terminal.plans()
    for plan in plans:
        change(plan)
    return terminal.save("plan.json", "\n".join(map(json.dumps, plans)))


def due(plan: Plan) -> list[str]:
    return [*plan["delete"], *plan["approve"]]
