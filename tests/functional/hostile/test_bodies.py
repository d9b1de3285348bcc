"""Rows 11 and 12: bodies in bad base64, and large ones, before anyone is known."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.conftest import OpenWorld
from tests.functional.hostile.cases import (
    PLAN,
    UNSIGNED,
    Case,
    alarm,
    by_row,
    encoded,
    get,
    github,
    post,
    stranger,
)
from tests.functional.hostile.checks import differences

LIMIT = 65_536
JUNK = {
    "junk": "no base64!",
    "URL-safe": "-_-_",
    "no padding": "e30",
    "too much padding": "e30==",
    "padding alone": "====",
    "something after the padding": "e30=e30=",
    "a blank": "e30 =",
    "a line end": "e30=\n",
    "lines of 76": "e30=\r\ne30=",
    "one letter": "e",
    "a letter of another script": "ｅ30=",
    "half a character": "\ud800",
    "a NUL": "e30=\0",
    "a data URL": "data:application/json;base64,e30=",
    "JSON": '{"a": 1}',
}
BASE64 = {"isBase64Encoded": True}


def misencoded(event: dict[str, Any]) -> Case:
    return Case(event, 400, "BadEncoding", "body")


ENCODINGS: dict[str, Case] = {
    **{f"11 {name}": misencoded(post() | BASE64 | {"body": text}) for name, text in JUNK.items()},
    "11 GitHub's": misencoded(github() | BASE64),
    "11 an alarm": misencoded(alarm() | BASE64),
    "11 an expiration": misencoded(post(PLAN, path="/expirations") | BASE64),
    "11 junk that nobody signed": stranger(post(headers=UNSIGNED) | BASE64, "no signature"),
    "11 nothing": Case(post("") | BASE64, 400, "MalformedJson"),
    "11 no body": Case(post(None) | BASE64, 400, "MalformedJson"),
}


def large(event: dict[str, Any]) -> Case:
    return Case(event, 413, "TooLarge", "body")


def small(event: dict[str, Any]) -> Case:
    """Return a request whose body is read, and found to be no table."""
    return Case(event, 422, "WrongType")


def long(size: int) -> str:
    """Return a JSON text of so many bytes."""
    return '"' + "a" * (size - 2) + '"'


def lying(length: str, body: str) -> dict[str, Any]:
    return post(body, {"content-length": length})


LENGTHS = ("0", "1", "65536", "-1", "1e1", "999999999999", "10,70000", "ten", "")
SIZES: dict[str, Case] = {
    "12 a byte too many": large(post(long(LIMIT + 1))),
    "12 6 MB": large(post(long(6_000_000))),
    "12 6 MB that nobody signed": large(post(long(6_000_000), UNSIGNED)),
    "12 a byte too many in base64": large(encoded(long(LIMIT + 1).encode())),
    "12 6 MB in base64": large(encoded(long(6_000_000).encode())),
    "12 6 MB of junk as base64": large(post("!" * 6_000_000) | BASE64),
    "12 few letters of many bytes": large(post('"' + "中" * 22_000 + '"')),
    "12 one letter of many bytes": large(post('"' + "a" * (LIMIT - 4) + '中"')),
    "12 blanks": large(post(" " * LIMIT + "{}")),
    "12 GitHub's": large(github(long(LIMIT + 1))),
    "12 an alarm": large(alarm(long(LIMIT + 1))),
    "12 an expiration": large(post(long(LIMIT + 1), path="/expirations")),
    "12 a report with a body": large(get() | {"body": long(LIMIT + 1)}),
    "12 just not too many": small(post(long(LIMIT))),
    "12 just not too many in base64": small(encoded(long(LIMIT).encode())),
    **{f"12 70 000 said to be {said!r}": large(lying(said, long(70_000))) for said in LENGTHS},
    **{f"12 4 said to be {said!r}": small(lying(said, "null")) for said in LENGTHS},
    "12 4 said to be many by nobody": stranger(
        post("null", {**UNSIGNED, "content-length": "6000000"}), "no signature"
    ),
}  # fmt: skip

TABLES = (ENCODINGS, SIZES)


@pytest.mark.parametrize("cases", by_row(*TABLES))
def test_a_request_of_another_form_is_refused_before_its_sender_is_looked_for(
    open_world: OpenWorld, cases: Mapping[str, Case]
) -> None:
    world = open_world()
    world.add_disks(1)
    assert [line for each in cases.items() for line in differences(world, *each)] == []
