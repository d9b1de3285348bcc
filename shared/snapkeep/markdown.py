"""Texts of the account in Markdown, made harmless; and the API's own list."""

import re
from collections.abc import Iterable, Mapping
from typing import TypeVar

from snapkeep.model import Snapshot, iso

Kind = TypeVar("Kind", bound=str)
_ACTIVE = re.compile(r"([\\`*_\[\]<>|#!&~])")
_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ud800-\udfff]"
)
MAX_NAME = 60


def render_snapshots(snapshots: Iterable[Snapshot], next_marker: str | None) -> str:
    """Return rows of the API's own list."""
    rows = [
        f"| {text(row.id)} | {text(row.name)} | {text(row.status)} | {text(row.volume_id or '-')} |"
        f" {iso(row.create_time) if row.create_time else '-'} | {text(row.create_method)} |"
        f" {row.size_gb} |"
        for row in snapshots
    ]
    head = "| snapshot | name | status | volume | created | method | GB |"
    more = f"More follow: marker {text(next_marker)}" if next_marker else "End of the list."
    return "\n".join([head, "|---" * 7 + "|", *rows, "", more, ""])


def text(value: str, most: int = MAX_NAME) -> str:
    """Return a text of the account so that Markdown, HTML and a terminal show it and no more."""
    return _ACTIVE.sub(r"\\\1", cut(value, most))


def cut(value: str, most: int) -> str:
    """Return a text of the account, printable and not longer than that."""
    return printable(f"{value[: most - 1]}…" if len(value) > most else value)


def counts(numbers: Mapping[Kind, int]) -> str:
    """Return what there is of each kind, such as ``3 protected, 1 stale``."""
    return ", ".join(f"{number} {kind}" for kind, number in numbers.items() if number) or "none"


def printable(value: str) -> str:
    """Return a text of the account without what is not seen or turns what is around it."""
    return _UNPRINTABLE.sub("�", value)
