"""What a person sees: tables with the urgent first, and the remedy for an error."""

from collections.abc import Callable
from typing import Any

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

Render = Callable[[dict[str, Any]], list[RenderableType]]

_REMEDIES = {
    "InvalidAccessKeyId": "check BCE_ACCESS_KEY_ID (and BCE_SESSION_TOKEN if the key is temporary)",
    "SignatureDoesNotMatch": "check BCE_SECRET_ACCESS_KEY",
    "ConnectionFailed": "check the network, the region and --endpoint",
    "Timeout": "check the network, the region and --endpoint",
    "RequestExpired": "set this machine's clock",
    "AccessDenied": "give the key's user the right to this operation in the region",
}
_STYLES = {
    "unprotected": "bold red",
    "stale": "bold red",
    "failed": "red",
    "delete": "yellow",
    "protected": "green",
    "keep": "green",
}


def remedy(message: str) -> str:
    """Return what to do about an error that names one of the known codes, else nothing."""
    found = (text for code, text in _REMEDIES.items() if code in message)
    first = next(found, None)
    return f" - remedy: {first}" if first else ""


def plan_tables(result: dict[str, Any]) -> list[RenderableType]:
    """Return one table per region: what goes and what a gate held back; the rest is counted."""
    return [part for plan in result["regions"].values() for part in _plan(plan)]


def report_tables(result: dict[str, Any]) -> list[RenderableType]:
    """Return the disks, the most urgent first; nothing where no region could be read."""
    if not result["rows"]:
        return []
    title = f"Disks as of {result['now']}"
    table = _table(title, "state", "region", "disk", "policy", "newest good", "age", "good", "name")
    for row in result["rows"]:
        if row["state"] == "ad-hoc" and not row["good"]:
            continue
        age = row["age_seconds"]
        table.add_row(
            _state(row["state"]),
            row["region"],
            row["volume_id"],
            row["policy"] or "-",
            _minute(row["newest_at"]),
            "-" if age is None else f"{age / 3600:.1f} h",
            str(row["good"]),
            Text(row["name"]),
        )
    counts = ", ".join(f"{n} {state}" for state, n in result["disks"].items() if n)
    verdict = "all disks are protected" if result["well"] else "some disks need attention"
    return [table, Text(f"{verdict}: {counts}")]


def _plan(plan: dict[str, Any]) -> list[RenderableType]:
    rows = plan["snapshots"]
    title = f"Plan for {plan['region']} as of {plan['now']}"
    table = _table(title, "verdict", "snapshot", "disk", "policy", "slot", "reasons")
    for row in rows:
        if row["verdict"] == "delete" or row["gate"]:
            table.add_row(
                _state(row["verdict"]),
                row["id"],
                row["volume_id"],
                row["policy"],
                _minute(row["slot"]),
                Text("; ".join(row["reasons"])),
            )
    kept = sum(row["verdict"] == "keep" for row in rows)
    total = Text(f"{plan['region']}: {len(plan['delete'])} to delete, {kept} to keep")
    refusals = [Text(f"refused by {gate}: {why}") for gate, why in plan["refusals"].items()]
    return [table, total, *refusals]


def _table(title: str, *columns: str) -> Table:
    """Return a table whose last column takes the lines that the others must not break."""
    table = Table(title=title, box=None, padding=(0, 1, 0, 0), title_justify="left")
    for column in columns[:-1]:
        table.add_column(column, no_wrap=True)
    table.add_column(columns[-1], min_width=8, overflow="fold")
    return table


def _minute(instant: str | None) -> str:
    return instant[:16].replace("T", " ") if instant else "none"


def _state(value: str) -> Text:
    return Text(value, style=_STYLES.get(value, ""))
