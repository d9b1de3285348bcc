"""A create without a clear answer is followed by the rows that turn out to answer it."""

from dataclasses import replace

import pytest

from snapkeep.creation import MISMATCH, Intent, follow, verify
from snapkeep.events import SnapshotRequest
from snapkeep.model import Outcome, Snapshot, Source, Status
from snapkeep.selection import Target
from tests.unit.rows import DISK, NIGHTLY, SLOT, identity, row

REQUEST = SnapshotRequest(NIGHTLY, Source.CRON, SLOT, identity().event, ("bj",))
LOST = Outcome("bj", DISK, Status.FAILED, code="Timeout", message="no answer in time")
UNCLEAR = replace(Intent.of(REQUEST, Target(DISK, DISK), "bj"), sent=True, failure=LOST)


def test_an_unclear_create_that_shows_no_row_stays_open_and_unclear() -> None:
    assert follow(UNCLEAR, []) == UNCLEAR


def test_an_unclear_create_is_known_by_its_id_as_soon_as_its_row_shows() -> None:
    creating = row(status="Creating")
    found = follow(UNCLEAR, [creating])
    assert found == replace(UNCLEAR, snapshot_id=creating.id)
    assert isinstance(found, Intent)
    assert verify(found, creating) is None
    ended = verify(found, row())
    assert ended is not None
    assert (ended.status, ended.snapshot_id) == ("created", creating.id)


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (row(), ("created", None, row().id)),
        (row(status="CreatedFailed"), ("failed", "CreatedFailed", row().id)),
        (row(status="NotAvailable"), ("failed", "NotAvailable", row().id)),
    ],
    ids=["good", "failed", "unusable"],
)
def test_an_unclear_create_whose_row_has_ended_has_its_outcome(
    seen: Snapshot, expected: tuple[str, str | None, str]
) -> None:
    found = follow(UNCLEAR, [seen])
    assert isinstance(found, Outcome)
    assert (found.status, found.code, found.snapshot_id) == expected


def test_a_mismatch_stays_known_while_its_row_is_followed() -> None:
    mismatch = replace(LOST, code=MISMATCH, message="the body differs")
    found = follow(replace(UNCLEAR, failure=mismatch), [row(status="Creating")])
    assert isinstance(found, Intent)
    assert found.failure == mismatch


def test_an_intent_has_no_trouble_before_a_look_failed_and_follows_with_it() -> None:
    assert UNCLEAR.trouble is None
    troubled = replace(UNCLEAR, trouble=LOST)
    assert follow(troubled, [row(status="Creating")]) == replace(troubled, snapshot_id=row().id)
