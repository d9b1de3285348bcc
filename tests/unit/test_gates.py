"""One test per gate: alone, it turns a delete into a keep, and at its boundary it lets go."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from snapkeep.expiry import Decision, decide
from snapkeep.model import Snapshot
from snapkeep.policy import Hold, Keep, Policies
from snapkeep.rows import World
from tests.unit.rows import (
    ADHOC,
    DAY,
    HOUR,
    NOW,
    SECOND,
    SLOT,
    adhoc,
    nightly,
    nights,
    policies,
    row,
    world,
)  # fmt: skip

OLDEST = row(SLOT - 4 * DAY)


def _verdict(of: Snapshot, others: Iterable[Snapshot], given: World | None = None) -> Decision:
    decisions = decide([of, *others], given or world())
    (found,) = [decision for decision in decisions if decision.row.snapshot == of]
    return found


def _under(found: Policies, **options: object) -> World:
    return replace(world(found), **options)  # type: ignore[arg-type]


def test_without_objection_the_oldest_row_is_deleted_and_says_why() -> None:
    found = _verdict(OLDEST, nights(4))
    assert (found.delete, found.gate, found.reasons) == (True, None, ("no rule keeps it",))


def test_a_row_that_a_rule_keeps_is_kept_with_the_rule_as_reason() -> None:
    newest, *others = nights(5)
    found = _verdict(newest, others)
    assert (found.delete, found.gate, found.reasons) == (False, None, ("last 1 of 3",))


@pytest.mark.parametrize(
    ("found", "reason"),
    [
        (policies(ADHOC), "policy nightly is not in the policy file"),
        (nightly(enabled=False), "policy nightly is disabled"),
    ],
    ids=["removed", "disabled"],
)
def test_policy_gate_a_removed_or_disabled_policy_deletes_nothing(
    found: Policies, reason: str
) -> None:
    verdict = _verdict(OLDEST, nights(4), _under(found))
    assert (verdict.delete, verdict.gate) == (False, "policy")
    assert verdict.reasons == ("no rule keeps it", reason)


@pytest.mark.parametrize("status", ["Creating", "NotAvailable", "Deleting", "", "available"])
def test_status_gate_a_row_that_is_not_available_is_kept(status: str) -> None:
    verdict = _verdict(replace(OLDEST, status=status), nights(4))
    assert (verdict.delete, verdict.gate) == (False, "status")
    assert verdict.reasons[-1] == f"it is {status}"


@pytest.mark.parametrize("method", [None, "hold"], ids=["free", "held"])
def test_time_gate_a_row_without_readable_creation_time_is_kept(method: str | None) -> None:
    verdict = _verdict(row(SLOT - 4 * DAY, create_time=None, hold=method), nights(4))
    assert (verdict.delete, verdict.gate) == (False, "time")
    assert verdict.reasons[1] == "its creation time cannot be read"


@pytest.mark.parametrize("ahead", [SECOND, 365 * DAY], ids=["a second", "a year"])
def test_future_gate_a_row_created_in_the_future_is_kept(ahead: timedelta) -> None:
    verdict = _verdict(replace(OLDEST, create_time=NOW + ahead), nights(4))
    assert (verdict.delete, verdict.gate) == (False, "future")
    assert verdict.reasons[1] == "it is dated in the future"


def test_future_gate_a_future_row_never_counts_as_the_newest_good_one() -> None:
    future, real = row(NOW + SECOND), nights(2)
    second, first, ahead = decide([future, *real], world())
    assert (ahead.delete, ahead.gate) == (False, "future")
    assert (first.reasons, second.reasons) == (("last 1 of 3",), ("last 2 of 3",))
    stalled = [row(NOW + SECOND), *nights(4, newest=SLOT - 9 * DAY)]
    assert [d.gate for d in decide(stalled, world())] == ["freshness", None, None, None, "future"]


def test_future_gate_a_row_of_a_future_slot_is_kept_and_does_not_anchor() -> None:
    early = row(NOW + HOUR, create_time=NOW - 2 * DAY)
    of_now, ahead = decide([early, row()], world(nightly(keep=Keep(last=1))))
    assert (ahead.delete, ahead.gate) == (False, "future")
    assert of_now.reasons == ("last 1 of 1",)


def test_future_gate_a_row_of_this_very_second_is_of_now() -> None:
    verdict = _verdict(row(NOW), nights(4))
    assert verdict.reasons == ("last 1 of 3",)


def test_hold_gate_a_marker_with_hold_is_never_deleted() -> None:
    verdict = _verdict(row(SLOT - 4 * DAY, hold="audit-2026"), nights(4))
    assert (verdict.delete, verdict.gate) == (False, "hold")
    assert verdict.reasons == ("no rule keeps it", "held: audit-2026")


@pytest.mark.parametrize(
    ("until", "held"),
    [(None, True), (NOW + SECOND, True), (NOW, False), (NOW - DAY, False)],
    ids=["for good", "until later", "until now", "until yesterday"],
)
def test_hold_gate_the_policy_file_holds_by_id_until_its_end(
    until: datetime | None, held: bool
) -> None:
    found = replace(policies(), holds=(Hold(OLDEST.id, "audit", until),))
    verdict = _verdict(OLDEST, nights(4), _under(found))
    assert verdict.delete is not held
    assert verdict.gate == ("hold" if held else None)
    other = replace(policies(), holds=(Hold("s-other001", "audit"),))
    assert _verdict(OLDEST, nights(4), _under(other)).delete


def test_newest_good_gate_the_newest_good_row_is_never_deleted() -> None:
    ended = NOW - HOUR
    rows = [adhoc(age * DAY, ended) for age in (2, 3, 4)]
    newest = _verdict(rows[0], rows[1:])
    assert (newest.delete, newest.gate) == (False, "newest-good")
    assert newest.reasons[-1] == "it is the newest good one"


@pytest.mark.parametrize(
    ("age", "delete"),
    [(24 * HOUR - SECOND, False), (24 * HOUR, True), (24 * HOUR + SECOND, True)],
    ids=["a second less", "exactly 24 h", "a second more"],
)
def test_minimum_age_gate_a_row_younger_than_24_hours_is_kept(age: timedelta, delete: bool) -> None:
    verdict = _verdict(replace(OLDEST, create_time=NOW - age), nights(4))
    assert verdict.delete is delete
    assert verdict.gate == (None if delete else "minimum-age")


def test_status_gate_a_failed_row_without_a_newer_good_one_says_so() -> None:
    verdict = _verdict(row(SLOT - 9 * DAY, status="CreatedFailed"), [])
    assert verdict.reasons[:2] == ("its creation failed", "no newer good one exists")
