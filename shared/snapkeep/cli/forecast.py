"""How a simulation is shown: a table of days, a chart of what is kept, and JSON."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text
from sparklines import sparklines

from snapkeep.cli.screen import printable
from snapkeep.model import iso
from snapkeep.rows import Row
from snapkeep.simulation import Day

Days = Mapping[str, Sequence[Day]]
_ROWS = 31
_CHART_WIDTH, _CHART_LINES = 60, 4


def to_json(days: Days) -> dict[str, Any]:
    """Return every day of every region with what is created and deleted."""
    return {region: [_day(day) for day in found] for region, found in days.items()}


def edit_to_json(before: Days, after: Days) -> dict[str, Any]:
    """Return both simulations, and the snapshots of today that only one of them still keeps."""
    return {
        "before": to_json(before),
        "after": to_json(after),
        "lost": [_lost_row(*lost) for lost in _lost(before, after)],
        "saved": [_lost_row(*lost) for lost in _lost(after, before)],
    }


def tables(days: Days, zone: ZoneInfo) -> Iterator[RenderableType]:
    """Yield a table and a chart for each region."""
    for region, found in days.items():
        table = _table(f"{region}: what is there after each day's delete-expired", *_COLUMNS)
        for day, deleted, created in _stepped(found):
            table.add_row(
                _date(day.at, zone),
                f"+{created}",
                f"-{deleted}",
                str(len(day.kept)),
                _date(day.oldest, zone),
                f"{day.size_gb:,}",
                Text(_refusal(day), "red"),
            )
        yield table
        yield _chart("snapshots kept", [len(day.kept) for day in found])
        yield from _refusals(found, zone)
        yield Text("")


_COLUMNS = ("day", "created", "deleted", "kept", "oldest", "at most GB", "refused")


def edit_tables(before: Days, after: Days, zone: ZoneInfo) -> Iterator[RenderableType]:
    """Yield per region how the two differ, and what the edit costs."""
    for region, found in after.items():
        old = before[region]
        title = f"{region}: kept before -> after the edit"
        table = _table(title, "day", "kept", "deleted", "oldest", "at most GB")
        pairs = zip(_stepped(old), _stepped(found), strict=True)
        for (was, gone_before, _), (day, gone, _) in pairs:
            table.add_row(
                _date(day.at, zone),
                _arrow(len(was.kept), len(day.kept)),
                _arrow(gone_before, gone),
                _arrow(_date(was.oldest, zone), _date(day.oldest, zone)),
                _arrow(was.size_gb, day.size_gb),
            )
        yield table
        yield _chart("kept before", [len(day.kept) for day in old])
        yield _chart("kept after", [len(day.kept) for day in found])
        planned = f"{len(found[0].planned)} snapshots, before the edit {len(old[0].planned)}"
        yield Text(f"Today's plan deletes {planned}.", "bold")
        yield from _refusals(found, zone)
        yield Text("")
    end = max(_date(found[-1].at, zone) for found in after.values())
    deletes = f"deletes {{}} of today's snapshots that without it are still there on {end}"
    keeps = f"still keeps {{}} of today's snapshots on {end} that without it are deleted by then"
    yield from _told(deletes, _lost(before, after), zone)
    yield from _told(keeps, _lost(after, before), zone)


def _refusal(day: Day) -> str:
    """Say by which gates, and how many snapshots stay for that."""
    if not day.refusals:
        return ""
    gates = ", ".join(day.refusals)
    return f"{gates}; approved" if day.deleted else f"{gates}; {len(day.planned)} stay"


def _refusals(days: Sequence[Day], zone: ZoneInfo) -> Iterator[Text]:
    """Tell of each gate how often it refuses, and why it does the first time."""
    firsts = {gate: day for day in reversed(days) for gate in day.refusals}
    for gate, day in firsts.items():
        number = sum(gate in each.refusals for each in days)
        often = f"on {number} of {len(days)} days, first on {_date(day.at, zone)}"
        yield Text(f"mode auto is refused by {gate} {often}: {day.refusals[gate]}", "red")
    if firsts and not any(day.deleted for day in firsts.values()):
        yield Text("(--approved shows what goes if somebody approves it)")


def _told(
    sentence: str, rows: Sequence[tuple[str, datetime, Row]], zone: ZoneInfo
) -> Iterator[RenderableType]:
    """Tell what becomes of the snapshots that are there today, and of each when it is deleted."""
    yield Text(f"The edit {sentence.format(len(rows))}.", "bold" if rows else "")
    for region, at, row in rows[:_ROWS]:
        slot = _date(row.slot, zone)
        told = f"{_date(at, zone)}  {region}  {row.snapshot.id}  {row.volume_id}  of {slot}"
        yield Text(f"  {printable(told)}")
    if len(rows) > _ROWS:
        yield Text(f"  and {len(rows) - _ROWS} more; --format json has them all")


def _lost(before: Days, after: Days) -> list[tuple[str, datetime, Row]]:
    """Return the snapshots of today that ``after`` deletes on a day and ``before`` on none."""
    lost = []
    for region, found in after.items():
        gone = {row.snapshot.id for day in before[region] for row in day.deleted}
        made = {row.snapshot.id for day in found for row in day.created}
        lost += [
            (region, day.at, row)
            for day in found
            for row in day.deleted
            if row.snapshot.id not in gone | made
        ]
    return lost


def _stepped(days: Sequence[Day]) -> Iterator[tuple[Day, int, int]]:
    """Yield as many days as fit a screen, with what went and came since the one before."""
    step = -(-len(days) // _ROWS)
    deleted = created = 0
    for number, day in enumerate(days):
        deleted, created = deleted + len(day.deleted), created + len(day.created)
        if number % step == 0 or number == len(days) - 1:
            yield day, deleted, created
            deleted = created = 0


def _chart(title: str, values: Sequence[int]) -> Text:
    step = -(-len(values) // _CHART_WIDTH)
    chosen = list(values[::step])
    lines = sparklines(chosen, num_lines=_CHART_LINES, minimum=0)
    scale = f"{title}: {values[0]} today, {max(values)} at most, {values[-1]} at the end"
    return Text("\n".join([*(f"  {line}" for line in lines), f"  {scale}"]))


def _day(day: Day) -> dict[str, Any]:
    return {
        "at": iso(day.at),
        "created": [_row(row) for row in day.created],
        "deleted": [_row(row) for row in day.deleted],
        "kept": len(day.kept),
        "oldest": iso(day.oldest) if day.oldest else None,
        "size_gb_at_most": day.size_gb,
        "refusals": dict(day.refusals),
    }


def _row(row: Row) -> dict[str, str]:
    named = {"id": row.snapshot.id, "policy": row.policy, "volume_id": row.volume_id}
    return named | {"slot": iso(row.slot)}


def _lost_row(region: str, at: datetime, row: Row) -> dict[str, str]:
    return {"region": region, "at": iso(at)} | _row(row)


def _arrow(before: object, after: object) -> Text:
    same = before == after
    return Text(f"{before}" if same else f"{before} -> {after}", style="" if same else "yellow")


def _date(moment: datetime | None, zone: ZoneInfo) -> str:
    return f"{moment.astimezone(zone):%Y-%m-%d}" if moment else "none"


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, box=None, padding=(0, 2, 0, 0), title_justify="left")
    for column in columns:
        left = column in {"day", "oldest", "refused"}
        table.add_column(column, justify="left" if left else "right")
    return table
