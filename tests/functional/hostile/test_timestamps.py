"""Rows 4 and 5: requests that come too late or too early, or do not say when."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import OpenWorld
from tests.functional.hostile.cases import (
    BODY,
    PLAN,
    Case,
    by_row,
    get,
    post,
    stranger,
)
from tests.functional.hostile.checks import differences
from tests.functional.http import http_event
from tests.senders import PIPELINE, standard
from tests.world import NOW

RAW = json.dumps(BODY).encode()
STAMP = int(NOW.timestamp())
T = str(STAMP)


def digits(zero: str) -> str:
    """Return the timestamp in the digits of another script."""
    return "".join(chr(ord(zero) + int(digit)) for digit in T)


TIMESTAMPS = {
    "Arabic digits": digits("٠"),
    "Devanagari digits": digits("०"),
    "full-width digits": digits("０"),
    "one digit of another script": T[:-1] + digits("٠")[-1],
    "superscripts": "¹" * 10,
    "a blank before": f" {T}",
    "a blank after": f"{T} ",
    "a line end": f"{T}\n",
    "a tab": f"\t{T}",
    "1e9": "1e9",
    "a fraction": f"{T}.0",
    "400 digits": T * 40,
    "60 000 digits": T * 6_000,
    "11 digits": f"0{T}",
    "9 digits": T[:9],
    "milliseconds": f"{T}000",
    "a plus": f"+{T[1:]}",
    "a minus": f"-{T[1:]}",
    "an underscore": f"{T[:2]}_{T[2:9]}",
    "hexadecimal": hex(STAMP),
    "ISO 8601": "2026-11-23T18:00:30Z",
    "words": "now",
    "NaN": "NaN",
    "nothing": "",
    "two, joined": f"{T},{T}",
    "a NUL": f"{T}\0",
    "half a character": f"{T[:9]}\ud800",
}
IDS = {
    "a full stop": f"msg_1.{T}",
    "a line end": "msg_1\n",
    "two, joined": "msg_1,msg_2",
    "full-width letters": "ｍｓｇ",
    "129 letters": "m" * 129,
    "a path": "../msg_1",
}
STAMPS: dict[str, Case] = {
    **{
        f"05 {name}": stranger(post(headers={"webhook-timestamp": text}), "timestamp format")
        for name, text in TIMESTAMPS.items()
    },
    "05 a report of Arabic digits": stranger(
        get(headers={"webhook-timestamp": digits("٠")}), "timestamp format"
    ),
    "05 an expiration of Arabic digits": stranger(
        post(PLAN, {"webhook-timestamp": digits("٠")}, "/expirations"), "timestamp format"
    ),
    **{
        f"05 an id with {name}": stranger(post(headers={"webhook-id": text}), "id format")
        for name, text in IDS.items()
    },
}


def at(seconds: float, method: str = "POST", path: str = "/snapshots") -> dict[str, Any]:
    body = {"GET": None, "POST": PLAN if path == "/expirations" else BODY}[method]
    return http_event(method, path, body, at=NOW + timedelta(seconds=seconds))


TIMES: dict[str, Case] = {
    **{f"04 {seconds} s ago": stranger(at(-seconds), "stale") for seconds in (301, 3600, 86_400)},
    **{
        f"04 {seconds} s ahead": stranger(at(seconds), "future")
        for seconds in (301, 3600, 100_000_000)
    },
    "04 a report of 301 s ago": stranger(at(-301, "GET", "/report"), "stale"),
    "04 a report 301 s ahead": stranger(at(301, "GET", "/report"), "future"),
    "04 an expiration of 301 s ago": stranger(at(-301, path="/expirations"), "stale"),
    "04 an expiration 301 s ahead": stranger(at(301, path="/expirations"), "future"),
    "04 the year 2002": stranger(
        post(headers={**standard(PIPELINE, RAW, NOW - timedelta(days=9_000))}), "stale"
    ),
}
TABLES = (TIMES, STAMPS)


@pytest.mark.parametrize("cases", by_row(*TABLES))
def test_a_request_that_does_not_say_that_it_is_of_now_is_nobodys(
    open_world: OpenWorld, cases: Mapping[str, Case]
) -> None:
    world = open_world()
    world.add_disks(1)
    assert [line for each in cases.items() for line in differences(world, *each)] == []


@pytest.mark.parametrize("seconds", [-300, 300])
def test_five_minutes_are_not_too_many(open_world: OpenWorld, seconds: int) -> None:
    world = open_world()
    world.add_disks(1)
    assert world.create(at(seconds))["statusCode"] == 200
