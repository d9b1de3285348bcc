"""Webhooks in time: answered before the sender gives up, whoever comes at once, at no cost."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from tests.client.extension import SECRET_ID, serving
from tests.conftest import OpenWorld
from tests.events import requests
from tests.fake_bce import Fault, VirtualClock
from tests.functional.http import (
    Headers,
    body_of,
    http_event,
    post_snapshots,
    wanted,
)
from tests.functional.telemetry import measured, metrics
from tests.senders import ALARM, BUS, CREATE
from tests.world import NOW, POLICY, World

SECONDS = {"webhook": 8, "github-deployment": 8, "cloud-monitor-alarm": 5}
EVENTS = {path.stem: event for path, event in requests() if path.parent.name == "create-on-event"}
PREDEPLOY = POLICY + '[policy.predeploy]\nselect = { all = true }\nad_hoc_keep = "7d"\n'
DISKS = ("v-2ewfZOpC", "v-XiyuHsyS", "v-38y1yCcb", "v-piUpEnHh")
AT_ONCE = 100


def opened(open_world: OpenWorld, **settings: Any) -> World:
    """Return a world with the disks that the sample events mean."""
    world = open_world(PREDEPLOY, **settings)
    for disk in DISKS:
        world.cloud.region("bj").add_volume(id=disk)
    return world


@pytest.mark.parametrize("disks", [1, 4])
def test_one_request_that_arrives_a_hundred_times_at_once_is_one_snapshot_of_each_disk(
    open_world: OpenWorld, disks: int
) -> None:
    world = open_world()
    expected = sorted(world.add_disks(disks))
    captured = http_event("POST", "/snapshots", wanted())
    # each delivery has a process of its own, as in Lambda
    processes = [world.beside(clock=VirtualClock(NOW)) for _ in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        answers = list(threads.map(lambda each: each.create(captured, seconds=60), processes))
    assert {answer["statusCode"] for answer in answers} == {200}
    assert world.good() == expected
    ids = {row.volume_id: row.id for row in world.rows()}
    for answer in answers:
        told = {disk["volume_id"]: disk["snapshot_id"] for disk in body_of(answer)["disks"]}
        assert told == ids


def test_a_captured_request_opens_nothing_once_its_tolerance_has_passed(
    open_world: OpenWorld,
) -> None:
    world = open_world()
    world.add_disks(1)
    captured = http_event("POST", "/snapshots", wanted())
    world.clock.advance(300)
    assert world.create(captured)["statusCode"] == 200
    calls = len(world.cloud.journal)
    world.clock.advance(1)
    assert world.create(captured)["statusCode"] == 401
    assert len(world.cloud.journal) == calls


SLOW: dict[str, Fault | None] = {
    "a snapshot that takes half an hour": None,
    "a cloud that answers 503": Fault("before", times=1_000, status=503),
    "a cloud that throttles": Fault("throttle", times=1_000, retry_after=20),
    "a cloud that never answers": Fault("timeout_before", times=1_000, seconds=3),
}


@pytest.mark.parametrize("fault", SLOW.values(), ids=SLOW)
@pytest.mark.parametrize("name", SECONDS)
def test_a_sender_is_answered_before_it_gives_up(
    open_world: OpenWorld, name: str, fault: Fault | None
) -> None:
    world = opened(open_world, creation_time=timedelta(minutes=30))
    if fault:
        world.cloud.faults.add(fault)
    started = world.clock.monotonic()
    answer = world.create(EVENTS[name], seconds=300)
    assert answer["statusCode"] == (503 if fault else 202)
    assert world.clock.monotonic() - started <= SECONDS[name]
    assert "retry-after" in answer["headers"] or not fault


@pytest.mark.parametrize("name", EVENTS)
def test_what_is_pending_is_done_when_the_sender_comes_again(
    open_world: OpenWorld, name: str
) -> None:
    world = opened(open_world, creation_time=timedelta(seconds=60))
    first = world.create(EVENTS[name], seconds=300)
    world.clock.advance(60)
    second = world.create(EVENTS[name], seconds=300)
    assert (first["statusCode"], second["statusCode"]) == (202, 200)
    assert len(world.rows()) == 1


STRANGERS: dict[str, Headers] = {
    "no signature": {"webhook-signature": None},
    "a wrong one": {"webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA="},
    "ten thousand": {"webhook-signature": "v1,aaaa " * 10_000},
}


@pytest.mark.parametrize("headers", STRANGERS.values(), ids=STRANGERS)
def test_a_stranger_gets_less_than_it_sends_and_costs_no_call(
    open_world: OpenWorld, headers: Headers
) -> None:
    world = opened(open_world)
    before = len(world.log.getvalue())
    event = http_event("POST", "/snapshots", wanted(reason="x" * 2_000), headers=headers)
    answer = world.create(event)
    assert answer["statusCode"] == 401
    assert len(json.dumps(answer)) < len(json.dumps(event))
    assert len(world.log.getvalue()) - before < 600
    assert world.cloud.journal == []


@pytest.mark.parametrize("name", SECONDS)
def test_the_time_that_secrets_take_is_part_of_the_answers(
    open_world: OpenWorld, name: str
) -> None:
    world = opened(open_world, creation_time=timedelta(minutes=30))
    with serving() as extension:
        extension.hold(json.dumps(CREATE))
        extension.on_ask = lambda: world.clock.advance(1.4)
        world = world.deployed(webhook_secret_id=SECRET_ID, environ=extension.environ)
        started = world.clock.monotonic()
        assert world.create(EVENTS[name], seconds=300)["statusCode"] == 202
        assert 1.4 < world.clock.monotonic() - started <= SECONDS[name]


STORES = {"no such secret": (404, b""), "no senders": (200, b'{"SecretString": "{}"}')}


@pytest.mark.parametrize("store", STORES.values(), ids=STORES)
def test_a_stranger_does_not_learn_of_a_secret_that_cannot_be_read(
    open_world: OpenWorld, store: tuple[int, bytes]
) -> None:
    world = opened(open_world)
    with serving() as extension:
        extension.status, extension.body = store
        world = world.deployed(webhook_secret_id=SECRET_ID, environ=extension.environ)
        headers: Headers = {"webhook-signature": None}
        assert post_snapshots(world, wanted(), headers=headers)["statusCode"] == 401
        assert world.create(http_event("POST", "/snapshots/short"))["statusCode"] == 401
        assert extension.asked == []
        for _ in range(5):
            answer = post_snapshots(world, wanted())
            assert (answer["statusCode"], body_of(answer)["code"]) == (503, "Misconfigured")
        assert len(extension.asked) == 1
    assert world.cloud.journal == []


def test_the_segment_of_a_capability_url_is_in_no_log_and_no_answer(open_world: OpenWorld) -> None:
    world = opened(open_world)
    for name in ("cloud-monitor-alarm", "eventbridge-api-destination"):
        for event in (EVENTS[name], EVENTS[name] | {"body": "{"}):
            answer = world.create(event)
            for secret in (ALARM, BUS):
                assert secret not in world.log.getvalue() + json.dumps(answer)


def test_an_alarm_that_is_over_asks_for_nothing_and_is_answered_200(open_world: OpenWorld) -> None:
    world = opened(open_world)
    event = EVENTS["cloud-monitor-alarm"]
    answer = world.create(event | {"body": event["body"].replace("ALERT", "OK")})
    assert answer["statusCode"] == 200
    assert body_of(answer) == {"ignored": "state is 'OK', not 'ALERT'"}
    assert world.cloud.journal == []
    assert world.log_lines()[-1]["data"]["why"] == "state is 'OK', not 'ALERT'"


@pytest.mark.usefixtures("clean_metrics")
def test_a_known_sender_that_is_refused_is_counted_for_the_alarm_and_a_stranger_is_not(
    open_world: OpenWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world = open_world(**measured())
    post_snapshots(world, wanted(), headers={"webhook-signature": "v1,x"})
    assert metrics(capsys) == {}
    post_snapshots(world, {**wanted(), "timestamp": "2026-11-23T06:00:00Z"})
    assert metrics(capsys) == {"EventsRefused": 1}
    line = world.log_lines()[-1]
    assert (line["level"], line["message"], line["code"]) == (
        "ERROR",
        "event refused",
        "EventTooOld",
    )


def test_a_snapshot_that_is_available_at_once_is_done_for_the_most_hurried_sender(
    open_world: OpenWorld,
) -> None:
    world = opened(open_world)
    answer = world.create(EVENTS["cloud-monitor-alarm"], seconds=300)
    assert (answer["statusCode"], body_of(answer)["counts"]["created"]) == (200, 1)


def test_disks_that_can_never_have_a_snapshot_are_not_asked_for_again(
    open_world: OpenWorld,
) -> None:
    world = open_world()
    disk = world.cloud.region("bj").add_volume("scratch", type="Ephemeral")
    answer = post_snapshots(world, wanted(volumes=[disk]))
    assert (answer["statusCode"], body_of(answer)["code"]) == (403, "OutOfScope")
    assert body_of(answer)["counts"]["skipped"] == 1


def test_a_region_that_cannot_be_reached_is_not_hidden_by_the_other(open_world: OpenWorld) -> None:
    world = open_world(PREDEPLOY.replace('["bj"]', '["bj", "gz"]'))
    world.add_disks(1)
    world.cloud.faults.add(Fault("before", region="gz", times=1_000, status=503))
    answer = post_snapshots(world, wanted(policy="predeploy"))
    assert answer["statusCode"] == 503
    assert body_of(answer)["counts"]["failed"] == 1
