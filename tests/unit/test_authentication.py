"""Whose message a request is: one scheme on each route, any active secret, one answer for all."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import pytest

from snapkeep.answers import refusal
from snapkeep.authentication import CAPABILITY_ROUTE, SNAPSHOTS_ROUTE, Claim, Message
from snapkeep.errors import InvalidEvent, Unauthorized
from snapkeep.senders import Sender, parse_key, read_senders
from snapkeep.signatures import sign_hub
from snapkeep.webhook import HttpRequest
from tests.senders import ALARM, BUS, BY_FUNCTION, OPERATOR, PIPELINE, READER, hub, standard
from tests.unit.rows import NOW, SECOND

EXPIRATIONS, REPORT = "POST /expirations", "GET /report"
BODY = '{"a": "中"}'
RAW = BODY.encode()
SENDERS = {name: read_senders(json.dumps(document)) for name, document in BY_FUNCTION.items()}
EVERYONE = [sender for senders in SENDERS.values() for sender in senders]


def _request(
    route: str, headers: dict[str, str] | None = None, text: str = BODY, **changes: Any
) -> HttpRequest:
    path = route.partition(" ")[2]
    given = {"capability": "", "target": path, "is_base64": False, **changes}
    return HttpRequest(route=route, headers=headers or {}, query={}, text=text, **given)


def _who(request: HttpRequest, senders: Sequence[Sender] = EVERYONE, now: datetime = NOW) -> str:
    """Return who sent a request, else why nobody did."""
    try:
        return Claim.of(request).verified(senders, now).sender.name
    except Unauthorized as error:
        return error.reason


def _signed(content: bytes = RAW, secret: str = PIPELINE, at: datetime = NOW) -> dict[str, str]:
    return standard(secret, content, at)


# how a sender proves itself, on each route; every sender of every function is known
HUB_HEADERS = hub(RAW)
BROKEN = {"webhook-signature": "v1,AAAA"}
PROOFS: dict[str, tuple[HttpRequest, str]] = {
    "standard to snapshots": (_request(SNAPSHOTS_ROUTE, _signed()), "pipeline"),
    "standard to expirations": (_request(EXPIRATIONS, _signed(secret=OPERATOR)), "operator"),
    "standard to the report": (_request(REPORT, _signed(b"/report", READER)), "reader"),
    "github to snapshots": (_request(SNAPSHOTS_ROUTE, HUB_HEADERS), "deployments"),
    "github to expirations": (_request(EXPIRATIONS, HUB_HEADERS), "no signature"),
    "github to the report": (_request(REPORT, hub(b"/report")), "no signature"),
    "github to an URL": (_request(CAPABILITY_ROUTE, HUB_HEADERS), "capability format"),
    "a URL of an alarm": (_request(CAPABILITY_ROUTE, capability=ALARM), "cloud-monitor"),
    "a URL of the bus": (_request(CAPABILITY_ROUTE, capability=BUS), "api-destination"),
    "a URL to snapshots": (_request(SNAPSHOTS_ROUTE, capability=ALARM), "no signature"),
    "a URL to expirations": (_request(EXPIRATIONS, capability=ALARM), "no signature"),
    "a URL to the report": (_request(REPORT, capability=ALARM), "no signature"),
    "github by a URL": (_request(SNAPSHOTS_ROUTE, hub(RAW, ALARM)), "no secret matches"),
    "github by a standard key": (
        _request(SNAPSHOTS_ROUTE, {"x-hub-signature-256": sign_hub(parse_key(PIPELINE), RAW)}),
        "no secret matches"),
    "standard to a URL": (_request(CAPABILITY_ROUTE, _signed(), capability="x" * 32),
                          "no secret matches"),
    "a key as a URL": (_request(CAPABILITY_ROUTE, capability=PIPELINE[6:].rstrip("=")),
                       "no secret matches"),
    "wrong standard, good github": (_request(SNAPSHOTS_ROUTE, _signed() | BROKEN | HUB_HEADERS),
                                    "no secret matches"),
    "empty standard, good github": (
        _request(SNAPSHOTS_ROUTE, _signed() | {"webhook-signature": ""} | HUB_HEADERS),
        "no secret matches"),
    "a signature alone, good github": (_request(SNAPSHOTS_ROUTE, BROKEN | HUB_HEADERS),
                                       "id format"),
    "good standard, wrong github": (
        _request(SNAPSHOTS_ROUTE, _signed() | {"x-hub-signature-256": "sha256="}), "pipeline"),
    "old standard, good github": (
        _request(SNAPSHOTS_ROUTE, _signed(at=NOW - timedelta(hours=1)) | HUB_HEADERS), "stale"),
    "github's older header": (
        _request(SNAPSHOTS_ROUTE, {"x-hub-signature": HUB_HEADERS["x-hub-signature-256"]}),
        "no signature"),
}  # fmt: skip


@pytest.mark.parametrize(("request_", "expected"), PROOFS.values(), ids=PROOFS)
def test_each_route_looks_at_one_scheme_alone(request_: HttpRequest, expected: str) -> None:
    assert _who(request_) == expected


@pytest.mark.parametrize("door", SENDERS)
@pytest.mark.parametrize("signer", SENDERS)
def test_a_secret_of_one_function_does_not_open_another(signer: str, door: str) -> None:
    routes = {"create-on-event": SNAPSHOTS_ROUTE, "delete-expired": EXPIRATIONS}
    secrets = {"create-on-event": PIPELINE, "list-report": READER, "delete-expired": OPERATOR}
    request = _request(routes.get(door, REPORT), text="")
    headers = _signed(request.signed, secrets[signer])
    found = _who(_request(request.route, headers, text=""), SENDERS[door])
    assert found == (SENDERS[door][0].name if signer == door else "no secret matches")


@pytest.mark.parametrize(
    ("target", "route", "expected"),
    [
        ("/report?format=json&region=bj", REPORT, "reader"),
        ("/report?region=bj&format=json", REPORT, "no secret matches"),
        ("/report?format=json&region=gz", REPORT, "no secret matches"),
        ("/report?format=json", REPORT, "no secret matches"),
        ("/report", REPORT, "no secret matches"),
        ("/reports?format=json&region=bj", REPORT, "no secret matches"),
        ("/report?format=json&region=bj", "POST /report", "no secret matches"),
    ],
    ids=["same", "other order", "other value", "less", "no query", "other path", "as a POST"],
)
def test_a_get_is_signed_with_its_path_and_query(target: str, route: str, expected: str) -> None:
    headers = _signed(b"/report?format=json&region=bj", READER)
    assert _who(_request(route, headers, target=target)) == expected


UNTIL = NOW + 60 * SECOND
KEYS = [PIPELINE, READER, OPERATOR]
ROTATED = read_senders(
    json.dumps({"senders": [{
        "name": "ci",
        "scheme": "standard-webhooks",
        "secrets": [{"secret": KEYS[0]}, *({"secret": key, "until": UNTIL.isoformat()}
                                           for key in KEYS[1:])],
    }]})
)  # fmt: skip


@pytest.mark.parametrize("index", range(3))
def test_three_active_secrets_of_a_sender_all_work_and_are_told_apart(index: int) -> None:
    request = _request(SNAPSHOTS_ROUTE, _signed(secret=KEYS[index]))
    message = Claim.of(request).verified(ROTATED, NOW)
    assert message == Message(ROTATED[0], index, "msg_1", request)
    assert message.to_json() == {"sender": "ci", "key_index": index, "id": "msg_1"}


@pytest.mark.parametrize(("seconds", "fits"), [(-1, True), (-0.001, True), (0, False), (1, False)])
@pytest.mark.parametrize("index", [1, 2])
def test_a_previous_secret_works_until_its_time_is_over(
    index: int, seconds: float, fits: bool
) -> None:
    now = UNTIL + timedelta(seconds=seconds)
    request = _request(SNAPSHOTS_ROUTE, _signed(secret=KEYS[index], at=UNTIL))
    assert _who(request, ROTATED, now) == ("ci" if fits else f"secret {index} of ci has ended")
    assert _who(_request(SNAPSHOTS_ROUTE, _signed(at=UNTIL)), ROTATED, now) == "ci"


def test_a_wrongly_encoded_body_is_refused_before_any_secret_is_tried() -> None:
    request = _request(SNAPSHOTS_ROUTE, _signed(), "no base64!", is_base64=True)
    with pytest.raises(InvalidEvent) as caught:
        Claim.of(request).verified(EVERYONE, NOW)
    assert caught.value.code == "BadEncoding"


ANSWER = {
    "statusCode": 401,
    "headers": {"content-type": "application/problem+json", "cache-control": "no-store"},
    "body": '{"code": "Unauthorized", "detail": "the request is not signed by a known sender",'
    ' "field": "", "status": 401, "title": "Unauthorized", "type": "about:blank"}',
}
HOUR = timedelta(hours=1)
CAUSES: dict[str, tuple[HttpRequest, bool]] = {
    "no signature": (_request(SNAPSHOTS_ROUTE), True),
    "id format": (_request(SNAPSHOTS_ROUTE, _signed() | {"webhook-id": "a b"}), True),
    "timestamp format": (_request(REPORT, _signed() | {"webhook-timestamp": "1"}), True),
    "signature format": (_request(SNAPSHOTS_ROUTE, {"x-hub-signature-256": "sha1=0"}), True),
    "capability format": (_request(CAPABILITY_ROUTE, capability="short"), True),
    "no secret matches": (_request(CAPABILITY_ROUTE, capability="x" * 40), True),
    "no secret is configured": (_request(SNAPSHOTS_ROUTE, _signed()), False),
    "stale": (_request(SNAPSHOTS_ROUTE, _signed(at=NOW - HOUR)), True),
    "future": (_request(SNAPSHOTS_ROUTE, _signed(at=NOW + HOUR)), True),
}


@pytest.mark.parametrize("reason", CAUSES)
def test_every_cause_is_answered_with_the_same_bytes(reason: str) -> None:
    request, configured = CAUSES[reason]
    with pytest.raises(Unauthorized) as caught:
        Claim.of(request).verified(EVERYONE if configured else [], NOW)
    assert caught.value.reason == reason
    assert str(caught.value) == "the request is not signed by a known sender"
    assert (caught.value.code, caught.value.path) == ("Unauthorized", "")
    assert json.dumps(refusal(caught.value)) == json.dumps(ANSWER)


def test_half_a_character_in_the_query_is_refused() -> None:
    headers = standard(READER, b"/report", NOW)
    with pytest.raises(InvalidEvent) as caught:
        _who(_request(REPORT, headers, target="/report?\ud800"))
    assert caught.value.code == "BadEncoding"
