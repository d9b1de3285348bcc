"""Reading plans that somebody approves: strictly, since each id in them is going to be deleted."""

import sys
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from snapkeep import ids
from snapkeep.errors import InvalidInput
from snapkeep.plan import DIGESTS, FORMAT
from snapkeep.strict import Table, read_json

_PATH = "FILE"
_REMEDY = "write one with snapkeep plan --format json"


@dataclass(frozen=True, slots=True)
class ApprovedPlan:
    """One region's plan as the file has it, and which of its ids are to be deleted."""

    plan: Mapping[str, Any]
    chosen: tuple[str, ...]

    @property
    def region(self) -> str:
        return str(self.plan["region"])

    @property
    def event(self) -> dict[str, Any]:
        """What delete-expired is asked."""
        return {
            "mode": "approve",
            "region": self.region,
            "plan_id": self.plan["id"],
            "as_of": self.plan["now"],
            # a line that was taken out of the file must not be deleted, so the ids are always named
            "delete": list(self.chosen),
        }


def read_approvals(file: Path, only: Collection[str]) -> list[ApprovedPlan]:
    """Read what ``snapkeep plan --format json`` wrote, ``-`` for standard input.

    Args:
        only: the ids that are meant; empty means all.

    Raises:
        InvalidInput: names the file and the line, or the id that no plan in it deletes.
    """
    plans = _plans(file)
    deletable = {plan["region"]: (*plan["delete"], *plan["approve"]) for plan in plans}
    if len(deletable) < len(plans):
        raise InvalidInput(f"{_name(file)} has two plans of one region", path=_PATH)
    if strangers := set(only).difference(*deletable.values()):
        message = f"{_name(file)} does not delete {', '.join(sorted(strangers))}"
        raise InvalidInput(message, path="--only")
    return [
        ApprovedPlan(
            plan, tuple(id_ for id_ in deletable[plan["region"]] if not only or id_ in only)
        )
        for plan in plans
    ]


def _plans(file: Path) -> list[dict[str, Any]]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        message = f"cannot read {_name(file)}: {type(error).__name__}"
        raise InvalidInput(message, path=_PATH) from error
    lines = enumerate(text.split("\n"), 1)
    plans = [
        _line(line, f"line {number} of {_name(file)}") for number, line in lines if line.strip()
    ]
    if not plans:
        raise InvalidInput(f"{_name(file)} is empty; {_REMEDY}", path=_PATH)
    return plans


def _line(text: str, place: str) -> dict[str, Any]:
    try:
        return _plan(read_json(text))
    except InvalidInput as error:
        why = str(error) if error.path else error.message
        if error.code == "MalformedJson" and not error.path:
            why = "it is not JSON in one line"
        raise InvalidInput(f"{place} is no plan: {why}; {_REMEDY}", path=_PATH) from error


def _plan(value: object) -> dict[str, Any]:
    table = Table(value)
    if table.text("format") != FORMAT:
        raise InvalidInput(f"must be {FORMAT!r}", path="format")
    texts = {key: table.text(key) for key in ("id", "region", "now", *DIGESTS)}
    named = {key: _ids(table, key) for key in ("delete", "approve")}
    table.get("snapshots", list)
    return texts | named | {"snapshots": [_row(row) for row in table.tables("snapshots")]}


def _ids(table: Table, key: str) -> tuple[str, ...]:
    return ids.check_ids(table.texts(key), ids.SNAPSHOT, key) if table.get(key, list) else ()


def _row(table: Table) -> dict[str, Any]:
    """Return a row with what is said of it when the plan has changed."""
    said = {key: table.text(key) for key in ("id", "verdict")}
    gate, reasons = table.maybe("gate", object), table.texts("reasons", required=True)
    return dict(table.items()) | said | {"gate": gate, "reasons": list(reasons)}


def _name(file: Path) -> str:
    return "standard input" if str(file) == "-" else str(file)
