"""A plan for a person: per disk a line of time, then each verdict with its reasons."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from snapkeep.cli.screen import printable
from snapkeep.times import parse_instant

Entry = dict[str, Any]
WIDTH = 60
# the more a place on the line matters, the later it stands here
_MARKS = {
    "keep": ("●", "green"),
    "gate": ("◆", "cyan"),
    "approve": ("?", "magenta"),
    "delete": ("✕", "bold yellow"),
}
LEGEND = "● kept by a rule  ◆ held by a gate  ? deleted if approved  ✕ to be deleted"
_NUMBER = re.compile(r"\b\d+ of ")


def plan_view(
    plan: dict[str, Any], zone: ZoneInfo, disk: str | None, *, everything: bool
) -> list[RenderableType]:
    """Return one region's plan.

    Args:
        zone: in which times are shown.
        disk: show all of this one alone.
        everything: show also the disks of which nothing goes and nothing is held.
    """
    groups: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in plan["snapshots"]:
        groups[entry["volume_id"], entry["policy"]].append(entry)
    shown = {
        key: entries
        for key, entries in groups.items()
        if (key[0] == disk if disk else everything or any(_mark(e) != "keep" for e in entries))
    }
    title = f"Plan for {plan['region']} as of {_time(plan['now'], zone)}, {zone.key}"
    parts: list[RenderableType] = [Text(title, style="bold")]
    for (volume_id, policy), entries in shown.items():
        number = f"{len(entries)} snapshot{'s' if len(entries) > 1 else ''}"
        parts.append(Text(printable(f"{volume_id}  {policy}  {number}"), style="bold"))
        parts.append(_line(entries, plan["now"]))
        parts.append(_table(entries, zone, single=disk is not None))
        parts.append(Text(""))
    if shown:
        parts.append(Text(LEGEND, style="dim"))
    elif disk:
        parts.append(Text(f"no snapshot of ours is of disk {disk}"))
    hidden = 0 if disk else len(groups) - len(shown)
    return [*parts, *_summary(plan, hidden)]


def _summary(plan: dict[str, Any], hidden: int) -> Iterator[RenderableType]:
    if hidden:
        yield Text(f"{hidden} more (disk, policy): all kept by a rule; --all shows them")
    delete, approve = len(plan["delete"]), len(plan["approve"])
    kept = len(plan["snapshots"]) - delete - approve
    counts = f"{delete} to delete, {approve} to delete if approved, {kept} to keep"
    yield Text(f"{plan['region']}: {counts}")
    for gate, why in plan["refusals"].items():
        yield Text(f"auto deletes nothing, refused by {gate}: {why}", style="red")
    yield Text(f"plan {plan['id']} as of {plan['now']}")


def _line(entries: Sequence[Entry], now: str) -> Text:
    """Return the time from the oldest snapshot to now, each place with what matters most in it."""
    start, end = parse_instant(entries[0]["slot"]), parse_instant(now)
    span = max((end - start).total_seconds(), 1.0)
    order = list(_MARKS)
    places: dict[int, str] = {}
    for entry in entries:
        passed = (parse_instant(entry["slot"]) - start).total_seconds() / span
        place = min(int(passed * (WIDTH - 1)), WIDTH - 1)
        places[place] = max(places.get(place, "keep"), _mark(entry), key=order.index)
    line = Text("  ")
    for place in range(WIDTH):
        line.append(*(_MARKS[places[place]] if place in places else ("·", "dim")))
    return line


def _table(entries: Iterable[Entry], zone: ZoneInfo, *, single: bool) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 1), show_header=False)
    for column in range(4):
        table.add_column(no_wrap=column < 3, overflow="fold")
    for _, group in groupby(entries, key=_alike):
        rows = list(group)
        if single or len(rows) < 3:
            for row in rows:
                _add(table, row, _time(row["slot"], zone), row["id"], row["reasons"])
        else:
            span = _span(_time(rows[0]["slot"], zone), _time(rows[-1]["slot"], zone))
            said = [_NUMBER.sub("n of ", reason) for reason in rows[0]["reasons"]]
            _add(table, rows[0], span, f"{len(rows)} snapshots", said)
    return table


def _add(table: Table, row: Entry, when: str, what: str, reasons: Iterable[str]) -> None:
    mark, style = _MARKS[_mark(row)]
    gate = f" [{row['gate']}]" if row["gate"] else ""
    verdict = Text(f"{mark} {row['verdict']}{gate}", style=style)
    table.add_row(when, printable(what), verdict, Text(printable("; ".join(reasons))))


def _alike(entry: Entry) -> tuple[str, ...]:
    """Return what neighbours must share to be told together; one that goes stands alone."""
    if entry["verdict"] != "keep":
        return (str(entry["id"]),)
    return (str(entry["gate"]), *(_NUMBER.sub("", reason) for reason in entry["reasons"]))


def _mark(entry: Entry) -> str:
    return "gate" if entry["verdict"] == "keep" and entry["gate"] else str(entry["verdict"])


def _span(first: str, last: str) -> str:
    """Return the days from one time to another, or the times of the one day."""
    (day, start), (last_day, end) = first.split(" "), last.split(" ")
    return f"{day} {start} - {end}" if day == last_day else f"{day} ... {last_day}"


def _time(instant: str, zone: ZoneInfo) -> str:
    moment: datetime = parse_instant(instant).astimezone(zone)
    return f"{moment:%Y-%m-%d %H:%M}"
