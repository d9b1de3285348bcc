"""Row 28: events that ask for more deletes than the rules do."""

from collections.abc import Mapping

import pytest

from tests.conftest import OpenWorld
from tests.functional.history import add_nights
from tests.functional.hostile.cases import OWN_FAILURE, PLAN, Case, Refused, by_row, post, queued
from tests.functional.hostile.checks import differences, problems
from tests.world import NIGHTLY, World

SNAPSHOT = "s-12345678"
DELETES: dict[str, Refused] = {
    **{
        f"28 {key}": ({"mode": "auto", key: value}, "UnknownField", key)
        for key, value in {
            "force": True, "retention": 0, "retentionDays": 0, "dryRun": "false", "dry_run": False,
            "ids": [SNAPSHOT], "delete": [SNAPSHOT], "all": True, "policy": "nightly", "keep": 0,
            "plan_id": "0" * 64, "volumes": ["v-12345678"], "regions": ["bj"], "Mode": "auto",
        }.items()
    },
    "28 no mode": ({}, "MissingField", "mode"),
    "28 a mode of null": ({"mode": None}, "WrongType", "mode"),
    "28 a mode of true": ({"mode": True}, "WrongType", "mode"),
    "28 modes": ({"mode": ["auto"]}, "WrongType", "mode"),
    "28 a mode in capitals": ({"mode": "AUTO"}, "InvalidValue", "mode"),
    "28 a mode and a blank": ({"mode": "auto "}, "InvalidValue", "mode"),
    "28 another mode": ({"mode": "delete"}, "InvalidValue", "mode"),
    "28 another region": ({"mode": "auto", "region": "gz"}, "RegionNotAllowed", "region"),
    "28 regions in one": ({"mode": "auto", "region": ["bj"]}, "WrongType", "region"),
    "28 approval of no plan": ({"mode": "approve"}, "MissingField", "plan_id"),
    "28 approval of a short id": ({"mode": "approve", "plan_id": "0" * 63}, "InvalidId", "plan_id"),
    "28 approval of no time": ({"mode": "approve", "plan_id": "0" * 64}, "MissingField", "as_of"),
    "28 our own failure": (OWN_FAILURE, "MissingField", "mode"),
    "28 a record of the queue": (queued({"mode": "auto"}), "MissingField", "mode"),
    "28 another function's": (NIGHTLY, "MissingField", "mode"),
}  # fmt: skip


def due(world: World) -> None:
    """Have work for a create and for a delete."""
    (disk,) = world.add_disks(1)
    add_nights(world, disk, 5, newest=1)


@pytest.mark.parametrize("cases", by_row(DELETES))
def test_an_event_that_asks_for_more_than_the_rules_deletes_nothing(
    open_world: OpenWorld, cases: Mapping[str, Refused]
) -> None:
    world = open_world()
    due(world)
    found = [problems(world, "delete-expired", *each) for each in cases.items()]
    assert [line for each in found for line in each] == []


def expiration(code: str, field: str, status: int = 422, **data: object) -> Case:
    return Case(post({**PLAN, "data": data}, path="/expirations"), status, code, field)


OVER_HTTP: dict[str, Case] = {
    "28 auto over HTTP": expiration("InvalidValue", "data.mode", mode="auto"),
    "28 approval over HTTP": expiration("ApproveDisabled", "data.mode", 403, mode="approve"),
    "28 force over HTTP": expiration("UnknownField", "data.force", mode="plan", force=True),
    "28 ids over HTTP": expiration("UnknownField", "data.delete", mode="plan", delete=[SNAPSHOT]),
    "28 no rules over HTTP": expiration("UnknownField", "data.retention", mode="plan", retention=0),
}


@pytest.mark.parametrize("cases", by_row(OVER_HTTP))
def test_nor_does_it_over_http(open_world: OpenWorld, cases: Mapping[str, Case]) -> None:
    world = open_world()
    due(world)
    assert [line for each in cases.items() for line in differences(world, *each)] == []


TABLES = (DELETES, OVER_HTTP)
