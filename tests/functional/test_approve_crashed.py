"""Other deleters beside an approval, and a run that dies: nothing else goes, and the work ends."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest

from snapkeep.errors import PlanChanged
from tests.conftest import OpenWorld
from tests.fake_bce import Fault, Killed
from tests.fake_bce.faults import Kind
from tests.functional.deliver import before_call
from tests.functional.history import DAY, add_nights, add_ours
from tests.functional.test_approve import approval, approve, furnished, plan_of, refused
from tests.functional.test_expire_plan import ids
from tests.functional.test_expire_runs import quietly
from tests.world import NOW, SLOT, World, failure_of


@pytest.mark.parametrize("kind", ["kill", "kill_before"])
def test_after_a_crash_the_same_approval_is_refused_and_a_new_one_ends_the_work(
    open_world: OpenWorld, kind: Kind
) -> None:
    clean = furnished(open_world).world
    approve(clean, plan_of(clean))
    for k in range(1, 11):
        world = furnished(open_world).world
        plan = plan_of(world)
        world.cloud.faults.add(Fault(kind, "DeleteSnapshot", nth=k))
        with pytest.raises(Killed):
            world.expire(approval(plan))
        again = world.beside()
        if world.cloud.calls("DeleteSnapshot")[1:] or kind == "kill":
            assert isinstance(refused(again, approval(plan)), PlanChanged)
        approve(again, plan_of(again))
        assert ids(world) == ids(clean), f"{kind} at delete {k}"


def drop(world: World, *gone: str) -> None:
    for id_ in gone:
        del world.cloud.region("bj").snapshots[id_]


@pytest.mark.parametrize("number", [2, 3])
def test_three_rows_in_a_row_not_found_stop_an_approval_too(
    open_world: OpenWorld, number: int
) -> None:
    world = furnished(open_world).world
    plan = plan_of(world)
    due = [row["id"] for row in plan["snapshots"] if row["verdict"] != "keep"]
    before_call(world, 1, lambda: drop(world, *due[:number]), "GetSnapshot")
    if number == 2:
        applied = approve(world, plan)
        assert (applied["gone"], applied["deleted"]) == (due[:2], due[2:])
        return
    failure = failure_of(lambda: world.expire(approval(plan)))
    assert "3 in a row not found: wrong region or account?" in str(failure)
    assert world.writes() == []
    assert set(due[3:]) <= ids(world)


def furnish(world: World) -> World:
    """Add a disk of which two policies delete three snapshots, as many as a cap allows."""
    (disk,) = world.add_disks(1)
    add_nights(world, disk, 4)
    for ago in (9, 8, 7, 6):
        add_ours(world, disk, SLOT - DAY * ago, policy="adhoc", keep_until=NOW - DAY)
    return world


def run_auto(world: World) -> None:
    quietly(world.beside().expire)


def run_approval(world: World) -> None:
    other = world.beside()
    plan = plan_of(other)
    quietly(partial(approve, other, plan))


@pytest.mark.parametrize("other", [run_auto, run_approval], ids=["auto", "approval"])
def test_a_whole_second_deleter_between_any_two_calls_keeps_the_minimum(
    open_world: OpenWorld, other: Callable[[World], None]
) -> None:
    clean = furnish(open_world())
    plan = plan_of(clean)
    calls = len(clean.cloud.journal)
    approve(clean, plan)
    assert len(ids(clean)) == 5
    for k in range(1, len(clean.cloud.journal) - calls + 1):
        world = furnish(open_world())
        plan = plan_of(world)
        before_call(world, k, partial(other, world))
        with suppress(PlanChanged):
            quietly(partial(approve, world, plan))
        assert world.cloud.on_call is None
        assert ids(world) == ids(clean), f"a whole run before call {k}"
        removed = [call for call in world.cloud.calls("DeleteSnapshot") if call.status == 200]
        assert len(removed) == 3
