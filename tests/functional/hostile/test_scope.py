"""Rows 22 and 23: disks that a policy does not select, other regions, and too many at once."""

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from snapkeep.errors import InvalidEvent
from tests.conftest import OpenWorld
from tests.functional.hostile.cases import MARK, PLAN, Case, by_row, get, post
from tests.functional.hostile.checks import HEADERS, differences, secrets_in
from tests.functional.http import body_of, wanted
from tests.functional.telemetry import lines
from tests.functional.test_create_unclear import BUS
from tests.world import POLICY, World

WEB = '\n[policy.web]\nselect = { names = ["web"] }\nad_hoc_keep = "7d"\n'
DATA_ONLY = '\n[policy.web]\nselect = { system = false }\nad_hoc_keep = "7d"\n'
TAGGED = '\n[policy.web]\nselect = { tags = { team = "web" } }\nad_hoc_keep = "7d"\n'
Furnish = Callable[[World], dict[str, Any]]


def disks(*names: str, **options: Any) -> Furnish:
    """Add disks, and name them all."""

    def furnish(world: World) -> dict[str, Any]:
        store = world.cloud.region("bj")
        return {"volumes": [store.add_volume(name, **options) for name in names]}

    return furnish


def server(world: World) -> dict[str, Any]:
    return {"instances": [world.cloud.region("bj").add_instance("server")]}


def system_disk(world: World) -> dict[str, Any]:
    store = world.cloud.region("bj")
    row = store.system_disk(store.add_instance("server"))
    assert row is not None
    return {"volumes": [row.id]}


def of_gz(world: World) -> dict[str, Any]:
    return {"volumes": [world.cloud.region("gz").add_volume("web")]}


OUT: dict[str, tuple[str, Furnish]] = {
    "22 a disk of another name": (WEB, disks("db")),
    "22 a name that begins so": (WEB, disks("web-1")),
    "22 a name in capitals": (WEB, disks("WEB")),
    "22 three disks": (WEB, disks("db", "queue", "cache")),
    "22 five disks": (WEB, disks("a", "b", "c", "d", "e")),
    "22 a disk without tags": (TAGGED, disks("web")),
    "22 a tag of another value": (TAGGED, disks("web", tags={"team": "db"})),
    "22 a tag of another case": (TAGGED, disks("web", tags={"Team": "web"})),
    "22 a system disk": (DATA_ONLY, system_disk),
    "22 a server of nothing else": (DATA_ONLY, server),
}


@pytest.mark.parametrize(("policy", "furnish"), OUT.values(), ids=OUT)
def test_a_disk_that_the_policy_does_not_select_is_forbidden_and_not_touched(
    open_world: OpenWorld, policy: str, furnish: Furnish
) -> None:
    world = open_world(POLICY + policy)
    named = furnish(world)
    answer = world.create(post(wanted(policy="web", reason=MARK, **named)))
    body = body_of(answer)
    assert (answer["statusCode"], body["code"]) == (403, "OutOfScope")
    assert (body["title"], body["type"], answer["headers"]) == ("Forbidden", "about:blank", HEADERS)
    found = [line["volume_id"] for line in lines(world, "disk")]
    assert found
    assert found == [disk["volume_id"] for disk in body["disks"]]
    assert world.writes() == []
    assert secrets_in(world.log.getvalue(), str(answer)) == []


def test_a_disk_of_another_region_is_unknown_and_not_touched(open_world: OpenWorld) -> None:
    """It might be a new one that the list does not show yet, so the sender is to come again."""
    world = open_world(POLICY + WEB)
    answer = world.create(post(wanted(policy="web", **of_gz(world))))
    assert answer["statusCode"] == 503
    assert [disk["code"] for disk in body_of(answer)["disks"]] == ["UnknownId"]
    assert world.writes() == []


def region(name: str) -> dict[str, Case]:
    plan = {**PLAN, "data": {"mode": "plan", "region": name}}
    told = (403, "RegionNotAllowed")
    return {
        f"22 region {name!r} of a report": Case(get({"region": name}), *told, "query.region"),
        f"22 region {name!r} of a plan": Case(
            post(plan, path="/expirations"), *told, "data.region"
        ),
    }


REGIONS: dict[str, Case] = {
    **region("gz"),
    **region("BJ"),
    **region("mars"),
    **region("bj.evil.example"),
    **region("../bj"),
    **region("bj\n"),
}
MANY = [f"v-{number:08}" for number in range(10_001)]
SERVERS = [f"i-{number:08}" for number in range(1_001)]
COUNTS: dict[str, Case] = {
    "23 10 001 disks": Case(post(wanted(volumes=MANY)), 413, "TooLarge", "body"),
    "23 4 000 disks": Case(post(wanted(volumes=MANY[:4_000])), 422, "TooMany", "data.volumes"),
    "23 1 001 disks": Case(post(wanted(volumes=MANY[:1_001])), 422, "TooMany", "data.volumes"),
    "23 1 001 servers": Case(post(wanted(instances=SERVERS)), 422, "TooMany", "data.volumes"),
    "23 501 disks and 500 servers": Case(
        post(wanted(volumes=MANY[:501], instances=SERVERS[:500])), 422, "TooMany", "data.volumes"
    ),
    "23 1 001 disks, each twice": Case(
        post(wanted(volumes=MANY[:1_001] * 2)), 422, "TooMany", "data.volumes"
    ),
}


@pytest.mark.parametrize("cases", by_row(REGIONS, COUNTS))
def test_another_region_or_a_thousand_disks_cost_no_call(
    open_world: OpenWorld, cases: Mapping[str, Case]
) -> None:
    world = open_world()
    world.add_disks(1)
    assert [line for each in cases.items() for line in differences(world, *each)] == []


AT_ONCE: dict[str, dict[str, list[str]]] = {
    "23 10 001 disks by the bus": {"volumes": MANY},
    "23 1 001 disks by the bus": {"volumes": MANY[:1_001]},
    "23 1 001 servers by the bus": {"instances": SERVERS},
}


@pytest.mark.parametrize("named", AT_ONCE.values(), ids=AT_ONCE)
def test_too_many_disks_of_the_bus_are_refused(
    open_world: OpenWorld, named: dict[str, list[str]]
) -> None:
    world = open_world()
    event = {**BUS, "detail": {"policy": "adhoc", **named}}
    with pytest.raises(InvalidEvent) as refused:
        world.create(event)
    assert (refused.value.code, refused.value.path) == ("TooMany", "detail.volumes")
    queued = {"Records": [{"eventSource": "aws:sqs", "body": json.dumps(event)}]}
    assert world.create(queued)["refused"]["code"] == "TooMany"
    assert world.cloud.journal == []


Send = Callable[[World, list[str]], object]


def by_bus(world: World, ids: list[str]) -> object:
    return world.create({**BUS, "detail": {"policy": "adhoc", "volumes": ids}})


def by_webhook(world: World, ids: list[str]) -> object:
    answer = world.create(post(wanted(volumes=ids)))
    assert answer["statusCode"] == 200
    return answer


AGAIN: dict[str, tuple[Send, int]] = {
    "23 the same disk twice": (by_webhook, 2),
    "23 the same disk 100 times": (by_webhook, 100),
    "23 the same disk 4 000 times": (by_webhook, 4_000),
    "23 the same disk 100 times by the bus": (by_bus, 100),
    "23 the same disk 10 001 times by the bus": (by_bus, 10_001),
}


@pytest.mark.parametrize(("send", "times"), AGAIN.values(), ids=AGAIN)
def test_a_disk_that_is_named_more_than_once_has_one_snapshot(
    open_world: OpenWorld, send: Send, times: int
) -> None:
    world = open_world()
    disk, _ = world.add_disks(2)
    send(world, [disk] * times)
    assert world.good() == [disk]
    assert len(world.writes()) == 1


TABLES = (OUT, REGIONS, COUNTS, AT_ONCE, AGAIN)
