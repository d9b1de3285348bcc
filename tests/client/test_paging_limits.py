"""Where a walk ends that would not end, and how much of a wrong answer is repeated."""

import re
from typing import Any

import pytest

from snapkeep.bce.errors import ListIncomplete
from snapkeep.bce.paging import is_truncated, next_marker, walk, walk_numbered
from snapkeep.bce.wire import chain, snapshot

LONG = "m" * 99


def test_numbered_pages_are_asked_for_up_to_the_page_limit() -> None:
    asked: list[int] = []

    def fetch(number: int) -> dict[str, Any]:
        asked.append(number)
        row = {"chainId": f"sl-{number}", "volumeId": "v-1", "chainSize": "1.5"}
        return {"snapchains": [row], "isTruncated": True}

    with pytest.raises(ListIncomplete, match="more than 2000 pages"):
        walk_numbered(fetch, "snapchains", chain)
    assert asked == list(range(1, 2_001))


def _said(pattern: str) -> Any:
    return pytest.raises(ListIncomplete, match=f"^{re.escape(pattern)}$")


def test_no_more_than_forty_characters_of_an_answer_are_repeated() -> None:
    with _said(f"isTruncated is '{LONG[:39]}, not true or false"):
        is_truncated({"isTruncated": LONG})
    half = f"{LONG}\ud800"
    with _said(f"isTruncated, but nextMarker is '{LONG[:40]}'"):
        next_marker({"isTruncated": True, "nextMarker": half})
    same = {"snapshots": [], "isTruncated": True, "nextMarker": LONG}
    with _said(f"nextMarker '{LONG[:40]}' comes again"):
        walk(lambda marker: same, "snapshots", snapshot)
