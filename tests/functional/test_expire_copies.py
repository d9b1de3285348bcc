"""Somebody copies the name and the marker of a snapshot of ours: no copy costs an original."""

from tests.conftest import OpenWorld
from tests.functional.history import DAY, add_nights, add_ours
from tests.functional.test_approve import approve, plan_of
from tests.functional.test_expire_plan import ids, keeping
from tests.world import SLOT


def test_rows_of_no_disk_with_the_words_of_a_disks_do_not_stand_for_its_own(
    open_world: OpenWorld,
) -> None:
    world = open_world(keeping("last = 1"))
    (disk,) = world.add_disks(1)
    nights = add_nights(world, disk, 3)
    store = world.cloud.region("bj")
    newest = store.snapshots[nights[-1]]
    copies = {
        store.add_snapshot(None, newest.name, desc=newest.desc, created=newest.create_time)
        for _ in range(3)
    }
    world.expire()
    assert len(ids(world) & set(nights)) >= 2
    assert copies <= ids(world)


def test_a_copy_on_a_disk_that_is_gone_does_not_stand_in_for_a_night(
    open_world: OpenWorld,
) -> None:
    world = open_world()
    store = world.cloud.region("bj")
    disk, other = world.add_disks(2)
    nights = add_nights(world, disk, 4)
    newest = store.snapshots[nights[-1]]
    copy = store.add_snapshot(other, newest.name, desc=newest.desc)
    store.release_volume(other)
    world.expire()
    # the last three of its own, and the copy, which is nobody's to delete
    assert ids(world) == {*nights[1:], copy}


def test_of_originals_and_copies_on_disks_that_are_gone_an_approval_deletes_none(
    open_world: OpenWorld,
) -> None:
    world = open_world(keeping("last = 1"))
    store = world.cloud.region("bj")
    disk, other = world.add_disks(2)
    *older, newest = [add_ours(world, disk, SLOT - DAY * ago) for ago in range(6, 1, -1)]
    like = store.snapshots[newest]
    copies = {
        store.add_snapshot(other, like.name, desc=like.desc, created=SLOT - DAY) for _ in range(2)
    }
    store.release_volume(other)
    store.release_volume(disk)
    plan = plan_of(world)
    # a rule keeps the original, and of the others one has to stay beside it
    assert {row["id"] for row in plan["snapshots"] if row["gate"] == "copy"} == copies
    assert approve(world, plan)["deleted"] == older[:3]
    assert ids(world) == {older[3], newest, *copies}
