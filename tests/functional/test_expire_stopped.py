"""Disks whose backups have stopped, or that are gone: nothing of theirs is deleted."""

from datetime import timedelta

import pytest

from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.history import DAY, add_ours
from tests.functional.test_expire_gates import deleted, five_nights, gates
from tests.functional.test_expire_plan import ids, keeping
from tests.world import NOW, SLOT


@pytest.mark.parametrize(
    ("late", "gate"), [(timedelta(hours=52), None), (timedelta(hours=52, seconds=1), "freshness")]
)
def test_where_backups_have_stopped_nothing_of_the_disk_is_deleted(
    open_world: OpenWorld, late: timedelta, gate: str | None
) -> None:
    world = open_world(now=SLOT + late)
    _, nights = five_nights(world)
    region = world.expire("plan")["regions"]["bj"]
    assert {row["gate"] for row in region["snapshots"] if row["gate"]} == (
        {gate} if gate else set()
    )
    assert region["delete"] == ([] if gate else nights[:2])
    # some time passes until a row is judged again, and in it the last backup becomes too old
    assert deleted(world) == []


def test_a_year_after_the_last_backup_everything_is_still_there(open_world: OpenWorld) -> None:
    world = open_world(now=NOW + 365 * DAY)
    disk, nights = five_nights(world)
    failed = add_ours(world, disk, SLOT - 9 * DAY, status="CreatedFailed")
    assert deleted(world) == []
    assert ids(world) == {*nights, failed}


def test_a_row_of_the_future_anchors_nothing(open_world: OpenWorld) -> None:
    world = open_world(keeping('within = "49h"'), now=NOW + 3 * DAY)
    disk, nights = five_nights(world)
    future = add_ours(world, disk, SLOT + 4 * DAY)
    found = gates(world)
    assert found.pop(future, None) in {None, "future"}
    assert set(found) == set(nights[:2])
    assert set(found.values()) == {"freshness"}
    assert deleted(world) == []


def test_nothing_of_a_released_disk_is_deleted(open_world: OpenWorld) -> None:
    world = open_world()
    disk, nights = five_nights(world)
    world.cloud.region("bj").release_volume(disk)
    assert set(gates(world).values()) == {"released"}
    assert deleted(world) == []
    assert ids(world) == set(nights)


def test_a_list_of_disks_that_is_empty_but_well_formed_leads_to_no_delete(
    open_world: OpenWorld,
) -> None:
    world = open_world()
    _, nights = five_nights(world)
    empty = Fault("garbage", "ListVolumes", body='{"volumes": [], "isTruncated": false}')
    world.cloud.faults.add(empty)
    assert deleted(world) == []
    assert ids(world) == set(nights)
