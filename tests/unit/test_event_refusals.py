from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapkeep.errors import InvalidEvent
from snapkeep.events import snapshot_requests
from tests.unit.rows import ADHOC, NIGHTLY, NOW, policies
from tests.unit.shapes import TIME, Json, bus_event, in_sqs, scheduled_event, scheduler

WIDE = "２０２６-11-23T18:00:00Z"


def _without(event: Json, key: str) -> Json:
    return {name: value for name, value in event.items() if name != key}


# event, path and code of its refusal
CRON: list[tuple[object, str, str]] = [
    (None, "", "WrongType"),
    ([], "", "WrongType"),
    ("nightly", "", "WrongType"),
    ({}, "", "UnknownEvent"),
    ({"detail": {}}, "", "UnknownEvent"),
    ({"requestPayload": scheduler(), "responsePayload": {}}, "", "UnknownEvent"),
    (scheduler(policy=None), "policy", "WrongType"),
    (scheduler(policy=True), "policy", "WrongType"),
    (scheduler(policy=["nightly"]), "policy", "WrongType"),
    (scheduler(policy=""), "policy", "InvalidValue"),
    (scheduler(policy="Nightly"), "policy", "UnknownPolicy"),
    (scheduler(policy="nightly\n"), "policy", "UnknownPolicy"),
    (scheduler(policy="x" * 10_000), "policy", "UnknownPolicy"),
    (_without(scheduler(), "scheduled_time"), "scheduled_time", "MissingField"),
    (scheduler(scheduled_time=None), "scheduled_time", "WrongType"),
    (scheduler(scheduled_time=1763920800), "scheduled_time", "WrongType"),
    (scheduler(scheduled_time="2026-11-23T18:00:00"), "scheduled_time", "InvalidValue"),
    (scheduler(scheduled_time="<aws.scheduler.scheduled-time>"), "scheduled_time", "InvalidValue"),
    (scheduler(scheduled_time=WIDE), "scheduled_time", "InvalidValue"),
    (scheduler(scheduled_time="1970-01-01T00:00:00Z"), "", "EventTooOld"),
    (scheduler(scheduled_time="2999-12-31T23:59:59Z"), "", "EventInFuture"),
    (scheduler(region="su"), "region", "RegionNotAllowed"),
    (scheduler(region=["bj"]), "region", "WrongType"),
    (scheduler(regions=["bj"]), "regions", "UnknownField"),
    (scheduler(endpoint="http://169.254.169.254"), "endpoint", "UnknownField"),
    (scheduler(volumes=["v-disk0001"]), "volumes", "UnknownField"),
    (scheduled_event(source="evil.events"), "detail-type", "UnknownEvent"),
    (scheduled_event(resources=[]), "resources", "InvalidValue"),
    (_without(scheduled_event(), "resources"), "resources", "MissingField"),
    (scheduled_event(resources=["arn:aws:events:x:1:rule/snapkeep-hourly"]), "resources",
     "UnknownPolicy"),
    (scheduled_event(time="2026-11-23 18:00"), "time", "InvalidValue"),
    (_without(scheduled_event(), "time"), "time", "MissingField"),
    (scheduled_event(**{"detail-type": "EC2 Instance State-change"}), "detail-type",
     "UnknownEvent"),
    (scheduled_event(**{"detail-type": None}), "detail-type", "WrongType"),
]  # fmt: skip


@pytest.mark.parametrize(("event", "path", "code"), CRON)
def test_a_wrong_cron_event_is_refused_by_its_field(event: object, path: str, code: str) -> None:
    with pytest.raises(InvalidEvent) as caught:
        snapshot_requests(event, policies(), NOW)
    assert (caught.value.path, caught.value.code) == (path, code)
    assert len(str(caught.value)) < 400


@pytest.mark.parametrize(
    ("event", "path", "code"),
    [
        ({"Records": []}, "Records", "InvalidValue"),
        ({"Records": None}, "Records", "WrongType"),
        ({"Records": {}}, "Records", "WrongType"),
        ({"Records": [None]}, "Records[0]", "WrongType"),
        ({"Records": [{}]}, "Records[0].eventSource", "MissingField"),
        ({"Records": [{"eventSource": "aws:sns"}]}, "Records[0].eventSource", "InvalidValue"),
        ({"Records": [{"eventSource": "aws:sqs"}]}, "Records[0].body", "MissingField"),
        (in_sqs(""), "Records[0].body", "InvalidValue"),
        (in_sqs("nightly"), "", "MalformedJson"),
        (in_sqs('{"policy": "nightly", "policy": "adhoc"}'), "policy", "DuplicateKey"),
        (in_sqs('{"policy": NaN}'), "", "BadNumber"),
        (in_sqs('{"policy": 1e999}'), "", "BadNumber"),
        (in_sqs("[" * 50_000), "", "TooDeep"),
        (in_sqs("null"), "", "WrongType"),
        (in_sqs(in_sqs(scheduler())), "", "UnknownEvent"),
        (in_sqs(scheduler(), scheduler(policy="weekly")), "policy", "UnknownPolicy"),
    ],
    ids=range(16),
)  # fmt: skip
def test_a_wrong_record_is_refused(event: object, path: str, code: str) -> None:
    with pytest.raises(InvalidEvent) as caught:
        snapshot_requests(event, policies(), NOW)
    assert (caught.value.path, caught.value.code) == (path, code)


def test_an_event_of_a_disabled_policy_is_refused() -> None:
    off = policies(replace(NIGHTLY, enabled=False), replace(ADHOC, enabled=False))
    for event in (scheduler(), scheduled_event(), bus_event()):
        with pytest.raises(InvalidEvent, match="is disabled") as caught:
            snapshot_requests(event, off, NOW)
        assert caught.value.code == "PolicyDisabled"


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(TIME),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=4,
)
KEYS = st.sampled_from(
    ["policy", "scheduled_time", "detail-type", "detail", "time", "Records", "type", "data", "id"]
)


@settings(deadline=None, max_examples=200)
@given(st.dictionaries(KEYS, VALUES), st.sampled_from([scheduler, bus_event, scheduled_event]))
def test_any_json_is_read_or_refused_and_never_crashes(changes: Any, base: Any) -> None:
    for event in (changes, {**base(), **changes}):
        with suppress(InvalidEvent):
            assert snapshot_requests(event, policies(), NOW)
