"""The report as Markdown: the verdict first, then what needs attention, then every disk."""

import re
from collections.abc import Iterable
from datetime import timedelta

from snapkeep.model import Snapshot, iso
from snapkeep.report import URGENT, DiskReport, Report, State

_HEAD = "| state | region | disk | name | policy | newest good | age | rpo | good |"
_ACTIVE = re.compile(r"([\\`*_\[\]<>|#!&~])")
_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff\ud800-\udfff]"
)
_MAX_NAME = 60


def render_markdown(report: Report) -> str:
    """Return the whole report; names come from the account and are made harmless."""
    counts = ", ".join(
        f"{report.count(state)} {state.value}" for state in State if report.count(state)
    )
    kinds = ", ".join(f"{number} {kind}" for kind, number in report.snapshots.items())
    lines = [
        "# Backup report",
        "",
        f"As of {iso(report.now)}: **{_verdict(report)}**",
        "",
        f"- Disks: {counts or 'none'}",
        f"- Snapshots: {kinds or 'none'}",
        *(
            f"- Region {region} could not be read: {text(why)}"
            for region, why in report.errors.items()
        ),
    ]
    urgent = report.urgent
    rest = [disk for disk in report.disks if disk.state not in URGENT]
    return "\n".join(
        [*lines, *_table("Needs attention", urgent), *_table("The other disks", rest), ""]
    )


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


def text(value: str) -> str:
    """Return a text of the account so that Markdown, HTML and a terminal show it and no more."""
    cut = value[: _MAX_NAME - 1] + "…" if len(value) > _MAX_NAME else value
    return _ACTIVE.sub(r"\\\1", _UNPRINTABLE.sub("�", cut))


def _verdict(report: Report) -> str:
    if report.is_well:
        return "all disks are protected"
    if report.errors:
        return "incomplete: not every region could be read"
    if not report.disks:
        return "no disk was found; check the keys and the regions"
    return "some disks need attention"


def _table(title: str, disks: Iterable[DiskReport]) -> list[str]:
    rows = [_row(disk) for disk in disks]
    return ["", f"## {title}", "", _HEAD, "|---" * 9 + "|", *rows] if rows else []


def _row(disk: DiskReport) -> str:
    newest = f"{disk.newest} {iso(disk.newest_at)}" if disk.newest and disk.newest_at else "none"
    cells = (
        disk.state.value,
        disk.region,
        disk.volume_id,
        text(disk.name),
        disk.policy or "none",
        newest,
        _hours(disk.age),
        _hours(disk.rpo),
        str(disk.good),
    )
    return f"| {' | '.join(cells)} |"


def _hours(duration: timedelta | None) -> str:
    return "-" if duration is None else f"{duration.total_seconds() / 3600:.1f} h"
