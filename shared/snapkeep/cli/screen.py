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
    table = Table(title=f"Disks as of {result['now']}")
    for column in ("state", "region", "disk", "name", "policy", "newest good", "age", "good"):
        table.add_column(column)
    for row in result["rows"]:
        age = row["age_seconds"]
        table.add_row(
            _state(row["state"]),
            row["region"],
            row["volume_id"],
            Text(row["name"]),
            row["policy"] or "-",
            row["newest_at"] or "none",
            "-" if age is None else f"{age / 3600:.1f} h",
            str(row["good"]),
        )
    counts = ", ".join(f"{n} {state}" for state, n in result["disks"].items() if n)
    verdict = "all disks are protected" if result["well"] else "some disks need attention"
    return [table, Text(f"{verdict}: {counts or 'no disk was found'}")]


def _plan(plan: dict[str, Any]) -> list[RenderableType]:
    rows = plan["snapshots"]
    table = Table(title=f"Plan for {plan['region']} as of {plan['now']}")
    for column in ("verdict", "snapshot", "disk", "policy", "slot", "reasons"):
        table.add_column(column)
    for row in rows:
        if row["verdict"] == "delete" or row["gate"]:
            reasons = Text("; ".join(row["reasons"]))
            held = f"keep ({row['gate']})" if row["gate"] else "delete"
            table.add_row(
                _state(row["verdict"], held),
                row["id"],
                row["volume_id"],
                row["policy"],
                row["slot"],
                reasons,
            )
    kept = sum(row["verdict"] == "keep" for row in rows)
    total = Text(f"{plan['region']}: {len(plan['delete'])} to delete, {kept} to keep")
    refusals = [Text(f"refused by {gate}: {why}") for gate, why in plan["refusals"].items()]
    return [table, total, *refusals]


def _state(value: str, shown: str | None = None) -> Text:
    return Text(shown or value, style=_STYLES.get(value, ""))
