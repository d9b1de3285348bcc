"""An approval of what was never the plan, or is too old, deletes nothing at all."""

from datetime import timedelta

import pytest

from snapkeep.errors import InvalidEvent
from tests.conftest import OpenWorld
from tests.functional.history import DAY
from tests.functional.test_approve import (
    ADOPTING,
    approval,
    approve,
    furnished,
    plan_of,
    refused,
)
from tests.world import POLICY

FUTURE = "2026-11-23T18:00:31Z"


def code(error: InvalidEvent) -> tuple[str, str]:
    return error.path, error.code


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"plan_id": "0" * 64}, ("plan_id", "PlanChanged")),
        ({"as_of": "2026-11-23T18:00:29Z"}, ("plan_id", "PlanChanged")),
        ({"as_of": "2026-11-22T18:00:31Z"}, ("plan_id", "PlanChanged")),
        ({"as_of": "2026-11-22T18:00:29Z"}, ("as_of", "PlanTooOld")),
        ({"as_of": "2025-11-23T18:00:30Z"}, ("as_of", "PlanTooOld")),
        ({"as_of": FUTURE}, ("as_of", "PlanTooOld")),
        ({"as_of": "2036-11-23T18:00:30Z"}, ("as_of", "PlanTooOld")),
        ({"as_of": "2026-11-23T18:00:30"}, ("as_of", "InvalidValue")),
        ({"region": "gz"}, ("plan_id", "PlanChanged")),
        ({"region": "su"}, ("region", "RegionNotAllowed")),
        ({"delete": ["s-unknown1"]}, ("delete", "NotInPlan")),
        ({"delete": []}, ("delete", "InvalidValue")),
        ({"force": True}, ("force", "UnknownField")),
    ],
    ids=str,
)
def test_an_approval_is_refused_with(
    open_world: OpenWorld, changes: dict[str, object], said: tuple[str, str]
) -> None:
    world = furnished(open_world, ADOPTING.replace('["bj"]', '["bj", "gz"]')).world
    plan = plan_of(world)
    assert code(refused(world, approval(plan) | changes)) == said


def test_a_plan_of_the_same_rows_in_another_region_is_another_plan(open_world: OpenWorld) -> None:
    world = open_world(POLICY.replace('["bj"]', '["bj", "gz"]'))
    plans = [plan_of(world, region) for region in ("bj", "gz")]
    assert plans[0]["inventory_digest"] == plans[1]["inventory_digest"]
    assert plans[0]["id"] != plans[1]["id"]


@pytest.mark.parametrize(
    ("later", "said"),
    [
        (DAY - timedelta(seconds=1), None),
        (DAY + timedelta(seconds=1), "PlanTooOld"),
        (400 * DAY, "PlanTooOld"),
    ],
    ids=["a day less a second", "a second more", "a year"],
)
def test_a_plan_can_be_approved_for_a_day(
    open_world: OpenWorld, later: timedelta, said: str | None
) -> None:
    world = furnished(open_world).world
    plan = plan_of(world)
    world.clock.advance(later)
    if said:
        assert code(refused(world, approval(plan))) == ("as_of", said)
    else:
        assert len(approve(world, plan)["deleted"]) == 10


@pytest.mark.parametrize("beside", [0, 2], ids=["alone", "with two that are"])
def test_what_the_plan_keeps_or_does_not_know_cannot_be_named(
    open_world: OpenWorld, beside: int
) -> None:
    world, ours, *_ = furnished(open_world)
    plan = plan_of(world)
    kept = [row["id"] for row in plan["snapshots"] if row["verdict"] == "keep"]
    foreign = {row.id for row in world.rows()} - {row["id"] for row in plan["snapshots"]}
    assert len(kept) == 6
    assert len(foreign) == 1
    for stranger in [*kept, *foreign, "s-unknown1"]:
        error = refused(world, approval(plan, *ours[:beside], stranger))
        assert code(error) == ("delete", "NotInPlan")
        assert stranger in str(error)
        assert not any(id_ in str(error) for id_ in ours)
