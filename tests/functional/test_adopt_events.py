"""Adoption through the function: whose snapshots, at the cost of which calls, and who deletes."""

from collections import Counter

import pytest

from snapkeep.errors import PlanChanged
from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.damage import damaged
from tests.functional.history import DAY, add_nights
from tests.functional.test_approve import Json, add_backups, approval, approve, plan_of, refused
from tests.functional.test_expire_plan import ids
from tests.world import NOW, World

TAG = {"backup": "nightly"}
ADOPT = 'adopt = { name_prefix = "backup-", created_before = "2026-11-10" }\n'


def policy(select: str, *, adopts: str = ADOPT, other: str = "") -> str:
    """Return a file whose policy ``nightly`` selects and adopts, with more policies at will."""
    return (
        'timezone = "Asia/Shanghai"\nregions = ["bj"]\n[policy.nightly]\n'
        f'select = {{ {select} }}\nrpo = "26h"\nkeep = {{ last = 3 }}\n{adopts}{other}'
    )


def adopted(plan: Json) -> set[str]:
    return {row["id"] for row in plan["snapshots"] if row["source"] == "adopted"}


def calls(world: World) -> Counter[str]:
    return Counter(call.operation for call in world.cloud.journal)


def add_server(world: World, **tags: str) -> tuple[str, str, str]:
    """Return a server, its system disk and its data disk."""
    store = world.cloud.region("bj")
    server = store.add_instance("server", tags=tags)
    system = store.system_disk(server)
    assert system is not None
    return server, system.id, store.add_volume("data", instance_id=server)


def test_the_disks_of_a_tagged_server_bring_their_older_snapshots(open_world: OpenWorld) -> None:
    world = open_world(policy('tags = { backup = "nightly" }'))
    _, system, data = add_server(world, **TAG)
    _, *others = add_server(world, backup="weekly")
    tagged = world.add_disks(1)
    mine = [add_backups(world, disk, 40, 30) for disk in (system, data, *tagged)]
    for disk in others:
        add_backups(world, disk, 40, 30)
    plan = plan_of(world)
    assert adopted(plan) == {id_ for two in mine for id_ in two}
    assert {row["volume_id"] for row in plan["snapshots"]} == {system, data, *tagged}
    assert (plan["delete"], plan["approve"]) == ([], [])
    assert calls(world) == {"ListSnapshots": 2, "ListVolumes": 1, "ListInstances": 1}


# what a policy selects, whether it adopts, and whether the servers must be known for that
NEEDS = {
    "a tag": ('tags = { backup = "nightly" }', ADOPT, 1),
    "a name": ('names = "server"', ADOPT, 1),
    "no system disk": ("system = false", ADOPT, 0),
    "a disk by its id": ('volumes = "v-disk0001"', ADOPT, 0),
    "a tag, but adopts nothing": ('tags = { backup = "nightly" }', "", 0),
}


@pytest.mark.parametrize(("select", "adopts", "lists"), NEEDS.values(), ids=NEEDS)
def test_the_servers_are_listed_only_if_an_adopting_policy_needs_them(
    open_world: OpenWorld, select: str, adopts: str, lists: int
) -> None:
    other = '[policy.adhoc]\nselect = { tags = { a = "b" } }\nad_hoc_keep = "7d"\n'
    world = open_world(policy(select, adopts=adopts, other=other))
    add_server(world)
    world.cloud.region("bj").add_volume("data", id="v-disk0001")
    add_backups(world, "v-disk0001", 40)
    plan_of(world)
    wanted = {"ListSnapshots": 2, "ListVolumes": 1, "ListInstances": lists}
    assert calls(world) == {operation: n for operation, n in wanted.items() if n}


@pytest.mark.parametrize("damage", ["500", "403", "isTruncated 'false'", "an empty object"])
def test_where_the_servers_cannot_be_listed_nothing_is_decided(
    open_world: OpenWorld, damage: str
) -> None:
    world = open_world(policy('tags = { backup = "nightly" }'))
    (disk,) = world.add_disks(1)
    add_nights(world, disk, 5)
    world.cloud.faults.add(damaged(damage, "ListInstances", nth=1))
    result = world.failing_expire()
    assert result["regions"] == {}
    assert "ListInstances" in result["failures"]["bj"]
    assert world.writes() == []


def test_a_server_that_is_missing_in_the_list_takes_its_snapshots_out_of_the_plan(
    open_world: OpenWorld,
) -> None:
    world = open_world(policy('tags = { backup = "nightly" }'))
    _, system, data = add_server(world, **TAG)
    made = [*add_backups(world, system, 40), *add_backups(world, data, 40)]
    empty = Fault("garbage", "ListInstances", body='{"instances": [], "isTruncated": false}')
    world.cloud.faults.add(empty)
    assert adopted(plan_of(world)) == set()
    assert adopted(plan_of(world)) == set(made)


@pytest.mark.parametrize("carry", ["instance", "volume"])
def test_a_system_disks_adopted_snapshots_go_once_approved(
    open_world: OpenWorld, carry: str
) -> None:
    world = open_world(policy('tags = { backup = "nightly" }'), system_rows_carry=carry)
    _, system, data = add_server(world, **TAG)
    nights = {disk: add_nights(world, disk, 3) for disk in (system, data)}
    old = [*add_backups(world, system, 40, 30), *add_backups(world, data, 35)]
    plan = plan_of(world)
    assert plan["approve"] == [old[0], old[2], old[1]]
    assert world.expire()["regions"]["bj"]["applied"]["deleted"] == []
    assert approve(world, plan)["deleted"] == plan["approve"]
    assert ids(world) == {id_ for three in nights.values() for id_ in three}


def test_with_adoption_alone_two_good_ones_of_each_disk_stay(open_world: OpenWorld) -> None:
    text = policy("all = true").replace("last = 3", "last = 1").replace('rpo = "26h"\n', "")
    world = open_world(text)
    made = [add_backups(world, disk, 50, 40, 30, 20) for disk in world.add_disks(2)]
    approve(world, plan_of(world))
    assert ids(world) == {*made[0][2:], *made[1][2:]}
    assert plan_of(world)["approve"] == []


def test_auto_goes_on_with_ours_beside_adopted_ones(open_world: OpenWorld) -> None:
    world = open_world(policy("all = true"))
    (disk,) = world.add_disks(1)
    nights, old = add_nights(world, disk, 5), add_backups(world, disk, 50, 40, 30, 20)
    region = world.expire()["regions"]["bj"]
    assert region["applied"]["deleted"] == nights[:2]
    assert region["approve"] == old
    assert region["refusals"] == {}
    assert set(old) <= ids(world)
    assert world.expire()["regions"]["bj"]["applied"]["deleted"] == []


def test_the_adopted_ones_of_two_policies_that_ask_are_nobodys(open_world: OpenWorld) -> None:
    other = f"[policy.weekly]\nselect = {{ all = true }}\nkeep = {{ last = 1 }}\n{ADOPT}"
    world = open_world(policy('tags = { backup = "nightly" }', other=other))
    both, one = world.add_disks(1)[0], world.cloud.region("bj").add_volume("untagged")
    add_backups(world, both, 40, 30)
    mine = add_backups(world, one, 40, 30)
    plan = plan_of(world)
    assert adopted(plan) == set(mine)
    assert {row["policy"] for row in plan["snapshots"]} == {"weekly"}


def test_a_tag_that_is_removed_ends_adoption_and_with_it_the_plan(open_world: OpenWorld) -> None:
    world = open_world(policy('tags = { backup = "nightly" }'))
    server, _, data = add_server(world, **TAG)
    add_nights(world, data, 3)
    old = add_backups(world, data, 40, 30)
    plan = plan_of(world)
    assert plan["approve"] == old
    world.cloud.region("bj").instances[server].tags.clear()
    assert adopted(plan_of(world)) == set()
    assert isinstance(refused(world, approval(plan)), PlanChanged)


def test_what_others_made_later_or_otherwise_is_in_no_plan(open_world: OpenWorld) -> None:
    world = open_world(policy("all = true"))
    (disk,) = world.add_disks(1)
    store = world.cloud.region("bj")
    old = NOW - 90 * DAY
    store.add_snapshot(disk, "backup-1", created=NOW - 9 * DAY)
    store.add_snapshot(disk, "by-hand", created=old)
    store.add_snapshot(disk, "backup-1", created=old, create_method="AUTO")
    store.add_snapshot(disk, "backup-1", created=old, insnap_id="is-1")
    store.add_snapshot(disk, "backup-1", created=old, template_id="m-1")
    store.add_snapshot(disk, "backup-1", created=old, status="CreatedFailed")
    store.add_snapshot(None, "backup-1", created=old)
    assert plan_of(world)["snapshots"] == []
