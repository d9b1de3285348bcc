"""Bad requests over HTTP, bad policy files and missing keys: the field is named, no call made."""

import base64
from functools import partial
from typing import Any

import pytest

from snapkeep.errors import InvalidPolicy, MissingKeys
from snapkeep.runtime import Runtime
from tests.conftest import OpenWorld
from tests.functional.http import body_of, get_report, http_event, post_snapshots, wanted
from tests.senders import ALARM, PIPELINE, standard
from tests.world import NOW, POLICY, World

BODIES: dict[str, tuple[object, int, str, str]] = {
    "no body": (None, 400, "", "MalformedJson"),
    "no JSON": ("policy=adhoc", 400, "", "MalformedJson"),
    "JSON cut short": ('{"type": "snapshot.requested"', 400, "", "MalformedJson"),
    "a key twice": ('{"type": "a", "type": "b"}', 400, "type", "DuplicateKey"),
    "NaN": ('{"type": NaN}', 400, "", "BadNumber"),
    "an infinite number": ('{"type": 1e999}', 400, "", "BadNumber"),
    "5000 digits": ('{"type": ' + "9" * 5000 + "}", 400, "", "BadNumber"),
    "too deep": ("[" * 50_000, 400, "", "TooDeep"),
    "a list": ("[]", 422, "", "WrongType"),
    "null": ("null", 422, "", "WrongType"),
    "another type": ({**wanted(), "type": "snapshot.deleted"}, 422, "type", "UnknownEvent"),
    "no time": ({"type": "snapshot.requested", "data": {}}, 422, "timestamp", "MissingField"),
    "a time without zone": (
        {**wanted(), "timestamp": "2026-11-23T18:00:00"},
        422,
        "timestamp",
        "InvalidValue",
    ),
    "an old time": ({**wanted(), "timestamp": "2026-11-22T18:00:00Z"}, 422, "", "EventTooOld"),
    "an unknown field": ({**wanted(), "region": "bj"}, 422, "region", "UnknownField"),
    "an unknown field in data": (wanted(volume="v-1"), 422, "data.volume", "UnknownField"),
    "an endpoint": (wanted(endpoint="http://x"), 422, "data.endpoint", "UnknownField"),
    "an unknown policy": (wanted(policy="x"), 422, "data.policy", "UnknownPolicy"),
    "a bad id": (wanted(volumes=["v-1 OR 1"]), 422, "data.volumes", "InvalidId"),
    "a bad instance": (wanted(instances="v-12345678"), 422, "data.instances", "InvalidId"),
    "a bad duration": (wanted(keep_for="7 days"), 422, "data.keep_for", "InvalidValue"),
    "too large": ('"' + "x" * 65_536 + '"', 413, "body", "TooLarge"),
}


def problem(world: World, answer: dict[str, Any]) -> tuple[int, str, str]:
    """Return what a refusal says, once it is seen to be one that cost no call."""
    assert world.cloud.journal == []
    assert answer["headers"]["content-type"] == "application/problem+json"
    body = body_of(answer)
    assert body["status"] == answer["statusCode"]
    return answer["statusCode"], body["field"], body["code"]


def opened(open_world: OpenWorld) -> World:
    world = open_world()
    world.add_disks(2)
    return world


@pytest.mark.parametrize("case", BODIES.values(), ids=BODIES)
def test_a_body_is_refused_with_its_field_and_nothing_happens(
    open_world: OpenWorld, case: tuple[object, int, str, str]
) -> None:
    world = opened(open_world)
    body, *expected = case
    assert problem(world, post_snapshots(world, body)) == tuple(expected)


HEADERS: dict[str, tuple[dict[str, str | None], int, str]] = {
    "no webhook-id": ({"webhook-id": None}, 401, ""),
    "an empty webhook-id": ({"webhook-id": ""}, 401, ""),
    "a webhook-id of blanks": ({"webhook-id": "   "}, 401, ""),
    "a webhook-id with a blank": ({"webhook-id": "msg 1"}, 401, ""),
    "two webhook-ids": ({"webhook-id": "msg_1,msg_2"}, 401, ""),
    "a webhook-id with a line end": ({"webhook-id": "msg_1\n"}, 401, ""),
    "a webhook-id of 5000 characters": ({"webhook-id": "m" * 5_000}, 401, ""),
    "a webhook-id of 129 characters": ({"webhook-id": "m" * 129}, 401, ""),
    "no content type": ({"content-type": None}, 415, "content-type"),
    "a form": ({"content-type": "application/x-www-form-urlencoded"}, 415, "content-type"),
    "another charset": ({"content-type": "application/json; charset=utf-16"}, 415, "content-type"),
}


@pytest.mark.parametrize(("headers", "status", "field"), HEADERS.values(), ids=HEADERS)
def test_headers_are_refused_that_lack_what_is_needed(
    open_world: OpenWorld, headers: dict[str, str | None], status: int, field: str
) -> None:
    world = opened(open_world)
    answer = post_snapshots(world, wanted(), headers=headers)
    assert problem(world, answer)[:2] == (status, field)


def test_a_body_that_is_null_is_none(open_world: OpenWorld) -> None:
    world = opened(open_world)
    event = http_event("POST", "/snapshots") | {"body": None}
    assert problem(world, world.create(event)) == (400, "", "MalformedJson")


def test_a_body_that_is_wrongly_encoded_is_refused(open_world: OpenWorld) -> None:
    world = opened(open_world)
    event = http_event("POST", "/snapshots", "no base64!") | {"isBase64Encoded": True}
    assert problem(world, world.create(event)) == (400, "body", "BadEncoding")


def test_a_signed_body_that_is_not_utf_8_is_refused(open_world: OpenWorld) -> None:
    world = opened(open_world)
    raw = b"\xff\xfe{}"
    event = http_event("POST", "/snapshots", headers={**standard(PIPELINE, raw, NOW)})
    event |= {"body": base64.b64encode(raw).decode(), "isBase64Encoded": True}
    assert problem(world, world.create(event)) == (400, "", "BadEncoding")


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/"), ("POST", "//snapshots"), ("POST", "/x/../snapshots"), ("POST", "/snapshots/"),
     ("POST", "/snapshots/a/b"), ("POST", "/Snapshots"), ("GET", "/reports"), ("GET", "")],
)  # fmt: skip
def test_another_path_is_not_found(open_world: OpenWorld, method: str, path: str) -> None:
    world = opened(open_world)
    event = http_event(method, path, wanted())
    for answer in (world.create(event), world.report(event), world.expire(event)):
        assert problem(world, answer)[0] == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "OPTIONS", "HEAD", "post", ""])
def test_another_method_is_told_which_one_is_allowed(open_world: OpenWorld, method: str) -> None:
    world = opened(open_world)
    for path in ("/snapshots", f"/snapshots/{ALARM}"):
        answer = world.create(http_event(method, path, wanted()))
        assert problem(world, answer) == (405, "method", "MethodNotAllowed")
        assert answer["headers"]["allow"] == "POST"


QUERIES = {
    "an unknown format": ({"format": "pdf"}, "format"),
    "no region": ({"max_keys": "7"}, "query.region"),
    "max_keys 0": ({"region": "bj", "max_keys": "0"}, "query.max_keys"),
    "max_keys 1001": ({"region": "bj", "max_keys": "1001"}, "query.max_keys"),
    "max_keys as words": ({"region": "bj", "max_keys": "many"}, "query.max_keys"),
    "a bad disk": ({"region": "bj", "volume_id": "v-1&x=2"}, "query.volume_id"),
    "a bad snapshot": ({"region": "bj", "snapshot_id": "../v1"}, "query.snapshot_id"),
    "an unknown parameter": ({"region": "bj", "page": "2"}, "query.page"),
}


@pytest.mark.parametrize(("query", "field"), QUERIES.values(), ids=QUERIES)
def test_a_query_is_refused_with_its_field(
    open_world: OpenWorld, query: dict[str, str], field: str
) -> None:
    world = opened(open_world)
    assert problem(world, get_report(world, **query))[:2] == (422, field)


def test_a_region_that_is_not_in_the_policy_file_is_forbidden(open_world: OpenWorld) -> None:
    world = opened(open_world)
    expected = (403, "query.region", "RegionNotAllowed")
    assert problem(world, get_report(world, region="gz")) == expected


POLICIES: dict[str, tuple[str, str]] = {
    "empty": ("", "timezone"),
    "without policies": ('timezone = "Asia/Shanghai"\nregions = ["bj"]\n', "policy"),
    "with a negative keep": (POLICY.replace("last = 3", "last = -3"), "policy.nightly.keep.last"),
    "with an empty keep": (POLICY.replace("last = 3", "last = 0"), "policy.nightly.keep"),
    "with an unknown key": (f"{POLICY}keeep = 1\n", "policy.adhoc.keeep"),
    "without time zone": (POLICY.replace("Asia/Shanghai", "Asia/Peking"), "timezone"),
    "with an empty selection": (
        POLICY.replace("{ all = true }", "{ }"),
        "policy.adhoc.select",
    ),
    "with an unknown region": (POLICY.replace('"bj"', '"mars"'), "regions"),
}


@pytest.mark.parametrize(("text", "path"), POLICIES.values(), ids=POLICIES)
def test_a_policy_file_is_refused_by_all_functions(
    open_world: OpenWorld, text: str, path: str
) -> None:
    world = open_world(text)
    for run in (world.create, world.expire, partial(world.report, {})):
        with pytest.raises(InvalidPolicy) as refused:
            run()
        assert refused.value.path == path
        assert path in str(refused.value)
    assert world.cloud.journal == []


def test_missing_keys_are_named_by_all_functions(open_world: OpenWorld) -> None:
    world = open_world()
    settings, telemetry = world.runtime.settings, world.runtime.telemetry
    keyless = Runtime(settings, telemetry, environ={}, clock=world.clock)
    world.runtimes = dict.fromkeys(world.runtimes, keyless)
    for run in (world.create, world.expire, partial(world.report, {})):
        with pytest.raises(MissingKeys, match="set BCE_ACCESS_KEY_ID and BCE_SECRET_ACCESS_KEY"):
            run()
    assert world.cloud.journal == []
