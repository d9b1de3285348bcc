"""A system disk is snapshotted by its instance's id, and only while that is Running or Stopped."""

from datetime import timedelta

import pytest

from tests.conftest import OpenWorld
from tests.functional.deliver import counts, deliver
from tests.functional.history import DAY, add_ours
from tests.world import SLOT, World

TAG = {"backup": "nightly"}
carrying = pytest.mark.parametrize("carry", ["instance", "volume"])
servers_of = pytest.mark.parametrize("servers", [2, 4], ids=["few", "many"])


def add_servers(world: World, number: int) -> dict[str, str]:
    """Return each system disk's id and its instance's."""
    store = world.cloud.region("bj")
    owners = {}
    for i in range(number):
        server = store.add_instance(f"server-{i}", tags=TAG)
        disk = store.system_disk(server)
        assert disk is not None
        owners[disk.id] = server
    return owners


@carrying
@servers_of
def test_a_system_disk_is_asked_for_by_instance_and_known_by_its_own_id(
    open_world: OpenWorld, servers: int, carry: str
) -> None:
    world = open_world(system_rows_carry=carry, creation_time=timedelta(seconds=30))
    owners = add_servers(world, servers)
    result = world.create()
    assert counts(result) == {"created": servers}
    assert {disk["volume_id"] for disk in result["disks"]} == set(owners)
    asked = {call.json["volumeId"] for call in world.writes()}
    assert asked == set(owners.values())
    assert world.good() == sorted(owners)
    assert all(f" volume={row.volume_id} " in row.desc for row in world.rows())


@carrying
@servers_of
def test_a_system_disks_event_delivered_again_finds_its_snapshot(
    open_world: OpenWorld, servers: int, carry: str
) -> None:
    world = open_world(system_rows_carry=carry, token_life=timedelta())
    add_servers(world, servers)
    world.create()
    assert counts(world.create()) == {"existing": servers}
    assert len(world.writes()) == servers


@carrying
@servers_of
def test_a_system_disks_failed_creation_is_repaired(
    open_world: OpenWorld, servers: int, carry: str
) -> None:
    world = open_world(system_rows_carry=carry, fail_creates=1)
    owners = add_servers(world, servers)
    world.failing_create()
    deliver(world, times=1)
    assert world.good() == sorted(owners)


@pytest.mark.parametrize("status", ["Running", "Stopped"])
def test_an_instance_may_be(open_world: OpenWorld, status: str) -> None:
    world = open_world()
    world.cloud.region("bj").add_instance("server", status=status, tags=TAG)
    assert counts(world.create()) == {"created": 1}


@pytest.mark.parametrize(
    "status", ["Starting", "Stopping", "Recharging", "Expired", "SnapshotProcessing", "running", ""]
)
def test_an_instance_may_not_be(open_world: OpenWorld, status: str) -> None:
    world = open_world()
    server = world.cloud.region("bj").add_instance("server", status=status, tags=TAG)
    (disk,) = world.failing_create()["disks"]
    assert disk["code"] == "InstanceStatus"
    assert world.writes() == []
    world.cloud.region("bj").instances[server].status = "Stopped"
    assert counts(world.create()) == {"created": 1}


def test_the_status_of_the_system_disk_itself_does_not_matter(open_world: OpenWorld) -> None:
    world = open_world()
    world.cloud.region("bj").add_instance("server", tags=TAG, system_status="Attaching")
    assert counts(world.create()) == {"created": 1}


def test_a_data_disk_of_a_starting_instance_goes_by_its_own_status(open_world: OpenWorld) -> None:
    world = open_world()
    store = world.cloud.region("bj")
    server = store.add_instance("server", status="Starting", tags=TAG)
    data = store.add_volume("data", instance_id=server)
    result = world.failing_create()
    assert counts(result) == {"created": 1, "failed": 1}
    assert world.good() == [data]


def test_a_data_disks_snapshot_does_not_answer_for_the_system_disk(open_world: OpenWorld) -> None:
    world = open_world()
    store = world.cloud.region("bj")
    server = store.add_instance("server", tags=TAG)
    data = store.add_volume("data", instance_id=server)
    system = store.system_disk(server)
    assert system is not None
    world.create()
    assert world.good() == sorted([system.id, data])


@carrying
def test_old_snapshots_of_a_system_disk_are_deleted_by_its_policy(
    open_world: OpenWorld, carry: str
) -> None:
    world = open_world(system_rows_carry=carry)
    (disk,) = add_servers(world, 1)
    ids = [add_ours(world, disk, SLOT - DAY * ago) for ago in range(5)]
    applied = world.expire()["regions"]["bj"]["applied"]
    assert applied["deleted"] == [ids[4], ids[3]]
    assert [row.id for row in world.rows()] == ids[:3]


def test_a_system_disk_whose_instance_is_not_listed_fails(open_world: OpenWorld) -> None:
    world = open_world()
    server = world.cloud.region("bj").add_instance("server")
    disk = world.cloud.region("bj").system_disk(server)
    assert disk is not None
    disk.tags.update(TAG)
    del world.cloud.region("bj").instances[server]
    (found,) = world.failing_create()["disks"]
    assert (found["volume_id"], found["code"]) == (disk.id, "NoInstance")
    assert world.writes() == []
