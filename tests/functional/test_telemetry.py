"""What runs leave behind: a log line per disk, one per delete, and metrics that are flushed."""

import pytest

from snapkeep.errors import SnapkeepError
from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.history import add_nights
from tests.functional.telemetry import lines, measured, metrics
from tests.functional.test_create_unclear import BUS

pytestmark = pytest.mark.usefixtures("clean_metrics")


@pytest.mark.parametrize("disks", [2, 5])
def test_each_disk_has_one_line_with_its_outcome(open_world: OpenWorld, disks: int) -> None:
    world = open_world()
    expected = set(world.add_disks(disks))
    result = world.create()
    found = lines(world, "disk")
    assert len(found) == disks
    assert {line["volume_id"] for line in found} == expected
    made = {disk["snapshot_id"] for disk in result["disks"]}
    assert {line["snapshot_id"] for line in found} == made
    assert {(line["status"], line["region"], line["level"]) for line in found} == {
        ("created", "bj", "INFO")
    }
    assert {line["request"] for line in found} == {world.context().aws_request_id}


def test_a_disk_that_fails_has_a_line_with_code_and_request_id(open_world: OpenWorld) -> None:
    world = open_world()
    disks = world.add_disks(5)
    busy = Fault("before", "CreateSnapshot", match=disks[2], status=409, code="OperationDenied")
    world.cloud.faults.add(busy)
    world.failing_create()
    (line,) = [line for line in lines(world, "disk") if line["volume_id"] == disks[2]]
    (call,) = [call for call in world.writes() if call.status == 409]
    assert (line["status"], line["code"]) == ("failed", "OperationDenied")
    assert line["request_id"] == call.request_id
    assert "409 OperationDenied" in line["detail"]
    (end,) = lines(world, "run failed")
    assert end["level"] == "ERROR"
    assert disks[2] in end["detail"]


def test_each_delete_has_one_line_with_its_reasons(open_world: OpenWorld) -> None:
    world = open_world()
    (disk,) = world.add_disks(1)
    nights = add_nights(world, disk, 5)
    names = [row.name for row in world.rows()]
    world.expire("plan")
    assert lines(world, "deleted") == []
    world.expire()
    found = [line["data"] for line in lines(world, "deleted")]
    assert [line["snapshot_id"] for line in found] == nights[:2]
    assert [line["snapshot"] for line in found] == names[:2]
    assert {tuple(line["reasons"]) for line in found} == {("no rule keeps it",)}


def test_a_good_run_counts_what_it_made(
    open_world: OpenWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world = open_world(**measured())
    world.add_disks(5)
    world.create()
    assert metrics(capsys) == {
        "SnapshotsCreated": 5,
        "SnapshotsExisting": 0,
        "SnapshotsPending": 0,
        "SnapshotsFailed": 0,
        "SnapshotsIncomplete": 0,
    }
    world.create()
    assert metrics(capsys)["SnapshotsExisting"] == 5


def test_a_run_that_fails_still_writes_its_metrics(
    open_world: OpenWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world = open_world(**measured())
    disks = world.add_disks(5)
    world.cloud.region("bj").volumes[disks[0]].status = "Detaching"
    world.failing_create()
    found = metrics(capsys)
    assert (found["SnapshotsCreated"], found["SnapshotsFailed"]) == (4, 1)


def test_deletes_are_counted_as_planned_and_as_done_where_the_run_fails(
    open_world: OpenWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world = open_world(**measured())
    (disk,) = world.add_disks(1)
    add_nights(world, disk, 6)
    world.cloud.faults.add(
        Fault("before", "DeleteSnapshot", nth=2, status=403, code="AccessDenied")
    )
    world.failing_expire()
    assert metrics(capsys) == {
        "SnapshotsPlanned": 3,
        "SnapshotsDeleted": 1,
        "SnapshotsKeptAfterAll": 0,
    }


@pytest.mark.parametrize("event", [{"mode": "auto"}, {}, None, {**BUS, "id": ""}])
def test_an_event_that_is_refused_writes_one_line_and_no_metric(
    open_world: OpenWorld, capsys: pytest.CaptureFixture[str], event: object
) -> None:
    world = open_world(**measured())
    with pytest.raises(SnapkeepError):
        world.create(event)
    (line,) = world.log_lines()
    assert (line["message"], line["error"]) == ("run failed", "InvalidEvent")
    assert metrics(capsys) == {}
