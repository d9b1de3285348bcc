"""A plan too large, or a clock that is off: nothing is deleted at all, and the run fails."""

from dataclasses import replace

import pytest

from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.damage import FOREVER
from tests.functional.history import add_nights
from tests.functional.test_expire_plan import ids
from tests.world import POLICY, World, failure_of


def furnish(world: World, nights: list[int]) -> int:
    """Add a disk for each number of nights and return how many snapshots the rule lets go."""
    for disk, number in zip(world.add_disks(len(nights)), nights, strict=True):
        add_nights(world, disk, number)
    return sum(max(0, number - 3) for number in nights)


# by disk: 3; by run: max(20, 2 x disks); by share: 25 % from 100 rows on
WITHIN = {
    "3 of a disk": [6],
    "20 in all": [6] * 6 + [5],
    "2 of each of 11 disks": [5] * 11,
    "25 of 100": [4] * 25,
    "26 of 99": [5] * 7 + [4] * 12 + [3] * 5 + [1],
}
OVER = {
    "4 of a disk": ([7], "4 of disk"),
    "21 in all": ([6] * 7, "21 in all (cap 20)"),
    "23 of 11 disks": ([5] * 10 + [6], "23 in all (cap 22)"),
    "26 of 100": ([5] * 2 + [4] * 22 + [2], "26 of 100 snapshots (cap 25%)"),
}


@pytest.mark.parametrize("nights", WITHIN.values(), ids=WITHIN)
def test_a_plan_within_the_caps_is_carried_out(open_world: OpenWorld, nights: list[int]) -> None:
    world = open_world()
    due = furnish(world, nights)
    region = world.expire()["regions"]["bj"]
    assert region["refusals"] == {}
    assert len(region["applied"]["deleted"]) == due > 0
    assert len(world.rows()) == sum(nights) - due


@pytest.mark.parametrize(("nights", "why"), OVER.values(), ids=OVER)
def test_a_plan_over_a_cap_deletes_nothing_and_fails(
    open_world: OpenWorld, nights: list[int], why: str
) -> None:
    world = open_world()
    due = furnish(world, nights)
    before = ids(world)
    failure = failure_of(world.expire)
    region = failure.result["regions"]["bj"]
    assert len(region["delete"]) == due
    assert why in region["refusals"]["cap"]
    assert region["applied"]["deleted"] == []
    assert why in str(failure)
    assert world.writes() == []
    assert ids(world) == before


def test_a_plan_over_a_cap_can_still_be_read(open_world: OpenWorld) -> None:
    world = open_world()
    furnish(world, [7])
    plan = world.expire("plan")
    assert len(plan["regions"]["bj"]["delete"]) == 4
    assert plan["failures"] == {}


def test_a_region_over_a_cap_does_not_stop_the_other(open_world: OpenWorld) -> None:
    world = open_world(POLICY.replace('["bj"]', '["bj", "gz"]'))
    furnish(world, [7])
    (disk,) = world.add_disks(1, "gz")
    nights = add_nights(world, disk, 5, region="gz")
    result = world.failing_expire()
    assert list(result["failures"]) == ["bj cap"]
    assert result["regions"]["gz"]["applied"]["deleted"] == nights[:2]
    assert len(world.rows("bj")) == 7


CLOCKS = {
    "a little ahead": (Fault("skew", seconds=119), True),
    "a little behind": (Fault("skew", seconds=-119), True),
    "two minutes ahead": (Fault("skew", seconds=122), False),
    "two minutes behind": (Fault("skew", seconds=-122), False),
    "an hour ahead": (Fault("skew", seconds=3_600), False),
    "an hour behind": (Fault("skew", seconds=-3_600), False),
    "a year ahead": (Fault("skew", seconds=365 * 86_400), False),
    "ten years behind": (Fault("skew", seconds=-3_650 * 86_400), False),
    "without a Date": (Fault("no_date"), False),
}


@pytest.mark.parametrize(("fault", "goes"), CLOCKS.values(), ids=CLOCKS)
def test_the_clock_of_the_api_is_compared_before_anything_goes(
    open_world: OpenWorld, fault: Fault, goes: bool
) -> None:
    world = open_world()
    due = furnish(world, [5, 5])
    world.cloud.faults.add(replace(fault, times=FOREVER))
    if goes:
        assert len(world.expire()["regions"]["bj"]["applied"]["deleted"]) == due
        return
    failure = failure_of(world.expire)
    assert "clock" in failure.result["regions"]["bj"]["refusals"]
    assert list(failure.result["failures"]) == ["bj clock"]
    assert world.writes() == []
    assert len(world.rows()) == 10


def test_a_clock_that_is_off_is_no_failure_where_nothing_would_go(open_world: OpenWorld) -> None:
    world = open_world()
    furnish(world, [3])
    world.cloud.faults.add(Fault("no_date", times=FOREVER))
    assert world.expire()["regions"]["bj"]["applied"]["deleted"] == []


def test_an_unreadable_region_does_not_stop_the_other_and_the_run_fails(
    open_world: OpenWorld,
) -> None:
    world = open_world(POLICY.replace('["bj"]', '["bj", "gz"]'))
    for region in ("bj", "gz"):
        (disk,) = world.add_disks(1, region)
        add_nights(world, disk, 5, region=region)
    world.cloud.faults.add(Fault("before", "ListSnapshots", region="bj", times=FOREVER))
    failure = failure_of(world.expire)
    assert "bj: ListSnapshots: 500 InternalError" in str(failure)
    assert len(failure.result["regions"]["gz"]["applied"]["deleted"]) == 2
    assert len(world.rows("bj")) == 5
    assert len(world.rows("gz")) == 3


def test_an_empty_account_has_nothing_to_delete(open_world: OpenWorld) -> None:
    world = open_world()
    assert world.expire()["regions"]["bj"]["snapshots"] == []
    assert world.writes() == []
