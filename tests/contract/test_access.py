"""Who may call, and how the cloud says no."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.contract.caller import refused
from tests.contract.conftest import OpenDoor
from tests.fake_bce.signing import authorize

VECTORS = json.loads((Path(__file__).parents[1] / "data/auth_vectors.json").read_text("utf-8"))
LIST = ("GET", "/v2/snapshot")


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
def test_the_fakes_own_signer_passes_every_vector(vector: dict[str, Any]) -> None:
    pairs = [f"{quote(key, safe='')}={quote(value, safe='')}" for key, value in vector["params"]]
    target = vector["path"] + ("?" + "&".join(pairs) if pairs else "")

    made = authorize(
        vector["method"],
        target,
        vector["headers"],
        access_key_id=vector["access_key_id"],
        secret_access_key=vector["secret_access_key"],
        timestamp=vector["timestamp"],
        expiration_seconds=vector["expiration_seconds"],
        signed_headers=vector["signed_headers"],
    )

    assert made == vector["authorization"]


def test_there_are_22_vectors() -> None:
    assert len(VECTORS) == 22


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ("", (403, "AccessDenied")),
        ("Basic abc", (400, "InvalidHTTPAuthHeader")),
        ("bce-auth-v2/a/2026-11-23T18:00:30Z/300/host/0", (400, "InvalidHTTPAuthHeader")),
        ("bce-auth-v1/a/yesterday/300/host/0", (400, "InvalidHTTPAuthHeader")),
        ("bce-auth-v1/a/2026-11-23T18:00:30Z/-1/host/0", (400, "InvalidHTTPAuthHeader")),
        ("bce-auth-v1/a/2026-11-23T18:00:30Z/300/x-bce-date/0", (400, "InvalidHTTPAuthHeader")),
        ("bce-auth-v1/a/2026-11-23T18:00:30Z/300/x;host/0", (400, "InvalidHTTPAuthHeader")),
        ("bce-auth-v1/unknown/2026-11-23T18:00:30Z/300/host/0", (403, "InvalidAccessKeyId")),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_bad_authorization_is_refused(
    door: OpenDoor, value: str, answer: tuple[int, str]
) -> None:
    assert refused(door().send(*LIST, headers={"Authorization": value})) == answer


@pytest.mark.parametrize("status", [400, 403])
def test_a_wrong_secret_is_a_signature_mismatch(door: OpenDoor, status: int) -> None:
    caller = door(signature_mismatch_status=status)
    date = "2026-11-23T18:00:30Z"
    value = authorize(
        *LIST,
        {"host": "wherever", "x-bce-date": date},
        access_key_id=caller.cloud.settings.access_key_id,
        secret_access_key="fakesk-wrong",
        timestamp=date,
        signed_headers=["host", "x-bce-date"],
    )

    answer = caller.send(*LIST, headers={"Authorization": value})

    assert refused(answer) == (status, "SignatureDoesNotMatch")


def test_a_changed_query_breaks_the_signature(door: OpenDoor) -> None:
    caller = door()
    sent = caller.send(*LIST, {"maxKeys": 1}).request
    assert sent.url is not None

    answer = caller.session.get(sent.url.replace("=1", "=2"), headers=sent.headers, timeout=5)

    assert refused(answer) == (400, "SignatureDoesNotMatch")


@pytest.mark.parametrize("late", [timedelta(minutes=31), timedelta(days=1)], ids=str)
def test_a_request_replayed_late_is_expired(door: OpenDoor, late: timedelta) -> None:
    caller = door()
    sent = caller.send(*LIST).request
    assert sent.url is not None
    caller.cloud.clock.advance(late)

    answer = caller.session.get(sent.url, headers=sent.headers, timeout=5)

    assert refused(answer) == (400, "RequestExpired")
    assert answer.json()["message"].endswith("Timestamp date is 2026-11-23T18:00:30Z.")


def test_a_temporary_key_needs_its_token(door: OpenDoor) -> None:
    caller = door(session_token="fake-session-token")
    token = {"x-bce-security-token": "fake-session-token"}

    assert refused(caller.send(*LIST)) == (403, "InvalidAccessKeyId")
    assert caller.send(*LIST, headers=token).status_code == 200
    assert "x-bce-security-token" not in caller.cloud.journal[-1].headers


def test_every_answer_carries_a_request_id_and_the_clouds_date(door: OpenDoor) -> None:
    caller = door()
    answers = [caller.send(*LIST) for _ in range(2)]

    assert len({answer.headers["x-bce-request-id"] for answer in answers}) == 2
    assert answers[0].headers["Date"] == "Mon, 23 Nov 2026 18:00:30 GMT"


@pytest.mark.parametrize(
    ("method", "path", "answer"),
    [
        ("GET", "/v9/snapshot", (404, "InvalidVersion")),
        ("GET", "/v2/nothing", (400, "InvalidURI")),
        ("PUT", "/v2/snapshot", (400, "InvalidURI")),
        ("PUT", "/v2/asp/asp-1", (400, "InvalidURI")),
    ],
)
def test_an_unknown_address_is_refused(
    door: OpenDoor, method: str, path: str, answer: tuple[int, str]
) -> None:
    assert refused(door().send(method, path)) == answer


def test_an_account_without_verification_is_refused(door: OpenDoor) -> None:
    caller = door()
    caller.cloud.account.qualified = False

    assert refused(caller.send(*LIST)) == (403, "QualifyNotPass")


def test_a_key_can_lack_one_permission(door: OpenDoor) -> None:
    caller = door()
    made = caller.cloud.region("bj").add_snapshot(None)
    caller.cloud.account.denied.add("DeleteSnapshot")

    assert refused(caller.delete(made)) == (403, "AccessDenied")
    assert caller.detail(made).status_code == 200


def test_too_many_requests_are_told_when_to_come_back(door: OpenDoor) -> None:
    caller = door(requests_per_second=2.0)
    answers = [caller.send(*LIST) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[-1].headers["Retry-After"] == "1"
    caller.cloud.clock.sleep(1)
    assert caller.send(*LIST).status_code == 200
