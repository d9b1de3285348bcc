"""What a schedule's run leaves in the log, since its result reaches nobody."""

from typing import Any

import pytest

from snapkeep.errors import PlanChanged
from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.deliver import before_call
from tests.functional.history import DAY, add_nights, add_ours
from tests.functional.http import body_of, get_report, post_snapshots, wanted
from tests.functional.telemetry import lines
from tests.functional.test_create_unclear import BUS
from tests.functional.test_report import BOTH, NIGHTLY_ONLY, fleet
from tests.world import NIGHTLY, SLOT, World, failure_of


def data(world: World, message: str) -> list[dict[str, Any]]:
    return [line["data"] for line in lines(world, message)]


def furnish(world: World, region: str = "bj") -> tuple[list[str], str]:
    """Add a disk and return what is due of it, and a row that would be if it were not held."""
    (disk,) = world.add_disks(1, region)
    held = add_ours(world, disk, SLOT - 6 * DAY, hold="legal", region=region)
    return add_nights(world, disk, 5, region=region)[:2], held


@pytest.mark.parametrize("mode", ["plan", "auto"])
def test_each_row_that_goes_or_is_held_has_a_line_and_the_plan_a_summary(
    open_world: OpenWorld, mode: str
) -> None:
    world = open_world()
    due, held = furnish(world)
    region = world.expire(mode)["regions"]["bj"]
    rows = {row["id"]: row for row in region["snapshots"]}
    assert data(world, "planned") == [rows[held], *(rows[id_] for id_ in due)]
    verdicts = [(row["verdict"], row["gate"]) for row in data(world, "planned")]
    assert verdicts == [("keep", "hold"), ("delete", None), ("delete", None)]
    (summary,) = data(world, "plan")
    told = {key: value for key, value in region.items() if key not in {"snapshots", "applied"}}
    assert summary == {**told, "snapshots": 6}
    assert (summary["now"], summary["delete"]) == ("2026-11-23T18:00:30Z", due)
    assert [row["snapshot_id"] for row in data(world, "deleted")] == (due if mode == "auto" else [])


def test_the_plan_of_each_region_is_in_the_log_even_if_the_run_fails(
    open_world: OpenWorld,
) -> None:
    world = open_world(BOTH)
    due = {region: furnish(world, region)[0] for region in ("bj", "gz")}
    world.cloud.faults.add(Fault("reset_before", "DeleteSnapshot", times=10_000))
    world.failing_expire()
    assert {plan["region"]: plan["delete"] for plan in data(world, "plan")} == due


def test_a_plan_that_is_refused_as_a_whole_says_why_in_its_summary(open_world: OpenWorld) -> None:
    world = open_world()
    (disk,) = world.add_disks(1)
    due = add_nights(world, disk, 7)[:4]
    world.failing_expire()
    (summary,) = data(world, "plan")
    assert summary["delete"] == due
    assert disk in summary["refusals"]["cap"]


@pytest.mark.parametrize("event", [{"deliver": True}, {}, {"format": "csv"}], ids=str)
def test_a_report_has_a_line_for_each_finding_and_a_summary(
    open_world: OpenWorld, event: dict[str, Any]
) -> None:
    world = open_world(NIGHTLY_ONLY)
    states = fleet(world)
    result = world.report(event)
    found, (summary,) = data(world, "finding"), data(world, "report")
    whole = world.report({})
    assert found == whole["findings"]
    urgent = {row["volume_id"]: row["kind"] for row in found if row["urgency"] == "urgent"}
    kinds = {"unprotected": "unprotected", "stale": "stale", "failed": "last-failed"}
    assert urgent == {disk: kinds[state] for disk, state in states.items() if state in kinds}
    assert summary == {"verdict": whole["verdict"], **whole["summary"], "errors": {}}
    if "format" not in event:
        assert summary["verdict"] == result["verdict"]
        assert result["summary"].items() <= summary.items()


def test_a_delivered_report_is_in_the_log_even_if_a_region_cannot_be_read(
    open_world: OpenWorld,
) -> None:
    world = open_world(BOTH.partition("[policy.adhoc]")[0])
    (stale,) = world.add_disks(1)
    world.cloud.faults.add(Fault("reset_before", region="gz", times=10_000))
    failure_of(lambda: world.report({"deliver": True, "format": "markdown"}))
    found = [(row["kind"], row["region"], row["volume_id"]) for row in data(world, "finding")]
    assert found == [("region-unreadable", "gz", None), ("stale", "bj", stale)]
    (line,) = lines(world, "report")
    assert line["level"] == "ERROR"
    assert line["data"]["verdict"] == "incomplete: not every region could be read"
    assert list(line["data"]["errors"]) == ["gz"]


def test_a_report_over_http_is_in_the_log_as_well(open_world: OpenWorld) -> None:
    world = open_world(NIGHTLY_ONLY)
    fleet(world)
    result = body_of(get_report(world))
    assert data(world, "finding") == result["findings"]
    (line,) = lines(world, "report")
    expected = {"verdict": result["verdict"], **result["summary"], "errors": {}}
    assert (line["level"], line["data"]) == ("INFO", expected)


def test_the_reason_of_a_request_is_in_the_log(open_world: OpenWorld) -> None:
    world = open_world()
    disks = world.add_disks(2)
    world.create({**BUS, "detail": {"policy": "adhoc", "reason": "release 1.4.2"}})
    post_snapshots(world, wanted(volumes=disks[:1], reason="发布"))
    world.create()
    by_bus, by_webhook, by_schedule = data(world, "request")
    assert by_bus["reason"] == "release 1.4.2"
    assert (by_bus["policy"], by_bus["source"], by_bus["named"]) == ("adhoc", "bus", [])
    assert by_bus["slot"] == "2026-11-23T18:00:12Z"
    assert (by_webhook["reason"], by_webhook["named"]) == ("发布", disks[:1])
    assert (by_schedule["reason"], by_schedule["slot"]) == ("", NIGHTLY["scheduled_time"])


def test_a_planned_row_that_is_kept_after_all_is_in_the_log(open_world: OpenWorld) -> None:
    world = open_world()
    (disk,) = world.add_disks(1)
    due = add_nights(world, disk, 5)[:2]
    rows = world.cloud.region("bj").snapshots
    before_call(world, 1, lambda: setattr(rows[due[0]], "status", "NotAvailable"), "GetSnapshot")
    world.expire()
    (kept,) = data(world, "kept")
    assert kept["snapshot_id"] == due[0]
    assert "it is NotAvailable" in kept["why"]


def test_a_refused_approval_puts_the_new_plan_into_the_log(open_world: OpenWorld) -> None:
    world = open_world()
    due, _ = furnish(world)
    event = {"mode": "approve", "plan_id": "0" * 64, "as_of": "2026-11-23T18:00:00Z"}
    with pytest.raises(PlanChanged):
        world.expire(event)
    (plan,) = data(world, "plan")
    assert plan["delete"] == due
    assert world.writes() == []
