"""A plan as Markdown: what would go and what holds the rest, for a ticket or a pull request."""

from collections import Counter
from typing import Any

from snapkeep.markdown import text

_HEAD = "| snapshot | disk | policy | slot | gate | reasons |"
# as much as ``text`` never cuts
_PIECE = 50


def render_plan(plan: dict[str, Any]) -> str:
    """Return one region's plan; texts that come from the account are made harmless."""
    rows = plan["snapshots"]
    kept = Counter(row["gate"] or "a rule" for row in rows if row["verdict"] == "keep")
    held = ", ".join(f"{number} by {text(gate)}" for gate, number in sorted(kept.items()))
    delete, approve = len(plan["delete"]), len(plan["approve"])
    counts = f"{delete} to delete, {approve} more if approved, {sum(kept.values())} kept"
    lines = [
        f"# Expiry plan for {plan['region']}",
        "",
        f"As of {plan['now']}: **{counts}**",
        "",
        f"- Plan: `{plan['id']}`",
        f"- Kept: {held or 'none'}",
        *(f"- Refused by {gate}: {_whole(why)}" for gate, why in plan["refusals"].items()),
        *_table("To delete", [row for row in rows if row["verdict"] == "delete"]),
        *_table("To delete if approved", [row for row in rows if row["verdict"] == "approve"]),
        *_table("Held by a gate", [r for r in rows if r["verdict"] == "keep" and r["gate"]]),
    ]
    return "\n".join([*lines, ""])


def _table(title: str, rows: list[dict[str, Any]]) -> list[str]:
    if not rows:
        return []
    return ["", f"## {title}", "", _HEAD, "|---" * 6 + "|", *map(_row, rows)]


def _row(row: dict[str, Any]) -> str:
    reasons = "; ".join(_whole(reason) for reason in row["reasons"])
    cells = (row["id"], row["volume_id"], row["policy"], row["slot"], row["gate"] or "-")
    return f"| {' | '.join(text(cell) for cell in cells)} | {reasons} |"


def _whole(sentence: str) -> str:
    """Return a sentence made harmless and not cut: a reason is nothing without its end."""
    pieces = (sentence[place : place + _PIECE] for place in range(0, len(sentence), _PIECE))
    return "".join(map(text, pieces))
