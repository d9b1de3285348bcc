"""Each cause for which a plan is another one, and what is no cause."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from snapkeep.identity import with_hold
from snapkeep.model import Snapshot
from snapkeep.plan import make_plan
from snapkeep.plan_difference import difference
from snapkeep.policy import Hold, Keep, Policies, Policy
from snapkeep.rows import World
from tests.unit.rows import (
    ALL,
    DAY,
    HOUR,
    NOW,
    SECOND,
    SERVER,
    adhoc,
    nightly,
    nights,
    policies,
    row,
    world,
)

Plan = dict[str, Any]
ROWS = nights(5)
OLDEST, NEWEST = ROWS[4], ROWS[0]
POLICY_LINE = "the policy file decides otherwise: a rule, an rpo, a hold or the time zone"
DISK_LINE = "a disk was released, or is listed again, or its snapshots name another one"


def _plan(rows: list[Snapshot], given: World | None = None) -> Plan:
    return make_plan(rows, given or world(), timedelta()).to_json()


def _edited(snapshot: Snapshot, **changes: Any) -> list[Snapshot]:
    """Return the five nights with one of them edited."""
    return [replace(each, **changes) if each is snapshot else each for each in ROWS]


def _held(snapshot: Snapshot, reason: str) -> list[Snapshot]:
    return _edited(snapshot, desc=with_hold(snapshot.desc, reason))


LATER: dict[str, Snapshot] = {
    "of a later slot": row(NOW + HOUR),
    "of a slot before and made later": row(NOW - HOUR, create_time=NOW + SECOND),
    "ad hoc, with an end": replace(adhoc(-HOUR, NOW + 9 * DAY), id="s-adhoc001"),
    "ad hoc, made in the meantime": adhoc(HOUR, NOW + 9 * DAY, create_time=NOW + SECOND),
    "of a policy without rules": row(NOW + HOUR, of={"policy": "adhoc"}),
}


@pytest.mark.parametrize("snapshot", LATER.values(), ids=LATER)
def test_what_was_made_after_the_plan_is_no_cause_and_is_not_told(snapshot: Snapshot) -> None:
    before, after = _plan(ROWS), _plan([*ROWS, snapshot])
    assert before["id"] == after["id"]
    assert len(after["snapshots"]) == 6
    assert difference(before, after) == []


EDITS: dict[str, tuple[list[Snapshot], str]] = {
    "the status of a kept one": (
        _edited(NEWEST, status="NotAvailable"),
        f"{NEWEST.id}: was keep (last 1 of 3); is keep (no rule keeps it; it is NotAvailable",
    ),
    "the instant at which it was made": (
        _edited(NEWEST, create_time=NOW - SECOND),
        f"{NEWEST.id}: created: 2026-11-23T18:00:00Z -> 2026-11-23T18:00:29Z",
    ),
    "a hold of a kept one": (_held(NEWEST, "audit"), f"{NEWEST.id}: hold: none -> audit"),
    "a hold of one that goes": (
        _held(OLDEST, "audit"),
        f"{OLDEST.id}: was delete (no rule keeps it); is keep (no rule keeps it; held: audit)",
    ),
    "the name": (
        _edited(OLDEST, name="mine"),
        f"{OLDEST.id}: no longer listed as ours, was delete (no rule keeps it)",
    ),
}


@pytest.mark.parametrize(("rows", "said"), EDITS.values(), ids=EDITS)
def test_a_row_that_was_edited_is_told_once(rows: list[Snapshot], said: str) -> None:
    before, after = _plan(ROWS), _plan(rows)
    assert before["id"] != after["id"]
    lines = difference(before, after)
    of_row = [line for line in lines if line.startswith(said.partition(":")[0])]
    assert [line[: len(said)] for line in of_row] == [said]


def test_another_reason_of_a_hold_is_told_by_the_hold_alone() -> None:
    lines = difference(_plan(_held(OLDEST, "audit")), _plan(_held(OLDEST, "court")))
    assert lines == [f"{OLDEST.id}: hold: audit -> court"]


def test_reasons_alone_are_told_where_nothing_else_has_changed() -> None:
    fewer, more = world(nightly(keep=Keep(last=3))), world(nightly(keep=Keep(last=3, daily=1)))
    lines = difference(_plan(ROWS, fewer), _plan(ROWS, more))
    assert lines == [f"{NEWEST.id}: reasons: last 1 of 3 -> last 1 of 3; daily 1 of 1", POLICY_LINE]


FILES: dict[str, Policies] = {
    "a rule that changes no verdict": nightly(keep=Keep(last=3, within=DAY / 2)),
    "an rpo": nightly(rpo=timedelta(hours=27)),
    "a hold of the file": replace(policies(), holds=(Hold(NEWEST.id, "audit"),)),
    "a time zone": replace(policies(), timezone="UTC"),
}


@pytest.mark.parametrize("given", FILES.values(), ids=FILES)
def test_a_policy_file_that_decides_otherwise_is_told_last(given: Policies) -> None:
    lines = difference(_plan(ROWS), _plan(ROWS, world(given)))
    assert lines[-1] == POLICY_LINE


def test_what_decides_nothing_in_a_policy_file_is_not_told() -> None:
    more = [*policies().by_name.values(), Policy("third", ALL, keep=Keep(last=1))]
    given = replace(policies(*more), regions=("bj", "gz", "su"))
    assert difference(_plan(ROWS), _plan(ROWS, world(given))) == []


def test_a_disk_that_was_released_without_another_verdict_is_told() -> None:
    rows, released = nights(3), nights(3, volume_id=None)
    before, after = _plan(rows), _plan(released, world(disks={}))
    assert [row["verdict"] for row in after["snapshots"]] == ["keep"] * 3
    assert difference(before, after) == difference(after, before) == [DISK_LINE]


def test_a_snapshot_that_is_listed_under_its_server_now_is_told() -> None:
    assert difference(_plan(ROWS), _plan(_edited(NEWEST, volume_id=SERVER))) == [DISK_LINE]


def test_plans_that_are_alike_but_for_their_ids_say_so() -> None:
    before, after = _plan(ROWS), _plan(ROWS)
    assert difference({**before, "id": "0" * 64}, after) == [
        "nothing but the id, which is not that of this plan"
    ]


@pytest.mark.parametrize(
    "key", ["policy", "volume_id", "slot", "source", "keep_until", "hold_until"]
)
def test_every_field_that_decides_is_compared(key: str) -> None:
    before = _plan(ROWS)
    changed = {**before["snapshots"][2], key: "2026-01-01T00:00:00Z"}
    rows = [*before["snapshots"][:2], changed, *before["snapshots"][3:]]
    (line,) = difference(before, {**before, "snapshots": rows})
    assert line.startswith(f"{changed['id']}: {key}: ")
    assert line.endswith(" -> 2026-01-01T00:00:00Z")


def test_several_causes_are_told_oldest_first_and_the_policy_last() -> None:
    held = [
        replace(each, desc=with_hold(each.desc, "audit")) if each in {OLDEST, NEWEST} else each
        for each in ROWS
    ]
    after = _plan(held, world(nightly(rpo=timedelta(hours=30))))
    for before in (_plan(ROWS), _plan(ROWS[::-1])):
        assert [line.partition(":")[0] for line in difference(before, after)] == [
            *(OLDEST.id, NEWEST.id, POLICY_LINE.partition(":")[0])
        ]
