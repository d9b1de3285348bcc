"""A plan is another one once something has changed that decides a verdict, and only then."""

from collections.abc import Callable

import pytest

from snapkeep.errors import PlanChanged
from tests.conftest import OpenWorld
from tests.functional.history import DAY, add_ours, edit, word
from tests.functional.test_approve import (
    ADOPTING,
    Furnished,
    add_backups,
    approval,
    approve,
    furnished,
    plan_of,
    refused,
)
from tests.functional.test_expire_gates import HELD, HOLD
from tests.functional.test_expire_plan import ids
from tests.world import SLOT, World

Change = Callable[[Furnished], World]


def row_of(found: Furnished, id_: str, change: Callable[..., object]) -> World:
    change(found.world.cloud.region("bj").snapshots[id_])
    return found.world


def policy(old: str, new: str) -> Change:
    """Return what somebody does who edits the policy file."""
    assert old in ADOPTING
    return lambda found: found.world.beside(ADOPTING.replace(old, new))


def gone(found: Furnished) -> World:
    del found.world.cloud.region("bj").snapshots[found.ours[0]]
    return found.world


def kept_row(found: Furnished) -> str:
    return found.world.rows()[len(found.ours)].id


def disk_of(found: Furnished) -> str:
    return next(iter(found.world.cloud.region("bj").volumes))


def released(found: Furnished) -> World:
    found.world.cloud.region("bj").release_volume(disk_of(found))
    return found.world


def row_of_the_past(found: Furnished) -> World:
    add_ours(found.world, disk_of(found), SLOT - 20 * DAY)
    return found.world


def newly_adopted(found: Furnished) -> World:
    add_backups(found.world, disk_of(found), 50)
    return found.world


def new_disk(found: Furnished) -> World:
    found.world.add_disks(1)
    return found.world


def by_hand(found: Furnished) -> World:
    store = found.world.cloud.region("bj")
    store.add_snapshot(disk_of(found), "by-hand", created=SLOT - 9 * DAY)
    return found.world


CHANGES: dict[str, Change] = {
    "a due row broke": lambda found: row_of(found, found.ours[1], edit(status="NotAvailable")),
    "a kept row broke": lambda found: row_of(found, kept_row(found), edit(status="NotAvailable")),
    "a row is gone": gone,
    "a row was renamed": lambda found: row_of(found, found.ours[2], edit(name="mine")),
    "an adopted row was renamed": lambda found: row_of(found, found.adopted[0], edit(name="b")),
    "a hold was set": lambda found: row_of(found, found.ours[0], word(" id=", " hold=legal id=")),
    "a hold was set on what is kept": lambda found: row_of(
        found, kept_row(found), word(" id=", " hold=legal id=")
    ),
    "the policy file holds a due row": lambda found: found.world.beside(
        ADOPTING + HOLD.replace(HELD, found.ours[0])
    ),
    "the policy file holds a kept row": lambda found: found.world.beside(
        ADOPTING + HOLD.replace(HELD, kept_row(found))
    ),
    "more is kept": policy("last = 3", "last = 4"),
    "the same is kept by another rule": policy("last = 3", "daily = 3"),
    "the rules no longer share": policy("last = 3", "last = 3, exclusive = true"),
    "the rpo": policy('rpo = "26h"', 'rpo = "27h"'),
    "the time zone": policy("Asia/Shanghai", "Asia/Singapore"),
    "what is adopted": policy("2026-11-10", "2026-11-09"),
    "the policy is disabled": policy('rpo = "26h"', 'rpo = "26h"\nenabled = false'),
    "the policy is gone": policy("[policy.nightly]", "[policy.weekly]"),
    "the disk is released": released,
    "a row of the past appeared": row_of_the_past,
    "another one is adopted": newly_adopted,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_plan_is_refused_once_something_has_changed_that_decides(
    open_world: OpenWorld, change: Change
) -> None:
    found = furnished(open_world)
    plan = plan_of(found.world)
    world = change(found)
    error = refused(world, approval(plan, *found.ours[:2]))
    assert isinstance(error, PlanChanged)
    assert (error.path, error.code) == ("plan_id", "PlanChanged")
    fresh = error.result["plan"]
    assert fresh["id"] != plan["id"]
    assert fresh["id"] in str(error)
    assert fresh["snapshots"] == plan_of(world)["snapshots"]
    assert [line.partition(":")[0] for line in error.result["difference"]] == sorted(found.ours[:2])
    # the new one can be approved
    applied = approve(world, fresh)
    assert set(applied["deleted"]) == {*fresh["delete"], *fresh["approve"]}


NO_CHANGES: dict[str, Change] = {
    "nothing": lambda found: found.world,
    "a comment": policy("[policy.nightly]", "# a note\n[policy.nightly]"),
    "how long ad hoc ones are kept": policy('"7d"', '"8d"'),
    "the schedule": policy("cron(0 2", "cron(0 3"),
    "another policy": policy(
        "[policy.adhoc]", "[policy.b]\nselect = { all = true }\n[policy.adhoc]"
    ),
    "a hold on a snapshot of others": lambda found: found.world.beside(ADOPTING + HOLD),
    "a disk": new_disk,
    "a snapshot of others": by_hand,
}


@pytest.mark.parametrize("change", NO_CHANGES.values(), ids=NO_CHANGES)
def test_what_decides_nothing_does_not_change_the_plan(
    open_world: OpenWorld, change: Change
) -> None:
    found = furnished(open_world)
    plan = plan_of(found.world)
    world = change(found)
    world.clock.advance(60)
    assert len(approve(world, plan)["deleted"]) == 10


@pytest.mark.parametrize("kind", ["ours", "released", "adopted"])
def test_what_the_policy_file_holds_stays_whatever_is_approved(
    open_world: OpenWorld, kind: str
) -> None:
    found = furnished(open_world)
    held = getattr(found, kind)[0]
    world = found.world.beside(ADOPTING + HOLD.replace(HELD, held))
    plan = plan_of(world)
    error = refused(world, approval(plan, held))
    assert (error.path, error.code) == ("delete", "NotInPlan")
    assert len(approve(world, plan)["deleted"]) == 9
    assert held in ids(world)


def test_the_difference_says_what_became_of_each_row_that_was_named(open_world: OpenWorld) -> None:
    found = furnished(open_world)
    world, ours = found.world, found.ours
    plan = plan_of(world)
    row_of(found, ours[0], word(" id=", " hold=legal id="))
    row_of(found, ours[1], edit(name="mine"))
    error = refused(world, approval(plan, *ours[:3], found.adopted[0]))
    assert isinstance(error, PlanChanged)
    told = dict(line.split(": ", 1) for line in error.result["difference"])
    assert told == {
        ours[0]: "keep: no rule keeps it; held: legal",
        ours[1]: "is no longer listed as ours",
        ours[2]: "delete: no rule keeps it",
        found.adopted[0]: "approve: no rule keeps it; adopted from snapshots made by others",
    }


def test_without_names_there_is_no_difference_but_the_new_plan(open_world: OpenWorld) -> None:
    found = furnished(open_world)
    plan = plan_of(found.world)
    error = refused(gone(found), approval(plan))
    assert isinstance(error, PlanChanged)
    assert error.result["difference"] == []
    assert error.result["plan"]["delete"] == found.ours[1:]
