"""A disk's snapshots in time, as paths of SVG: a few bytes for each."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log1p
from zoneinfo import ZoneInfo

from snapkeep.report.model import Dot, Kind

WIDTH, HEIGHT = 300, 14
_MARGIN, _MIDDLE = 6, HEIGHT // 2
# as rules keep many of the last days and few of the last years, the scale is logarithmic
_TICKS = {"1 d": 1, "1 w": 7, "1 mo": 30, "3 mo": 91, "1 y": 365, "5 y": 1826}
_MOST = max(_TICKS.values())
# shapes differ as well as colours: a dot is kept, a ring is being created, a bar goes, a cross
# failed, a dash below the others is not ours
_SHAPES = {
    "k": f"M{{x}} {_MIDDLE}h0",
    "c": f"M{{left}} {_MIDDLE}a3 3 0 1 0 6 0a3 3 0 1 0-6 0",
    "d": f"M{{x}} {_MIDDLE - 4}v8",
    "f": f"M{{left}} {_MIDDLE - 3}l6 6m0-6l-6 6",
    "o": f"M{{left}} {_MIDDLE + 6}h6",
}
_CLASS_OF = {
    Kind.GOOD: "k",
    Kind.ORPHANED: "k",
    Kind.ADOPTED: "k",
    Kind.CREATING: "c",
    Kind.FAILED: "f",
    Kind.AUTOMATIC: "o",
    Kind.FOREIGN: "o",
}


def x_of(age: timedelta) -> int:
    """Return where a snapshot of an age stands: at the right those of now."""
    days = min(max(age / timedelta(days=1), 0), _MOST)
    return round(WIDTH - _MARGIN - (WIDTH - 2 * _MARGIN) * log1p(days) / log1p(_MOST))


# the same for every row and every report, so that two can be laid side by side
TICKS = tuple((x_of(timedelta(days=days)), label) for label, days in _TICKS.items())


@dataclass(frozen=True, slots=True)
class Path:
    """The snapshots of one class; ``title`` says when they go."""

    kind: str
    d: str
    title: str = ""


def paths(dots: Iterable[Dot], now: datetime, zone: ZoneInfo) -> list[Path]:
    """Return one path for each class of snapshots, and for each day on which some go."""
    places: dict[tuple[str, str], list[int]] = defaultdict(list)
    for dot in dots:
        goes = f"{dot.goes.astimezone(zone):%m-%d}" if dot.goes else ""
        kind = "d" if dot.goes and dot.kind is not Kind.FAILED else _CLASS_OF[dot.kind]
        places[kind, goes].append(x_of(now - dot.at))
    return [
        Path(kind, "".join(_SHAPES[kind].format(x=x, left=x - 3) for x in found), goes)
        for (kind, goes), found in sorted(places.items())
    ]
