"""Makes a failing schedule smaller, as long as it fails: what is left is what it takes."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.proof.simulation.schedule import FOREVER, NONE, Schedule

MAX_TRIES = 400
_PARTS = ("arrivals", "acts", "troubles")
_PLAIN: tuple[tuple[str, Any], ...] = (
    *(("disks", 1), ("by_tags", False), ("fails", 0), ("nights", 0)),
)
_PLAIN_CLOUD: tuple[tuple[str, Any], ...] = (
    *(("token_life", FOREVER), ("list_lag", NONE), ("creation_time", NONE)),
    *(("busy_while_creating", False), ("manual_quota", 512), ("max_keys", 1000)),
)
_PLAIN_ARRIVAL: tuple[tuple[str, Any], ...] = (
    *(("skew", timedelta()), ("again", None), ("is_warm", False), ("at", 0.0)),
    ("meddles", 0),
)


def shrink(schedule: Schedule, fails: Callable[[Schedule], bool]) -> Schedule:
    """Return a smaller schedule that fails as well; the same one if none is found.

    Args:
        fails: runs a schedule and says whether a promise was broken.
    """
    tries = 0
    smaller = _smaller(schedule)
    while (candidate := next(smaller, None)) is not None and tries < MAX_TRIES:
        tries += 1
        if fails(candidate):
            schedule, smaller = candidate, _smaller(candidate)
    return schedule


def _smaller(schedule: Schedule) -> Iterator[Schedule]:
    """Yield each schedule that is smaller by one step."""
    for name in _PARTS:
        part = getattr(schedule, name)
        for index in range(len(part)):
            yield _with(schedule, name, part[:index] + part[index + 1 :])
    for name, value in _PLAIN:
        if getattr(schedule, name) != value:
            yield _with(schedule, name, value)
    for name, value in _PLAIN_CLOUD:
        if schedule.setting[name] != value:
            cloud = tuple((schedule.setting | {name: value}).items())
            yield replace(schedule, cloud=cloud)
    for index, arrival in enumerate(schedule.arrivals):
        for name, value in _PLAIN_ARRIVAL:
            if getattr(arrival, name) != value:
                changed: Any = {name: value}
                arrivals = list(schedule.arrivals)
                arrivals[index] = replace(arrival, **changed)
                yield replace(schedule, arrivals=tuple(arrivals))


def _with(schedule: Schedule, name: str, value: object) -> Schedule:
    changed: Any = {name: value}
    return replace(schedule, **changed)
