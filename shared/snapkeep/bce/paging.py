"""Complete lists or none: the protocol under which a list may be decided from.

The API documents ``marker``, ``isTruncated`` and ``nextMarker`` (BCC API, Ujwvyo7qi). Its order is
not documented and a marker seems to be inclusive, so pages are joined by id.
"""

import re
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from snapkeep.bce.errors import ListIncomplete, ListTooLong

MAX_KEYS = 1_000
MAX_PAGES = 2_000
# half a character can be in JSON, but in no URL
_HALF = re.compile(r"[\ud800-\udfff]")


class HasId(Protocol):
    @property
    def id(self) -> str: ...


Row = TypeVar("Row", bound=HasId)


def page_rows(reply: dict[str, Any], key: str, parse: Callable[[object], Row]) -> list[Row]:
    """Return the rows of one page.

    Raises:
        ListIncomplete: if the page has no list under ``key``, or a row is damaged.
    """
    items = reply.get(key)
    if not isinstance(items, list):
        raise ListIncomplete(f"the reply has no list {key!r}")
    return [parse(item) for item in items]


def next_marker(reply: dict[str, Any]) -> str | None:
    """Return the marker of the next page, ``None`` at the end of the list.

    Raises:
        ListIncomplete: unless the reply says clearly which of the two it is.
    """
    if not is_truncated(reply):
        return None
    marker = reply.get("nextMarker")
    if not isinstance(marker, str) or not marker or _HALF.search(marker):
        raise ListIncomplete(f"isTruncated, but nextMarker is {str(marker)[:40]!r}")
    return marker


def is_truncated(reply: dict[str, Any]) -> bool:
    """Return whether more pages follow.

    Raises:
        ListIncomplete: if the reply does not say so as true or false.
    """
    truncated = reply.get("isTruncated")
    if not isinstance(truncated, bool):
        raise ListIncomplete(f"isTruncated is {repr(truncated)[:40]}, not true or false")
    return truncated


def walk(
    fetch: Callable[[str | None], dict[str, Any]],
    key: str,
    parse: Callable[[object], Row],
    pages: int = MAX_PAGES,
) -> list[Row]:
    """Follow ``nextMarker`` to the end and return every row once.

    Args:
        fetch: returns the reply for a marker, ``None`` for the first page.
        pages: how many there may be.

    Raises:
        ListTooLong: if there are more pages.
        ListIncomplete: for any breach of the protocol.
    """
    rows: dict[str, Row] = {}
    seen: set[str] = set()
    marker: str | None = None
    for _ in range(pages):
        reply = fetch(marker)
        rows.update((row.id, row) for row in page_rows(reply, key, parse))
        marker = next_marker(reply)
        if marker is None:
            return list(rows.values())
        if marker in seen:
            raise ListIncomplete(f"nextMarker {marker[:40]!r} comes again")
        seen.add(marker)
    raise ListTooLong(f"the list has more than {pages} pages")


def walk_numbered(
    fetch: Callable[[int], dict[str, Any]], key: str, parse: Callable[[object], Row]
) -> list[Row]:
    """Follow page numbers from 1 to the end (the chain list has no markers).

    Raises:
        ListIncomplete: for any breach of the protocol, and if a page brings nothing new.
    """
    rows: dict[str, Row] = {}
    for number in range(1, MAX_PAGES + 1):
        reply, before = fetch(number), len(rows)
        rows.update((row.id, row) for row in page_rows(reply, key, parse))
        if not is_truncated(reply):
            return list(rows.values())
        if len(rows) == before:
            raise ListIncomplete(f"page {number} of {key} brings nothing new")
    raise ListIncomplete(f"the list has more than {MAX_PAGES} pages")
