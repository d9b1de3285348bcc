"""The report: what the cloud's own list says of every disk, as JSON and as Markdown."""

from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.damage import DAMAGES, damaged
from tests.functional.history import DAY, add_nights, add_ours
from tests.functional.http import body_of, get_report, http_event
from tests.world import NOW, POLICY, SLOT, World, failure_of

BOTH = POLICY.replace('["bj"]', '["bj", "gz"]')
NIGHTLY_ONLY = POLICY.partition("[policy.adhoc]")[0]


def fleet(world: World) -> dict[str, str]:
    """Add a disk in each state and return the states by the disks' ids."""
    store = world.cloud.region("bj")
    good, stale, failed, never = world.add_disks(4)
    add_nights(world, good, 4)
    add_nights(world, stale, 3, newest=3)
    add_nights(world, failed, 2, newest=1)
    add_ours(world, failed, SLOT, status="CreatedFailed")
    bare = store.add_volume("nobody's")
    scratch = store.add_volume("scratch", type="Ephemeral")
    store.add_snapshot(good, "by-hand")
    store.add_snapshot(good, "auto", create_method="AUTO")
    return {
        good: "protected",
        stale: "stale",
        failed: "failed",
        never: "stale",
        bare: "unprotected",
        scratch: "unsupported",
    }


def rows_of(result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["volume_id"]: row for row in result["rows"]}


def test_every_disk_is_in_the_report_with_its_state(open_world: OpenWorld) -> None:
    world = open_world(NIGHTLY_ONLY)
    states = fleet(world)
    result = world.report({"deliver": True})
    assert {id_: row["state"] for id_, row in rows_of(result).items()} == states
    assert result["disks"] == {
        "unprotected": 1,
        "stale": 2,
        "failed": 1,
        "protected": 1,
        "ad-hoc": 0,
        "excluded": 0,
        "unsupported": 1,
    }
    assert result["snapshots"] == {"automatic": 1, "failed": 1, "foreign": 1, "good": 9}
    assert result["well"] is False
    assert result["errors"] == {}
    assert world.writes() == []


def test_the_freshness_of_a_disk_is_the_slot_of_its_newest_good_snapshot(
    open_world: OpenWorld,
) -> None:
    world = open_world(NIGHTLY_ONLY, now=NOW + timedelta(hours=3))
    (disk,) = world.add_disks(1)
    nights = add_nights(world, disk, 4)
    row = rows_of(world.report({}))[disk]
    assert row["newest"] == nights[-1]
    assert row["newest_at"] == "2026-11-23T18:00:00Z"
    assert row["age_seconds"] == 3 * 3600 + 30
    assert (row["rpo_seconds"], row["good"], row["failed"]) == (26 * 3600, 4, 0)


@pytest.mark.parametrize(
    ("late", "state"),
    [(timedelta(hours=26), "protected"), (timedelta(hours=26, seconds=1), "stale")],
)
def test_a_disk_is_stale_once_its_age_is_over_the_rpo(
    open_world: OpenWorld, late: timedelta, state: str
) -> None:
    world = open_world(NIGHTLY_ONLY, now=SLOT + late)
    (disk,) = world.add_disks(1)
    add_nights(world, disk, 4)
    result = world.report({})
    assert rows_of(result)[disk]["state"] == state
    assert result["well"] is (state == "protected")


@pytest.mark.parametrize("status", ["Creating", "CreatedFailed", "NotAvailable"])
def test_what_is_not_available_protects_nothing(open_world: OpenWorld, status: str) -> None:
    world = open_world(NIGHTLY_ONLY)
    (disk,) = world.add_disks(1)
    add_ours(world, disk, SLOT, status=status)
    row = rows_of(world.report({}))[disk]
    assert (row["state"], row["newest"], row["good"]) == ("stale", None, 0)


def test_a_snapshot_of_the_future_or_by_hand_protects_nothing(open_world: OpenWorld) -> None:
    world = open_world(NIGHTLY_ONLY)
    (disk,) = world.add_disks(1)
    add_ours(world, disk, SLOT + DAY)
    world.cloud.region("bj").add_snapshot(disk, "by-hand")
    assert rows_of(world.report({}))[disk]["state"] == "stale"


def test_after_a_good_night_all_is_well(open_world: OpenWorld) -> None:
    world = open_world(NIGHTLY_ONLY)
    world.add_disks(5)
    assert world.report({})["well"] is False
    world.create()
    assert world.report({})["well"] is True
    assert "**all disks are protected**" in world.report({"format": "markdown"})["markdown"]


def test_the_markdown_report_names_what_needs_attention_first(open_world: OpenWorld) -> None:
    world = open_world(NIGHTLY_ONLY)
    states = fleet(world)
    text: str = world.report({"format": "markdown"})["markdown"]
    urgent, rest = text.split("## The other disks")
    assert "**some disks need attention**" in urgent
    for disk, state in states.items():
        needs = state in {"unprotected", "stale", "failed"}
        assert (disk in urgent) is needs
        assert (disk in rest) is not needs


def test_an_empty_account_is_not_well(open_world: OpenWorld) -> None:
    world = open_world()
    assert world.report({})["well"] is False
    text = world.report({"format": "markdown"})["markdown"]
    assert "no disk was found" in text
    assert "all disks are protected" not in text


OF_A_LIST = [
    (operation, damage)
    for operation in ("ListVolumes", "ListInstances", "ListSnapshots")
    for damage in DAMAGES
    if (operation, damage) != ("ListSnapshots", "a row whose tags are text")
]


@pytest.mark.parametrize(("operation", "damage"), OF_A_LIST)
def test_a_region_that_cannot_be_read_is_said_and_the_run_fails(
    open_world: OpenWorld, operation: str, damage: str
) -> None:
    world = open_world(BOTH, max_keys=2)
    for region in ("bj", "gz"):
        for disk in world.add_disks(3, region):
            add_nights(world, disk, 1, region=region)
        for _ in range(3):
            world.cloud.region(region).add_instance()
    world.cloud.faults.add(damaged(damage, operation, nth=2))
    failure = failure_of(lambda: world.report({"deliver": True}))
    assert failure.result["well"] is False
    assert set(failure.result["errors"]) == {"bj", "gz"}
    assert all(operation in why for why in failure.result["errors"].values())


def test_a_region_that_cannot_be_read_does_not_hide_the_other(open_world: OpenWorld) -> None:
    world = open_world(BOTH.partition("[policy.adhoc]")[0])
    for region in ("bj", "gz"):
        for disk in world.add_disks(2, region):
            add_nights(world, disk, 1, region=region)
    world.cloud.faults.add(Fault("reset_before", region="gz", times=1000))
    result = failure_of(lambda: world.report({})).result
    assert {row["region"] for row in result["rows"]} == {"bj"}
    assert result["disks"]["protected"] == 2
    assert result["well"] is False
    text = failure_of(lambda: world.report({"format": "markdown"})).result["markdown"]
    assert "incomplete" in text
    assert "Region gz could not be read" in text
    assert "all disks are protected" not in text


@pytest.mark.parametrize("by", ["format", "accept"])
def test_the_report_over_http_is_json_or_markdown(open_world: OpenWorld, by: str) -> None:
    world = open_world(NIGHTLY_ONLY)
    states = fleet(world)
    answer = get_report(world)
    assert answer["headers"]["content-type"] == "application/json"
    assert set(rows_of(body_of(answer))) == set(states)
    if by == "format":
        answer = get_report(world, format="markdown")
    else:
        answer = world.report(http_event("GET", "/report", headers={"accept": "text/markdown"}))
    assert answer["headers"]["content-type"] == "text/markdown; charset=utf-8"
    assert answer["body"].startswith("# Backup report")
    assert answer["body"] == world.report({"format": "markdown"})["markdown"]
