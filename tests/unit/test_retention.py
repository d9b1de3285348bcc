from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapkeep.identity import read_marker
from snapkeep.model import Snapshot
from snapkeep.policy import Keep
from snapkeep.retention import Row, reasons_to_keep
from tests.unit.rows import DAY, HOUR, SECOND, SLOT, nights, row


def _rows(snapshots: Sequence[Snapshot]) -> list[Row]:
    markers = [(snapshot, read_marker(snapshot, "bj")) for snapshot in snapshots]
    return [Row(snapshot, marker) for snapshot, marker in markers if marker]


def _kept(snapshots: Sequence[Snapshot], keep: Keep) -> list[int]:
    """Return the places, newest first, of the rows that a rule keeps."""
    reasons = reasons_to_keep(_rows(snapshots), keep)
    return [place for place, snapshot in enumerate(snapshots) if snapshot.id in reasons]


@pytest.mark.parametrize(
    ("keep", "kept"),
    [
        (Keep(), []),
        (Keep(last=1), [0]),
        (Keep(last=3), [0, 1, 2]),
        (Keep(last=99), [0, 1, 2, 3, 4]),
        (Keep(within=DAY), [0]),
        (Keep(within=DAY + SECOND), [0, 1]),
        (Keep(within=2 * DAY), [0, 1]),
        (Keep(within=timedelta(minutes=1)), [0]),
        (Keep(within=timedelta(days=99)), [0, 1, 2, 3, 4]),
        (Keep(last=2, within=3 * DAY), [0, 1, 2]),
        (Keep(last=3, within=DAY), [0, 1, 2]),
    ],
    ids=str,
)
def test_rules_are_a_union_counted_from_the_newest(keep: Keep, kept: list[int]) -> None:
    assert _kept(nights(5), keep) == kept


def test_no_rows_are_no_reason() -> None:
    assert reasons_to_keep([], Keep(last=3, within=DAY)) == {}


def test_each_row_carries_the_names_of_all_rules_that_keep_it() -> None:
    newest, second, third = nights(3)
    found = reasons_to_keep(_rows([third, newest, second]), Keep(last=2, within=3 * DAY))
    within = "within 3d of the newest"
    assert found == {
        newest.id: ("last 1 of 2", within),
        second.id: ("last 2 of 2", within),
        third.id: (within,),
    }


def test_within_looks_back_from_the_newest_row_and_not_from_now() -> None:
    ancient = nights(3, newest=datetime(2011, 1, 1, tzinfo=SLOT.tzinfo))
    assert _kept(ancient, Keep(within=25 * HOUR)) == [0, 1]


def test_the_slot_decides_and_not_the_late_creation() -> None:
    newest, second = nights(2)
    late = replace(second, create_time=SLOT + HOUR)
    assert _kept([newest, late], Keep(last=1)) == [0]


def test_rows_of_one_slot_go_by_creation_time_and_then_by_id() -> None:
    first = row(create_time=SLOT)
    second = row(create_time=SLOT + SECOND, id="s-0000")
    same = row(create_time=SLOT + SECOND, id="s-0001")
    untimed = row(create_time=None, id="s-zzzz")
    given = [untimed, second, first, same]
    assert [r.snapshot.id for r in sorted(_rows(given), key=lambda r: r.order)] == [
        untimed.id, first.id, second.id, same.id,
    ]  # fmt: skip
    assert list(reasons_to_keep(_rows(given), Keep(last=2))) == [same.id, second.id]


ROWS = st.lists(st.integers(0, 24 * 60), max_size=12).map(
    lambda hours: [row(SLOT - h * HOUR, id=f"s-{i:04}") for i, h in enumerate(hours)]
)


@given(ROWS, st.integers(0, 15), st.none() | st.integers(1, 2_000), st.randoms())
def test_the_order_of_the_rows_does_not_matter(
    snapshots: list[Snapshot], last: int, within: int | None, random: Random
) -> None:
    keep = Keep(last, within * HOUR if within else None)
    shuffled = list(snapshots)
    random.shuffle(shuffled)
    before = list(shuffled)
    assert reasons_to_keep(_rows(shuffled), keep) == reasons_to_keep(_rows(snapshots), keep)
    assert shuffled == before


@given(ROWS, st.integers(1, 15))
def test_last_keeps_as_many_as_there_are_up_to_its_count(
    snapshots: list[Snapshot], last: int
) -> None:
    found = reasons_to_keep(_rows(snapshots), Keep(last=last))
    assert len(found) == min(last, len(snapshots))
    oldest_kept = min(
        (s.create_time for s in snapshots if s.id in found if s.create_time), default=SLOT
    )
    assert all(s.id in found for s in snapshots if s.create_time and s.create_time > oldest_kept)
