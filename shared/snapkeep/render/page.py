"""Filling the page's template with a report."""

from base64 import b64encode
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, StrictUndefined, Template

from snapkeep.markdown import cut
from snapkeep.render.chart import chart
from snapkeep.render.timeline import TICKS, WIDTH, Path, paths
from snapkeep.report.findings import Finding
from snapkeep.report.model import NEEDING, Coverage, Disk, Orphan, Report, State
from snapkeep.times import short

# of each kind so many findings are open, so many more are folded, the rest is counted
OPEN_FINDINGS, FOLDED_FINDINGS = 10, 490
# so many of the disks that need attention are open, the rest is folded
OPEN_DISKS = 50
# with more disks than this, dots do not tell the day on which they go
TITLED_DISKS = 1_000
_MAX_NAME, _MAX_TEXT = 80, 400
# the width of an age that is the rpo; a bar is never longer than two of these
_RPO_WIDTH = 24
_FILES = files("snapkeep.render")
# a line at each tick of the axis, behind every row
_GRID = ",".join(
    f"linear-gradient(var(--line),var(--line)) {x}px 0/1px 100% no-repeat" for x, _ in TICKS
)
_STYLE = _FILES.joinpath("report.css").read_text(encoding="utf-8").replace("GRID", _GRID)
_STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
# the page's own style and nothing else; the icon is empty, so that no browser asks for one
CSP = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; base-uri 'none'"


def render_page(report: Report) -> str:
    """Return the page; names come from the account, are escaped and cut."""
    zone = ZoneInfo(report.timezone)
    needing = [disk for disk in report.disks if disk.state in NEEDING]
    others = [disk for disk in report.disks if disk.state not in NEEDING]
    view = _View(
        report.now,
        zone,
        titled=(len(report.disks) <= TITLED_DISKS, len(needing) <= TITLED_DISKS),
    )
    return _template().render(
        report=report,
        style=_STYLE,
        csp=CSP,
        view=view,
        needing=_by_state(needing[:OPEN_DISKS]),
        folded=_by_state(needing[OPEN_DISKS:]),
        number_folded=max(len(needing) - OPEN_DISKS, 0),
        others=_by_state(others),
        findings=_by_kind(report.findings),
        open_findings=OPEN_FINDINGS,
        told_findings=OPEN_FINDINGS + FOLDED_FINDINGS,
        ticks=TICKS,
        charts=_charts(report, zone),
        width=WIDTH,
    )


class _View:
    """How values are written on the page.

    Args:
        titled: whether all dots tell when they go, and whether those of disks in need do.
    """

    def __init__(self, now: datetime, zone: ZoneInfo, *, titled: tuple[bool, bool]) -> None:
        self._now, self._zone, self._titled = now, zone, titled

    def paths(self, shown: Disk | Orphan, *, needs: bool) -> Sequence[Path]:
        found = paths(shown.dots, self._now, self._zone)
        if self._titled[needs]:
            return found
        by_kind = groupby(found, lambda path: path.kind)
        return [Path(kind, "".join(path.d for path in some)) for kind, some in by_kind]

    def at(self, moment: datetime | None) -> str:
        return f"{moment.astimezone(self._zone):%Y-%m-%d %H:%M}" if moment else "-"

    def age(self, duration: timedelta | None) -> str:
        if duration is None:
            return "-"
        hours = duration / timedelta(hours=1)
        return f"{hours:.1f} h" if hours < 100 else f"{hours / 24:.0f} d"

    def bar(self, coverage: Coverage) -> int | None:
        """Return how long the bar of an age is, if there is something to hold it against."""
        if coverage.age is None or not coverage.rpo:
            return None
        return round(_RPO_WIDTH * min(max(coverage.age / coverage.rpo, 0), 2))

    def rpo(self, duration: timedelta | None) -> str:
        if not duration:
            return "-"
        text = short(duration)
        return f"{text[:-1]} {text[-1]}"

    def goes(self, disk: Disk) -> str:
        """Return how many go within the forecast and from when on, else how many go now."""
        days = [dot.goes for dot in disk.dots if dot.goes]
        if days:
            return f"{len(days)} from {min(days).astimezone(self._zone):%m-%d}"
        now = sum(each.deletes for each in disk.coverages)
        return f"{now} now" if now else "0"

    def name(self, text: str) -> str:
        return cut(text, _MAX_NAME)

    def text(self, text: str) -> str:
        return cut(text, _MAX_TEXT)


def _by_state(disks: Iterable[Disk]) -> list[tuple[State, list[Disk]]]:
    """Return the disks of each state, in the order in which they come."""
    return [(state, list(some)) for state, some in groupby(disks, lambda disk: disk.state)]


def _by_kind(findings: Sequence[Finding]) -> list[tuple[Finding, list[Finding]]]:
    """Return the first of each kind with all of them."""
    groups = (list(some) for _, some in groupby(findings, lambda finding: finding.kind))
    return [(some[0], some) for some in groups]


def _charts(report: Report, zone: ZoneInfo) -> list[dict[str, Any]]:
    if report.forecast is None:
        return []
    days = report.forecast.days
    dates = [f"{day.at.astimezone(zone):%m-%d}" for day in days]
    return [
        chart("Snapshots kept", dates, [day.kept for day in days]),
        chart("Size at most, GB", dates, [day.size_gb for day in days]),
    ]


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    return environment.from_string(_FILES.joinpath("report.html").read_text(encoding="utf-8"))
