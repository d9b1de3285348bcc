"""Row 30: answers of the cloud that are none, or say what cannot be."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.damage import DAMAGES, FOREVER
from tests.functional.history import add_nights
from tests.functional.hostile.cases import PLAN
from tests.functional.hostile.checks import secrets_in
from tests.functional.http import body_of, get_report, post_expirations, post_snapshots, wanted
from tests.world import World

Send = Callable[[World], dict[str, Any]]
ROUTES: dict[str, Send] = {
    "POST /snapshots": lambda world: post_snapshots(world, wanted()),
    "GET /report": get_report,
    "POST /expirations": lambda world: post_expirations(world, PLAN),
}
BROKEN = {
    "a login page": Fault("garbage", body="<html><form action=/login></form></html>"),
    "a redirect to others": Fault("redirect", location="https://evil.example/v2/snapshot"),
    "a redirect to the metadata": Fault("redirect", location="http://169.254.169.254/latest"),
    "drops": Fault("drip", size=1, seconds=5),
    **{
        name: DAMAGES[name]
        for name in (
            "nothing", "a list", "not UTF-8", "cut short", "isTruncated 'false'",
            "a repeated marker", "no rows", "rows as an object", "a row that is null",
            "a row without id", "a row whose id is a number", "reset", "timeout",
        )
    },
}  # fmt: skip
UNUSABLE: dict[str, tuple[str, Send, str]] = {
    f"30 {name} of {operation} at {route}": (name, send, operation)
    for name in BROKEN
    for route, send in ROUTES.items()
    for operation in ("ListVolumes", "ListSnapshots")
}


@pytest.mark.parametrize(("damage", "send", "operation"), UNUSABLE.values(), ids=UNUSABLE)
def test_from_an_answer_that_is_none_nothing_is_decided(
    open_world: OpenWorld, damage: str, send: Send, operation: str
) -> None:
    world = open_world()
    (disk,) = world.add_disks(1)
    add_nights(world, disk, 5, newest=1)
    world.cloud.faults.add(replace(BROKEN[damage], operation=operation, times=FOREVER))
    started = world.clock.monotonic()
    answer = send(world)
    assert world.cloud.faults.fired
    assert answer["statusCode"] == 503
    assert int(answer["headers"]["retry-after"]) > 0
    assert world.clock.monotonic() - started < 30
    assert world.writes() == []
    line = world.log_lines()[-1]
    assert line["level"] == "ERROR"
    if send is get_report:
        # the answer is the report all the same, of what is known
        assert (line["message"], body_of(answer)["well"]) == ("report", False)
        assert operation in line["data"]["errors"]["bj"]
    else:
        assert (line["message"], line["error"]) == ("run failed", "RunFailed")
        assert operation in line["detail"]
    assert secrets_in(world.log.getvalue(), *world.said) == []


CREATED = ("2015-07-08 10:22", "", "yesterday", "2999-01-01T00:00:00Z", "0000-00-00T00:00:00Z")
UNDATED: dict[str, tuple[str, Send]] = {
    f"30 created at {text!r} at {route}": (text, send)
    for text in CREATED
    for route, send in ROUTES.items()
}


@pytest.mark.parametrize(("text", "send"), UNDATED.values(), ids=UNDATED)
def test_a_snapshot_without_a_time_is_never_planned_away(
    open_world: OpenWorld, text: str, send: Send
) -> None:
    world = open_world()
    (disk,) = world.add_disks(1)
    oldest = add_nights(world, disk, 5, newest=1)[0]

    def change(reply: dict[str, Any]) -> None:
        for row in reply["snapshots"]:
            row["createTime"] = text if row["id"] == oldest else row["createTime"]

    world.cloud.faults.add(Fault("transform", "ListSnapshots", times=FOREVER, transform=change))
    answer = send(world)
    assert answer["statusCode"] == 200
    assert len(world.writes()) == (1 if "counts" in body_of(answer) else 0)
    plans = body_of(answer).get("regions", {})
    assert all(oldest not in plan["delete"] for plan in plans.values())


OTHERS = {
    "30 the snapshot of another disk": "v-00000000",
    "30 the snapshot of a server": "i-00000000",
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_a_snapshot_that_turns_out_to_be_of_another_disk_is_no_success(
    open_world: OpenWorld, other: str
) -> None:
    world = open_world(list_lag=timedelta(hours=1))
    world.add_disks(1)

    def change(reply: dict[str, Any]) -> None:
        reply["snapshot"]["volumeId"] = other

    world.cloud.faults.add(Fault("transform", "GetSnapshot", times=FOREVER, transform=change))
    answer = post_snapshots(world, wanted())
    assert answer["statusCode"] == 503
    assert len(world.writes()) == 1


TABLES = (UNUSABLE, UNDATED, OTHERS)
