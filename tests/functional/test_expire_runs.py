"""Deletes with a list that moves, and with others at work at the same time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from snapkeep.errors import RunFailed
from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.deliver import before_call
from tests.functional.history import DAY, add_nights, add_ours
from tests.functional.test_create_unclear import BUS
from tests.functional.test_expire_plan import ids
from tests.world import SLOT, World

Reply = dict[str, Any]


def furnish(world: World) -> list[str]:
    """Add disks with a past and return the ids that are due, in the order in which they go."""
    nights = zip(*(add_nights(world, disk, 5) for disk in world.add_disks(2)), strict=True)
    return [id_ for night in list(nights)[:2] for id_ in sorted(night)]


def test_of_five_nights_the_oldest_two_are_due(open_world: OpenWorld) -> None:
    world = open_world()
    due = furnish(world)
    assert world.expire("plan")["regions"]["bj"]["delete"] == due


def quietly(run: Callable[[], object]) -> None:
    """Run; another deleter may have taken the rows, which a run may report."""
    why = "not found"
    try:
        run()
    except RunFailed as failure:
        why = str(failure)
    assert "not found" in why


def without(id_: str) -> Callable[[Reply], None]:
    def change(reply: Reply) -> None:
        reply["snapshots"] = [row for row in reply["snapshots"] if row["id"] != id_]

    return change


@pytest.mark.parametrize("walk", [1, 2])
@pytest.mark.parametrize("place", range(10))
def test_a_row_that_is_missing_in_one_walk_is_not_deleted_and_costs_no_other(
    open_world: OpenWorld, place: int, walk: int
) -> None:
    world = open_world()
    due = furnish(world)
    missing = world.rows()[place].id
    change = without(missing)
    world.cloud.faults.add(Fault("transform", "ListSnapshots", nth=walk, transform=change))
    deleted = set(world.expire()["regions"]["bj"]["applied"]["deleted"])
    assert deleted <= set(due) - {missing}
    assert missing in ids(world)


@pytest.mark.parametrize("place", [0, 4, 9], ids=["a due row", "a newest row", "the last row"])
def test_rows_that_come_and_go_between_the_pages_lead_to_no_other_delete(
    open_world: OpenWorld, place: int
) -> None:
    probe = open_world(max_keys=2)
    furnish(probe)
    probe.expire("plan")
    for k in range(1, len(probe.cloud.calls("ListSnapshots")) + 1):
        world = open_world(max_keys=2)
        due = furnish(world)
        lost, disk = world.rows()[place].id, next(iter(world.cloud.region("bj").volumes))
        new: list[str] = []

        def move(world: World = world, lost: str = lost, disk: str = disk, new: Any = new) -> None:
            del world.cloud.region("bj").snapshots[lost]
            new.append(add_ours(world, disk, SLOT - 9 * DAY))

        before_call(world, k, move, "ListSnapshots")
        quietly(world.expire)
        touched = {call.target.rpartition("/")[2] for call in world.writes()}
        assert touched <= {*due, *new} - {lost}
        assert len(new) == 1


def test_the_status_of_the_second_walk_counts(open_world: OpenWorld) -> None:
    world = open_world()
    due = furnish(world)

    def spoil() -> None:
        world.cloud.region("bj").snapshots[due[0]].status = "NotAvailable"

    before_call(world, 2, spoil, "ListSnapshots")
    result = world.expire()["regions"]["bj"]
    assert due[0] not in result["delete"]
    assert due[0] in ids(world)


def test_a_whole_second_deleter_between_any_two_calls_keeps_the_minimum(
    open_world: OpenWorld,
) -> None:
    clean = open_world()
    furnish(clean)
    clean.expire()
    for k in range(1, len(clean.cloud.journal) + 1):
        world = open_world()
        due = furnish(world)
        before_call(world, k, world.beside().expire)
        quietly(world.expire)
        assert ids(world) == ids(clean), f"a whole run before call {k}"
        removed = [call for call in world.cloud.calls("DeleteSnapshot") if call.status == 200]
        assert len(removed) == len(due)


def test_two_deleters_at_once_keep_the_minimum(open_world: OpenWorld) -> None:
    world = open_world()
    due = furnish(world)
    clean = ids(world) - set(due)
    processes = [world.beside() for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda process: quietly(process.expire), processes))
    if set(due) & ids(world):
        world.expire()
    assert ids(world) == clean


def test_a_create_between_any_two_calls_of_a_deleter_is_safe(open_world: OpenWorld) -> None:
    clean = open_world()
    furnish(clean)
    clean.expire()
    for k in range(1, len(clean.cloud.journal) + 1):
        world = open_world()
        due = furnish(world)
        everything = ids(world)
        before_call(world, k, partial(world.beside().create, BUS))
        world.expire()
        assert everything - ids(world) <= set(due)
        assert len(ids(world) - everything) == 2
