"""What is not provably ours is invisible to delete, whatever it is called."""

import pytest

from tests.conftest import OpenWorld
from tests.functional.history import DAY, Edit, add_nights, add_ours, edit, word
from tests.functional.test_expire_plan import ids
from tests.world import POLICY, SLOT, World

NOT_OURS: dict[str, Edit] = {
    "automatic": edit(create_method="AUTO"),
    "of an unknown method": edit(create_method=""),
    "part of an instance snapshot": edit(insnap_id="is-1"),
    "made into an image": edit(template_id="m-1"),
    "by hand": edit(name="by-hand", desc=""),
    "renamed": edit(name="by-hand"),
    "named alike only": edit(desc=""),
    "named for another generation": lambda row: edit(name=f"{row.name}_g1")(row),
    "of a later format": word("snapkeep/1", "snapkeep/2"),
    "of another policy by its marker": word("policy=nightly", "policy=adhoc"),
    "of another disk by its marker": word("volume=v-", "volume=v-0"),
    "of another slot by its marker": word("2026-11-17", "2026-11-16"),
    "of another region by its marker": word("region=bj", "region=gz"),
    "of another source by its marker": word("source=cron", "source=webhook"),
    "with another digest": word(" id=", " id=0"),
    "without digest": lambda row: edit(desc=row.desc.partition(" id=")[0])(row),
    "with an unknown word": lambda row: edit(desc=f"{row.desc} keep=please")(row),
    "with words before": lambda row: edit(desc=f"keep! {row.desc}")(row),
    "with a word twice": lambda row: edit(desc=f"{row.desc} hold=")(row),
    "of another disk": edit(volume_id="v-another0"),
}


@pytest.mark.parametrize("change", NOT_OURS.values(), ids=NOT_OURS)
def test_a_row_is_invisible_to_delete_that_is(open_world: OpenWorld, change: Edit) -> None:
    world = open_world()
    (disk,) = world.add_disks(1)
    foreign = add_ours(world, disk, SLOT - 6 * DAY)
    nights = add_nights(world, disk, 5)
    change(world.cloud.region("bj").snapshots[foreign])
    plan = world.expire()["regions"]["bj"]
    assert foreign not in {row["id"] for row in plan["snapshots"]}
    assert plan["applied"]["deleted"] == nights[:2]
    assert foreign in ids(world)


def test_without_the_edit_that_row_would_have_gone(open_world: OpenWorld) -> None:
    world = open_world()
    (disk,) = world.add_disks(1)
    ours = add_ours(world, disk, SLOT - 6 * DAY)
    nights = add_nights(world, disk, 5)
    assert world.expire()["regions"]["bj"]["applied"]["deleted"] == [ours, *nights[:2]]


def test_a_row_copied_to_another_region_is_invisible_there(open_world: OpenWorld) -> None:
    world = open_world(POLICY.replace('["bj"]', '["bj", "gz"]'))
    (disk,) = world.add_disks(1)
    add_nights(world, disk, 5)
    store = world.cloud.region("gz")
    store.add_volume("twin", id=disk, tags={"backup": "nightly"})
    for row in world.rows("bj"):
        store.add_snapshot(disk, row.name, desc=row.desc, created=row.create_time)
    result = world.expire()
    assert result["regions"]["gz"]["snapshots"] == []
    assert len(world.rows("gz")) == 5


def foreign_rows(world: World, disk: str) -> set[str]:
    store = world.cloud.region("bj")
    old = SLOT - 300 * DAY
    return {
        store.add_snapshot(disk, "by-hand", created=old),
        store.add_snapshot(disk, "sk_nightly_something", created=old),
        store.add_snapshot(disk, "auto", created=old, create_method="AUTO"),
        store.add_snapshot(disk, "whole-server", created=old, insnap_id="is-1"),
        store.add_snapshot(disk, "image", created=old, template_id="m-1"),
        store.add_snapshot(disk, "broken", created=old, status="CreatedFailed"),
        store.add_snapshot(None, "orphan", created=old),
    }


def test_foreign_rows_stay_whatever_is_deleted_around_them(open_world: OpenWorld) -> None:
    world = open_world()
    (disk,) = world.add_disks(1)
    foreign = foreign_rows(world, disk)
    add_nights(world, disk, 6)
    world.expire()
    assert foreign <= ids(world)
    assert len(world.rows()) == len(foreign) + 3
