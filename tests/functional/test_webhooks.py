"""Signed webhooks: what they do, and how they are answered."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.history import add_nights
from tests.functional.http import (
    SENT,
    body_of,
    get_report,
    http_event,
    post_expirations,
    post_snapshots,
    wanted,
)
from tests.world import POLICY, World

PLAN = {"type": "expirations.requested", "timestamp": SENT, "data": {"mode": "plan"}}
Send = Callable[[World], dict[str, Any]]
ROUTES: dict[str, Send] = {
    "POST /snapshots": lambda world: post_snapshots(world, wanted()),
    "POST /expirations": lambda world: post_expirations(world, PLAN),
    "GET /report": get_report,
}


@pytest.mark.parametrize("send", ROUTES.values(), ids=ROUTES)
def test_a_signed_request_is_taken(open_world: OpenWorld, send: Send) -> None:
    world = open_world()
    world.add_disks(1)
    answer = send(world)
    assert answer["statusCode"] == 200
    assert answer["headers"]["cache-control"] == "no-store"


@pytest.mark.parametrize("disks", [2, 4])
def test_done_is_answered_200_and_again_with_the_same_snapshots(
    open_world: OpenWorld, disks: int
) -> None:
    world = open_world()
    expected = sorted(world.add_disks(disks))
    first, second = (post_snapshots(world, wanted(reason="release 1.4.2")) for _ in range(2))
    assert (first["statusCode"], second["statusCode"]) == (200, 200)
    assert body_of(first)["counts"]["created"] == disks
    assert body_of(second)["counts"]["existing"] == disks
    assert world.good() == expected
    assert all(" source=webhook " in row.desc for row in world.rows())


def test_two_snapshots_that_answer_are_told_in_a_warning(open_world: OpenWorld) -> None:
    world = open_world()
    disk = world.add_disks(1)[0]
    post_snapshots(world, wanted(volumes=[disk]))
    made = world.rows()[0]
    world.cloud.region("bj").add_snapshot(disk, made.name, desc=made.desc)
    answer = post_snapshots(world, wanted(volumes=[disk]))
    assert answer["statusCode"] == 200
    assert body_of(answer)["disks"][0]["warning"].startswith("2 snapshots answer this event")


def test_every_disk_with_its_id_is_answered_202_and_later_200(open_world: OpenWorld) -> None:
    world = open_world(creation_time=timedelta(seconds=30))
    expected = sorted(world.add_disks(4))
    started = world.clock.monotonic()
    first = post_snapshots(world, wanted())
    assert world.clock.monotonic() - started < 8, "a sender gives up after ten seconds"
    assert first["statusCode"] == 202
    assert body_of(first)["counts"]["pending"] == 4
    world.clock.advance(60)
    assert post_snapshots(world, wanted())["statusCode"] == 200
    assert world.good() == expected
    assert len(world.writes()) == 4


def test_a_disk_without_its_id_is_answered_503_and_the_same_event_continues(
    open_world: OpenWorld,
) -> None:
    world = open_world(creation_time=timedelta(seconds=30))
    disks = world.add_disks(4)
    volume = world.cloud.region("bj").volumes[disks[0]]
    volume.status = "Detaching"
    answer = post_snapshots(world, wanted())
    assert answer["statusCode"] == 503
    assert int(answer["headers"]["retry-after"]) > 0
    assert body_of(answer)["counts"] == {
        **dict.fromkeys(("created", "existing", "skipped", "incomplete"), 0),
        "pending": 3,
        "failed": 1,
    }
    volume.status = "Available"
    world.clock.advance(60)
    post_snapshots(world, wanted())
    world.clock.advance(60)
    assert post_snapshots(world, wanted())["statusCode"] == 200
    assert world.good() == sorted(disks)


def test_a_cloud_that_cannot_be_reached_is_answered_503(open_world: OpenWorld) -> None:
    world = open_world()
    world.add_disks(4)
    world.cloud.faults.add(Fault("before", times=1000, status=503))
    for send in ROUTES.values():
        answer = send(world)
        assert answer["statusCode"] == 503
        assert "retry-after" in answer["headers"]
    assert world.writes() == []


def test_another_webhook_id_is_another_event(open_world: OpenWorld) -> None:
    world = open_world()
    world.add_disks(2)
    for id_ in ("msg_1", "msg_2", "msg_1"):
        post_snapshots(world, wanted(), headers={"webhook-id": id_})
    assert len(world.rows()) == 4


def test_a_renewed_header_timestamp_is_no_new_event(open_world: OpenWorld) -> None:
    world = open_world()
    world.add_disks(2)
    for seconds in (0, 80):
        post_snapshots(world, wanted(), at=world.clock.now() + timedelta(seconds=seconds))
    assert len(world.rows()) == 2


def test_a_body_in_base64_is_the_same_event(open_world: OpenWorld) -> None:
    world = open_world()
    world.add_disks(2)
    post_snapshots(world, wanted())
    event = http_event("POST", "/snapshots", wanted())
    event |= {"body": base64.b64encode(event["body"].encode()).decode(), "isBase64Encoded": True}
    assert body_of(world.create(event))["counts"]["existing"] == 2


def test_an_expiration_request_plans_and_touches_nothing(open_world: OpenWorld) -> None:
    world = open_world(POLICY)
    (disk,) = world.add_disks(1)
    nights = add_nights(world, disk, 5)
    answer = post_expirations(world, PLAN)
    assert body_of(answer)["regions"]["bj"]["delete"] == nights[:2]
    assert world.writes() == []
    assert len(world.rows()) == 5


REFUSED: dict[str, tuple[object, str]] = {
    "auto": ({**PLAN, "data": {"mode": "auto"}}, "data.mode"),
    "no mode": ({**PLAN, "data": {}}, "data.mode"),
    "another type": ({**PLAN, "type": "snapshot.requested"}, "type"),
    "no time": ({key: PLAN[key] for key in ("type", "data")}, "timestamp"),
    "force": ({**PLAN, "data": {"mode": "plan", "force": True}}, "data.force"),
}


@pytest.mark.parametrize(("body", "field"), REFUSED.values(), ids=REFUSED)
def test_an_expiration_request_is_refused_that_says(
    open_world: OpenWorld, body: object, field: str
) -> None:
    world = open_world()
    (disk,) = world.add_disks(1)
    add_nights(world, disk, 5)
    answer = post_expirations(world, body)
    assert answer["statusCode"] == 422
    assert body_of(answer)["field"] == field
    assert world.cloud.journal == []
