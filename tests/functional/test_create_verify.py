"""Looks that fail after the create: they cost the disk that is looked at, and no other."""

from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.damage import FOREVER
from tests.functional.deliver import counts
from tests.functional.http import body_of, post_snapshots, wanted
from tests.functional.test_create_once import few_and_many
from tests.functional.test_create_unclear import codes
from tests.world import World, failure_of

LAG = timedelta(hours=1)


def of_disk(world: World, fault_of: dict[str, Any], disk: str) -> None:
    """Have every detail of that disk's snapshot go wrong, once it has been created."""

    def watch(_: object) -> None:
        for row in world.rows():
            if row.volume_id == disk:
                world.cloud.on_call = None
                world.cloud.faults.add(Fault(**fault_of, match=row.id, times=FOREVER))

    world.cloud.on_call = watch


TROUBLE: dict[str, dict[str, Any]] = {
    "500": {"kind": "before"},
    "520": {"kind": "before", "status": 520, "body": "<html>"},
    "reset": {"kind": "reset_before"},
    "timeout": {"kind": "timeout_before"},
    "HTML": {"kind": "garbage"},
    "another shape": {"kind": "garbage", "body": '{"snapshot": {"id": 7}}'},
}


@pytest.mark.parametrize("disks", [3, 40])
@pytest.mark.parametrize("trouble", TROUBLE)
def test_one_detail_that_cannot_be_read_leaves_that_disk_pending_and_no_other(
    open_world: OpenWorld, trouble: str, disks: int
) -> None:
    world = open_world(list_lag=LAG)
    expected = world.add_disks(disks)
    bad = expected[disks // 2]
    of_disk(world, {"operation": "GetSnapshot", **TROUBLE[trouble]}, bad)
    failure = failure_of(lambda: world.create(seconds=900))
    assert counts(failure.result) == {"created": disks - 1, "pending": 1}
    (found,) = [disk for disk in failure.result["disks"] if disk["status"] == "pending"]
    assert found["volume_id"] == bad
    assert found["snapshot_id"] in {row.id for row in world.rows() if row.volume_id == bad}
    assert "GetSnapshot" in found["message"]
    assert str(failure).startswith(f"{bad}: pending")
    world.cloud.faults.clear()
    world.clock.advance(2 * LAG)
    assert counts(world.create()) == {"existing": disks}
    assert world.good() == sorted(expected)
    assert len(world.writes()) == disks


@pytest.mark.parametrize("disks", [3, 40])
def test_one_detail_that_may_not_be_read_fails_that_disk_and_no_other(
    open_world: OpenWorld, disks: int
) -> None:
    world = open_world(list_lag=LAG)
    bad = world.add_disks(disks)[1]
    refused = {"kind": "before", "status": 403, "code": "AccessDenied"}
    of_disk(world, {"operation": "GetSnapshot", **refused}, bad)
    failure = failure_of(world.create)
    assert counts(failure.result) == {"created": disks - 1, "failed": 1}
    assert str(failure).startswith(f"{bad}: failed AccessDenied")


@few_and_many
def test_a_verify_that_may_not_look_is_answered_503_and_not_202(
    open_world: OpenWorld, disks: int
) -> None:
    world = open_world()
    world.add_disks(disks)
    operation, nth = ("GetSnapshot", 1) if disks <= 3 else ("ListSnapshots", 2)
    refused = Fault("before", operation, nth=nth, times=FOREVER, status=403, code="AccessDenied")
    world.cloud.faults.add(refused)
    answer = post_snapshots(world, wanted())
    assert answer["statusCode"] == 503
    body = body_of(answer)
    assert counts(body) == {"failed": disks}
    assert codes(body) == {"AccessDenied"}
    assert all(disk["snapshot_id"] for disk in body["disks"])


@few_and_many
def test_a_verify_that_cannot_be_read_at_first_is_made_again(
    open_world: OpenWorld, disks: int
) -> None:
    world = open_world(creation_time=timedelta(seconds=30))
    expected = sorted(world.add_disks(disks))
    operation, nth = ("GetSnapshot", 1) if disks <= 3 else ("ListSnapshots", 2)
    world.cloud.faults.add(Fault("before", operation, nth=nth, times=4, status=503))
    assert counts(world.create()) == {"created": disks}
    assert world.good() == expected
    assert len(world.writes()) == disks


@few_and_many
def test_a_verify_that_can_never_be_read_leaves_the_disks_pending(
    open_world: OpenWorld, disks: int
) -> None:
    world = open_world(creation_time=timedelta(seconds=30))
    expected = sorted(world.add_disks(disks))
    operation, nth = ("GetSnapshot", 1) if disks <= 3 else ("ListSnapshots", 2)
    world.cloud.faults.add(Fault("before", operation, nth=nth, times=FOREVER, status=503))
    result = world.failing_create()
    assert counts(result) == {"pending": disks}
    assert codes(result) == {"InternalError"}
    assert all(disk["snapshot_id"] for disk in result["disks"])
    world.cloud.faults.clear()
    assert counts(world.create()) == {"existing": disks}
    assert world.good() == expected


UNKNOWN: dict[str, dict[str, Any]] = {
    "reset": {"kind": "reset_after"},
    "HTML": {"kind": "garbage"},
    "500": {"kind": "after"},
    "520": {"kind": "after", "status": 520, "body": "<html>"},
}


@pytest.mark.parametrize("disks", [1, 4])
@pytest.mark.parametrize("unknown", UNKNOWN)
def test_an_unknown_outcome_that_turns_out_to_be_creating_is_pending_with_its_id(
    open_world: OpenWorld, disks: int, unknown: str
) -> None:
    world = open_world(creation_time=timedelta(minutes=30))
    expected = sorted(world.add_disks(disks))
    lost = Fault(**UNKNOWN[unknown], operation="CreateSnapshot", match=expected[0], times=FOREVER)
    world.cloud.faults.add(lost)
    answer = post_snapshots(world, wanted())
    assert answer["statusCode"] == 202
    body = body_of(answer)
    assert counts(body) == {"pending": disks}
    assert codes(body) == {"Creating"}
    made = {row.volume_id: row.id for row in world.rows()}
    assert {disk["volume_id"]: disk["snapshot_id"] for disk in body["disks"]} == made
    assert sorted(map(str, made)) == expected
    assert len(world.rows()) == disks
    world.cloud.faults.clear()
    world.clock.advance(LAG)
    assert post_snapshots(world, wanted())["statusCode"] == 200
    assert len(world.rows()) == disks
