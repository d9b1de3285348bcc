"""The figures of a report that alarms watch, as metrics."""

from typing import Any

import pytest

from snapkeep.errors import SnapkeepError
from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.history import add_nights
from tests.functional.http import get_report
from tests.functional.telemetry import measured, metrics
from tests.world import POLICY, World, failure_of

pytestmark = pytest.mark.usefixtures("clean_metrics")


def ask(
    world: World, capsys: pytest.CaptureFixture[str], event: dict[str, Any]
) -> dict[str, float]:
    """Run the report and return the metrics that it wrote."""
    world.report(event)
    return metrics(capsys)


def test_the_report_counts_disks_by_state_and_that_it_was_written(
    open_world: OpenWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world = open_world(**measured())
    good, _ = world.add_disks(2)
    add_nights(world, good, 3)
    world.report({"deliver": True})
    assert metrics(capsys) == {
        "UnprotectedDisks": 0,
        "StaleDisks": 1,
        "FailedDisks": 0,
        "ProtectedDisks": 1,
        "ExcludedDisks": 0,
        "UnsupportedDisks": 0,
        "SnapshotsToDelete": 0,
        "OldestAgeSeconds": 30,
        "ReportWritten": 1,
    }


def test_a_report_that_is_only_asked_for_is_counted_but_not_as_written(
    open_world: OpenWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world = open_world(**measured())
    (disk,) = world.add_disks(1)
    add_nights(world, disk, 5)
    delivered = ask(world, capsys, {"deliver": True})
    assert delivered.pop("ReportWritten") == 1
    assert delivered["SnapshotsToDelete"] == 2
    assert ask(world, capsys, {}) == ask(world, capsys, {"format": "html"}) == delivered
    assert get_report(world)["statusCode"] == 200
    assert metrics(capsys) == delivered


def test_the_headroom_of_a_quota_is_counted_where_there_is_a_quota(
    open_world: OpenWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world = open_world(POLICY + "[report]\nquota_per_disk = 9\n", **measured())
    (disk,) = world.add_disks(1)
    add_nights(world, disk, 5)
    world.cloud.region("bj").add_snapshot(disk, "by-hand")
    world.cloud.region("bj").add_snapshot(disk, "auto", create_method="auto")
    assert ask(world, capsys, {})["QuotaHeadroom"] == 3


def test_a_world_without_a_good_snapshot_has_no_oldest_age(
    open_world: OpenWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world = open_world(**measured())
    world.add_disks(1)
    found = ask(world, capsys, {"deliver": True})
    assert "OldestAgeSeconds" not in found
    assert (found["StaleDisks"], found["ReportWritten"]) == (1, 1)


def test_of_a_part_of_the_regions_nothing_is_counted(
    open_world: OpenWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world = open_world(POLICY.replace('["bj"]', '["bj", "gz"]'), **measured())
    world.add_disks(1)
    world.cloud.faults.add(Fault("reset_before", region="gz", times=10_000))
    failure_of(lambda: world.report({"deliver": True}))
    failure_of(lambda: world.report({}))
    assert get_report(world)["statusCode"] == 503
    assert metrics(capsys) == {}


def test_a_report_that_could_not_be_read_is_not_counted_as_written(
    open_world: OpenWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world = open_world(**measured())
    world.add_disks(2)
    world.cloud.faults.add(Fault("before", "ListSnapshots", times=100))
    with pytest.raises(SnapkeepError):
        world.report({"deliver": True})
    assert metrics(capsys) == {}


def test_a_report_that_could_not_be_delivered_is_counted_and_not_as_written(
    open_world: OpenWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world = open_world().deployed({"SNAPKEEP_CHANNELS": "[]"}, **measured())
    world.add_disks(2)
    with pytest.raises(SnapkeepError):
        world.report({"deliver": True})
    found = metrics(capsys)
    assert (found["StaleDisks"], "ReportWritten" in found) == (2, False)
