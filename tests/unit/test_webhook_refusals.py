"""What a sender is told about a request that cannot be read, and what just passes."""

from typing import Any

import pytest

from snapkeep.errors import InvalidEvent, MethodNotAllowed
from snapkeep.webhook import HttpRequest, json_body, read_request

ROUTES = ("POST /snapshots", "POST /snapshots/{capability}", "GET /report", "DELETE /report")
JSON = {"content-type": "application/json"}


def _event(method: str = "POST", path: str = "/snapshots", **changes: Any) -> dict[str, Any]:
    http = {"method": method, "path": path}
    return {"headers": JSON, "requestContext": {"http": http}, "body": "{}", **changes}


REFUSED: dict[str, tuple[dict[str, Any], tuple[str, str, str]]] = {
    "no base64": (
        _event(body="%", isBase64Encoded=True), ("BadEncoding", "body", "wrongly encoded")),
    "half a character": (_event(body='"\ud800"'), ("BadEncoding", "body", "wrongly encoded")),
    "no UTF-8": (
        _event(body="/w==", isBase64Encoded=True), ("BadEncoding", "", "the body is not UTF-8")),
    "a byte order mark": (
        _event(body="\ufeff{}"),
        ("BadEncoding", "", "the body has a byte order mark or a NUL")),
    "a NUL": (
        _event(body='{"a": "\\u0000"}'),
        ("BadEncoding", "", "the body has a byte order mark or a NUL")),
    "too large": (_event(body="a" * 65_537), ("TooLarge", "body", "larger than 65536 bytes")),
    "too large once encoded": (
        _event(body="中" * 22_000), ("TooLarge", "body", "larger than 65536 bytes")),
    "too much base64": (
        _event(body="a" * 87_388, isBase64Encoded=True),
        ("TooLarge", "body", "larger than 65536 bytes")),
    "another type": (
        _event(headers={"content-type": "text/plain"}),
        ("UnsupportedMediaType", "content-type", "send application/json in UTF-8, not compressed")),
    "compressed": (
        _event(headers=JSON | {"content-encoding": "gzip"}),
        ("UnsupportedMediaType", "content-type", "send application/json in UTF-8, not compressed")),
    "another path": (_event(path="/snapshot"), ("NotFound", "path", "no such path")),
    "no capability": (_event(path="/snapshots/"), ("NotFound", "path", "no such path")),
    "two segments": (_event(path="/snapshots/a/b"), ("NotFound", "path", "no such path")),
    "an empty path": (_event(path=""), ("NotFound", "path", "no such path")),
}  # fmt: skip


@pytest.mark.parametrize(("event", "said"), REFUSED.values(), ids=REFUSED)
def test_a_sender_is_told_what_is_wrong_and_where(
    event: dict[str, Any], said: tuple[str, str, str]
) -> None:
    with pytest.raises(InvalidEvent) as caught:
        json_body(read_request(event, ROUTES))
    assert (caught.value.code, caught.value.path, caught.value.message) == said


@pytest.mark.parametrize(("size", "encoded"), [(65_537, False), (87_385, True)])
def test_what_is_too_long_is_refused_before_it_is_decoded(size: int, encoded: bool) -> None:
    with pytest.raises(InvalidEvent) as caught:
        read_request(_event(body="%" * size, isBase64Encoded=encoded), ROUTES)
    assert caught.value.code == "TooLarge"


def test_half_a_character_in_a_target_cannot_have_been_signed() -> None:
    request = HttpRequest("GET /report", "", "/report?\ud800", {}, {}, "", False)
    with pytest.raises(InvalidEvent) as caught:
        _ = request.signed
    assert (caught.value.code, caught.value.path) == ("BadEncoding", "path")
    assert caught.value.message == "wrongly encoded"


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/snapshots", "POST"),
        ("PUT", "/snapshots/abc", "POST"),
        ("POST", "/report", "DELETE, GET"),
    ],
)
def test_another_method_is_told_which_ones_there_are(method: str, path: str, allow: str) -> None:
    with pytest.raises(MethodNotAllowed) as caught:
        read_request(_event(method, path), ROUTES)
    assert caught.value.allow == allow


@pytest.mark.parametrize(
    ("path", "route", "capability"),
    [
        ("/snapshots", "POST /snapshots", ""),
        ("/snapshots/a", "POST /snapshots/{capability}", "a"),
        ("/snapshots/{", "POST /snapshots/{capability}", "{"),
        ("/snapshots/snapshots", "POST /snapshots/{capability}", "snapshots"),
    ],
)
def test_the_last_segment_is_the_capability(path: str, route: str, capability: str) -> None:
    request = read_request(_event(path=path), ROUTES)
    assert (request.route, request.capability) == (route, capability)


def test_path_and_query_are_kept_as_they_were_sent() -> None:
    asked = {"rawQueryString": "b=2&a=%31", "queryStringParameters": {"b": "2", "a": "1"}}
    request = read_request(_event("GET", "/report", **asked), ROUTES)
    assert request.target == "/report?b=2&a=%31"
    assert request.signed == b"/report?b=2&a=%31"
    assert request.query == {"b": "2", "a": "1"}
    assert read_request(_event("GET", "/report", rawQueryString=""), ROUTES).target == "/report"


def test_what_is_posted_is_signed_by_its_body() -> None:
    assert read_request(_event(body='{"a": 1}'), ROUTES).signed == b'{"a": 1}'


def test_a_body_that_is_said_not_to_be_encoded_passes() -> None:
    headers = {"Content-Type": "application/json", "Content-Encoding": "identity"}
    assert json_body(read_request(_event(headers=headers), ROUTES)) == {}


def test_the_longest_base64_is_that_of_the_longest_body() -> None:
    text = "ICAg" * 21_845 + "MQ=="
    assert json_body(read_request(_event(body=text, isBase64Encoded=True), ROUTES)) == 1


def test_a_get_needs_no_type() -> None:
    assert read_request(_event("GET", "/report", headers={}), ROUTES).route == "GET /report"
