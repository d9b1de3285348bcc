from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from snapkeep.errors import InvalidEvent
from snapkeep.events import SnapshotRequest, snapshot_requests
from snapkeep.identity import cron_event, event_hash
from snapkeep.model import Source
from tests.unit.rows import ADHOC, DAY, DISK, HOUR, NIGHTLY, NOW, SECOND, SERVER, SLOT, policies
from tests.unit.shapes import (
    DETAIL,
    Json,
    bus_event,
    in_sqs,
    over_http,
    scheduled_event,
    scheduler,
    webhook,
)

CRON = SnapshotRequest(NIGHTLY, Source.CRON, SLOT, cron_event("nightly", SLOT), ("bj", "gz"))
ASKED = SnapshotRequest(
    ADHOC,
    Source.BUS,
    SLOT,
    event_hash("bus", "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa"),
    ("bj", "gz"),
    frozenset({DISK}),
    SLOT + 7 * DAY,
    "release 1.4.2",
)


def _read(event: object) -> list[SnapshotRequest]:
    return snapshot_requests(event, policies(), NOW)


@pytest.mark.parametrize("wrap", [lambda event: event, in_sqs], ids=["bare", "in SQS"])
@pytest.mark.parametrize(
    ("event", "expected"),
    [(scheduler(), CRON), (scheduled_event(), CRON), (bus_event(), ASKED)],
    ids=["scheduler", "scheduled event", "bus event"],
)
def test_every_shape_is_read(
    wrap: Callable[[Json], Json], event: Json, expected: SnapshotRequest
) -> None:
    assert _read(wrap(event)) == [expected]


def test_several_records_are_several_requests_in_their_order() -> None:
    assert _read(in_sqs(bus_event(), scheduler(), scheduler())) == [ASKED, CRON, CRON]


def test_the_cron_event_is_the_same_in_every_shape_and_at_every_delivery() -> None:
    again = scheduled_event(id="another", account="1", version="1", region="eu-west-1")
    shapes = [scheduler(), scheduled_event(), again, scheduler(scheduled_time=f"{TIME8}")]
    later = snapshot_requests(scheduler(), policies(), NOW + HOUR)
    assert {request.event for shape in shapes for request in _read(shape)} == {CRON.event}
    assert later == [CRON]


TIME8 = "2026-11-24T02:00:00+08:00"


def test_another_slot_or_policy_is_another_cron_event() -> None:
    other_slot = _read(scheduler(scheduled_time="2026-11-23T17:00:00Z"))
    other_policy = _read(scheduler(policy="adhoc"))
    assert len({CRON.event, other_slot[0].event, other_policy[0].event}) == 3


@pytest.mark.parametrize("arn", ["rule/nightly", "rule/snapkeep-nightly", "rule/bus/a-b-c-nightly"])
def test_a_rule_names_its_policy_at_the_end(arn: str) -> None:
    assert _read(scheduled_event(resources=[f"arn:aws:events:x:1:{arn}"])) == [CRON]


def test_a_cron_event_may_be_of_one_region() -> None:
    assert _read(scheduler(region="gz")) == [replace(CRON, regions=("gz",))]


def test_a_bus_event_is_known_by_its_id_or_by_the_senders_key() -> None:
    resent = bus_event(id="another", time="2026-11-23T17:59:00Z")
    assert _read(resent)[0].event != ASKED.event
    keyed = {**DETAIL, "idempotency_key": "deploy-77", "timestamp": "2026-11-23T17:58:00Z"}
    first, second = bus_event(keyed), bus_event(keyed, id="x", time="2026-11-23T17:59:59Z")
    (request,) = _read(first)
    assert request.event == event_hash("bus", "deploy-77")
    slot = SLOT - timedelta(minutes=2)
    assert (request.slot, request.keep_until) == (slot, slot + 7 * DAY)
    assert _read(second) == [request]


def test_a_senders_key_needs_the_senders_time() -> None:
    with pytest.raises(InvalidEvent) as caught:
        _read(bus_event({**DETAIL, "idempotency_key": "deploy-77"}))
    assert (caught.value.path, caught.value.code) == ("detail.timestamp", "MissingField")


def test_a_webhook_is_known_by_its_id_and_dated_by_its_body() -> None:
    request = over_http(webhook(), "msg_1", policies(), NOW)
    expected = replace(ASKED, source=Source.WEBHOOK, event=event_hash("webhook", "msg_1"))
    assert request == expected
    assert over_http(webhook(), "msg_1", policies(), NOW + HOUR) == request
    assert over_http(webhook(), "msg_2", policies(), NOW).event != request.event


def test_sources_never_share_an_event() -> None:
    key = "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa"
    assert over_http(webhook(), key, policies(), NOW).event != _read(bus_event())[0].event


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({}, set()),
        ({"volumes": DISK}, {DISK}),
        ({"volumes": [DISK, DISK]}, {DISK}),
        ({"instances": [SERVER]}, {SERVER}),
        ({"volumes": [DISK], "instances": SERVER}, {DISK, SERVER}),
        ({"volumes": [f"v-{n:08}" for n in range(1_000)]}, {f"v-{n:08}" for n in range(1_000)}),
    ],
    ids=["the whole policy", "one", "twice", "instance", "both", "1000"],
)
def test_an_ad_hoc_request_names_disks_and_instances_or_none(data: Json, named: set[str]) -> None:
    asked = {"policy": "adhoc", **data}
    assert _read(bus_event(asked))[0].named == named
    assert over_http(webhook(asked), "m", policies(), NOW).named == named


def test_keep_for_goes_before_the_policys_ad_hoc_keep() -> None:
    asked = _read(bus_event({**DETAIL, "keep_for": "2h"}))[0]
    assert asked.keep_until == SLOT + 2 * HOUR
    without = {**DETAIL, "policy": "nightly", "keep_for": "4w"}
    assert _read(bus_event(without))[0].keep_until == SLOT + 28 * DAY


def test_a_reason_is_cut() -> None:
    assert _read(bus_event({**DETAIL, "reason": "x" * 9_999}))[0].reason == "x" * 200
    assert _read(bus_event({"policy": "adhoc"}))[0].reason == ""


@pytest.mark.parametrize(
    ("moved", "code"),
    [
        (6 * HOUR, None),
        (6 * HOUR + SECOND, "EventTooOld"),
        (365 * DAY, "EventTooOld"),
        (-timedelta(minutes=5), None),
        (-timedelta(minutes=5) - SECOND, "EventInFuture"),
        (-365 * DAY, "EventInFuture"),
    ],
    ids=["exactly 6 h", "6 h 1 s", "a year", "5 min ahead", "5 min 1 s ahead", "a year ahead"],
)
def test_an_event_may_be_six_hours_old_and_five_minutes_early(
    moved: timedelta, code: str | None
) -> None:
    now = SLOT + moved
    for event in (scheduler(), scheduled_event(), bus_event(), in_sqs(scheduler())):
        assert _code(partial(snapshot_requests, event, policies(), now)) == code
    assert _code(partial(over_http, webhook(), "m", policies(), now)) == code


def test_the_age_limit_is_the_policy_files() -> None:
    longer = policies(max_event_age=48 * HOUR)
    assert snapshot_requests(scheduler(), longer, SLOT + 48 * HOUR)
    assert _code(lambda: snapshot_requests(scheduler(), longer, NOW + 48 * HOUR)) == "EventTooOld"


def _code(read: Callable[[], object]) -> str | None:
    try:
        read()
    except InvalidEvent as error:
        return error.code
    return None
