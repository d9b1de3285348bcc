import base64
from typing import Any

import pytest

from snapkeep.errors import InvalidEvent
from snapkeep.webhook import is_http, json_body, read_request
from tests.unit.shapes import bus_event, in_sqs, scheduler

LIMIT = 65_536
ROUTES = ("POST /snapshots", "POST /snapshots/{capability}", "GET /report")


def _event(body: str | None = "{}", **changes: Any) -> dict[str, Any]:
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": "/snapshots",
        "rawQueryString": "",
        "headers": {"content-type": "application/json", "webhook-id": "msg_1"},
        "requestContext": {"http": {"method": "POST", "path": "/snapshots"}, "stage": "$default"},
        "isBase64Encoded": False,
        **({} if body is None else {"body": body}),
        **changes,
    }


def _encoded(raw: bytes, **changes: Any) -> dict[str, Any]:
    return _event(base64.b64encode(raw).decode(), isBase64Encoded=True, **changes)


def _code(event: object) -> str:
    with pytest.raises(InvalidEvent) as caught:
        json_body(read_request(event, ROUTES))
    return caught.value.code


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (_event(), True),
        (scheduler(), False),
        (bus_event(), False),
        (in_sqs(scheduler()), False),
        ({"requestContext": {"elb": {}}}, False),
        ({"requestContext": None}, False),
        ({"requestContext": "http"}, False),
        ([], False),
        (None, False),
        ("http", False),
    ],
    ids=[
        "HTTP",
        "scheduler",
        "bus",
        "SQS",
        "balancer",
        "null",
        "text",
        "list",
        "none",
        "word",
    ],
)
def test_http_is_told_from_the_other_triggers(event: object, expected: bool) -> None:
    assert is_http(event) is expected


def test_a_request_is_read_with_its_route_headers_query_and_raw_body() -> None:
    event = _event('{"a": "中"}', queryStringParameters={"format": "json"}, extra={"aws": "grows"})
    event["headers"] = {"Content-Type": "application/json", "X-Number": "5"}
    request = read_request(event, ROUTES)
    assert request.route == "POST /snapshots"
    assert request.headers == {"content-type": "application/json", "x-number": "5"}
    assert request.query == {"format": "json"}
    assert request.body == '{"a": "中"}'.encode()
    assert read_request(_encoded(b"\x00\xff"), ROUTES).body == b"\x00\xff"


def test_a_request_without_body_headers_and_query_is_read() -> None:
    event = {"requestContext": {"http": {"method": "GET", "path": "/report"}}}
    request = read_request(event, ROUTES)
    assert (request.route, request.headers, request.query, request.body) == (
        "GET /report", {}, {}, b"",
    )  # fmt: skip


@pytest.mark.parametrize(
    "absent",
    [("headers",), ("queryStringParameters",), ("body",), ("isBase64Encoded",),
     ("headers", "queryStringParameters", "body", "isBase64Encoded", "cookies")],
    ids=len,
)  # fmt: skip
def test_a_member_that_is_null_is_absent(absent: tuple[str, ...]) -> None:
    http = {"method": "GET", "path": "/report"}
    event = _event(None, isBase64Encoded=False, requestContext={"http": http})
    without = {key: value for key, value in event.items() if key not in absent}
    assert read_request(event | dict.fromkeys(absent), ROUTES) == read_request(without, ROUTES)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"requestContext": {"http": {"method": "POST"}}}, "requestContext.http.path"),
        ({"requestContext": {"http": "POST"}}, "requestContext.http"),
        ({"requestContext": None}, "requestContext"),
        ({"headers": ["a"]}, "headers"),
        ({"queryStringParameters": "a=1"}, "queryStringParameters"),
        ({"body": {"a": 1}}, "body"),
        ({"isBase64Encoded": "true"}, "isBase64Encoded"),
    ],
    ids=["no path", "no http", "null", "headers", "query", "body", "flag"],
)
def test_a_misshapen_envelope_is_refused_by_its_field(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidEvent) as caught:
        read_request(_event(**changes), ROUTES)
    assert caught.value.path == path


@pytest.mark.parametrize(
    "wrap", [lambda raw: _event(raw.decode()), _encoded], ids=["text", "base64"]
)
@pytest.mark.parametrize(("size", "fits"), [(LIMIT, True), (LIMIT + 1, False), (6_000_000, False)])
def test_a_body_of_64_kib_is_read_and_a_larger_one_is_not(wrap: Any, size: int, fits: bool) -> None:
    raw = b'"' + b"a" * (size - 2) + b'"'
    if fits:
        assert json_body(read_request(wrap(raw), ROUTES)) == "a" * (size - 2)
    else:
        assert _code(wrap(raw)) == "TooLarge"


def test_the_size_of_a_body_is_counted_in_bytes() -> None:
    assert _code(_event('"' + "中" * 22_000 + '"')) == "TooLarge"


@pytest.mark.parametrize(
    "body",
    ["e30", "e30=\n", "e30 =", "-_-_", "====", "e30=e30=", "中", "%%%%"],
    ids=["no padding", "newline", "blank", "url-safe", "padding", "two", "Chinese", "junk"],
)
def test_junk_that_calls_itself_base64_is_refused(body: str) -> None:
    assert _code(_event(body, isBase64Encoded=True)) == "BadEncoding"


@pytest.mark.parametrize(
    "raw", [b"\xff", b'"\xed\xa0\x80"', b'"\xc0\xaf"', '"中"'.encode("utf-16")]
)
def test_a_body_that_is_not_utf_8_is_refused(raw: bytes) -> None:
    assert _code(_encoded(raw)) == "BadEncoding"
    assert _code(_event('"\ud800"')) == "BadEncoding"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "MalformedJson"),
        ("nope", "MalformedJson"),
        ("\ufeff{}", "BadEncoding"),
        ('{"a": "\0"}', "BadEncoding"),
        ('{"a": "\\u0000"}', "BadEncoding"),
        ('{"a": "\\ud800"}', "BadEncoding"),
        ('{"a": 1, "a": 2}', "DuplicateKey"),
        ('{"a": NaN}', "BadNumber"),
        ('{"a": 1e999}', "BadNumber"),
        ("9" * 5_000, "BadNumber"),
        ("[" * 60_000, "TooDeep"),
    ],
    ids=lambda text: repr(text[:20]),
)
def test_a_body_that_is_no_strict_json_is_refused(body: str, code: str) -> None:
    assert _code(_event(body)) == code


def test_a_backslash_before_u0000_is_no_nul() -> None:
    assert json_body(read_request(_event(r'{"a": "\\u0000"}'), ROUTES)) == {"a": r"\u0000"}


@pytest.mark.parametrize(
    ("kind", "fits"),
    [
        ("application/json", True),
        ("application/json; charset=utf-8", True),
        ("Application/JSON;charset=UTF-8", True),
        ("application/json; charset=utf-16", False),
        ("text/plain", False),
        ("multipart/form-data; boundary=x", False),
        ("application/x-www-form-urlencoded", False),
        ("application/jsonp", False),
        ("", False),
        (None, False),
    ],
)
def test_only_json_is_taken(kind: str | None, fits: bool) -> None:
    event = _event(headers={} if kind is None else {"content-type": kind})
    if fits:
        assert json_body(read_request(event, ROUTES)) == {}
    else:
        assert _code(event) == "UnsupportedMediaType"
