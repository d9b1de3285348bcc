"""Two regions are two accounts' worth of disks: one that fails does not stop the other."""

from dataclasses import replace

import pytest

from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.damage import damaged
from tests.functional.deliver import counts
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
