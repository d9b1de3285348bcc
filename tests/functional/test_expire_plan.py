"""A plan touches nothing; ``auto`` deletes exactly the plan, oldest first, and then no more."""

from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import OpenWorld
from tests.functional.history import DAY, add_nights, add_ours
from tests.world import NOW, POLICY, SLOT, World

HOUR = timedelta(hours=1)


def keeping(rule: str) -> str:
    return POLICY.replace("keep = { last = 3 }", f"keep = {{ {rule} }}")


def ids(world: World) -> set[str]:
    return {row.id for row in world.rows()}


def planned(world: World, region: str = "bj") -> list[str]:
    deletes: list[str] = world.expire("plan")["regions"][region]["delete"]
    return deletes


def test_a_plan_lists_what_would_go_and_touches_nothing(open_world: OpenWorld) -> None:
    world = open_world()
    (disk,) = world.add_disks(1)
    nights = add_nights(world, disk, 6)
    before = ids(world)
    plan = world.expire("plan")["regions"]["bj"]
    assert plan["delete"] == nights[:3]
    assert world.writes() == []
    assert ids(world) == before
    verdicts = {row["id"]: (row["verdict"], row["reasons"]) for row in plan["snapshots"]}
    assert verdicts == {
        **{id_: ("delete", ["no rule keeps it"]) for id_ in nights[:3]},
        **{nights[-n]: ("keep", [f"last {n} of 3"]) for n in (1, 2, 3)},
    }
    assert "applied" not in plan


def test_auto_deletes_exactly_the_plan_oldest_first_and_a_second_time_nothing(
    open_world: OpenWorld,
) -> None:
    world = open_world()
    histories = [add_nights(world, disk, 6) for disk in world.add_disks(4)]
    everything = ids(world)
    plan = planned(world)
    assert set(plan) == {id_ for nights in histories for id_ in nights[:3]}
    applied = world.expire()["regions"]["bj"]["applied"]
    assert applied == {"deleted": plan, "gone": [], "kept": {}, "failures": {}}
    assert ids(world) == everything - set(plan)
    asked = [call.target.rpartition("/")[2] for call in world.cloud.calls("DeleteSnapshot")]
    assert asked == plan
    ages = [next(n.index(id_) for n in histories if id_ in n) for id_ in asked]
    assert ages == sorted(ages), "the oldest night of all disks goes first"
    again = world.expire()["regions"]["bj"]
    assert again["delete"] == again["applied"]["deleted"] == []
    assert len(world.cloud.calls("DeleteSnapshot")) == len(plan)


@pytest.mark.parametrize("nights", [1, 2, 3, 4, 5, 6])
def test_last_keeps_so_many(open_world: OpenWorld, nights: int) -> None:
    world = open_world()
    (disk,) = world.add_disks(1)
    made = add_nights(world, disk, nights)
    assert planned(world) == made[: max(0, nights - 3)]


@pytest.mark.parametrize(
    ("within", "kept"), [("24h", 2), ("25h", 2), ("48h", 2), ("49h", 3), ("3d", 3), ("1w", 5)]
)
def test_within_is_measured_from_the_newest(open_world: OpenWorld, within: str, kept: int) -> None:
    world = open_world(keeping(f'within = "{within}"'), now=NOW + HOUR)
    (disk,) = world.add_disks(1)
    made = add_nights(world, disk, 5)
    assert planned(world) == made[: 5 - kept]


def test_rules_are_a_union(open_world: OpenWorld) -> None:
    world = open_world(keeping('last = 2, within = "73h"'))
    (disk,) = world.add_disks(1)
    made = add_nights(world, disk, 6)
    plan = world.expire("plan")["regions"]["bj"]
    assert plan["delete"] == made[:2]
    reasons = {row["id"]: row["reasons"] for row in plan["snapshots"]}
    assert reasons[made[-1]] == ["within 73h of the newest", "last 1 of 2"]
    assert reasons[made[2]] == ["within 73h of the newest"]


def test_only_good_snapshots_are_counted_by_a_rule(open_world: OpenWorld) -> None:
    world = open_world()
    (disk,) = world.add_disks(1)
    made = add_nights(world, disk, 6)
    by_id = world.cloud.region("bj").snapshots
    by_id[made[3]].status = "NotAvailable"
    by_id[made[4]].status = "CreatedFailed"
    assert planned(world) == made[:1]


def test_ad_hoc_snapshots_go_once_their_time_has_passed_and_cost_no_nightly(
    open_world: OpenWorld,
) -> None:
    world = open_world()
    (disk,) = world.add_disks(1)
    nights = add_nights(world, disk, 3)
    slots = [SLOT - DAY * ago for ago in (9, 8, 7, 6)]
    until = [NOW - 2 * DAY, NOW, NOW + timedelta(seconds=1), NOW + DAY]
    adhoc = [
        add_ours(world, disk, slot, policy="adhoc", keep_until=end)
        for slot, end in zip(slots, until, strict=True)
    ]
    in_nightly = add_ours(world, disk, SLOT - 4 * DAY, keep_until=NOW - DAY)
    applied = world.expire()["regions"]["bj"]["applied"]
    assert set(applied["deleted"]) == {adhoc[0], adhoc[1], in_nightly}
    assert ids(world) == {*nights, adhoc[2], adhoc[3]}


def test_a_burst_of_deploys_evicts_no_nightly(open_world: OpenWorld) -> None:
    world = open_world()
    (disk,) = world.add_disks(1)
    add_nights(world, disk, 3)
    for minute in range(30):
        slot = NOW - timedelta(minutes=minute + 1)
        add_ours(world, disk, slot, keep_until=NOW + DAY)
    assert planned(world) == []


def test_each_policy_keeps_its_own_rows(open_world: OpenWorld) -> None:
    more = "[policy.weekly]\nselect = { all = true }\nkeep = { last = 1 }\n"
    world = open_world(POLICY + more)
    (disk,) = world.add_disks(1)
    nights = add_nights(world, disk, 4)
    weekly = [add_ours(world, disk, SLOT - DAY * ago, policy="weekly") for ago in (21, 14, 7)]
    assert set(planned(world)) == {nights[0], weekly[0]}


def test_a_plan_covers_every_region_or_the_one_that_is_named(open_world: OpenWorld) -> None:
    world = open_world(POLICY.replace('["bj"]', '["bj", "gz"]'))
    for region in ("bj", "gz"):
        (disk,) = world.add_disks(1, region)
        add_nights(world, disk, 5, region=region)
    regions: dict[str, Any] = world.expire("plan")["regions"]
    assert {name: len(plan["delete"]) for name, plan in regions.items()} == {"bj": 2, "gz": 2}
    only = world.expire({"mode": "auto", "region": "gz"})
    assert list(only["regions"]) == ["gz"]
    assert len(world.rows("bj")) == 5
    assert len(world.rows("gz")) == 3


def test_a_failed_creation_goes_once_it_is_old_and_a_newer_good_one_exists(
    open_world: OpenWorld,
) -> None:
    world = open_world()
    (disk,) = world.add_disks(1)
    nights = add_nights(world, disk, 3)
    old = add_ours(world, disk, SLOT - 3 * DAY, status="CreatedFailed")
    young = add_ours(world, disk, SLOT - 2 * DAY, status="CreatedFailed", generation=1)
    assert world.expire()["regions"]["bj"]["applied"]["deleted"] == [old]
    assert ids(world) == {*nights, young}
