"""Rows 13 and 15: content of another type, and compressed content."""

import gzip
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.conftest import OpenWorld
from tests.functional.hostile.cases import (
    BODY,
    CAPABILITY_PATH,
    PLAN,
    UNSIGNED,
    Case,
    by_row,
    encoded,
    post,
)
from tests.functional.hostile.checks import differences
from tests.functional.http import Headers


def unsupported(headers: Headers, body: object = BODY, path: str = "/snapshots") -> Case:
    return Case(post(body, headers, path), 415, "UnsupportedMediaType", "content-type")


KINDS = (
    "text/plain", "text/json", "text/html", "application/xml", "application/jsonp", "*/*",
    "application/vnd.api+json", "application/problem+json", "application/octet-stream",
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json,",
    "application/json; charset=utf-16", "application/json; charset=utf-7", "application/json;",
    "application/json; charset=gbk", "application/json; charset=utf-8; charset=utf-16",
    "application/json, text/plain", "application/json\n", "ａpplication/json", "json", "",
    "application/json\0",
)  # fmt: skip


TYPES: dict[str, Case] = {
    **{f"13 {kind!r}": unsupported({"content-type": kind}) for kind in KINDS},
    "13 none": unsupported({"content-type": None}),
    "13 none and nobody's": unsupported({**UNSIGNED, "content-type": None}),
    "13 an expiration as a form": unsupported({"content-type": "text/plain"}, PLAN, "/expirations"),
    "13 an alarm as a text": unsupported(
        {**UNSIGNED, "content-type": "text/plain"}, BODY, CAPABILITY_PATH
    ),
    "13 no headers": replace(unsupported({}), event=post(headers={}) | {"headers": None}),
}  # fmt: skip
BOMB = gzip.compress(bytes(40_000_000))
CODINGS = (
    "gzip", "GZIP", "x-gzip", "deflate", "br", "zstd", "compress", "aes128gcm", "gzip, gzip", "",
    "gzip, identity", "identity, gzip", "identity;q=0", "none",
)  # fmt: skip
COMPRESSED: dict[str, Case] = {
    **{f"15 {coding!r}": unsupported({"content-encoding": coding}) for coding in CODINGS},
    "15 a bomb": Case(
        encoded(BOMB, headers={"content-encoding": "gzip"}),
        415, "UnsupportedMediaType", "content-type",
    ),
    "15 a bomb that nobody signed": unsupported(
        {**UNSIGNED, "content-encoding": "gzip"}, b64encode(BOMB[:45_000]).decode()
    ),
    "15 a bomb that does not say so": Case(encoded(BOMB), 400, "BadEncoding"),
    "15 a larger bomb that does not say so": Case(
        encoded(BOMB * 2), 413, "TooLarge", "body"
    ),
    "15 an alarm": unsupported({**UNSIGNED, "content-encoding": "gzip"}, BODY, CAPABILITY_PATH),
    "15 an expiration": unsupported({"content-encoding": "br"}, PLAN, "/expirations"),
}  # fmt: skip
TABLES = (TYPES, COMPRESSED)


@pytest.mark.parametrize("cases", by_row(*TABLES))
def test_content_of_another_form_is_refused_before_it_is_looked_at(
    open_world: OpenWorld, cases: Mapping[str, Case]
) -> None:
    world = open_world()
    world.add_disks(1)
    assert [line for each in cases.items() for line in differences(world, *each)] == []
