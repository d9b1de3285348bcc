"""What the cloud may answer to a delete, and which answers stop the run."""

from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.damage import FOREVER
from tests.functional.deliver import before_call
from tests.functional.history import add_nights
from tests.functional.test_expire_plan import ids
from tests.world import World, failure_of


def furnished(open_world: OpenWorld, **settings: Any) -> tuple[World, list[str]]:
    """Return a world and the ids that are due, in the order in which they go."""
    world = open_world(**settings)
    for disk in world.add_disks(2):
        add_nights(world, disk, 5)
    due: list[str] = world.expire("plan")["regions"]["bj"]["delete"]
    assert len(due) == 4
    return world, due


def drop(world: World, *gone: str) -> None:
    for id_ in gone:
        del world.cloud.region("bj").snapshots[id_]


def asked(world: World) -> list[str]:
    return [call.target.rpartition("/")[2] for call in world.cloud.calls("DeleteSnapshot")]


def test_a_row_that_is_gone_is_done(open_world: OpenWorld) -> None:
    world, due = furnished(open_world)
    before_call(world, 2, lambda: drop(world, due[1]), "GetSnapshot")
    applied = world.expire()["regions"]["bj"]["applied"]
    assert applied["gone"] == [due[1]]
    assert applied["deleted"] == [due[0], *due[2:]]


def test_a_row_that_goes_between_its_reading_and_its_delete_is_done(
    open_world: OpenWorld,
) -> None:
    world, due = furnished(open_world)
    before_call(world, 1, lambda: drop(world, due[0]), "DeleteSnapshot")
    applied = world.expire()["regions"]["bj"]["applied"]
    assert applied["failures"] == {}
    assert {*applied["deleted"], *applied["gone"]} == set(due)


def test_two_rows_in_a_row_not_found_are_no_reason_to_stop(open_world: OpenWorld) -> None:
    world, due = furnished(open_world)
    before_call(world, 1, lambda: drop(world, *due[:2]), "GetSnapshot")
    applied = world.expire()["regions"]["bj"]["applied"]
    assert (applied["gone"], applied["deleted"]) == (due[:2], due[2:])


def test_not_found_three_times_but_not_in_a_row_is_no_reason_to_stop(
    open_world: OpenWorld,
) -> None:
    world = open_world()
    for disk in world.add_disks(2):
        add_nights(world, disk, 5)
    due = world.expire("plan")["regions"]["bj"]["delete"]
    lost = [due[0], due[1], due[3]]
    before_call(world, 1, lambda: drop(world, *lost), "GetSnapshot")
    applied = world.expire()["regions"]["bj"]["applied"]
    assert (applied["gone"], applied["deleted"]) == (lost, [due[2]])


def test_three_rows_in_a_row_not_found_stop_the_run(open_world: OpenWorld) -> None:
    world, due = furnished(open_world)
    before_call(world, 1, lambda: drop(world, *due[:3]), "GetSnapshot")
    failure = failure_of(world.expire)
    assert "3 in a row not found: wrong region or account?" in str(failure)
    assert asked(world) == []
    assert due[3] in ids(world)


def test_a_cloud_that_finds_nothing_loses_nothing(open_world: OpenWorld) -> None:
    world, due = furnished(open_world)
    missing = Fault("before", "GetSnapshot", times=FOREVER, status=404, code="NoSuchObject")
    world.cloud.faults.add(missing)
    result = world.failing_expire()
    assert result["regions"]["bj"]["applied"]["gone"] == due[:3]
    assert world.writes() == []


def test_a_refusal_for_the_rows_status_keeps_it_and_says_so(open_world: OpenWorld) -> None:
    world, due = furnished(open_world)

    def start_image() -> None:
        world.cloud.region("bj").snapshots[due[1]].status = "Creating"

    before_call(world, 2, start_image, "DeleteSnapshot")
    applied = world.expire()["regions"]["bj"]["applied"]
    assert "403 OperationDenied" in applied["kept"][due[1]]
    assert "request id" in applied["kept"][due[1]]
    assert applied["deleted"] == [due[0], *due[2:]]
    assert due[1] in ids(world)


STOPS = {
    "no right": Fault("before", status=403, code="AccessDenied"),
    "a wrong key": Fault("before", status=403, code="InvalidAccessKeyId"),
    "a wrong signature": Fault("before", status=400, code="SignatureDoesNotMatch"),
    "an unverified account": Fault("before", status=403, code="QualifyNotPass"),
    "a 403 without a body": Fault("before", status=403, body=""),
    "a 403 of an unknown code": Fault("before", status=403, code="NeverHeardOf"),
    "a 400": Fault("before", status=400, code="BadRequest"),
    "an unknown code": Fault("before", status=418, code="NeverHeardOf"),
    "throttling to the end": Fault("throttle", status=429, times=4),
}


@pytest.mark.parametrize("operation", ["DeleteSnapshot", "GetSnapshot"])
@pytest.mark.parametrize("fault", STOPS.values(), ids=STOPS)
def test_the_run_is_stopped_by(open_world: OpenWorld, fault: Fault, operation: str) -> None:
    world, due = furnished(open_world)
    world.cloud.faults.add(replace(fault, operation=operation, nth=2))
    result = world.failing_expire()
    applied = result["regions"]["bj"]["applied"]
    assert applied["deleted"] == due[:1]
    assert applied["failures"]["bj"].startswith(f"stopped: {operation}: {fault.status}")
    assert result["failures"] == applied["failures"]
    assert set(due[1:]) <= ids(world)
    assert len({call.target for call in world.cloud.calls("GetSnapshot")}) == 2


def test_no_time_left_stops_between_two_rows_and_the_next_run_goes_on(
    open_world: OpenWorld,
) -> None:
    world, due = furnished(open_world)
    before_call(world, 2, lambda: world.clock.advance(100), "DeleteSnapshot")
    failure = failure_of(lambda: world.expire(seconds=60))
    assert "stopped: no time left; run again" in str(failure)
    world.expire()
    assert set(due).isdisjoint(ids(world))
    assert len(world.rows()) == 6
