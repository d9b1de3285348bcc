import pytest

from snapkeep.errors import InvalidEvent
from snapkeep.events import snapshot_requests
from tests.unit.rows import NOW, policies
from tests.unit.shapes import DETAIL, Json, bus_event, over_http, webhook

MANY = [f"v-{n:08}" for n in range(1_001)]


def _without(event: Json, key: str) -> Json:
    return {name: value for name, value in event.items() if name != key}


# changes of the request's fields, then path and code
ASKED: list[tuple[dict[str, object], str, str]] = [
    ({"policy": None}, "policy", "WrongType"),
    ({"policy": "weekly"}, "policy", "UnknownPolicy"),
    ({"volumes": []}, "volumes", "InvalidValue"),
    ({"volumes": [[]]}, "volumes", "WrongType"),
    ({"volumes": [1]}, "volumes", "WrongType"),
    ({"volumes": {"v-disk0001": 1}}, "volumes", "WrongType"),
    ({"volumes": ""}, "volumes", "InvalidValue"),
    ({"volumes": ["v-disk0001\n"]}, "volumes", "InvalidId"),
    ({"volumes": ["../v1/x"]}, "volumes", "InvalidId"),
    ({"volumes": ["v-1234?x="]}, "volumes", "InvalidId"),
    ({"volumes": ["v-１２３４"]}, "volumes", "InvalidId"),
    ({"volumes": ["v-" + "a" * 500]}, "volumes", "InvalidId"),
    ({"volumes": ["i-host0001"]}, "volumes", "InvalidId"),
    ({"volumes": MANY}, "volumes", "TooMany"),
    ({"volumes": MANY[:1_000], "instances": "i-host0001"}, "volumes", "TooMany"),
    ({"instances": ["v-disk0001"]}, "instances", "InvalidId"),
    ({"instances": []}, "instances", "InvalidValue"),
    ({"keep_for": "7"}, "keep_for", "InvalidValue"),
    ({"keep_for": "0d"}, "keep_for", "InvalidValue"),
    ({"keep_for": "-7d"}, "keep_for", "InvalidValue"),
    ({"keep_for": "٧d"}, "keep_for", "InvalidValue"),
    ({"keep_for": 7}, "keep_for", "WrongType"),
    ({"keep_for": None}, "keep_for", "WrongType"),
    ({"policy": "nightly"}, "keep_for", "MissingField"),
    ({"reason": 5}, "reason", "WrongType"),
    ({"reason": None}, "reason", "WrongType"),
    ({"url": "http://169.254.169.254/"}, "url", "UnknownField"),
    ({"region": "bj"}, "region", "UnknownField"),
    ({"endpoint": "https://evil.example"}, "endpoint", "UnknownField"),
    ({"clientToken": "x"}, "clientToken", "UnknownField"),
    ({"retentionDays": 1}, "retentionDays", "UnknownField"),
    ({"volume": "v-disk0001"}, "volume", "UnknownField"),
    ({"": 1}, "", "UnknownField"),
]


@pytest.mark.parametrize(("changes", "path", "code"), ASKED, ids=lambda value: repr(value)[:40])
def test_a_wrong_request_is_refused_by_its_field_on_the_bus_and_over_http(
    changes: dict[str, object], path: str, code: str
) -> None:
    asked = {**DETAIL, **changes}
    with pytest.raises(InvalidEvent) as over_bus:
        snapshot_requests(bus_event(asked), policies(), NOW)
    assert (over_bus.value.path, over_bus.value.code) == (f"detail.{path}", code)
    with pytest.raises(InvalidEvent) as over_api:
        over_http(webhook(asked), "msg_1", policies(), NOW)
    assert (over_api.value.path, over_api.value.code) == (f"data.{path}", code)
    assert len(str(over_api.value)) < 400


@pytest.mark.parametrize(
    ("body", "path", "code"),
    [
        (None, "", "WrongType"),
        ([], "", "WrongType"),
        ("text", "", "WrongType"),
        ({}, "type", "MissingField"),
        (webhook(type="snapshot.deleted"), "type", "UnknownEvent"),
        (webhook(type=["snapshot.requested"]), "type", "WrongType"),
        (_without(webhook(), "timestamp"), "timestamp", "MissingField"),
        (webhook(timestamp="2026-11-23T18:00:00"), "timestamp", "InvalidValue"),
        (webhook(timestamp=1763920800), "timestamp", "WrongType"),
        (webhook(timestamp="1970-01-01T00:00:00Z"), "", "EventTooOld"),
        (_without(webhook(), "data"), "data", "MissingField"),
        (webhook(data=None), "data", "WrongType"),
        (webhook(data=[]), "data", "WrongType"),
        (webhook(data={}), "data.policy", "MissingField"),
        (webhook(id="msg_1"), "id", "UnknownField"),
        (webhook(notifyUrl="http://localhost:2773/"), "notifyUrl", "UnknownField"),
    ],
)
def test_a_wrong_webhook_envelope_is_refused_by_its_field(
    body: object, path: str, code: str
) -> None:
    with pytest.raises(InvalidEvent) as caught:
        over_http(body, "msg_1", policies(), NOW)
    assert (caught.value.path, caught.value.code) == (path, code)
