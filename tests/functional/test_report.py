"""The report: what the cloud's own list says of every disk."""

from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import OpenWorld
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


def disks_of(result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the disks of a report by their ids, each of which is in it once."""
    disks = {disk["volume_id"]: disk for disk in result["disks"]}
    assert len(disks) == len(result["disks"]) == sum(result["summary"]["disks"].values())
    return disks


def test_every_disk_is_in_the_report_with_its_state(open_world: OpenWorld) -> None:
    world = open_world(NIGHTLY_ONLY)
    states = fleet(world)
    result = world.report({})
    assert {id_: disk["state"] for id_, disk in disks_of(result).items()} == states
    assert result["summary"]["disks"] == {
        "unprotected": 1,
        "stale": 2,
        "failed": 1,
        "protected": 1,
        "excluded": 0,
        "unsupported": 1,
    }
    assert result["summary"]["snapshots"] == {
        **dict.fromkeys(("creating", "orphaned", "adopted"), 0),
        "automatic": 1,
        "failed": 1,
        "foreign": 1,
        "good": 9,
    }
    assert result["well"] is False
    assert result["errors"] == {}
    assert world.writes() == []


def test_the_result_of_a_delivered_report_has_its_figures_and_no_list(
    open_world: OpenWorld,
) -> None:
    world = open_world(NIGHTLY_ONLY)
    fleet(world)
    delivered, asked = world.report({"deliver": True}), world.report({})
    lists = ("findings", "policies", "disks", "orphans", "forecast")
    assert delivered == {key: value for key, value in asked.items() if key not in lists}
    assert world.writes() == []


def test_the_freshness_of_a_disk_is_the_slot_of_its_newest_good_snapshot(
    open_world: OpenWorld,
) -> None:
    world = open_world(NIGHTLY_ONLY, now=NOW + timedelta(hours=3))
    (disk,) = world.add_disks(1)
    nights = add_nights(world, disk, 4)
    result = world.report({})
    (under,) = disks_of(result)[disk]["policies"]
    assert under["newest"] == nights[-1]
    assert under["newest_at"] == "2026-11-23T18:00:00Z"
    assert under["age_seconds"] == result["summary"]["oldest_age_seconds"] == 3 * 3600 + 30
    assert (under["rpo_seconds"], under["good"], under["failed"]) == (26 * 3600, 4, 0)


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
    assert disks_of(result)[disk]["state"] == state
    assert result["well"] is (state == "protected")


@pytest.mark.parametrize("status", ["Creating", "CreatedFailed", "NotAvailable"])
def test_what_is_not_available_protects_nothing(open_world: OpenWorld, status: str) -> None:
    world = open_world(NIGHTLY_ONLY)
    (disk,) = world.add_disks(1)
    add_ours(world, disk, SLOT, status=status)
    found = disks_of(world.report({}))[disk]
    (under,) = found["policies"]
    assert (found["state"], under["newest"], under["good"]) == ("stale", None, 0)


def test_a_snapshot_of_the_future_or_by_hand_protects_nothing(open_world: OpenWorld) -> None:
    world = open_world(NIGHTLY_ONLY)
    (disk,) = world.add_disks(1)
    add_ours(world, disk, SLOT + DAY)
    world.cloud.region("bj").add_snapshot(disk, "by-hand")
    assert disks_of(world.report({}))[disk]["state"] == "stale"


def test_after_a_good_night_all_is_well(open_world: OpenWorld) -> None:
    world = open_world(NIGHTLY_ONLY)
    world.add_disks(5)
    assert world.report({})["well"] is False
    world.create()
    assert world.report({})["well"] is True
    assert "**all disks are protected**" in world.report({"format": "markdown"})["markdown"]


def test_the_markdown_report_names_what_needs_attention_and_nothing_else(
    open_world: OpenWorld,
) -> None:
    world = open_world(NIGHTLY_ONLY)
    states = fleet(world)
    text: str = world.report({"format": "markdown"})["markdown"]
    figures, urgent = text.split("## Urgent")
    assert "**4 of 6 disks need attention**" in figures
    for disk, state in states.items():
        assert disk not in figures
        assert (disk in urgent) is (state in {"unprotected", "stale", "failed"})


def test_an_empty_account_is_not_well(open_world: OpenWorld) -> None:
    world = open_world()
    assert failure_of(lambda: world.report({})).result["well"] is False
    failure = failure_of(lambda: world.report({"format": "markdown"}))
    text = failure.result["markdown"]
    assert "no disk was found" in text
    assert "all disks are protected" not in text


@pytest.mark.parametrize("by", ["format", "accept"])
def test_the_report_over_http_has_the_form_that_is_asked_for(
    open_world: OpenWorld, by: str
) -> None:
    world = open_world(NIGHTLY_ONLY)
    states = fleet(world)
    answer = get_report(world)
    assert answer["headers"]["content-type"] == "application/json"
    assert set(disks_of(body_of(answer))) == set(states)
    if by == "format":
        answer = get_report(world, format="markdown")
    else:
        answer = world.report(http_event("GET", "/report", headers={"accept": "text/markdown"}))
    assert answer["headers"]["content-type"] == "text/markdown; charset=utf-8"
    assert answer["body"].startswith("# Backup report")
    assert answer["body"] == world.report({"format": "markdown"})["markdown"]
