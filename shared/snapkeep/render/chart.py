"""A line over days, as points of SVG."""

from collections.abc import Sequence
from typing import Any

WIDTH, HEIGHT = 400, 90
_TOP, _BOTTOM = 8, 72


def chart(title: str, dates: Sequence[str], values: Sequence[int]) -> dict[str, Any]:
    """Return what the template draws: the line's points, its ends, and the words for both."""
    least, most = min(values), max(values)
    # the scale begins at zero, so that a small change looks small
    points = " ".join(
        f"{round(WIDTH * place / max(len(values) - 1, 1))},{_y(value, most)}"
        for place, value in enumerate(values)
    )
    return {
        "title": title,
        "points": points,
        "first": (dates[0], f"{values[0]:,}"),
        "last": (dates[-1], f"{values[-1]:,}"),
        "label": f"{title}: {values[0]:,} on {dates[0]}, {values[-1]:,} on {dates[-1]},"
        f" from {least:,} to {most:,} in between",
        "width": WIDTH,
        "height": HEIGHT,
    }


def _y(value: int, most: int) -> int:
    return round(_BOTTOM - (_BOTTOM - _TOP) * value / most) if most else _BOTTOM
