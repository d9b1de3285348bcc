"""Approving a plan by its id deletes exactly what it said, beyond the caps and no other gate."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from snapkeep.errors import InvalidEvent, PlanChanged
from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.damage import FOREVER
from tests.functional.history import DAY, add_nights, add_ours
from tests.functional.http import SENT, body_of, post_expirations
from tests.functional.test_expire_plan import ids
from tests.functional.test_expire_refusals import CLOCKS
from tests.world import NIGHTLY, NOW, POLICY, SLOT, World, failure_of

Json = dict[str, Any]
ADOPTING = POLICY.replace(
    "keep = { last = 3 }",
    'keep = { last = 3 }\nadopt = { name_prefix = "backup-", created_before = "2026-11-10" }',
)


class Furnished(NamedTuple):
    """A world with more to delete than the caps allow, by the reason, the oldest first."""

    world: World
    ours: list[str]
    released: list[str]
    adopted: list[str]


def add_backups(world: World, disk: str, *ages: int) -> list[str]:
    """Add what somebody made by hand so many days ago; return the ids."""
    store = world.cloud.region("bj")
    return [store.add_snapshot(disk, "backup-x", created=NOW - age * DAY) for age in ages]


def furnished(open_world: OpenWorld, policy: str = ADOPTING, **settings: Any) -> Furnished:
    world = open_world(policy, **settings)
    kept, gone = world.add_disks(2)
    ours = add_nights(world, kept, 8)[:5]
    released = add_nights(world, gone, 5)[:2]
    world.cloud.region("bj").release_volume(gone)
    adopted = add_backups(world, kept, 40, 30, 20)
    world.cloud.region("bj").add_snapshot(kept, "by-hand", created=NOW - 400 * DAY)
    # of the adopted ones a rule keeps none: the newest three of all are ours
    return Furnished(world, ours, released, adopted)


def plan_of(world: World, region: str = "bj") -> Json:
    plan: Json = world.expire({"mode": "plan", "region": region})["regions"][region]
    return plan


def approval(plan: Json, *only: str, **changes: object) -> Json:
    """Return the event that approves a plan, or a part of it."""
    event = {
        "mode": "approve",
        "region": plan["region"],
        "plan_id": plan["id"],
        "as_of": plan["now"],
        **({"delete": list(only)} if only else {}),
    }
    return event | changes


def approve(world: World, plan: Json, *only: str) -> Json:
    """Approve a plan and return what was done."""
    applied: Json = world.expire(approval(plan, *only))["regions"]["bj"]["applied"]
    return applied


def refused(world: World, event: Json) -> InvalidEvent:
    """Return why an approval is refused, once nothing is seen to have been asked for."""
    before, writes = ids(world), len(world.writes())
    with pytest.raises(InvalidEvent) as caught:
        world.expire(event)
    assert len(world.writes()) == writes
    assert ids(world) == before
    return caught.value


def test_an_approval_deletes_exactly_what_the_plan_said_and_beyond_the_caps(
    open_world: OpenWorld,
) -> None:
    world, ours, released, adopted = furnished(open_world)
    everything, plan = ids(world), plan_of(world)
    assert plan["delete"] == ours
    assert set(plan["approve"]) == {*released, *adopted}
    assert "5 of disk" in plan["refusals"]["cap"]
    applied = approve(world, plan)
    assert set(applied["deleted"]) == {*plan["delete"], *plan["approve"]}
    assert (applied["gone"], applied["kept"], applied["failures"]) == ([], {}, {})
    assert ids(world) == everything - {*ours, *released, *adopted}
    asked = [call.target.rpartition("/")[2] for call in world.writes()]
    slots = {row["id"]: row["slot"] for row in plan["snapshots"]}
    assert asked == applied["deleted"] == sorted(asked, key=slots.__getitem__)


def test_auto_deletes_nothing_of_that_plan_and_never_what_needs_approval(
    open_world: OpenWorld,
) -> None:
    world, ours, released, adopted = furnished(open_world)
    everything = ids(world)
    assert list(world.failing_expire()["failures"]) == ["bj cap"]
    assert ids(world) == everything
    approve(world, plan_of(world), *ours)
    assert world.expire()["regions"]["bj"]["applied"]["deleted"] == []
    assert {*released, *adopted} <= ids(world)


@pytest.mark.parametrize("places", [[0], [4], [0, 2, 4], [1, 5, 7], [9], list(range(10))], ids=str)
def test_a_part_of_a_plan_is_deleted_by_its_ids(open_world: OpenWorld, places: list[int]) -> None:
    world, *due = furnished(open_world)
    everything, plan = ids(world), plan_of(world)
    all_due = [id_ for kind in due for id_ in kind]
    chosen = {all_due[place] for place in places}
    assert set(approve(world, plan, *chosen)["deleted"]) == chosen
    assert ids(world) == everything - chosen


def test_the_same_approval_a_second_time_is_refused_and_changes_nothing(
    open_world: OpenWorld,
) -> None:
    world = furnished(open_world).world
    plan = plan_of(world)
    approve(world, plan)
    again = refused(world, approval(plan))
    assert isinstance(again, PlanChanged)
    assert (again.result["plan"]["delete"], again.result["plan"]["approve"]) == ([], [])


def test_a_plan_that_deletes_nothing_can_be_approved(open_world: OpenWorld) -> None:
    world = open_world(ADOPTING)
    assert approve(world, plan_of(world))["deleted"] == []
    assert world.writes() == []


def test_the_snapshots_of_tonight_do_not_change_the_plan_of_today(open_world: OpenWorld) -> None:
    world, ours, *_ = furnished(open_world)
    (late,) = world.add_disks(1)
    plan = plan_of(world)
    world.clock.advance(timedelta(hours=12))
    world.create({**NIGHTLY, "scheduled_time": "2026-11-24T06:00:00Z"})
    tonight = {row.id for row in world.rows() if row.create_time > NOW + timedelta(hours=1)}
    assert late in {row.volume_id for row in world.rows() if row.id in tonight}
    assert len(tonight) == 2
    applied = approve(world, plan)
    assert set(applied["deleted"]) == {*plan["delete"], *plan["approve"]}
    assert set(ours) <= set(applied["deleted"])
    assert tonight <= ids(world)


@pytest.mark.parametrize("keep", [1, 2, 3])
def test_of_a_released_disk_at_least_two_good_ones_stay(open_world: OpenWorld, keep: int) -> None:
    world = open_world(POLICY.replace("last = 3", f"last = {keep}"))
    (disk,) = world.add_disks(1)
    nights = add_nights(world, disk, 6, newest=90)
    failed = add_ours(world, disk, SLOT - 99 * DAY, status="CreatedFailed")
    world.cloud.region("bj").release_volume(disk)
    assert world.expire()["regions"]["bj"]["applied"]["deleted"] == []
    approve(world, plan_of(world))
    assert ids(world) == set(nights[-max(keep, 2) :])
    assert failed not in ids(world)


@pytest.mark.parametrize(("fault", "goes"), CLOCKS.values(), ids=CLOCKS)
def test_no_approval_lifts_the_gate_of_the_clock(
    open_world: OpenWorld, fault: Fault, goes: bool
) -> None:
    world = furnished(open_world).world
    plan = plan_of(world)
    world.cloud.faults.add(replace(fault, times=FOREVER))
    if goes:
        assert len(approve(world, plan)["deleted"]) == 10
        return
    failure = failure_of(lambda: world.expire(approval(plan)))
    assert list(failure.result["failures"]) == ["bj clock"]
    assert world.writes() == []


def test_over_http_no_plan_can_be_approved_unless_that_is_switched_on(
    open_world: OpenWorld,
) -> None:
    world = furnished(open_world).world
    plan, before = plan_of(world), len(world.cloud.journal)
    body = {"type": "expirations.requested", "timestamp": SENT, "data": approval(plan)}
    answer = post_expirations(world, body)
    assert (answer["statusCode"], body_of(answer)["code"]) == (403, "ApproveDisabled")
    assert len(world.cloud.journal) == before


def test_an_approval_is_in_the_log_row_by_row(open_world: OpenWorld) -> None:
    world, *_, adopted = furnished(open_world)
    plan = plan_of(world)
    approve(world, plan, adopted[0])
    (line,) = [line for line in world.log_lines() if line["message"] == "deleted"]
    assert line["data"]["snapshot_id"] == adopted[0]
    assert "adopted from snapshots made by others" in line["data"]["reasons"]
