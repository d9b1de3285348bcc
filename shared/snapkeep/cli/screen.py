"""What a person sees: tables with the urgent first, and the remedy for an error."""

from collections.abc import Callable, Iterator
from itertools import groupby
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
# the space of Chinese text, which is not printable by Python's definition
_WIDE_SPACE = "\u3000"


def remedy(message: str) -> str:
    """Return what to do about an error that names one of the known codes, else nothing."""
    found = (text for code, text in _REMEDIES.items() if code in message)
    first = next(found, None)
    return f" - remedy: {first}" if first else ""


def printable(text: str) -> str:
    """Return a text of the account so that a terminal shows it and obeys nothing in it."""
    return "".join(char if char.isprintable() or char == _WIDE_SPACE else "�" for char in text)


def report_tables(result: dict[str, Any]) -> list[RenderableType]:
    """Return the disks, the most urgent first, each policy on a line, and then what to do."""
    title = f"Disks as of {result['now']}"
    table = _table(title, "state", "region", "disk", "policy", "newest good", "age", "good", "name")
    for disk in result["disks"]:
        for each in disk["policies"] or [{}]:
            age = each.get("age_seconds")
            table.add_row(
                _state(each.get("state") or disk["state"]),
                disk["region"],
                disk["volume_id"],
                each.get("policy", "-"),
                _minute(each.get("newest_at")),
                "-" if age is None else f"{age / 3600:.1f} h",
                str(each.get("good", 0)),
                Text(printable(disk["name"])),
            )
    counts = ", ".join(f"{n} {state}" for state, n in result["summary"]["disks"].items() if n)
    verdict = Text(f"{result['verdict']}: {counts}" if counts else result["verdict"])
    return [*([table] if result["disks"] else []), *_to_do(result["findings"]), verdict]


def _to_do(findings: list[dict[str, Any]]) -> Iterator[RenderableType]:
    for kind, some in groupby(findings, lambda finding: finding["kind"]):
        each = list(some)
        if each[0]["urgency"] != "note":
            yield Text(f"{len(each)} {kind}: {each[0]['action']}", style="yellow")


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
