"""Invariants over 16,000 made-up worlds, 100,000 if all is asked for; a failure names the world,
which ``make_case`` makes again."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from snapkeep.plan import Plan
from tests.scale import IS_FULL
from tests.unit.invariants import (
    costs_of_adoption,
    find_going,
    half_way,
    look,
    problems,
    second_run,
    shortcuts,
)
from tests.unit.truths import Truths, caps, find_truths
from tests.unit.worlds import Case, edited, make_case

SHARDS, WORLDS_EACH = (10, 10_000) if IS_FULL else (4, 4_000)
GATES = {
    *("policy", "status", "time", "future", "hold", "newest-good", "minimum-age", "freshness"),
    *("disk", "copy", "released", "adopted", "minimum-good"),
}
KINDS = {
    *(f"gate {gate}" for gate in GATES),
    *("refusal clock", "refusal cap", "no refusal"),
    *("over 3 per disk", "over 20 in all", "over 2 per disk in all", "over 25 % of 100"),
    *("auto deleted", "approval deleted", "approval beyond a cap", "after an edit deleted"),
    *("cron", "webhook", "bus", "adopted", "released", "failed"),
    *("others' snapshot", "newest good one that is not seen"),
}


def check(seed: int, tally: Counter[str]) -> Iterator[str]:
    """Say all that is wrong in one world, before and after its policies are edited."""
    case = make_case(seed)
    truths = find_truths(case.store, case.world)
    plan = look(case.seen, truths, case.skew)
    going = find_going(plan)
    yield from problems(case.seen, truths, plan, going, case.skew)
    yield from second_run(case.seen, truths, going)
    if any(decision.row.source is None for decision in plan.decisions):
        yield from costs_of_adoption(case.seen, truths, plan)
    if seed % 8 == 2:
        yield from half_way(truths, plan, going, seed)
    if seed % 100 == 0:
        yield from shortcuts(case.seen, plan, case.world, seed)
    count(tally, case, truths, plan, going["auto"], going["approval"])
    if seed % 4 == 0:
        ids = going["approval" if seed % 8 else "auto"]
        left = [made for made in case.store if made.snapshot.id not in ids]
        after = find_truths(left, edited(seed, case))
        plan = look(left, after, case.skew)
        more = find_going(plan)
        for what in problems(left, after, plan, more, case.skew):
            yield f"after an edit: {what}"
        tally["after an edit deleted"] += len(more["approval"])


def count(
    tally: Counter[str], case: Case, truths: Truths, plan: Plan, auto: set[str], approval: set[str]
) -> None:
    """Add what occurs in a world, as proof that the invariants are about something."""
    tally["auto deleted"] += len(auto)
    tally["approval deleted"] += len(approval)
    tally["no refusal"] += not plan.refusals
    tally["others' snapshot"] += len(case.store) - len(truths.by_id)
    tally.update([f"gate {decision.gate}" for decision in plan.decisions if decision.gate])
    for id_ in approval:
        row = truths.by_id[id_].row
        tally[row.source.value if row.source else "adopted"] += 1
        tally["released"] += row.volume_id not in case.world.disks
        tally["failed"] += row.snapshot.status == "CreatedFailed"
    seen = {made.snapshot.id for made in case.seen}
    if plan.refusals:
        tally.update(f"refusal {gate}" for gate in plan.refusals)
        due = {decision.row.snapshot.id for decision in plan.deletes}
        tally.update(f"over {cap}" for cap in caps(due, seen, truths))
        tally["approval beyond a cap"] += len(approval)
    if len(seen) < len(case.store):
        newest = {truth.row.snapshot.id for truth in truths.newest.values()}
        tally["newest good one that is not seen"] += len(newest - seen)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_in_every_world_only_what_may_go_goes(shard: int) -> None:
    tally = Counter[str]()
    for seed in range(shard * WORLDS_EACH, (shard + 1) * WORLDS_EACH):
        found = list(check(seed, tally))
        assert not found, f"world {seed}: {'; '.join(found)}"
    assert {kind for kind in KINDS if not tally[kind]} == set()


def test_each_gate_that_fails_to_hold_its_row_is_a_problem() -> None:
    held = Counter[str]()
    for seed in range(1_500):
        case = make_case(seed)
        truths = find_truths(case.store, case.world)
        plan = look(case.store, truths, timedelta())
        for decision in plan.decisions if not plan.refusals else ():
            if decision.gate:
                worse = find_going(plan)
                worse["auto"].add(decision.row.snapshot.id)
                found = problems(case.store, truths, plan, worse, timedelta())
                assert list(found), f"world {seed}: {decision}"
                held[decision.gate] += 1
    assert held.keys() == GATES


def test_each_refusal_that_is_ignored_is_a_problem() -> None:
    ignored = Counter[str]()
    for seed in range(3_000):
        case = make_case(seed)
        truths = find_truths(case.store, case.world)
        plan = look(case.store, truths, case.skew)
        if plan.refusals and plan.deletes:
            worse = find_going(replace(plan, refusals={}))
            found = problems(case.store, truths, plan, worse, case.skew)
            assert list(found), f"world {seed}: {plan.refusals}"
            ignored.update([*plan.refusals])
    assert ignored.keys() == {"clock", "cap"}
