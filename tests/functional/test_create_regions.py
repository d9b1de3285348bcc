"""Two regions are two accounts' worth of disks: one that fails does not stop the other."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.damage import damaged
from tests.functional.deliver import counts
from tests.functional.http import body_of, post_snapshots, wanted
from tests.world import NIGHTLY, POLICY, World, failure_of

BOTH = POLICY.replace('regions = ["bj"]', 'regions = ["bj", "gz"]')


def furnished(open_world: OpenWorld, number: int = 4) -> World:
    world = open_world(BOTH)
    for region in ("bj", "gz"):
        world.add_disks(number, region)
    return world


def test_an_event_covers_all_regions_of_the_policy_file(open_world: OpenWorld) -> None:
    world = furnished(open_world)
    result = world.create()
    assert counts(result) == {"created": 8}
    for region in ("bj", "gz"):
        assert world.good(region) == sorted(world.cloud.region(region).volumes)
    assert len({call.target for call in world.writes()}) == 8, "a token of its own each"


def test_an_event_that_names_a_region_covers_that_one(open_world: OpenWorld) -> None:
    world = furnished(open_world)
    assert counts(world.create({**NIGHTLY, "region": "gz"})) == {"created": 4}
    assert world.good("bj") == []
    assert world.cloud.calls(region="bj") == []
    assert counts(world.create()) == {"created": 4, "existing": 4}


TROUBLE = {
    "unreachable": Fault("reset_before", times=10_000),
    "no answer": Fault("timeout_before", times=10_000),
    "500": Fault("before", times=10_000),
    "keys refused": Fault("before", times=10_000, status=403, code="InvalidAccessKeyId"),
    "a damaged list": damaged("isTruncated 'false'", "ListSnapshots", 1),
}


@pytest.mark.parametrize("bad", ["bj", "gz"])
@pytest.mark.parametrize("name", TROUBLE)
def test_a_region_that_fails_does_not_stop_the_other(
    open_world: OpenWorld, name: str, bad: str
) -> None:
    world = furnished(open_world)
    good = {"bj": "gz", "gz": "bj"}[bad]
    world.cloud.faults.add(replace(TROUBLE[name], region=bad))
    failure = failure_of(lambda: world.create(seconds=900))
    assert counts(failure.result) == {"created": 4, "failed": 1}
    (region,) = [disk for disk in failure.result["disks"] if disk["status"] == "failed"]
    assert (region["region"], region["volume_id"]) == (bad, "")
    assert str(failure).startswith(f"{bad}: failed")
    assert len(world.good(good)) == 4
    assert world.good(bad) == []
    world.cloud.faults.clear()
    assert counts(world.beside().create()) == {"created": 4, "existing": 4}


def test_the_same_disk_id_in_two_regions_is_two_disks(open_world: OpenWorld) -> None:
    world = open_world(BOTH)
    for region in ("bj", "gz"):
        store = world.cloud.region(region)
        store.add_volume("twin", id="v-twin0001", tags={"backup": "nightly"})
    assert counts(world.create()) == {"created": 2}
    assert len({call.target for call in world.writes()}) == 2
    names = {world.rows(region)[0].name for region in ("bj", "gz")}
    assert len(names) == 2


@pytest.mark.parametrize("disks", [1, 4])
def test_every_region_is_asked_before_any_is_waited_for(open_world: OpenWorld, disks: int) -> None:
    world = open_world(BOTH, creation_time=timedelta(minutes=4))
    made = {region: world.add_disks(disks, region) for region in ("bj", "gz")}
    answer = post_snapshots(world, wanted())
    assert answer["statusCode"] == 202
    asked = {call.region: set[str]() for call in world.writes()}
    for call in world.writes():
        asked[call.region].add(call.json["volumeId"])
    assert asked == {region: set(ids) for region, ids in made.items()}
    operations = [call.operation for call in world.cloud.journal]
    last = max(n for n, name in enumerate(operations) if name == "CreateSnapshot")
    assert "GetSnapshot" not in operations[:last]
    pending = body_of(answer)["disks"]
    assert {disk["region"] for disk in pending} == {"bj", "gz"}
    assert {disk["snapshot_id"] for disk in pending} == {
        row.id for region in ("bj", "gz") for row in world.rows(region)
    }


def test_a_slow_disk_in_one_region_costs_no_snapshot_in_the_other(open_world: OpenWorld) -> None:
    world = open_world(BOTH, creation_time=timedelta(hours=1))
    (first,), (second,) = world.add_disks(1, "bj"), world.add_disks(1, "gz")

    def others_finish(_: object) -> None:
        for row in world.rows("gz"):
            row.status = "Available"

    world.cloud.on_call = others_finish
    for outcome in ("created", "existing"):
        answer = post_snapshots(world, wanted())
        assert answer["statusCode"] == 202
        assert {disk["volume_id"]: disk["status"] for disk in body_of(answer)["disks"]} == {
            first: "pending",
            second: outcome,
        }
    assert world.good("gz") == [second]
    assert len(world.writes()) == 2
