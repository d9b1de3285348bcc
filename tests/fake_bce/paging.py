"""Marker paging as all lists of the API do it (doc Ujwvyo7qi): sorted by id, marker inclusive."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeVar

from tests.fake_bce.errors import bad_request
from tests.fake_bce.wire import Json


class _HasId(Protocol):
    id: str


Row = TypeVar("Row", bound=_HasId)


def page(
    rows: Sequence[Row],
    query: Mapping[str, str],
    *,
    largest: int,
    items: str,
    write: Callable[[Row], Json],
) -> Json:
    """Return one page of ``rows`` with ``nextMarker`` only where there is more.

    Raises:
        RefusedError: BadRequest for a ``maxKeys`` that is no number of at least one; a larger one
            than ``largest`` is cut to it.
    """
    size = min(positive(query, "maxKeys", largest), largest)
    marker = query.get("marker", "")
    ordered = sorted(rows, key=_id)
    start = bisect_left(ordered, marker, key=_id) if marker else 0
    shown, rest = ordered[start : start + size], ordered[start + size :]
    body: Json = {"marker": marker, "isTruncated": bool(rest), "maxKeys": size}
    if rest:
        body["nextMarker"] = rest[0].id
    return body | {items: [write(row) for row in shown]}


def positive(query: Mapping[str, str], name: str, default: int) -> int:
    """Read a whole number of at least one from the query.

    Raises:
        RefusedError: BadRequest for anything else.
    """
    text = query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) > 0):
        raise bad_request(f"{name} must be a positive integer.")
    return int(text)


def _id(row: _HasId) -> str:
    return row.id
