import json

import pytest

from snapkeep.model import Outcome, Status
from snapkeep.results import describe, is_accepted, is_done, to_json

S = Status


def _outcome(status: Status, id: str | None = None) -> Outcome:
    return Outcome("bj", "v-disk0001", status, snapshot_id=id)


@pytest.mark.parametrize(
    ("outcomes", "done", "accepted"),
    [
        ([], True, True),
        ([_outcome(S.CREATED, "s-1"), _outcome(S.EXISTING, "s-2")], True, True),
        ([_outcome(S.CREATED, "s-1"), _outcome(S.SKIPPED)], True, True),
        ([_outcome(S.CREATED, "s-1"), _outcome(S.PENDING, "s-2")], False, True),
        ([_outcome(S.CREATED, "s-1"), _outcome(S.PENDING)], False, False),
        ([_outcome(S.PENDING, "s-1"), _outcome(S.FAILED, "s-2")], False, False),
        ([_outcome(S.CREATED, "s-1"), _outcome(S.INCOMPLETE)], False, False),
        ([_outcome(S.FAILED)], False, False),
    ],
    ids=["nothing", "all there",
        "skipped", "pending with id", "pending without", "failed too", "incomplete",
         "failed"],
)  # fmt: skip
def test_a_run_is_done_accepted_or_neither(
    outcomes: list[Outcome], done: bool, accepted: bool
) -> None:
    assert is_done(outcomes) is done
    assert is_accepted(outcomes) is accepted


def test_the_answer_counts_every_status_and_leaves_out_what_says_nothing() -> None:
    failed = Outcome("bj", "v-2", S.FAILED, code="Busy", message="wait", request_id="r-1")
    result = to_json([_outcome(S.CREATED, "s-1"), failed, _outcome(S.CREATED, "s-2")])
    assert result["counts"] == {
        "created": 2, "existing": 0, "pending": 0, "skipped": 0, "failed": 1, "incomplete": 0,
    }  # fmt: skip
    assert result["disks"][0] == {
        "region": "bj", "volume_id": "v-disk0001", "status": "created", "snapshot_id": "s-1",
    }  # fmt: skip
    assert result["disks"][1] == {
        "region": "bj", "volume_id": "v-2", "status": "failed", "code": "Busy", "message": "wait",
        "request_id": "r-1",
    }  # fmt: skip
    assert sum(result["counts"].values()) == len(result["disks"]) == 3
    assert json.loads(json.dumps(result)) == result


def test_the_summary_names_what_is_not_done_and_only_that() -> None:
    outcomes = [
        _outcome(S.CREATED, "s-1"),
        Outcome("bj", "v-2", S.FAILED, code="Busy", message="wait"),
        Outcome("gz", "", S.FAILED, code="ListIncomplete"),
        Outcome("bj", "v-3", S.PENDING),
        Outcome("bj", "v-4", S.SKIPPED, code="Excluded"),
    ]
    assert describe(outcomes) == "v-2: failed Busy wait; gz: failed ListIncomplete; v-3: pending"
    assert describe(outcomes[:1]) == ""
