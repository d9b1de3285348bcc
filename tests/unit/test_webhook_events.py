"""What each scheme's messages ask for, when they mean the same event, and how they are refused."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from snapkeep.answers import refusal
from snapkeep.authentication import Message
from snapkeep.errors import InvalidEvent, Misconfigured
from snapkeep.events import SnapshotRequest
from snapkeep.identity import event_hash
from snapkeep.model import Source
from snapkeep.senders import Scheme, Secret, Sender
from snapkeep.webhook import HttpRequest
from snapkeep.webhook_events import Ignored, webhook_request
from tests.unit.rows import ADHOC, DAY, DISK, NOW, SECOND, SERVER, SLOT, policies
from tests.unit.shapes import PIPELINE, TIME, Json, message, webhook

ASK: Json = {"policy": "adhoc", "volumes": [DISK]}
HUB = Sender("deploy", Scheme.GITHUB, (), ASK, {"deployment.environment": "production"})
BCM = Sender("monitor", Scheme.CAPABILITY, (), ASK | {"keep_for": "14d"}, {"state": "ALERT"})
DEPLOYED: Json = {"id": 1184537781, "environment": "production", "created_at": TIME}
UNIX = int(SLOT.timestamp())


def _deployment(**changes: object) -> Json:
    return {"action": "created", "deployment": DEPLOYED, "sender": {"login": "octocat"}, **changes}


def _deployed(**changes: object) -> Json:
    return _deployment(deployment={**DEPLOYED, **changes})


def _alarm(**changes: object) -> Json:
    return {"id": "alarm-abc123", "state": "ALERT", "startTime": TIME, **changes}


def _without(event: Json, key: str) -> Json:
    return {name: value for name, value in event.items() if name != key}


def _read(
    sender: Sender, body: object, id_: str = "", now: datetime = NOW, **http: Any
) -> SnapshotRequest | Ignored:
    text = body if isinstance(body, str) else json.dumps(body)
    given = {"capability": "", "headers": {}, **http}
    request = HttpRequest("POST /x", target="/x", query={}, text=text, is_base64=False, **given)
    return webhook_request(Message(sender, 0, id_, request), policies(), now)


def _asked(sender: Sender, body: object, id_: str = "", **http: Any) -> SnapshotRequest:
    request = _read(sender, body, id_, **http)
    assert isinstance(request, SnapshotRequest), request
    return request


def _refusal(sender: Sender, body: object, now: datetime = NOW) -> InvalidEvent:
    with pytest.raises(InvalidEvent) as caught:
        _read(sender, body, now=now)
    assert refusal(caught.value)["statusCode"] == 422
    return caught.value


def test_every_scheme_is_read_into_a_request() -> None:
    envelope = _asked(PIPELINE, webhook(), "msg_1")
    hub, alarm = _asked(HUB, _deployment()), _asked(BCM, _alarm())
    body = sha256(json.dumps(_deployment()).encode()).hexdigest()
    common = SnapshotRequest(
        ADHOC, Source.WEBHOOK, SLOT, event_hash("webhook", "msg_1"), ("bj", "gz"),
        frozenset({DISK}), SLOT + 7 * DAY, "release 1.4.2",
    )  # fmt: skip
    of_hub = event_hash("webhook", "github", body)
    of_alarm = event_hash("webhook", "POST /snapshots/{capability}", "alarm-abc123", TIME)
    later = SLOT + 14 * DAY
    assert envelope == common
    assert hub == replace(common, event=of_hub, reason="deploy")
    assert alarm == replace(common, event=of_alarm, reason="monitor", keep_until=later)


def test_the_identities_of_today_stay_those_of_tomorrow() -> None:
    deployed = (
        '{"action":"created","deployment":{"id":1184537781,"environment":"production",'
        '"created_at":"2026-11-23T18:00:00Z"}}'
    )
    assert _asked(PIPELINE, webhook(), "msg_1").event == "3bd4a565e16a2347c1f8635317d248d9"
    assert _asked(HUB, deployed).event == "b49669efb5238b74f6da0cf7e307ec81"
    assert _asked(BCM, _alarm()).event == "6d1e03696886324e7f17bbdab081957a"


def test_a_sender_says_what_is_asked_for_and_may_say_why() -> None:
    sender = replace(HUB, request={"policy": "adhoc", "instances": [SERVER], "reason": "release"})
    found = _asked(sender, _deployed(volumes=["v-other001"], policy="nightly"))
    assert (found.named, found.reason, found.policy) == (frozenset({SERVER}), "release", ADHOC)


def test_a_delivery_is_the_same_event_whatever_headers_it_comes_with() -> None:
    names = ("x-github-delivery", "x-github-event", "webhook-id")
    found = {
        _asked(HUB, _deployment(), id_, headers=dict.fromkeys(names, id_)).event
        for id_ in ("72d3162e", "72d3162f", "")
    }
    assert len(found) == 1
    assert _asked(HUB, json.dumps(_deployment()) + " ").event not in found


IGNORED: dict[str, tuple[Sender, Json, str]] = {
    "ping": (HUB, {"zen": "Keep it logically awesome.", "hook_id": 1, "hook": {}}, "ping"),
    "another environment": (HUB, _deployed(environment="staging"),
                            "deployment.environment is 'staging', not 'production'"),
    "an alarm that is over": (BCM, _alarm(state="OK"), "state is 'OK', not 'ALERT'"),
    "a long value": (BCM, _alarm(state="x" * 99), f"state is '{'x' * 40}', not 'ALERT'"),
}  # fmt: skip


@pytest.mark.parametrize(("sender", "body", "reason"), IGNORED.values(), ids=IGNORED)
def test_what_does_not_meet_the_conditions_is_ignored(
    sender: Sender, body: Json, reason: str
) -> None:
    assert _read(sender, body) == Ignored(reason)


OTHER = "", "UnknownEvent"
REFUSED: dict[str, tuple[Sender, object, str, str]] = {
    "deployment_status": (HUB, _deployment(deployment_status={"state": "success"}), *OTHER),
    "a push": (HUB, {"ref": "refs/heads/main", "commits": []}, *OTHER),
    "half a ping": (HUB, {"zen": "Design for failure."}, *OTHER),
    "no action": (HUB, _without(_deployment(), "action"), *OTHER),
    "no created_at": (HUB, _deployment(deployment=_without(DEPLOYED, "created_at")),
                      "deployment.created_at", "MissingField"),
    "no environment": (HUB, _deployment(deployment={"created_at": TIME}),
                       "deployment.environment", "MissingField"),
    "deployment as text": (replace(HUB, only_if={}), _deployment(deployment="v1"), "deployment",
                           "WrongType"),
    "no state": (BCM, _without(_alarm(), "state"), "state", "MissingField"),
    "no id": (BCM, _without(_alarm(), "id"), "id", "MissingField"),
    "an empty id": (BCM, _alarm(id=""), "id", "InvalidValue"),
    "an id of 257": (BCM, _alarm(id="a" * 257), "id", "InvalidValue"),
    "no time": (BCM, _without(_alarm(), "startTime"), "startTime", "MissingField"),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_what_is_no_event_is_refused_by_its_field(case: tuple[Sender, object, str, str]) -> None:
    sender, body, path, code = case
    error = _refusal(sender, body)
    assert (error.path, error.code) == (path, code)


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({"policy": "not-a-secret"}, "request.policy of sender"),
        ({"not-a-secret": "x", "policy": "adhoc"}, "request of sender"),
        ({"policy": "adhoc", "keep_for": "not-a-secret"}, "request.keep_for of sender"),
        ({"policy": "nightly"}, "request.keep_for of sender"),
        ({}, "request.policy of sender"),
    ],
    ids=["unknown policy", "unknown field", "a duration", "no duration", "nothing"],
)
def test_what_a_sender_is_wrongly_set_up_for_is_no_fault_of_its_message(
    request_: Json, said: str
) -> None:
    for sender, body in ((BCM, _alarm()), (HUB, _deployment())):
        wrong = message(body, "", replace(sender, request=request_))
        with pytest.raises(Misconfigured) as caught:
            webhook_request(wrong, policies(), NOW)
        assert str(caught.value).startswith(said)
        assert "not-a-secret" not in str(caught.value)


@pytest.mark.parametrize("field", ["id", "startTime"])
def test_an_alarm_without_id_or_time_is_told_what_is_there(field: str) -> None:
    body = _without(_alarm(alarmName="cpu", 状态=1), field)
    assert _refusal(BCM, body).message.endswith(f"there are: {', '.join(sorted(body))}")


@pytest.mark.parametrize(
    "time",
    [TIME, "2026-11-24T02:00:00+08:00", UNIX, str(UNIX), UNIX * 1000, f"{UNIX}999"],
    ids=["ISO", "with offset", "seconds", "seconds as text", "milliseconds", "as text"],
)
def test_a_time_is_the_same_however_it_is_written(time: object) -> None:
    expected = _asked(BCM, _alarm())
    assert (expected.slot, _asked(BCM, _alarm(startTime=time))) == (SLOT, expected)


def test_id_and_time_are_found_where_the_sender_says() -> None:
    sender = replace(BCM, id_field="alarm.id", time_field="alarm.at.ms")
    nested = {"state": "ALERT", "alarm": {"id": "alarm-abc123", "at": {"ms": UNIX * 1000}}}
    assert _asked(sender, nested) == _asked(BCM, _alarm())
    assert _refusal(sender, _alarm()).path == "alarm.id"


def test_an_alarm_is_known_by_its_id_and_time_alone() -> None:
    same = [
        _asked(replace(BCM, name="other", secrets=(Secret(b"x" * 32),)), _alarm()),
        _asked(BCM, _alarm(more=1), "msg_9", capability="y" * 32, headers={"webhook-id": "a"}),
    ]
    assert {request.event for request in same} == {_asked(BCM, _alarm()).event}
    assert _asked(BCM, _alarm(id=5)).event == _asked(BCM, _alarm(id="5")).event
    others = [_alarm(), _alarm(id="b"), _alarm(startTime=UNIX + 1), _alarm(id="a" * 256)]
    assert len({_asked(BCM, other).event for other in others}) == 4


@pytest.mark.parametrize(
    ("sender", "body"),
    [(PIPELINE, webhook()), (HUB, _deployment()), (BCM, _alarm())],
    ids=["standard", "github", "alarm"],
)
def test_an_event_of_another_time_is_refused(sender: Sender, body: Json) -> None:
    age, ahead = policies().max_event_age, timedelta(minutes=5)
    for now in (SLOT + age, SLOT - ahead):
        assert isinstance(_read(sender, body, now=now), SnapshotRequest)
    assert _refusal(sender, body, SLOT + age + SECOND).code == "EventTooOld"
    assert _refusal(sender, body, SLOT - ahead - SECOND).code == "EventInFuture"
