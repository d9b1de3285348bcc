"""A disk that is released at any moment, and rows that only look like a disk's: nothing goes."""

from collections.abc import Callable

import pytest

from tests.conftest import OpenWorld
from tests.functional.deliver import before_call
from tests.functional.history import DAY, add_nights, add_ours
from tests.functional.test_expire_plan import ids
from tests.world import NOW, SLOT, World

TAG = {"backup": "nightly"}


def data_disk(world: World) -> str:
    return world.add_disks(1)[0]


def system_disk(world: World) -> str:
    store = world.cloud.region("bj")
    disk = store.system_disk(store.add_instance("server", tags=TAG))
    assert disk is not None
    return disk.id


KINDS = pytest.mark.parametrize("add", [data_disk, system_disk])
MOMENTS = {
    "before the first walk": ("ListSnapshots", 1),
    "before the disks are listed": ("ListVolumes", 1),
    "between the walks": ("ListSnapshots", 2),
    "before the first row is read again": ("GetSnapshot", 1),
    "before the first row's disk is read again": ("ListSnapshots", 3),
    "before the second row is read again": ("GetSnapshot", 2),
}


@KINDS
@pytest.mark.parametrize(("operation", "nth"), MOMENTS.values(), ids=MOMENTS)
@pytest.mark.parametrize("policy", ["nightly", "adhoc"])
def test_from_the_release_of_a_disk_on_none_of_its_rows_goes(
    open_world: OpenWorld, policy: str, operation: str, nth: int, add: Callable[[World], str]
) -> None:
    world = open_world()
    disk = add(world)
    until = None if policy == "nightly" else NOW - DAY
    for ago in (5, 4, 3, 2, 1, 0) if policy == "nightly" else (9, 8, 7, 6, 5):
        add_ours(world, disk, SLOT - DAY * ago, policy=policy, keep_until=until)
    due = world.expire("plan")["regions"]["bj"]["delete"]
    assert len(due) == 3
    left: set[str] = set()

    def release() -> None:
        left.update(ids(world))
        world.cloud.region("bj").release_volume(disk)

    before_call(world, nth, release, operation)
    applied = world.expire()["regions"]["bj"]["applied"]
    gone_before = due[:1] if (operation, nth) == ("GetSnapshot", 2) else []
    assert applied["deleted"] == gone_before
    assert left
    assert ids(world) == left
    assert world.expire()["regions"]["bj"]["delete"] == []


@KINDS
def test_a_row_that_no_longer_says_whose_it_is_is_kept(
    open_world: OpenWorld, add: Callable[[World], str]
) -> None:
    world = open_world()
    disk = add(world)
    nights = add_nights(world, disk, 5)
    row = world.cloud.region("bj").snapshots[nights[0]]
    row.volume_id = row.instance_id = None
    region = world.expire()["regions"]["bj"]
    assert {entry["id"]: entry["gate"] for entry in region["snapshots"]}[nights[0]] == "disk"
    assert region["applied"]["deleted"] == nights[1:2]


def test_a_disk_listed_although_released_keeps_the_rows_that_have_forgotten_it(
    open_world: OpenWorld,
) -> None:
    world = open_world()
    disk = data_disk(world)
    nights = add_nights(world, disk, 5)
    for row in world.rows():
        row.volume_id = None
    assert world.expire()["regions"]["bj"]["applied"]["deleted"] == []
    assert ids(world) == set(nights)


@pytest.mark.parametrize("carry", ["instance", "volume"])
def test_a_system_disks_row_with_the_words_of_a_data_disks_is_never_planned(
    open_world: OpenWorld, carry: str
) -> None:
    world = open_world(system_rows_carry=carry)
    store = world.cloud.region("bj")
    server = store.add_instance("server", tags=TAG)
    data = store.add_volume("data", instance_id=server)
    nights = add_nights(world, data, 5)
    copies = {
        store.add_snapshot(server, row.name, desc=row.desc, created=row.create_time)
        for row in world.rows()
    }
    region = world.expire()["regions"]["bj"]
    assert {row["id"] for row in region["snapshots"]} == set(nights)
    assert region["delete"] == region["applied"]["deleted"] == nights[:2]
    assert ids(world) == {*copies, *nights[2:]}
