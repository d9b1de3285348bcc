"""An event from the queue that can never succeed is refused once and loudly, not redelivered."""

import json
from typing import Any

import pytest

from snapkeep.errors import InvalidEvent, InvalidPolicy, RunFailed
from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.deliver import counts
from tests.functional.telemetry import lines, measured, metrics
from tests.functional.test_create_unclear import BUS
from tests.world import NIGHTLY

pytestmark = pytest.mark.usefixtures("clean_metrics")

YESTERDAY = {**NIGHTLY, "scheduled_time": "2026-11-22T18:00:00Z"}


def record(body: object) -> dict[str, object]:
    text = body if isinstance(body, str) else json.dumps(body)
    return {"eventSource": "aws:sqs", "body": text, "messageId": "059f36b4"}


def queued(*bodies: object) -> dict[str, Any]:
    return {"Records": [record(body) for body in bodies]}


UNREADABLE = {
    "no JSON": ("nightly", "", "MalformedJson"),
    "a key twice": ('{"policy": "a", "policy": "b"}', "policy", "DuplicateKey"),
    "NaN": ('{"policy": NaN}', "", "BadNumber"),
    "too deep": ("[" * 100_000, "", "TooDeep"),
}
REFUSED: dict[str, tuple[object, str, str]] = {
    **UNREADABLE,
    "a list": ([], "", "WrongType"),
    "an event of another function": ({"mode": "auto"}, "", "UnknownEvent"),
    "an unknown policy": ({**NIGHTLY, "policy": "hourly"}, "policy", "UnknownPolicy"),
    "an unknown field": ({**NIGHTLY, "token": "mine"}, "token", "UnknownField"),
    "an event of yesterday": (YESTERDAY, "", "EventTooOld"),
    "a bus event with a bad id": (
        {**BUS, "detail": {"policy": "adhoc", "volumes": ["../v1/x"]}},
        "detail.volumes",
        "InvalidId",
    ),
}


@pytest.mark.parametrize(("body", "field", "code"), REFUSED.values(), ids=REFUSED)
def test_from_the_queue_it_is_refused_once_with_its_event_in_the_log(
    open_world: OpenWorld,
    capsys: pytest.CaptureFixture[str],
    body: object,
    field: str,
    code: str,
) -> None:
    world = open_world(**measured())
    world.add_disks(2)
    event = queued(body)
    refused = world.create(event)["refused"]
    assert (refused["field"], refused["code"]) == (field, code)
    assert refused["detail"]
    (line,) = world.log_lines()
    assert (line["message"], line["level"]) == ("event refused", "ERROR")
    assert {key: line[key] for key in refused} == refused
    assert line["event"] == json.dumps(event)[: len(line["event"])]
    assert len(line["event"]) >= min(len(json.dumps(event)), 1_000)
    assert metrics(capsys) == {"EventsRefused": 1}
    assert world.cloud.journal == []


@pytest.mark.parametrize(
    ("body", "field", "code"),
    [case for name, case in REFUSED.items() if name not in UNREADABLE],
    ids=[name for name in REFUSED if name not in UNREADABLE],
)
def test_delivered_directly_it_is_raised(
    open_world: OpenWorld,
    capsys: pytest.CaptureFixture[str],
    body: object,
    field: str,
    code: str,
) -> None:
    world = open_world(**measured())
    world.add_disks(2)
    with pytest.raises(InvalidEvent) as refused:
        world.create(body)
    assert (refused.value.path, refused.value.code) == (field, code)
    assert metrics(capsys) == {}
    assert lines(world, "event refused") == []
    assert world.cloud.journal == []


def test_a_record_without_body_is_refused_by_its_place(open_world: OpenWorld) -> None:
    world = open_world()
    refused = world.create({"Records": [{"eventSource": "aws:sqs"}]})["refused"]
    assert (refused["field"], refused["code"]) == ("Records[0].body", "MissingField")


@pytest.mark.parametrize("bad", [0, 1])
def test_of_two_records_a_bad_one_has_both_delivered_again(open_world: OpenWorld, bad: int) -> None:
    world = open_world()
    world.add_disks(2)
    bodies: list[object] = [NIGHTLY, NIGHTLY]
    bodies[bad] = {"mode": "auto"}
    with pytest.raises(InvalidEvent):
        world.create(queued(*bodies))
    assert world.cloud.journal == []


def test_what_may_yet_succeed_is_raised_and_so_delivered_again(open_world: OpenWorld) -> None:
    world = open_world()
    expected = sorted(world.add_disks(5))
    world.cloud.faults.add(Fault("before", times=10_000, status=503))
    with pytest.raises(RunFailed):
        world.create(queued(NIGHTLY))
    assert lines(world, "event refused") == []
    world.cloud.faults.clear()
    assert counts(world.create(queued(NIGHTLY))) == {"created": 5}
    assert world.good() == expected


def test_a_broken_policy_file_costs_no_event_of_the_queue(open_world: OpenWorld) -> None:
    world = open_world("")
    with pytest.raises(InvalidPolicy):
        world.create(queued(NIGHTLY))
    assert lines(world, "event refused") == []
