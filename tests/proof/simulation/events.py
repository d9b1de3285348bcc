"""The events of a schedule: what is delivered, and which snapshots answer it."""

from typing import Any

from tests.functional.http import http_event, wanted
from tests.functional.test_create_unclear import BUS
from tests.proof.simulation.schedule import HOUR
from tests.world import SLOT, World

CRON_SLOTS = {"cron 18:00": SLOT, "cron 17:00": SLOT - HOUR}


def event_of(what: str, world: World, disks: list[str]) -> dict[str, Any]:
    """Return the event as the platform delivers it now; a sender signs anew each time."""
    if what == "webhook":
        return http_event("POST", "/snapshots", wanted(volumes=disks), at=world.cloud.clock.now())
    if what == "bus":
        return BUS
    return {"policy": "nightly", "scheduled_time": _written(what)}


def answers(key: tuple[str, ...], what: str) -> bool:
    """Say whether a snapshot with this key answers an event."""
    policy, _, source, slot = key
    if what in CRON_SLOTS:
        return (policy, source, slot) == ("nightly", "cron", _written(what))
    return source == what


def _written(what: str) -> str:
    return f"{CRON_SLOTS[what]:%Y-%m-%dT%H:%M:%SZ}"
