"""Deletes with a fault, or a dying process, at every call: a later run ends the work."""

from dataclasses import replace

import pytest

from snapkeep.errors import RunFailed
from tests.conftest import OpenWorld
from tests.fake_bce import Fault, Killed
from tests.fake_bce.faults import Kind
from tests.functional.test_create_faults import name_of
from tests.functional.test_expire_plan import ids
from tests.functional.test_expire_runs import furnish


@pytest.mark.parametrize("kind", ["kill", "kill_before"])
def test_killed_at_every_call_and_run_again_ends_where_a_clean_run_does(
    open_world: OpenWorld, kind: Kind
) -> None:
    clean = open_world()
    furnish(clean)
    clean.expire()
    for k in range(1, len(clean.cloud.journal) + 1):
        world = open_world()
        due = furnish(world)
        world.cloud.faults.add(Fault(kind, nth=k))
        with pytest.raises(Killed):
            world.expire()
        again = world.beside()
        again.expire()
        assert ids(world) == ids(clean), f"{kind} at call {k}"
        assert set(due).isdisjoint(ids(world))
        assert again.expire()["regions"]["bj"]["applied"]["deleted"] == []


FAULTS = [
    Fault("before"),
    Fault("after", status=503),
    Fault("before", status=403, code="AccessDenied"),
    Fault("before", status=404, code="NoSuchObject"),
    Fault("reset_before"),
    Fault("reset_after"),
    Fault("timeout_after"),
    Fault("garbage"),
    Fault("garbage", body="{}"),
    Fault("redirect"),
    Fault("cut", size=9),
    Fault("no_date"),
    Fault("skew", seconds=7200),
]


@pytest.mark.parametrize("times", [1, 4], ids=["once", "persistent"])
@pytest.mark.parametrize("fault", FAULTS, ids=name_of)
def test_any_fault_at_any_call_deletes_nothing_else_and_a_later_run_ends_the_work(
    open_world: OpenWorld, fault: Fault, times: int
) -> None:
    clean = open_world()
    furnish(clean)
    clean.expire()
    for k in range(1, len(clean.cloud.journal) + 1):
        world = open_world()
        due = furnish(world)
        everything = ids(world)
        world.cloud.faults.add(replace(fault, nth=k, times=times))
        try:
            world.expire()
        except RunFailed:
            assert everything - ids(world) <= set(due)
        world.cloud.faults.clear()
        world.beside().expire()
        assert ids(world) == ids(clean), f"at call {k}"
