"""Carrying out a plan: what the run has deleted still counts for the rules, and for no gate."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from snapkeep.expiry import Decision, Verdict, decide, decide_rows
from snapkeep.model import Source
from snapkeep.policy import Adopt, Keep
from snapkeep.rows import Row, World, candidate
from tests.unit.rows import (
    DAY,
    DISK,
    HOUR,
    NIGHTLY,
    NOW,
    SLOT,
    nightly,
    nights,
    policies,
    row,
    world,
)

# of five nights the two oldest go; once they are gone, the rule would keep the next as the oldest
KEEP = Keep(last=1, within_monthly=4 * DAY)


def _world(keep: Keep = KEEP, **changes: object) -> World:
    return replace(world(nightly(keep=keep, rpo=None)), **changes)  # type: ignore[arg-type]


def _rows(given: World, number: int, newest: datetime = SLOT - 2 * DAY) -> list[Row]:
    """Return rows of ours, the oldest first."""
    found = [candidate(snapshot, given) for snapshot in nights(number, newest)]
    return [found_row for found_row in reversed(found) if found_row]


def _verdicts(decisions: list[Decision]) -> list[str]:
    return [decision.verdict.value for decision in decisions]


def test_a_rule_that_counted_a_deleted_row_does_not_take_the_next_one_instead() -> None:
    given = _world()
    rows = _rows(given, 5)
    assert _verdicts(decide_rows(rows, given)) == ["delete"] * 3 + ["keep"] * 2
    left = rows[1:]
    assert decide_rows(left, given)[0].reasons == ("oldest, monthly within 4d of the newest",)
    assert _verdicts(decide_rows(left, given, rows[:1])) == ["delete"] * 2 + ["keep"] * 2
    snapshots = [each.snapshot for each in left]
    assert decide(snapshots, given, rows[:1]) == decide_rows(left, given, rows[:1])


def test_what_was_deleted_is_no_good_one_that_remains() -> None:
    given = _world(Keep(last=1))
    rows = _rows(given, 4)
    decisions = decide_rows(rows[2:], given, rows[:2])
    assert _verdicts(decisions) == ["keep", "keep"]
    assert decisions[0].gate == "minimum-good"


def test_what_was_deleted_of_another_disk_or_policy_counts_for_neither() -> None:
    given = _world()
    rows = _rows(given, 5)
    strangers = [replace(rows[0], volume_id="v-other001"), replace(rows[0], policy="other")]
    assert decide_rows(rows[1:], given, strangers) == decide_rows(rows[1:], given)


@pytest.mark.parametrize(
    "gone", [{"status": "CreatedFailed"}, {"create_time": NOW + HOUR}], ids=["failed", "future"]
)
def test_what_was_deleted_and_was_not_good_counts_for_no_rule(gone: dict[str, object]) -> None:
    given = _world()
    rows = _rows(given, 5)
    bad = replace(rows[0], snapshot=replace(rows[0].snapshot, **gone))  # type: ignore[arg-type]
    assert decide_rows(rows[1:], given, [bad]) == decide_rows(rows[1:], given)


def test_periods_are_those_of_the_policys_zone() -> None:
    # 23:30 and 00:30 in Shanghai are two days there, and one in UTC
    early = datetime(2026, 11, 18, 16, 30, tzinfo=UTC)
    late = early - HOUR
    given = _world(Keep(daily=2, exclusive=True))
    decisions = decide([row(late), row(early), row(late - 5 * HOUR)], given)
    assert [d.reasons for d in decisions[1:]] == [("daily 2 of 2",), ("daily 1 of 2",)]


def test_of_three_that_would_go_the_newest_two_make_up_the_minimum() -> None:
    given = _world(Keep(last=1), now=NOW + 9 * DAY)
    ended = [replace(each, source=Source.BUS, keep_until=NOW) for each in _rows(given, 3)]
    decisions = decide_rows(ended, given)
    assert [(d.verdict.value, d.gate) for d in decisions] == [
        ("delete", None),
        ("keep", "minimum-good"),
        ("keep", "newest-good"),
    ]
    assert decisions[1].reasons[-1] == "one of the last 2 good ones"


def _adopting(number: int) -> tuple[World, list[Row]]:
    adopt = Adopt("backup-", NOW)
    policy = replace(NIGHTLY, keep=Keep(last=1), rpo=None, adopt=adopt)
    given = replace(world(policies(policy)), covered={"nightly": frozenset({DISK})})
    made = [
        replace(row(SLOT - (9 + n) * DAY), id=f"s-b{n:04}", name=f"backup-{n}", desc="by hand")
        for n in range(number)
    ]
    return given, [found for each in made if (found := candidate(each, given))]


def test_adopted_rows_go_down_to_two_good_ones_less_what_goes_of_ours() -> None:
    given, adopted = _adopting(3)
    assert len(adopted) == 3
    ours = _rows(given, 1)
    decisions = decide_rows([*adopted, *ours], given)
    assert _verdicts(decisions) == ["approve", "approve", "keep", "keep"]
    more = decide_rows([*adopted, *_rows(given, 3)], given)
    assert _verdicts(more) == ["approve"] * 3 + ["delete", "keep", "keep"]
    assert all(d.verdict is not Verdict.DELETE for d in more if d.row.source is None)


def test_a_policy_that_adopts_but_covers_nothing_takes_nothing() -> None:
    given, _ = _adopting(1)
    foreign = replace(row(SLOT - 9 * DAY), name="backup-1", desc="by hand")
    assert candidate(foreign, given) is not None
    assert candidate(foreign, replace(given, covered={})) is None


def test_what_was_deleted_of_the_adopted_ones_counts_for_none_of_ours() -> None:
    given, adopted = _adopting(1)
    keep = replace(NIGHTLY, keep=Keep(last=1, yearly=3), rpo=None)
    given = replace(given, policies=policies(keep))
    ours = _rows(given, 4)
    assert decide_rows(ours, given)[0].reasons == ("oldest, yearly 2 of 3",)
    assert decide_rows(ours, given, adopted) == decide_rows(ours, given)
