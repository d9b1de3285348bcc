"""Row 29: hostile texts in the rows of the cloud's lists."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.conftest import OpenWorld
from tests.functional.history import add_nights
from tests.functional.hostile.cases import PLAN
from tests.functional.hostile.checks import secrets_in
from tests.functional.http import body_of, get_report, post_expirations, post_snapshots, wanted
from tests.world import NOW, World

TEXTS = {
    "a formula": '=HYPERLINK("http://evil.example","click")',
    "a command": "@SUM(1+1)*cmd|' /C calc'!A0",
    "a script": "<script>alert(1)</script>",
    "an image": "![x](javascript:alert(1)) <img src=x onerror=alert(1)>",
    "right to left": "v-\u202egnp.exe\u2066",
    "line ends": "disk\r\n| protected | bj | v-00000000 |\r\n",
    "a pipe": "a | b || c \\| d",
    "a terminal's escape": "\x1b[2J\x1b]0;owned\x07",
    "half a character": "\ud800",
    "a NUL": "disk\0",
    "a mark of ours": "snapkeep/1 policy=nightly source=cron keep_until=2020-01-01T00:00:00Z",
    "1 MB": "a" * 1_000_000,
}
# everything that ends a line, turns a text round or moves a cursor
ACTIVE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
# what Markdown or a browser would act on, unless it is escaped
LIVE = re.compile(r"(?<!\\)[<\[`]")
BAR = re.compile(r"(?<!\\)\|")


def furnished(open_world: OpenWorld, text: str) -> tuple[World, list[str], str]:
    """Return a world with nights of ours on a disk that carries the text, and a row of others."""
    world = open_world()
    store = world.cloud.region("bj")
    (disk,) = world.add_disks(1)
    store.volumes[disk].name = text
    nights = add_nights(world, disk, 5, newest=1)
    old = NOW - timedelta(days=400)
    return world, nights, store.add_snapshot(disk, text, desc=text, created=old)


def created(world: World, nights: list[str], foreign: str) -> None:
    answer = post_snapshots(world, wanted())
    assert answer["statusCode"] == 200
    assert body_of(answer)["counts"]["created"] == 1
    assert [call.operation for call in world.writes()] == ["CreateSnapshot"]


def reported(world: World, nights: list[str], foreign: str) -> None:
    # by then the disk is stale and has to be named
    world.clock.advance(3 * 3_600)
    answer = get_report(world)
    assert answer["statusCode"] == 200
    told = body_of(answer)
    assert told["summary"]["snapshots"]["foreign"] == 1
    (disk,) = [row["volume_id"] for row in told["findings"] if row["kind"] == "stale"]
    page = get_report(world, format="markdown")
    assert page["statusCode"] == 200
    text = page["body"]
    assert not ACTIVE.search(text)
    assert not LIVE.search(text)
    assert not BAR.search(text)
    assert max(map(len, text.splitlines())) < 500
    assert [line.split()[:2] for line in text.splitlines() if disk in line] == [["-", disk]]
    assert world.writes() == []


def queried(world: World, nights: list[str], foreign: str) -> None:
    for format_ in ("json", "markdown"):
        answer = get_report(world, region="bj", snapshot_id=foreign, format=format_)
        assert answer["statusCode"] == 200
        assert foreign in answer["body"]
        if format_ == "markdown":
            assert not ACTIVE.search(answer["body"])
            assert not LIVE.search(answer["body"])


def planned(world: World, nights: list[str], foreign: str) -> None:
    answer = post_expirations(world, PLAN)
    assert answer["statusCode"] == 200
    plan = body_of(answer)["regions"]["bj"]
    assert plan["delete"] == nights[:2]
    assert foreign not in plan["delete"]
    assert world.writes() == []


Check = Callable[[World, list[str], str], None]
CHECKS: dict[str, Check] = {
    "POST /snapshots": created,
    "GET /report": reported,
    "GET /report of one": queried,
    "POST /expirations": planned,
}
HOSTILE: dict[str, tuple[str, Check]] = {
    f"29 {name} at {route}": (text, check)
    for name, text in TEXTS.items()
    for route, check in CHECKS.items()
}


@pytest.mark.parametrize(("text", "check"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_text_of_the_account_is_shown_and_does_nothing(
    open_world: OpenWorld, text: str, check: Check
) -> None:
    world, nights, foreign = furnished(open_world, text)
    check(world, nights, foreign)
    assert secrets_in(world.log.getvalue(), *world.said) == []


TABLES = (HOSTILE,)
