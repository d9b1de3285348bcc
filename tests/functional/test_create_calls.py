"""How many calls a sweep makes: as few as the API's pages allow."""

from collections import Counter
from datetime import timedelta

import pytest

from tests.conftest import OpenWorld
from tests.functional.deliver import counts
from tests.functional.test_create_unclear import BUS
from tests.world import POLICY, World

DISKS_ONLY = POLICY.replace('{ tags = { backup = "nightly" } }', "{ system = false }")
EVERYTHING = POLICY.replace('{ tags = { backup = "nightly" } }', "{ all = true }")


def pages(rows: int, size: int) -> int:
    """An empty list is one page as well."""
    return max(1, -(-rows // size))


def calls(world: World, start: int = 0) -> dict[str, int]:
    return dict(Counter(call.operation for call in world.cloud.journal[start:]))


def add_foreign(world: World, number: int) -> None:
    for _ in range(number):
        world.cloud.region("bj").add_snapshot(None)


def test_a_sweep_of_2500_disks_is_at_the_limit_and_its_replay_is_lists_only(
    open_world: OpenWorld,
) -> None:
    world = open_world(DISKS_ONLY)
    disks = 2_500
    world.add_disks(disks)
    assert counts(world.create(seconds=900)) == {"created": disks}
    assert calls(world) == {
        "ListVolumes": 3,
        "ListSnapshots": pages(0, 1000) + pages(disks, 1000),
        "CreateSnapshot": disks,
    }
    made = len(world.cloud.journal)
    assert counts(world.create(seconds=900)) == {"existing": disks}
    assert calls(world, made) == {"ListVolumes": 3, "ListSnapshots": 3}
    assert all("maxKeys=1000" in call.target for call in world.cloud.calls("ListVolumes"))


@pytest.mark.parametrize("disks", [4, 9, 10, 11, 25])
@pytest.mark.parametrize("foreign", [0, 5, 10, 31])
def test_a_sweep_walks_each_list_as_often_as_it_must(
    open_world: OpenWorld, disks: int, foreign: int
) -> None:
    world = open_world(DISKS_ONLY, max_keys=10)
    world.add_disks(disks)
    add_foreign(world, foreign)
    world.create()
    assert calls(world) == {
        "ListVolumes": pages(disks, 10),
        "ListSnapshots": pages(foreign, 10) + pages(foreign + disks, 10),
        "CreateSnapshot": disks,
    }
    assert not [call for call in world.cloud.calls("ListSnapshots") if "volumeId" in call.target]


@pytest.mark.parametrize("servers", [1, 10, 21])
@pytest.mark.parametrize("policy", [POLICY, EVERYTHING], ids=["by tags", "with system disks"])
def test_instances_are_listed_where_a_policy_cannot_be_judged_without(
    open_world: OpenWorld, policy: str, servers: int
) -> None:
    world = open_world(policy, max_keys=10)
    for i in range(servers):
        world.cloud.region("bj").add_instance(f"server-{i}", tags={"backup": "nightly"})
    world.add_disks(5)
    disks = servers + 5
    assert counts(world.create()) == {"created": disks}
    assert calls(world) == {
        "ListVolumes": pages(disks, 10),
        "ListInstances": pages(servers, 10),
        "ListSnapshots": pages(0, 10) + pages(disks, 10),
        "CreateSnapshot": disks,
    }


@pytest.mark.parametrize("disks", [1, 3])
def test_named_data_disks_cost_no_list_of_instances(open_world: OpenWorld, disks: int) -> None:
    world = open_world()
    world.cloud.region("bj").add_instance("server")
    named = world.add_disks(5)[:disks]
    event = {**BUS, "detail": {"policy": "adhoc", "volumes": named}}
    assert counts(world.create(event)) == {"created": disks}
    assert calls(world) == {
        "ListVolumes": 1,
        "ListSnapshots": disks,
        "CreateSnapshot": disks,
        "GetSnapshot": disks,
    }


def test_a_named_system_disk_costs_one_list_of_instances(open_world: OpenWorld) -> None:
    world = open_world()
    store = world.cloud.region("bj")
    system = store.system_disk(store.add_instance("server"))
    assert system is not None
    event = {**BUS, "detail": {"policy": "adhoc", "volumes": [system.id]}}
    assert counts(world.create(event)) == {"created": 1}
    assert calls(world)["ListInstances"] == 1


@pytest.mark.parametrize(
    ("creation_seconds", "looks"),
    [(0, 1), (4, 1), (5, 2), (14, 2), (34, 3), (74, 4), (154, 5), (299, 6)],
)
def test_the_verify_walks_are_few_and_end_when_all_is_available(
    open_world: OpenWorld, creation_seconds: int, looks: int
) -> None:
    world = open_world(
        DISKS_ONLY, max_keys=10, creation_time=timedelta(seconds=creation_seconds + 0.5)
    )
    world.add_disks(25)
    assert counts(world.create()) == {"created": 25}
    assert calls(world)["ListSnapshots"] == 1 + looks * 3


def test_the_verify_walks_are_at_most_six(open_world: OpenWorld) -> None:
    world = open_world(DISKS_ONLY, max_keys=10, creation_time=timedelta(days=1))
    world.add_disks(25)
    assert counts(world.failing_create(seconds=900)) == {"pending": 25}
    assert calls(world)["ListSnapshots"] == 1 + 6 * 3


def test_the_last_few_of_many_disks_are_looked_at_one_by_one(open_world: OpenWorld) -> None:
    slow: set[str | None] = set()
    world = open_world(DISKS_ONLY, max_keys=10, creation_time=timedelta(seconds=30))
    disks = world.add_disks(25)
    slow.update(disks[:2])

    def others_finish(_: object) -> None:
        for row in world.rows():
            if row.volume_id not in slow:
                row.status = "Available"

    world.cloud.on_call = others_finish
    assert counts(world.create()) == {"created": 25}
    assert calls(world) == {
        "ListVolumes": 3,
        "ListSnapshots": 1 + 3,
        "CreateSnapshot": 25,
        "GetSnapshot": 2 * 2,
    }


@pytest.mark.parametrize("disks", [1, 2, 3])
def test_a_few_disks_are_looked_up_one_by_one_whatever_the_region_holds(
    open_world: OpenWorld, disks: int
) -> None:
    world = open_world(DISKS_ONLY, max_keys=10)
    ids = world.add_disks(disks)
    add_foreign(world, 95)
    world.create()
    assert calls(world) == {
        "ListVolumes": 1,
        "ListSnapshots": disks,
        "CreateSnapshot": disks,
        "GetSnapshot": disks,
    }
    filters = sorted(call.target.partition("volumeId=")[2] for call in world.cloud.journal[1:])
    assert [found for found in filters if found] == sorted(ids)
    start = len(world.cloud.journal)
    world.create()
    assert calls(world, start) == {"ListVolumes": 1, "ListSnapshots": disks}


def test_a_redelivery_verifies_only_what_it_creates(open_world: OpenWorld) -> None:
    world = open_world(DISKS_ONLY, max_keys=10)
    disks = world.add_disks(12)
    world.create()
    gone = next(row.id for row in world.rows() if row.volume_id == disks[0])
    del world.cloud.region("bj").snapshots[gone]
    world.clock.advance(timedelta(hours=1))
    start = len(world.cloud.journal)
    world.failing_create()
    assert calls(world, start) == {
        "ListVolumes": 2,
        "ListSnapshots": 2,
        "CreateSnapshot": 1,
        "GetSnapshot": 1,
    }
