"""Before each delete its disk is read again: whatever others remove, two good ones remain."""

from datetime import timedelta

import pytest

from tests.conftest import OpenWorld
from tests.functional.damage import damaged
from tests.functional.deliver import before_call
from tests.functional.history import DAY, add_nights, add_ours
from tests.functional.test_expire_plan import ids
from tests.functional.test_expire_reread import six_nights
from tests.world import NOW, SLOT, World, failure_of


def good_of(world: World) -> list[str]:
    return [row.id for row in world.rows() if row.status == "Available"]


def test_a_row_that_broke_is_no_longer_one_of_the_good_ones(open_world: OpenWorld) -> None:
    world = open_world()
    (disk,) = world.add_disks(1)
    made = [
        add_ours(world, disk, SLOT - DAY * ago, policy="adhoc", keep_until=NOW - ended * DAY)
        for ago, ended in ((9, 1), (8, 1), (7, -1), (6, -1))
    ]
    rows = world.cloud.region("bj").snapshots

    def spoil() -> None:
        rows[made[0]].status = "NotAvailable"

    before_call(world, 1, spoil, "GetSnapshot")
    applied = world.expire()["regions"]["bj"]["applied"]
    assert applied["deleted"] == [made[1]]
    assert good_of(world) == made[2:]


@pytest.mark.parametrize("reads", [1, 2])
@pytest.mark.parametrize(
    "lost", [slice(2, None), slice(3, None), slice(2, 4), slice(1, 4)], ids=str
)
def test_where_good_ones_were_removed_by_hand_two_of_the_rest_stay(
    open_world: OpenWorld, lost: slice, reads: int
) -> None:
    world = open_world()
    (disk,) = world.add_disks(1)
    nights = add_nights(world, disk, 5)
    rows = world.cloud.region("bj").snapshots
    left: list[str] = []

    def remove_by_hand() -> None:
        for id_ in nights[lost]:
            rows.pop(id_, None)
        left.extend(good_of(world))

    before_call(world, reads, remove_by_hand, "GetSnapshot")
    world.expire()
    assert len(good_of(world)) >= min(2, len(left))
    assert set(left) - {nights[0]} <= ids(world)


def around_a_keep_until(world: World) -> list[str]:
    """Add four rows of a disk, of which the oldest is due in 30 seconds and the others are now."""
    (disk,) = world.add_disks(1)
    ends = (NOW + timedelta(seconds=30), *[NOW - DAY] * 3)
    return [
        add_ours(world, disk, SLOT - DAY * ago, policy="adhoc", keep_until=end)
        for ago, end in zip((9, 8, 7, 6), ends, strict=True)
    ]


# no client can look between the last reading and its delete, which is the ninth call
@pytest.mark.parametrize("call", [1, 2, 3, 4, 5, 6, 7, 8])
def test_two_deleters_on_either_side_of_a_keep_until_leave_two_good_ones(
    open_world: OpenWorld, call: int
) -> None:
    world = open_world()
    made = around_a_keep_until(world)

    def later() -> None:
        world.clock.advance(60)
        world.beside().expire()

    before_call(world, call, later)
    world.expire()
    assert world.cloud.on_call is None
    assert good_of(world) == made[2:]


def test_the_second_of_two_deleters_finds_the_first_ones_work_in_the_disks_list(
    open_world: OpenWorld,
) -> None:
    world = open_world()
    made = around_a_keep_until(world)

    def later() -> None:
        world.clock.advance(60)
        assert world.beside().expire()["regions"]["bj"]["applied"]["deleted"] == made[:2]

    before_call(world, 1, later, "GetSnapshot")
    applied = world.expire()["regions"]["bj"]["applied"]
    assert (applied["deleted"], applied["gone"]) == ([], made[1:2])
    assert "one of the last 2 good ones" in applied["kept"][made[2]]


def test_before_each_delete_its_row_and_the_list_of_its_disk_are_read(
    open_world: OpenWorld,
) -> None:
    world = open_world()
    disks = world.add_disks(2)
    nights = {disk: add_nights(world, disk, 5) for disk in disks}
    due = world.expire("plan")["regions"]["bj"]["delete"]
    start = len(world.cloud.journal) + 3
    world.expire()
    owner = {id_: disk for disk, made in nights.items() for id_ in made}
    assert [call.target.partition("?")[0] for call in world.cloud.journal[start:]] == [
        path
        for id_ in due
        for path in (f"/v2/snapshot/{id_}", "/v2/snapshot", f"/v2/snapshot/{id_}")
    ]
    filters = [
        call.target.partition("volumeId=")[2] for call in world.cloud.journal[start + 1 :: 3]
    ]
    assert filters == [owner[id_] for id_ in due]


@pytest.mark.parametrize("damage", ["HTML", "isTruncated 'false'", "a row without id", "no rows"])
def test_a_list_of_the_disk_that_is_damaged_stops_the_run_before_the_delete(
    open_world: OpenWorld, damage: str
) -> None:
    world = open_world()
    six_nights(world)
    world.cloud.faults.add(damaged(damage, "ListSnapshots", nth=3))
    failure = failure_of(world.expire)
    assert "ListSnapshots" in str(failure)
    assert world.writes() == []
