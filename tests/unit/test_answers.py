import gzip
import json
from base64 import b64decode

import pytest

from snapkeep.answers import LARGE, answer, packed, refusal
from snapkeep.errors import InvalidEvent


def test_an_answer_is_json_a_text_or_a_call_to_come_again() -> None:
    plain = answer(200, {"b": 1, "a": "中"})
    assert plain == {
        "statusCode": 200,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": '{"a": "中", "b": 1}',
    }
    page = answer(200, "# Report", content_type="text/markdown; charset=utf-8")
    assert page["body"] == "# Report"
    assert page["headers"]["content-type"] == "text/markdown; charset=utf-8"
    assert answer(503, {}, retry_after="60")["headers"]["retry-after"] == "60"


def test_a_large_answer_is_in_gzip_for_those_who_take_it() -> None:
    page = answer(200, "中" * LARGE, content_type="text/html; charset=utf-8")
    small = packed(page, "gzip, deflate, br")
    assert small["isBase64Encoded"]
    assert small["headers"]["content-encoding"] == "gzip"
    assert small["headers"]["content-type"] == page["headers"]["content-type"]
    assert gzip.decompress(b64decode(small["body"])).decode() == page["body"]
    assert len(small["body"]) < LARGE / 100
    assert small == packed(page, "gzip")
    assert packed(page, "") is page
    assert packed(page, "br") is page


def test_a_small_answer_goes_as_it_is() -> None:
    page = answer(200, "x" * (LARGE - 1))
    assert packed(page, "gzip") is page


@pytest.mark.parametrize(
    ("code", "status", "title"),
    [
        ("MalformedJson", 400, "Bad Request"),
        ("DuplicateKey", 400, "Bad Request"),
        ("BadNumber", 400, "Bad Request"),
        ("TooDeep", 400, "Bad Request"),
        ("BadEncoding", 400, "Bad Request"),
        ("Unauthorized", 401, "Unauthorized"),
        ("ApproveDisabled", 403, "Forbidden"),
        ("OutOfScope", 403, "Forbidden"),
        ("RegionNotAllowed", 403, "Forbidden"),
        ("NotFound", 404, "Not Found"),
        ("MethodNotAllowed", 405, "Method Not Allowed"),
        ("PlanChanged", 409, "Conflict"),
        ("PlanTooOld", 409, "Conflict"),
        ("TooLarge", 413, "Content Too Large"),
        ("UnsupportedMediaType", 415, "Unsupported Media Type"),
        ("UnknownField", 422, "Unprocessable Content"),
        ("MissingField", 422, "Unprocessable Content"),
        ("EventTooOld", 422, "Unprocessable Content"),
        ("anything else", 422, "Unprocessable Content"),
    ],
)
def test_a_refusal_names_the_field_as_problem_json(code: str, status: int, title: str) -> None:
    refused = refusal(InvalidEvent("is wrong", path="data.policy", code=code))
    assert refused["statusCode"] == status
    assert refused["headers"]["content-type"] == "application/problem+json"
    assert json.loads(refused["body"]) == {
        "type": "about:blank",
        "title": title,
        "status": status,
        "code": code,
        "detail": "is wrong",
        "field": "data.policy",
    }
