"""Deletes whose answer is lost, or is not what the cloud shows: looked into, never assumed."""

from dataclasses import replace

import pytest

from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.damage import FOREVER
from tests.functional.test_expire_errors import asked, furnished
from tests.functional.test_expire_plan import ids
from tests.world import failure_of

UNKNOWN = {
    "500": Fault("before"),
    "502": Fault("before", status=502, body="<html>"),
    "503": Fault("before", status=503),
    "504": Fault("before", status=504),
    "reset": Fault("reset_before"),
    "timeout": Fault("timeout_before"),
    "throttled": Fault("throttle", retry_after=1),
}
LATE = {
    "500": Fault("after"),
    "520": Fault("after", status=520, body="<html>"),
    "502": Fault("after", status=502, body="<html>"),
    "504": Fault("after", status=504),
    "reset": Fault("reset_after"),
    "timeout": Fault("timeout_after"),
    "HTML": Fault("garbage"),
}


@pytest.mark.parametrize("times", [1, 4], ids=["once", "persistent"])
@pytest.mark.parametrize("fault", LATE.values(), ids=LATE)
def test_a_delete_whose_answer_is_lost_is_looked_into_and_done(
    open_world: OpenWorld, fault: Fault, times: int
) -> None:
    world, due = furnished(open_world)
    world.cloud.faults.add(replace(fault, operation="DeleteSnapshot", nth=2, times=times))
    applied = world.expire()["regions"]["bj"]["applied"]
    assert applied["deleted"] == due
    assert len(world.rows()) == 6


@pytest.mark.parametrize("fault", UNKNOWN.values(), ids=UNKNOWN)
def test_a_delete_that_fails_once_is_asked_again(open_world: OpenWorld, fault: Fault) -> None:
    world, due = furnished(open_world)
    world.cloud.faults.add(replace(fault, operation="DeleteSnapshot", nth=2))
    assert world.expire()["regions"]["bj"]["applied"]["deleted"] == due


@pytest.mark.parametrize("name", [name for name in UNKNOWN if name != "throttled"])
def test_a_delete_that_keeps_failing_is_reported_and_the_others_go(
    open_world: OpenWorld, name: str
) -> None:
    world, due = furnished(open_world)
    fault = replace(UNKNOWN[name], operation="DeleteSnapshot", match=due[1], times=FOREVER)
    world.cloud.faults.add(fault)
    failure = failure_of(world.expire)
    applied = failure.result["regions"]["bj"]["applied"]
    assert list(applied["failures"]) == [due[1]]
    assert f"{due[1]}: DeleteSnapshot" in str(failure)
    assert applied["deleted"] == [due[0], *due[2:]]
    assert due[1] in ids(world)
    world.cloud.faults.clear()
    assert world.expire()["regions"]["bj"]["applied"]["deleted"] == [due[1]]


@pytest.mark.parametrize("times", [1, FOREVER], ids=["once", "persistent"])
def test_a_delete_that_finds_nothing_while_the_row_is_still_there_is_a_failure(
    open_world: OpenWorld, times: int
) -> None:
    world, due = furnished(open_world)
    nowhere = Fault("before", "DeleteSnapshot", match=due[1], status=404, code="NoSuchObject")
    world.cloud.faults.add(replace(nowhere, times=times))
    failure = failure_of(world.expire)
    applied = failure.result["regions"]["bj"]["applied"]
    assert "404 NoSuchObject" in applied["failures"][due[1]]
    assert (applied["deleted"], applied["gone"]) == ([due[0], *due[2:]], [])
    assert due[1] in ids(world)
    assert asked(world) == due
    world.cloud.faults.clear()
    assert world.expire()["regions"]["bj"]["applied"]["deleted"] == [due[1]]
