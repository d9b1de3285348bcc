from pathlib import Path
from typing import Any

import pytest

from tests.account.accounts import account
from tests.account.stopping import ATTEMPTS, Interrupted, at, removal, writes
from tests.fake_bce import Call, Fault
from tests.scale import IS_FULL

# of the calls that only read, each so many-th is interrupted or refused
STRIDE = 1 if IS_FULL else 16


def some(journal: list[Call]) -> list[int]:
    """Return the numbers of all calls that change something, and of some that read."""
    return sorted({*writes(journal), *range(1, len(journal) + 1, STRIDE)})


def test_ctrl_c_before_any_call_leaves_the_account_as_it_was(
    tmp_path: Path, journal: list[Call]
) -> None:
    for number in some(journal):
        made = account(tmp_path)
        before = made.rows()
        at(number, made)
        code = made.run()
        assert made.rows() == before, f"call {number}"
        lost = number > 1 and made.result["perhaps_left"]
        # nobody can tell that a create which was not answered has not been done
        assert not lost or journal[number - 1].operation == "CreateSnapshot"
        # in the removal one Ctrl-C does not count
        is_removing = number > len(journal) - len(removal(journal))
        assert code == (1 if lost else 0 if is_removing else 130), number
        assert made.taken <= 3


@pytest.mark.parametrize("busy", [True, False] if IS_FULL else [True])
def test_ctrl_c_after_a_call_was_done_leaves_the_account_as_it_was(
    tmp_path: Path, busy: bool
) -> None:
    whole = account(tmp_path, busy_while_creating=busy)
    whole.run()
    for number in writes(whole.cloud.journal):
        made = account(tmp_path, busy_while_creating=busy)
        before = made.rows()
        made.run(adapter=Interrupted(made, number))
        assert made.rows() == before, f"call {number}"
        assert made.taken <= 3


FAILURES: dict[str, dict[str, Any]] = {
    "no right": {"kind": "before", "status": 403, "code": "AccessDenied"},
    "an answer that is lost": {"kind": "timeout_after", "times": ATTEMPTS},
}
if IS_FULL:
    FAILURES["no answer"] = {"kind": "reset_before", "times": ATTEMPTS}
    FAILURES["an answer that says nothing"] = {"kind": "garbage", "times": ATTEMPTS}


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES)
def test_a_call_that_fails_leaves_nothing_behind(
    tmp_path: Path, journal: list[Call], failure: dict[str, Any]
) -> None:
    numbers = some(journal) if failure["kind"] == "before" else [*writes(journal)]
    for number in numbers:
        made = account(tmp_path, [Fault(nth=number, **failure)])
        before = made.rows()
        made.run()
        assert made.rows() == before, f"call {number}"
        assert made.taken <= 3
