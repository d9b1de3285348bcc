"""Rows 9 and 10: what is sent again is the same event, and has the same snapshot."""

import json
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import OpenWorld
from tests.functional.hostile.cases import (
    ALERT,
    BODY,
    DEPLOYMENT,
    HUB_POLICY,
    Case,
    alarm,
    github,
)
from tests.functional.hostile.checks import differences
from tests.functional.http import body_of, http_event
from tests.world import NOW, POLICY, World

TIMES = 10
Event = dict[str, Any]
Again = Callable[[int], Event]


def signed(seconds: float = 0, **members: object) -> Event:
    return http_event("POST", "/snapshots", BODY, at=NOW + timedelta(seconds=seconds)) | members


def with_headers(event: Event, **headers: str) -> Event:
    """Return the event with headers that nobody signs."""
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return event | {"headers": event["headers"] | given}


ENCODED = b64encode(json.dumps(BODY).encode()).decode()
RESENT: dict[str, Again] = {
    "09 exactly the same": lambda _: signed(),
    "09 with its time and signature renewed": lambda nth: signed(20 * nth),
    "09 with a time from before": lambda nth: signed(-20 * nth),
    "09 in base64": lambda nth: signed(body=ENCODED, isBase64Encoded=True),
    "09 with another request id": lambda nth: (
        signed() | {"requestContext": signed()["requestContext"] | {"requestId": f"id-{nth}"}}
    ),
    "09 from another address": lambda nth: with_headers(signed(), x_forwarded_for=f"10.0.0.{nth}"),
    "09 with a header of a retry": lambda nth: with_headers(signed(), retry_attempt=str(nth)),
    "09 with an idempotency key": lambda nth: with_headers(signed(), idempotency_key=f"key-{nth}"),
    "09 with a query": lambda nth: signed(rawQueryString=f"nth={nth}"),
    "09 an alarm": lambda _: alarm(),
    "09 an alarm with its time in milliseconds": lambda nth: alarm(
        ALERT if nth % 2 else {**ALERT, "startTime": 1795456819000}
    ),
    "09 an alarm with more fields": lambda nth: alarm({**ALERT, "nth": nth}),
    "10 the same delivery": lambda _: github(),
    "10 another delivery": lambda nth: github(headers={"x-github-delivery": f"72d3162e-{nth}"}),
    "10 another event by its header": lambda nth: github(headers={"x-github-event": f"push{nth}"}),
    "10 another hook": lambda nth: github(headers={"x-github-hook-id": str(nth)}),
    "10 another agent": lambda nth: github(headers={"user-agent": f"GitHub-Hookshot/{nth}"}),
    "10 with an old signature beside it": lambda nth: github(
        headers={"x-hub-signature": f"sha1={nth:040}"}
    ),
    "10 in base64": lambda _: (
        github()
        | {"body": b64encode(json.dumps(DEPLOYMENT).encode()).decode(), "isBase64Encoded": True}
    ),
}
NAMED = ("v-XiyuHsyS", "v-38y1yCcb")


def opened(open_world: OpenWorld, **settings: Any) -> World:
    """Return a world of the one disk that a message means, whoever sends it."""
    world = open_world(POLICY + HUB_POLICY, **settings)
    for id_ in NAMED:
        world.cloud.region("bj").add_volume(id=id_)
    return world


def snapshots(answer: Event) -> list[str]:
    # who has but five seconds to wait is told 202 at first
    assert answer["statusCode"] in {200, 202}
    return sorted(disk["snapshot_id"] for disk in body_of(answer)["disks"])


@pytest.mark.parametrize("again", RESENT.values(), ids=RESENT)
def test_what_is_sent_ten_times_more_has_the_same_snapshots(
    open_world: OpenWorld, again: Again
) -> None:
    world = opened(open_world)
    first = snapshots(world.create(again(0)))
    assert first
    for nth in range(1, TIMES + 1):
        answer = world.beside().create(again(nth)) if nth % 3 == 0 else world.create(again(nth))
        assert snapshots(answer) == first
        assert body_of(answer)["counts"]["existing"] == len(first)
        world.clock.advance(5)
    assert [call.operation for call in world.writes()] == ["CreateSnapshot"] * len(first)


def test_what_is_sent_again_while_it_is_being_created_is_not_created_again(
    open_world: OpenWorld,
) -> None:
    world = opened(open_world, creation_time=timedelta(seconds=200))
    answers = [world.create(signed(), seconds=60) for _ in range(TIMES)]
    assert {answer["statusCode"] for answer in answers} == {202}
    assert len({json.dumps(body_of(answer)["disks"][0]["snapshot_id"]) for answer in answers}) == 1
    assert len(world.writes()) == len(NAMED)


LATE: dict[str, tuple[Event, timedelta, Case]] = {
    "09 exactly the same, six minutes later": (
        signed(),
        timedelta(minutes=6),
        Case(signed(), 401, "Unauthorized", reason="stale"),
    ),
    "09 signed anew, seven hours later": (
        signed(),
        timedelta(hours=7),
        Case(signed(7 * 3600), 422, "EventTooOld"),
    ),
    "10 another delivery, seven hours later": (
        github(),
        timedelta(hours=7),
        Case(github(headers={"x-github-delivery": "another"}), 422, "EventTooOld"),
    ),
}


@pytest.mark.parametrize(("event", "later", "case"), LATE.values(), ids=LATE)
def test_what_is_sent_again_too_late_is_refused(
    open_world: OpenWorld, event: Event, later: timedelta, case: Case
) -> None:
    world = opened(open_world)
    assert world.create(event)["statusCode"] == 200
    world.cloud.journal.clear()
    world.clock.advance(later)
    assert differences(world, "later", case) == []


def test_an_hour_later_githubs_delivery_still_has_the_same_snapshot(open_world: OpenWorld) -> None:
    world = opened(open_world)
    first = snapshots(world.create(github()))
    world.clock.advance(timedelta(hours=1))
    assert snapshots(world.create(github(headers={"x-github-delivery": "another"}))) == first
    assert len(world.writes()) == 1


TABLES = (RESENT, LATE)
