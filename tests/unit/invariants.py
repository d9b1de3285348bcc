"""What holds for every plan of a made-up world, however odd; each function says where it does not.

A plan is carried out in mode ``auto``, or by an approval, which lifts the caps.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from random import Random

from snapkeep.expiry import decide_rows
from snapkeep.plan import Plan, make_plan, plan_rows
from snapkeep.rows import World
from tests.unit.truths import Truths, caps, may_be_copies, wrong
from tests.unit.worlds import Made

IN_STEP = timedelta(minutes=2)
MODES = {"auto": set[str](), "approval": {"cap"}}
Going = dict[str, set[str]]


def look(seen: Iterable[Made], truths: Truths, skew: timedelta | None) -> Plan:
    """Plan what is seen of a store."""
    known = (truths.by_id.get(made.snapshot.id) for made in seen)
    return plan_rows([truth.row for truth in known if truth], truths.world, skew)


def find_going(plan: Plan) -> Going:
    """Return what is deleted in each mode, as far as the plan decides it."""
    chosen = {"auto": plan.deletes, "approval": plan.deletable}
    return {
        mode: set() if plan.refusals.keys() - lifted else {d.row.snapshot.id for d in chosen[mode]}
        for mode, lifted in MODES.items()
    }


def problems(
    seen: Collection[Made], truths: Truths, plan: Plan, going: Going, skew: timedelta | None
) -> Iterator[str]:
    """Say what is wrong with a plan of what was seen, in either mode."""
    for mode, ids in going.items():
        if ids:
            yield from wrong(ids, truths, approved=mode == "approval")
        if ids and (skew is None or abs(skew) > IN_STEP):
            yield "something goes although the clocks differ"
        yield from (f"{id_} may be a copy" for id_ in ids & may_be_copies(seen, truths))
    if going["auto"]:
        yield from caps(going["auto"], [made.snapshot.id for made in seen], truths)
    decided = [decision.row.snapshot.id for decision in plan.decisions]
    if sorted(decided) != sorted(m.snapshot.id for m in seen if m.snapshot.id in truths.by_id):
        yield "what is kept and what goes are not all the rows"
    if not all(decision.reasons for decision in plan.decisions):
        yield "a verdict has no reason"


def second_run(seen: Collection[Made], truths: Truths, going: Going) -> Iterator[str]:
    """Say what another run would delete after this one."""
    done = set[str]()
    for mode, ids in going.items():
        if ids != done:
            left = [made for made in seen if made.snapshot.id not in ids]
            more = find_going(look(left, truths, timedelta()))[mode]
            yield from (f"a second run deletes {id_}" for id_ in more)
        done = ids


def half_way(truths: Truths, plan: Plan, going: Going, seed: int) -> Iterator[str]:
    """Say what a run decides otherwise once it has deleted a part, or the next if it ended there.

    That one may keep the oldest for the newer of the last two, which are two all the same.
    """
    due = [d.row for d in plan.decisions if d.row.snapshot.id in going["approval"]]
    done = Random(seed).sample(due, len(due) // 2)
    gone = {row.snapshot.id for row in done}
    rest = going["approval"] - gone
    spared = {d.row.snapshot.id for d in plan.decisions if d.gate == "minimum-good"}
    left = [d.row for d in plan.decisions if d.row.snapshot.id not in gone]
    for deleted, may in ((done, rest), ((), rest | spared)) if done else ():
        again = decide_rows(left, truths.world, deleted)
        found = {decision.row.snapshot.id for decision in again if decision.deletable}
        yield from (f"after {gone}, {id_} goes as well" for id_ in found - may)
        if deleted:
            yield from (f"after {gone}, {id_} is kept after all" for id_ in rest - found)


def costs_of_adoption(seen: Iterable[Made], truths: Truths, plan: Plan) -> list[str]:
    """Return the rows of ours that only go because others are adopted."""
    alone = look((made for made in seen if made.row), truths, timedelta())
    modes = ((plan.deletable, alone.deletable), (plan.deletes, alone.deletes))
    ours = [([d for d in more if d.row.source], less) for more, less in modes]
    costs = [d for more, less in ours for d in more if d not in less]
    return [f"{decision} because others are adopted" for decision in costs]


def shortcuts(seen: Collection[Made], plan: Plan, world: World, seed: int) -> Iterator[str]:
    """Say where the plan of the bare snapshots, in another order, is another one."""
    bare = [made.snapshot for made in seen]
    Random(seed).shuffle(bare)
    full = make_plan(bare, world, timedelta())
    if full.decisions != plan.decisions:
        yield "the plan of the bare snapshots is another one"
    later = {d.row.snapshot.id for d in plan.decisions if d.row.is_after(world.now)}
    earlier = make_plan([each for each in bare if each.id not in later], world, None)
    if not full.id == earlier.id == plan.id:
        yield "the id depends on order, on later rows or on the clock"
