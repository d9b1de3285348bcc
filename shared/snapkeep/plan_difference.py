"""What is different between two plans of a region, snapshot by snapshot."""

from collections.abc import Iterator, Mapping
from typing import Any

_FIELDS = (
    *("policy", "volume_id", "slot", "source", "created", "status"),
    *("keep_until", "hold", "hold_until"),
)


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Return a line for each thing that is not the same.

    Args:
        before: a plan as JSON, such as the one that was approved.
        after: another one of the same region as of the same instant. What was made since is of the
            future there, and no difference.
    """
    old, new = ({row["id"]: row for row in plan["snapshots"]} for plan in (before, after))
    lines = [line for id_, row in old.items() for line in _changes(id_, row, new.get(id_))]
    lines += [
        f"{id_}: new, {_said(row)}"
        for id_, row in new.items()
        if id_ not in old and not _is_later(row, after["now"])
    ]
    if before["policy_digest"] != after["policy_digest"]:
        lines.append("the policy file decides otherwise: a rule, an rpo, a hold or the time zone")
    if not lines and before["inventory_digest"] != after["inventory_digest"]:
        lines.append("a disk was released, or is listed again, or its snapshots name another one")
    if not lines and before["id"] != after["id"]:
        lines.append("nothing but the id, which is not that of this plan")
    return lines


def _changes(id_: str, old: Mapping[str, Any], new: Mapping[str, Any] | None) -> Iterator[str]:
    if new is None:
        yield f"{id_}: no longer listed as ours, was {_said(old)}"
    elif (old["verdict"], old["gate"]) != (new["verdict"], new["gate"]):
        yield f"{id_}: was {_said(old)}; is {_said(new)}"
    else:
        changed = [field for field in _FIELDS if old.get(field) != new.get(field)]
        # what a field decides is in the reasons as well, and need not be told twice
        for field in changed or ["reasons"] * (old["reasons"] != new["reasons"]):
            yield f"{id_}: {field}: {_text(old.get(field))} -> {_text(new.get(field))}"


def _is_later(row: Mapping[str, Any], now: str) -> bool:
    """Say whether a row is of, or was made, later; these instants are ordered as their texts."""
    return bool(row["slot"] > now or row.get("created", "") > now)


def _said(row: Mapping[str, Any]) -> str:
    return f"{row['verdict']} ({_text(row['reasons'])})"


def _text(value: object) -> str:
    if value is None:
        return "none"
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)
