"""What happens between the plan's recomputation and each delete is seen in time."""

import pytest

from tests.conftest import OpenWorld
from tests.functional.deliver import before_call
from tests.functional.history import DAY, Edit, add_nights, add_ours, edit, word
from tests.functional.test_approve import (
    ADOPTING,
    add_backups,
    approval,
    approve,
    furnished,
    plan_of,
)
from tests.functional.test_expire_plan import ids, keeping
from tests.world import SLOT

CHANGES: dict[str, tuple[Edit, str]] = {
    "a hold is set": (word(" id=", " hold=legal id="), "held: legal"),
    "it is no longer available": (edit(status="NotAvailable"), "it is NotAvailable"),
    "it is renamed": (edit(name="the-good-one"), "edited"),
    "its marker is edited": (word("policy=nightly", "policy=adhoc"), "edited"),
    "it says another disk": (edit(volume_id="v-another0"), "edited"),
    "it becomes part of an image": (edit(template_id="m-1"), "edited"),
    # the policy would adopt such a row, and the plan deletes adopted ones
    "it is made one by hand": (edit(name="backup-keep-me", desc="do not delete"), "edited"),
}


@pytest.mark.parametrize("kind", ["ours", "released"])
@pytest.mark.parametrize(("change", "why"), CHANGES.values(), ids=CHANGES)
def test_after_the_recomputation_a_row_is_kept_where(
    open_world: OpenWorld, change: Edit, why: str, kind: str
) -> None:
    found = furnished(open_world)
    world, plan = found.world, plan_of(found.world)
    (target, *_) = getattr(found, kind)
    row = world.cloud.region("bj").snapshots[target]
    before_call(world, 1, lambda: change(row), "GetSnapshot")
    applied = approve(world, plan)
    assert why in applied["kept"][target]
    assert set(applied["deleted"]) == {*plan["delete"], *plan["approve"]} - {target}
    assert target in ids(world)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (edit(name="mine"), "edited"),
        (edit(name="backup-KEEP"), "edited"),
        (edit(status="NotAvailable"), "edited"),
        (edit(create_method="AUTO"), "edited"),
        (edit(insnap_id="is-1"), "edited"),
        (edit(desc="snapkeep/1"), "edited"),
        (edit(volume_id="v-another0"), "edited"),
    ],
    ids=[
        "renamed",
        "renamed within the prefix",
        "broken",
        "automatic",
        "part of more",
        "marked as ours",
        "of another disk",
    ],
)
def test_an_adopted_row_is_kept_that_is_no_longer_adopted(
    open_world: OpenWorld, change: Edit, why: str
) -> None:
    found = furnished(open_world)
    world, plan = found.world, plan_of(found.world)
    row = world.cloud.region("bj").snapshots[found.adopted[1]]
    before_call(world, 1, lambda: change(row), "GetSnapshot")
    assert why in approve(world, plan)["kept"][row.id]
    assert row.id in ids(world)


@pytest.mark.parametrize("reads", [1, 2, 3])
@pytest.mark.parametrize("left", [0, 1, 2])
def test_where_good_ones_are_removed_by_hand_two_of_the_rest_stay(
    open_world: OpenWorld, left: int, reads: int
) -> None:
    world = open_world(keeping("last = 4").replace('"26h"', '"30d"'))
    (disk,) = world.add_disks(1)
    nights = add_nights(world, disk, 9)
    plan, rows = plan_of(world), world.cloud.region("bj").snapshots

    def remove_by_hand() -> None:
        for id_ in nights[5 + left :]:
            del rows[id_]

    before_call(world, reads, remove_by_hand, "GetSnapshot")
    approve(world, plan)
    assert world.cloud.on_call is None
    assert len(ids(world)) >= 2
    assert set(nights[5 : 5 + left]) <= ids(world)


@pytest.mark.parametrize("reads", [1, 5])
def test_of_a_released_disk_that_loses_good_ones_by_hand_two_of_the_rest_stay(
    open_world: OpenWorld, reads: int
) -> None:
    world = open_world(keeping("last = 1"))
    (disk,) = world.add_disks(1)
    nights = add_nights(world, disk, 6)
    world.cloud.region("bj").release_volume(disk)
    plan, rows = plan_of(world), world.cloud.region("bj").snapshots
    assert plan["approve"] == nights[:4]

    def remove_by_hand() -> None:
        for id_ in nights[3:5]:
            rows.pop(id_, None)

    before_call(world, reads, remove_by_hand, "GetSnapshot")
    approve(world, plan)
    assert world.cloud.on_call is None
    assert len(ids(world)) == 2
    assert nights[5] in ids(world)


@pytest.mark.parametrize("reads", [1, 2])
def test_from_the_release_of_a_disk_on_none_of_its_rows_goes(
    open_world: OpenWorld, reads: int
) -> None:
    world = open_world(ADOPTING)
    (disk,) = world.add_disks(1)
    add_nights(world, disk, 5)
    add_backups(world, disk, 30, 20)
    plan, left = plan_of(world), set[str]()
    assert len(plan["delete"]) == len(plan["approve"]) == 2

    def release() -> None:
        left.update(ids(world))
        world.cloud.region("bj").release_volume(disk)

    before_call(world, reads, release, "GetSnapshot")
    approve(world, plan)
    assert ids(world) == left
    assert len(left) == 8 - reads


@pytest.mark.parametrize("rule", ["within_monthly", "within_yearly"])
def test_a_plan_is_carried_out_as_it_was_decided_though_less_would_go_of_what_is_left(
    open_world: OpenWorld, rule: str
) -> None:
    world = open_world(keeping(f'{rule} = "100d"'))
    (disk,) = world.add_disks(1)
    add_ours(world, disk, SLOT - 200 * DAY)
    nights = add_nights(world, disk, 6)
    plan = plan_of(world)
    assert len(plan["delete"]) == 5
    # once the oldest is gone, another one is the oldest that lies within
    assert approve(world, plan)["deleted"] == plan["delete"]
    assert ids(world) == set(nights[4:])


def test_a_backup_that_becomes_too_old_while_rows_go_stops_the_rest_of_its_disk(
    open_world: OpenWorld,
) -> None:
    world = open_world()
    (disk,) = world.add_disks(1)
    nights = add_nights(world, disk, 6, newest=2)
    plan = plan_of(world)
    assert plan["delete"] == nights[:3]
    before_call(world, 3, lambda: world.clock.advance(4 * 3_600), "GetSnapshot")
    result = world.expire(approval(plan), seconds=86_400)
    applied = result["regions"]["bj"]["applied"]
    assert applied["deleted"] == nights[:2]
    assert "backups have stopped" in applied["kept"][nights[2]]
