from dataclasses import replace

import pytest

from snapkeep.creation import MISMATCH, Index, Intent, look_before, settle, verify
from snapkeep.events import SnapshotRequest
from snapkeep.identity import MAX_GENERATION
from snapkeep.model import Outcome, Snapshot, Source, Status
from snapkeep.selection import Target
from tests.unit.rows import DISK, NIGHTLY, SERVER, SLOT, identity, row

REQUEST = SnapshotRequest(NIGHTLY, Source.CRON, SLOT, identity().event, ("bj",))
INTENT = Intent.of(REQUEST, Target(DISK, DISK), "bj")
SENT = replace(INTENT, sent=True)
FAILED = "CreatedFailed"
BUSY = ("VolumeStatus", "the disk is Detaching")


def _look(*rows: Snapshot, intent: Intent = INTENT) -> Intent | Outcome:
    return look_before(intent, Index(rows))


def _ended(found: Intent | Outcome | None) -> tuple[str, str | None, str | None]:
    assert isinstance(found, Outcome)
    assert (found.region, found.volume_id) == ("bj", DISK)
    return found.status, found.code, found.snapshot_id


def test_an_intent_takes_its_identity_from_the_event_and_the_disk() -> None:
    assert (INTENT.identity, INTENT.sent, INTENT.generation) == (identity(), False, 0)
    other = Intent.of(REQUEST, Target("v-system01", SERVER), "gz").identity
    assert other == identity(volume_id="v-system01", region="gz")


def test_nothing_there_is_to_be_created() -> None:
    assert _look() == INTENT


def test_a_refused_disk_fails_with_its_reason_unless_the_event_is_answered() -> None:
    refused = replace(INTENT, target=Target(DISK, DISK, BUSY))
    assert _ended(_look(intent=refused)) == ("failed", "VolumeStatus", None)
    assert _ended(_look(row(), intent=refused)) == ("existing", None, row().id)
    failed = row(status=FAILED)
    assert _ended(_look(failed, intent=refused)) == ("failed", "VolumeStatus", None)
    creating = row(status="Creating")
    waiting = _look(creating, intent=refused)
    assert isinstance(waiting, Intent)
    assert waiting.snapshot_id == creating.id


@pytest.mark.parametrize("generation", range(MAX_GENERATION + 1))
@pytest.mark.parametrize("where", [DISK, None], ids=["its disk", "released"])
def test_an_available_row_of_any_generation_answers_the_event(
    generation: int, where: str | None
) -> None:
    found = row(generation=generation, volume_id=where)
    assert _ended(_look(found)) == ("existing", None, found.id)


def test_a_system_disk_is_answered_by_a_row_of_its_instance() -> None:
    intent = replace(INTENT, target=Target(DISK, SERVER))
    assert _ended(_look(row(volume_id=SERVER), intent=intent))[0] == "existing"
    assert _ended(_look(row(volume_id=DISK), intent=intent))[0] == "existing"


@pytest.mark.parametrize(
    "changes", [{"name": "renamed"}, {"desc": "rewritten"}], ids=["name", "description"]
)
def test_an_edited_row_still_answers_the_event(changes: dict[str, str]) -> None:
    assert _ended(_look(replace(row(), **changes)))[0] == "existing"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "foreign",
    [
        row(volume_id="v-disk0002"),
        row(volume_id=SERVER),
        row(of={"volume_id": "v-disk0002"}),
        row(of={"policy": "weekly"}),
        row(of={"region": "gz"}),
        row(SLOT.replace(hour=17)),
        row(of={"source": Source.BUS}),
        row(name="renamed", desc="rewritten"),
    ],
    ids=["copied marker", "its instance", "disk", "policy", "region", "slot", "source", "edited"],
)
def test_a_row_of_anything_else_does_not_answer_the_event(foreign: Snapshot) -> None:
    assert _look(foreign) == INTENT


def test_a_row_that_is_being_created_is_waited_for() -> None:
    first, second = row(status="Creating", id="s-0001"), row(status="Creating", id="s-0002")
    assert _look(second, first) == replace(INTENT, snapshot_id="s-0001")
    failed = row(generation=1, status=FAILED)
    assert _look(failed, first) == replace(INTENT, snapshot_id="s-0001")


@pytest.mark.parametrize("status", ["NotAvailable", "Deleting", "", "createdfailed"])
def test_a_row_in_any_other_status_is_no_reason_to_make_another(status: str) -> None:
    odd = row(status=status)
    assert _ended(_look(odd)) == ("failed", status, odd.id)
    assert _ended(_look(row(generation=1, status=FAILED), odd)) == ("failed", status, odd.id)


@pytest.mark.parametrize(
    ("failed", "generation"),
    [([0], 1), ([0, 1], 2), ([0, 1, 2], 3), ([1], 2), ([2, 0], 3)],
    ids=str,
)
def test_failed_rows_alone_start_the_generation_after_the_highest(
    failed: list[int], generation: int
) -> None:
    rows = [row(generation=each, status=FAILED) for each in failed]
    assert _look(*rows) == replace(INTENT, generation=generation)


def test_the_generation_of_a_renamed_failed_row_is_still_known() -> None:
    assert _look(row(generation=2, status=FAILED, name="x")) == replace(INTENT, generation=3)


def test_after_the_last_generation_the_event_fails_for_good() -> None:
    rows = [row(generation=each, status=FAILED) for each in range(4)]
    found = _look(*rows)
    assert _ended(found)[:2] == ("failed", FAILED)
    assert isinstance(found, Outcome)
    assert "4 times" in str(found.message)


def test_two_good_rows_are_existing_with_a_warning_that_names_both() -> None:
    found = _look(
        row(id="s-0002"), row(id="s-0001", generation=1), row(generation=2, status=FAILED)
    )
    assert _ended(found) == ("existing", None, "s-0001")
    assert isinstance(found, Outcome)
    assert found.warning == "2 snapshots answer this event: s-0001, s-0002"


@pytest.mark.parametrize(
    ("intent", "rows", "expected"),
    [
        (SENT, [], None),
        (SENT, [row(status="Creating")], None),
        (SENT, [row()], ("created", None, row().id)),
        (INTENT, [row()], ("existing", None, row().id)),
        (SENT, [row(status=FAILED)], ("failed", FAILED, row().id)),
        (SENT, [row(status="NotAvailable")], ("failed", "NotAvailable", row().id)),
    ],
    ids=["nothing", "creating", "ours", "another delivery's", "failed", "unusable"],
)
def test_rows_settle_an_intent(
    intent: Intent, rows: list[Snapshot], expected: tuple[str, str | None, str | None] | None
) -> None:
    found = settle(intent, rows)
    assert (None if found is None else _ended(found)) == expected


def test_a_mismatch_that_finds_its_row_is_existing_with_a_warning() -> None:
    failure = Outcome("bj", DISK, Status.FAILED, code=MISMATCH, message="the body differs")
    found = settle(replace(SENT, failure=failure), [row()])
    assert _ended(found) == ("existing", None, row().id)
    assert found is not None
    assert found.warning == "the body differs"
    lost = Outcome("bj", DISK, Status.FAILED, code="Timeout", message="no answer")
    found = settle(replace(SENT, failure=lost), [row()])
    assert _ended(found)[0] == "created"
    assert found is not None
    assert found.warning is None


def test_after_sending_only_rows_of_its_own_generation_answer() -> None:
    index = Index([row(status=FAILED), row(generation=1)])
    assert index.answers(replace(SENT, generation=1)) == [row(generation=1)]
    assert index.answers(SENT) == [row(status=FAILED)]
    assert len(index.answers(INTENT)) == 2
    assert index.by_id[row().id].status == FAILED


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (row(), None),
        (row(volume_id=None), None),
        (row(name="another"), "VerifyMismatch"),
        (row(generation=1), "VerifyMismatch"),
        (row(volume_id="v-disk0002"), "VerifyMismatch"),
        (row(status=FAILED), FAILED),
    ],
    ids=["ours", "released", "other name", "other generation", "other disk", "failed"],
)
def test_the_row_behind_the_answered_id_is_checked(answer: Snapshot, code: str | None) -> None:
    intent = replace(SENT, snapshot_id=answer.id)
    expected = ("failed" if code else "created", code, answer.id)
    assert _ended(verify(intent, answer)) == expected
    assert verify(intent, row(status="Creating")) is None


def test_a_row_that_was_found_and_not_sent_may_have_been_renamed() -> None:
    found = replace(INTENT, snapshot_id=row().id)
    assert _ended(verify(found, row(name="renamed")))[0] == "existing"
