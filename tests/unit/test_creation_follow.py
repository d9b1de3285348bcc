"""A create without a clear answer is followed by the rows that turn out to answer it."""

from dataclasses import replace

import pytest

from snapkeep.creation import MISMATCH, Index, Intent, follow, look_before, settle, verify
from snapkeep.events import SnapshotRequest
from snapkeep.model import Outcome, Snapshot, Source, Status
from snapkeep.selection import Target
from tests.unit.rows import DISK, HOUR, NIGHTLY, SLOT, identity, row

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


def _said(found: Intent | Outcome | None) -> str | None:
    assert isinstance(found, Outcome)
    return found.message


def test_a_failure_is_told_with_its_snapshot() -> None:
    for status in ("CreatedFailed", "NotAvailable"):
        assert _said(settle(UNCLEAR, [row(status=status)])) == f"snapshot {row().id} is {status}"
    all_failed = [row(generation=each, status="CreatedFailed") for each in range(4)]
    plain = replace(UNCLEAR, sent=False)
    assert _said(look_before(plain, Index(all_failed))) == (
        "creation failed 4 times for this event; see the disk's status"
    )


def test_a_row_that_is_not_what_was_asked_for_is_told_by_name_and_disk() -> None:
    other = row(name="n" * 99, volume_id="v-disk0002")
    assert _said(verify(UNCLEAR, other)) == (
        f"snapshot {other.id} is '{'n' * 80}' of v-disk0002, not what was asked for"
    )


def test_a_refused_disk_is_told_why() -> None:
    busy = Target(DISK, DISK, ("VolumeStatus", "the disk is Detaching"))
    found = look_before(Intent.of(REQUEST, busy, "bj"), Index([]))
    assert _said(found) == "the disk is Detaching"


def test_of_two_good_rows_the_older_one_answers() -> None:
    older, newer = row(id="s-0002"), row(id="s-0001", create_time=SLOT + HOUR, generation=1)
    found = settle(UNCLEAR, [newer, older])
    assert found is not None
    assert found.snapshot_id == older.id


@pytest.mark.parametrize("generation", range(4))
def test_a_row_is_verified_in_the_generation_that_was_sent(generation: int) -> None:
    sent = replace(UNCLEAR, generation=generation)
    ended = {each: verify(sent, row(generation=each)) for each in range(4)}
    created = {each for each, found in ended.items() if found and found.status == "created"}
    assert created == {generation}


def test_an_intent_keeps_what_was_asked_for_and_of_which_disk() -> None:
    target = Target(DISK, DISK)
    intent = Intent.of(REQUEST, target, "bj")
    assert intent.request is REQUEST
    assert intent.target is target
