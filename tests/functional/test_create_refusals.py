"""What cannot be had: money owed, keys refused, unknown ids, disks without snapshots."""

from datetime import timedelta

import pytest

from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.deliver import before_call, counts
from tests.functional.test_create_unclear import BUS
from tests.world import POLICY, World, failure_of


def named(*ids: str) -> dict[str, object]:
    instances = [id_ for id_ in ids if id_.startswith("i-")]
    volumes = [id_ for id_ in ids if id_.startswith("v-")]
    given = {"volumes": volumes, "instances": instances}
    return {**BUS, "detail": {"policy": "adhoc"} | {k: v for k, v in given.items() if v}}


def owe_money(world: World) -> None:
    world.cloud.account.in_arrears = True


def test_once_money_is_owed_the_rest_is_not_asked_for(open_world: OpenWorld) -> None:
    world = open_world()
    expected = sorted(world.add_disks(40))
    before_call(world, 11, lambda: owe_money(world), "CreateSnapshot")
    result = world.failing_create()
    assert counts(result) == {"created": 10, "failed": 30}
    bad = [disk for disk in result["disks"] if disk["status"] == "failed"]
    assert {disk["code"] for disk in bad} == {"AccountOverdue"}
    assert len({disk["volume_id"] for disk in bad}) == 30
    assert len(world.writes()) == 11
    world.cloud.account.in_arrears = False
    assert counts(world.create()) == {"created": 30, "existing": 10}
    assert world.good() == expected


@pytest.mark.parametrize(
    "code", ["InvalidAccessKeyId", "SignatureDoesNotMatch", "QualifyNotPass", "OptInRequired"]
)
def test_keys_that_are_refused_are_tried_once(open_world: OpenWorld, code: str) -> None:
    world = open_world()
    world.add_disks(40)
    world.cloud.faults.add(Fault("before", "CreateSnapshot", times=99, status=403, code=code))
    result = world.failing_create()
    assert counts(result) == {"failed": 40}
    assert {disk["code"] for disk in result["disks"]} == {code}
    assert len(world.writes()) == 1


def test_one_unknown_id_among_forty_fails_and_the_others_are_done(open_world: OpenWorld) -> None:
    world = open_world()
    disks = world.add_disks(39)
    failure = failure_of(lambda: world.create(named(*disks, "v-nowhere1")))
    assert counts(failure.result) == {"created": 39, "failed": 1}
    assert str(failure).startswith("v-nowhere1: failed UnknownId")
    assert world.good() == sorted(disks)


def test_an_unknown_instance_fails_and_nothing_else_is_touched(open_world: OpenWorld) -> None:
    world = open_world()
    world.add_disks(3)
    failure = failure_of(lambda: world.create(named("i-nowhere1")))
    assert str(failure).startswith("i-nowhere1: failed UnknownId")
    assert world.writes() == []


def test_an_ephemeral_disk_among_forty_is_skipped_and_the_run_is_well(
    open_world: OpenWorld,
) -> None:
    world = open_world()
    disks = world.add_disks(39)
    store = world.cloud.region("bj")
    scratch = store.add_volume("scratch", type="Ephemeral", tags={"backup": "nightly"})
    result = world.create()
    assert counts(result) == {"created": 39, "skipped": 1}
    (skipped,) = [disk for disk in result["disks"] if disk["status"] == "skipped"]
    assert (skipped["volume_id"], skipped["code"]) == (scratch, "Unsupported")
    assert world.good() == sorted(disks)


def test_an_excluded_disk_is_skipped(open_world: OpenWorld) -> None:
    nightly = 'select = { tags = { backup = "nightly" } }'
    world = open_world(POLICY.replace(nightly, f'{nightly}\nexclude = {{ names = ["disk-0"] }}'))
    disks = world.add_disks(4)
    result = world.create()
    assert counts(result) == {"created": 3, "skipped": 1}
    assert world.good() == sorted(disks[1:])


def test_a_disk_that_the_policy_does_not_select_is_out_of_scope(open_world: OpenWorld) -> None:
    world = open_world(f'{POLICY}[policy.web]\nselect = {{ names = ["disk-0"] }}\nad_hoc_keep="7d"')
    disks = world.add_disks(2)
    event = {**BUS, "detail": {"policy": "web", "volumes": disks}}
    result = world.failing_create(event)
    assert counts(result) == {"created": 1, "failed": 1}
    assert [disk.get("code") for disk in result["disks"] if disk["volume_id"] == disks[1]] == [
        "OutOfScope"
    ]
    assert world.good() == disks[:1]


def test_an_instance_with_a_disk_that_the_policy_does_not_select_fails_for_that_disk(
    open_world: OpenWorld,
) -> None:
    world = open_world(f'{POLICY}[policy.web]\nselect = {{ names = ["data"] }}\nad_hoc_keep="7d"')
    store = world.cloud.region("bj")
    server = store.add_instance("web-1")
    data = store.add_volume("data", instance_id=server)
    system = store.system_disk(server)
    assert system is not None
    event = {**BUS, "detail": {"policy": "web", "instances": [server]}}
    failure = failure_of(lambda: world.create(event))
    assert counts(failure.result) == {"created": 1, "failed": 1}
    assert str(failure).startswith(f"{system.id}: failed OutOfScope")
    assert world.good() == [data]


@pytest.mark.parametrize("furnish", ["nothing", "untagged", "ephemeral"])
def test_a_selection_that_matches_no_disk_fails(open_world: OpenWorld, furnish: str) -> None:
    world = open_world()
    store = world.cloud.region("bj")
    if furnish == "untagged":
        store.add_volume("untagged")
    if furnish == "ephemeral":
        store.add_volume("scratch", type="Ephemeral", tags={"backup": "nightly"})
    failure = failure_of(world.create)
    assert "NothingSelected" in str(failure)
    assert world.writes() == []


def test_an_event_with_an_instance_means_all_of_its_disks(open_world: OpenWorld) -> None:
    world = open_world(creation_time=timedelta(seconds=5))
    store = world.cloud.region("bj")
    server = store.add_instance("web-1")
    data = store.add_volume("web-1-data", instance_id=server)
    store.add_volume("elsewhere")
    system = store.system_disk(server)
    assert system is not None
    assert counts(world.create(named(server, data))) == {"created": 2}
    assert world.good() == sorted([system.id, data])
