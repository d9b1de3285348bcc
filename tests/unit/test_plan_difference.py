"""What is told when an approved plan is no longer the plan."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from snapkeep.model import Snapshot
from snapkeep.plan import make_plan
from snapkeep.plan_difference import difference
from snapkeep.policy import Keep, Policies
from snapkeep.rows import World
from tests.unit.rows import DAY, HOUR, NOW, SLOT, nightly, nights, row, world

ROWS = nights(5)
OLDEST = ROWS[-1]


def _plan(rows: Sequence[Snapshot], given: World | None = None) -> dict[str, Any]:
    return make_plan(rows, given or world(), timedelta()).to_json()


def _different(rows: Sequence[Snapshot], given: World | None = None) -> list[str]:
    return difference(_plan(ROWS), _plan(rows, given))


def test_equal_plans_differ_in_nothing() -> None:
    assert _different(ROWS[::-1]) == []


def test_a_snapshot_made_since_is_no_difference() -> None:
    assert _different([*ROWS, row(NOW + HOUR)]) == []


def test_a_snapshot_that_is_gone_or_new_is_named() -> None:
    (line,) = _different(ROWS[:-1])
    assert line == f"{OLDEST.id}: no longer listed as ours, was delete (no rule keeps it)"
    older = row(SLOT - 9 * DAY)
    assert _different([*ROWS, older]) == [f"{older.id}: new, delete (no rule keeps it)"]


def _held(snapshot: Snapshot) -> Snapshot:
    return replace(snapshot, desc=snapshot.desc.replace(" id=", " hold=audit id="))


def test_another_verdict_is_told_with_both_reasons() -> None:
    assert _different([*ROWS[:-1], _held(OLDEST)])[0] == (
        f"{OLDEST.id}: was delete (no rule keeps it); is keep (no rule keeps it; held: audit)"
    )


def test_a_change_without_another_verdict_is_told_by_its_field() -> None:
    assert f"{ROWS[0].id}: hold: none -> audit" in _different([_held(ROWS[0]), *ROWS[1:]])


@pytest.mark.parametrize(
    "given",
    [nightly(keep=Keep(last=4)), nightly(rpo=timedelta(hours=27)), nightly(enabled=False)],
    ids=["keep", "rpo", "enabled"],
)
def test_a_policy_that_decides_otherwise_is_told(given: Policies) -> None:
    assert _different(ROWS, world(given))[-1].startswith("the policy file decides otherwise")


def test_a_change_that_shows_in_no_field_is_told_all_the_same() -> None:
    earlier = nights(5, volume_id="i-host0001")
    assert len(_different([earlier[0], *ROWS[1:]])) == 1


def test_instants_are_compared_as_they_are_written() -> None:
    created: datetime | None = ROWS[0].create_time
    assert created is not None
    later = replace(ROWS[0], create_time=created + timedelta(seconds=9))
    lines = _different([later, *ROWS[1:]])
    assert lines == [f"{ROWS[0].id}: created: 2026-11-23T18:00:00Z -> 2026-11-23T18:00:09Z"]
