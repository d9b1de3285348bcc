"""The small JSON that a run of create-on-event answers with."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from snapkeep.model import Outcome, Status

MOST_NAMED = 50
NOTHING_SELECTED = "NothingSelected"
DONE = frozenset({Status.CREATED, Status.EXISTING, Status.SKIPPED})


def is_done(outcomes: Sequence[Outcome]) -> bool:
    """Say whether the event needs no further delivery."""
    return all(outcome.status in DONE for outcome in outcomes)


def is_accepted(outcomes: Sequence[Outcome]) -> bool:
    """Say whether every disk has its snapshot id, though some are not Available yet."""
    return all(
        outcome.status in DONE or (outcome.status is Status.PENDING and outcome.snapshot_id)
        for outcome in outcomes
    )


def is_out_of_scope(outcomes: Sequence[Outcome]) -> bool:
    """Say whether all that is not done never will be: of the disks that are meant, the policy does
    not select these, or none can ever have a snapshot."""
    codes = {outcome.code for outcome in outcomes if outcome.status not in DONE}
    never = any(outcome.status is Status.SKIPPED for outcome in outcomes)
    return codes == {"OutOfScope"} or (codes == {NOTHING_SELECTED} and never)


def to_json(outcomes: Sequence[Outcome], *, brief: bool = False) -> dict[str, Any]:
    """Return counts by status and every disk's outcome; fields that say nothing are left out.

    Args:
        brief: only some of the disks that are not done, since Step Functions takes 256 KiB; and
            whether the policy means any disk of the region.
    """
    counted = Counter(outcome.status for outcome in outcomes)
    if brief:
        selects = all(outcome.code != NOTHING_SELECTED for outcome in outcomes)
        left = [outcome for outcome in outcomes if outcome.status not in DONE][:MOST_NAMED]
        return {**to_json(left), "counts": _by_status(counted), "selects": selects}
    disks = [
        {key: value for key, value in asdict(outcome).items() if value is not None}
        for outcome in outcomes
    ]
    return {"counts": _by_status(counted), "disks": disks}


def _by_status(counted: Mapping[Status, int]) -> dict[str, int]:
    return {status.value: counted.get(status, 0) for status in Status}


def describe(outcomes: Sequence[Outcome]) -> str:
    """Return one line that names the disks that are not done and why."""
    left = [outcome for outcome in outcomes if outcome.status not in DONE]
    told = [
        f"{outcome.volume_id or outcome.region}: {outcome.status.value}"
        f" {outcome.code or ''} {outcome.message or ''}".rstrip()
        for outcome in left[:MOST_NAMED]
    ]
    if len(left) > MOST_NAMED:
        told.append(f"and {len(left) - MOST_NAMED} more, as the log says")
    return "; ".join(told)
