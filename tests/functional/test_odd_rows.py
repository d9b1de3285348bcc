"""Odd things in rows of others, and disks that a policy leaves out on purpose."""

from typing import Any

import pytest

from snapkeep.commands import FORMATS
from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.damage import FOREVER
from tests.functional.deliver import counts
from tests.functional.history import add_nights
from tests.functional.http import body_of, get_report
from tests.functional.telemetry import lines
from tests.functional.test_report import NIGHTLY_ONLY, disks_of
from tests.world import World

HALF = "disk \ud800 of half a character"
EXCLUDING = NIGHTLY_ONLY.replace(
    'select = { tags = { backup = "nightly" } }',
    'select = { tags = { backup = "nightly" } }\nexclude = { names = ["disk-0"] }',
)


@pytest.mark.parametrize("size", [None, "40", 40.5, True, [40], {}, -1, 10**30], ids=repr)
@pytest.mark.parametrize("disks", [1, 4])
def test_an_odd_size_in_a_row_of_others_stops_neither_create_nor_delete(
    open_world: OpenWorld, disks: int, size: object
) -> None:
    world = open_world()
    expected = world.add_disks(disks)
    nights = add_nights(world, expected[0], 5, newest=1)
    foreign = world.cloud.region("bj").add_snapshot(expected[0], "by-hand")

    def change(reply: dict[str, Any]) -> None:
        for row in reply["snapshots"]:
            row["sizeInGB"] = size if row["id"] == foreign else row["sizeInGB"]

    world.cloud.faults.add(Fault("transform", "ListSnapshots", times=FOREVER, transform=change))
    assert counts(world.create()) == {"created": disks}
    applied = world.expire()["regions"]["bj"]["applied"]
    assert applied["deleted"] == nights[:3]
    assert world.report({})["summary"]["snapshots"]["foreign"] == 1


def odd(open_world: OpenWorld) -> tuple[World, str]:
    world = open_world(NIGHTLY_ONLY)
    odd, plain = world.add_disks(2)
    world.cloud.region("bj").volumes[odd].name = HALF
    add_nights(world, plain, 1)
    return world, odd


def test_half_a_character_in_a_disks_name_stops_no_report(open_world: OpenWorld) -> None:
    world, disk = odd(open_world)
    world.report({"deliver": True})
    (line,) = lines(world, "finding")
    assert line["data"]["volume_id"] == disk
    assert disks_of(world.report({}))[disk]["name"].startswith("disk ")
    for form in ("csv", "markdown", "html"):
        assert disk in world.report({"format": form})[form]
    assert world.log.getvalue().encode()


@pytest.mark.parametrize("format_", FORMATS)
def test_half_a_character_in_a_disks_name_stops_no_report_over_http(
    open_world: OpenWorld, format_: str
) -> None:
    world, disk = odd(open_world)
    answer = get_report(world, format=format_)
    assert answer["statusCode"] == 200
    assert disk in answer["body"]
    assert answer["body"].encode()


def test_half_a_character_in_a_snapshots_name_stops_no_query(open_world: OpenWorld) -> None:
    world, disk = odd(open_world)
    made = world.cloud.region("bj").add_snapshot(disk, HALF, desc=HALF)
    for format_ in ("json", "markdown"):
        answer = get_report(world, region="bj", snapshot_id=made, format=format_)
        assert (answer["statusCode"], made in answer["body"]) == (200, True)


def test_an_excluded_disk_is_excluded_and_needs_nobodys_attention(open_world: OpenWorld) -> None:
    world = open_world(EXCLUDING)
    left_out, *others = world.add_disks(3)
    for disk in others:
        add_nights(world, disk, 1)
    world.report({"deliver": True})
    assert lines(world, "finding") == []
    result = world.report({})
    assert disks_of(result)[left_out]["state"] == "excluded"
    figures = result["summary"]["disks"]
    assert (figures["excluded"], figures["unprotected"]) == (1, 0)
    assert result["well"] is True
    assert body_of(get_report(world))["well"] is True
    text: str = world.report({"format": "markdown"})["markdown"]
    assert "**2 of 3 disks are protected, the others are excluded" in text
    assert "## Urgent" not in text
    assert left_out in world.report({"format": "csv"})["csv"]
    assert left_out in world.report({"format": "html"})["html"]


def test_a_disk_that_one_policy_excludes_and_another_covers_is_judged_by_that_one(
    open_world: OpenWorld,
) -> None:
    more = '[policy.all]\nselect = { all = true }\nrpo = "26h"\nkeep = { last = 3 }\n'
    world = open_world(EXCLUDING + more)
    left_out, _ = world.add_disks(2)
    add_nights(world, left_out, 1)
    found = disks_of(world.report({}))[left_out]
    assert [(under["policy"], under["state"]) for under in found["policies"]] == [("all", "stale")]
    assert found["state"] == "stale"
