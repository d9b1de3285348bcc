"""Row 26: events of another time, or of none, and events that come twice."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.conftest import OpenWorld
from tests.functional.deliver import counts
from tests.functional.hostile.cases import (
    Refused,
    by_row,
    from_the_queue,
    queued,
)
from tests.functional.hostile.checks import problems
from tests.functional.test_create_unclear import BUS
from tests.world import NIGHTLY

TIMES = {
    "1970": ("1970-01-01T00:00:00Z", "EventTooOld"),
    "three days ago": ("2026-11-20T18:00:00Z", "EventTooOld"),
    "six hours and a second ago": ("2026-11-23T12:00:29Z", "EventTooOld"),
    "six minutes ahead": ("2026-11-23T18:06:30Z", "EventInFuture"),
    "2999": ("2999-12-31T23:59:59Z", "EventInFuture"),
    "9999": ("9999-12-31T23:59:59Z", "InvalidValue"),
    "the end of time, ahead of UTC": ("9999-12-31T23:59:59-12:00", "InvalidValue"),
    "the year 1": ("0001-01-01T00:00:00+14:00", "InvalidValue"),
    "no zone": ("2026-11-23T18:00:00", "InvalidValue"),
    "a zone's name": ("2026-11-23T18:00:00 Asia/Shanghai", "InvalidValue"),
    "30 February": ("2026-02-30T18:00:00Z", "InvalidValue"),
    "25 o'clock": ("2026-11-23T25:00:00Z", "InvalidValue"),
    "a zone of 99 hours": ("2026-11-23T18:00:00+99:00", "InvalidValue"),
    "Arabic digits": ("٢٠٢٦-11-23T18:00:00Z", "InvalidValue"),
    "a line end": ("2026-11-23T18:00:00Z\n", "InvalidValue"),
    "an unfilled template": ("<aws.scheduler.scheduled-time>", "InvalidValue"),
    "now": ("now", "InvalidValue"),
    "nothing": ("", "InvalidValue"),
    "a day": ("2026-11-23", "InvalidValue"),
    "a number": (1795456800, "WrongType"),
    "a list": ([], "WrongType"),
}
NAMELESS = {"EventTooOld", "EventInFuture"}
LATE: dict[str, Refused] = {
    "26 no time": ({"policy": "nightly"}, "MissingField", "scheduled_time"),
    "26 the bus without a time": (
        {key: BUS[key] for key in BUS if key != "time"}, "MissingField", "time",
    ),
    **{
        f"26 {name}": (
            {**NIGHTLY, "scheduled_time": time}, code, "" if code in NAMELESS else "scheduled_time",
        )
        for name, (time, code) in TIMES.items()
    },
    **{
        f"26 {name}, of the bus": (
            {**BUS, "time": time}, code, "" if code in NAMELESS else "time",
        )
        for name, (time, code) in TIMES.items()
    },
}  # fmt: skip
QUEUED = from_the_queue(LATE)


@pytest.mark.parametrize("cases", by_row(LATE, QUEUED))
def test_an_event_that_is_not_of_now_creates_nothing(
    open_world: OpenWorld, cases: Mapping[str, Refused]
) -> None:
    world = open_world()
    world.add_disks(1)
    found = [problems(world, "create-on-event", *each) for each in cases.items()]
    assert [line for each in found for line in each] == []


REPEATED: dict[str, dict[str, Any]] = {
    "26 the same slot twice": NIGHTLY,
    "26 the same slot twice, from the queue": queued(NIGHTLY),
    "26 the same id twice": BUS,
    "26 the same id twice, from the queue": queued(BUS),
}


@pytest.mark.parametrize("event", REPEATED.values(), ids=REPEATED)
def test_an_event_that_comes_twice_is_answered_by_what_is_there(
    open_world: OpenWorld, event: dict[str, Any]
) -> None:
    world = open_world()
    world.add_disks(1)
    assert counts(world.create(event)) == {"created": 1}
    assert counts(world.create(event)) == {"existing": 1}
    assert len(world.writes()) == 1


TABLES = (LATE, QUEUED, REPEATED)
