"""Approving a plan over HTTP, where that is switched on: that plan, by that sender, once."""

import json
from typing import Any

import pytest

from tests.conftest import OpenWorld
from tests.functional.history import DAY, add_nights
from tests.functional.http import SENT, body_of, http_event, post_expirations
from tests.functional.test_approve import Furnished, add_backups, approval, furnished, plan_of
from tests.functional.test_expire_plan import ids
from tests.senders import OPERATOR, PIPELINE, READER, hub
from tests.world import World

Json = dict[str, Any]


@pytest.fixture
def given(open_world: OpenWorld) -> Furnished:
    """A world with more to delete than the caps allow, where approving over HTTP is on."""
    made = furnished(open_world)
    return made._replace(world=made.world.deployed(approve_over_http=True))


def envelope(data: object) -> Json:
    return {"type": "expirations.requested", "timestamp": SENT, "data": data}


def planned(world: World) -> Json:
    """Return the plan that a webhook asks for."""
    plan: Json = body_of(post_expirations(world, envelope({"mode": "plan"})))["regions"]["bj"]
    return plan


def test_the_right_id_deletes_exactly_what_that_plan_deletes(given: Furnished) -> None:
    world, before = given.world, ids(given.world)
    plan = planned(world)
    answer = post_expirations(world, envelope(approval(plan)))
    assert answer["statusCode"] == 200
    applied = body_of(answer)["regions"]["bj"]["applied"]
    assert sorted(applied["deleted"]) == sorted([*plan["delete"], *plan["approve"]])
    assert before - ids(world) == set(applied["deleted"])


def test_a_part_of_a_plan_is_that_part(given: Furnished) -> None:
    world, before = given.world, ids(given.world)
    plan = planned(world)
    post_expirations(world, envelope(approval(plan, given.adopted[0])))
    assert before - ids(world) == {given.adopted[0]}


def test_the_same_approval_again_changes_nothing_and_gives_the_plan_of_now(
    given: Furnished,
) -> None:
    world = given.world
    plan = planned(world)
    event = http_event("POST", "/expirations", envelope(approval(plan)), at=world.clock.now())
    assert world.expire(event)["statusCode"] == 200
    left = ids(world)
    for _ in range(3):
        again = world.expire(event)
        assert (again["statusCode"], body_of(again)["code"]) == (409, "PlanChanged")
        assert body_of(again)["plan"]["delete"] == []
    assert ids(world) == left


def changed(plan: Json, **changes: object) -> Json:
    return approval(plan) | changes


WRONG: dict[str, tuple[Json, int, str]] = {
    "an id of nothing": ({"plan_id": "0" * 64}, 409, "PlanChanged"),
    "an id that is none": ({"plan_id": "latest"}, 422, "InvalidId"),
    "the instant of another plan": ({"as_of": "2026-11-23T17:00:00Z"}, 409, "PlanChanged"),
    "a plan of the day before yesterday": ({"as_of": "2026-11-21T18:00:30Z"}, 409, "PlanTooOld"),
    "a plan of tomorrow": ({"as_of": "2026-11-24T18:00:30Z"}, 409, "PlanTooOld"),
    "another region": ({"region": "gz"}, 403, "RegionNotAllowed"),
    "a snapshot that it keeps": ({"delete": ["s-keepthis"]}, 422, "NotInPlan"),
    "force": ({"force": True}, 422, "UnknownField"),
    "mode auto": ({"mode": "auto"}, 422, "InvalidValue"),
}


@pytest.mark.parametrize("case", WRONG.values(), ids=WRONG)
def test_a_wrong_approval_changes_nothing(given: Furnished, case: tuple[Json, int, str]) -> None:
    world, (changes, status, code) = given.world, case
    plan, before = planned(world), ids(world)
    answer = post_expirations(world, envelope(changed(plan, **changes)))
    assert (answer["statusCode"], body_of(answer)["code"]) == (status, code)
    assert ids(world) == before
    assert world.writes() == []


def test_a_stale_plan_is_refused_with_what_became_of_what_was_named(given: Furnished) -> None:
    world = given.world
    plan = planned(world)
    (disk,) = world.add_disks(1)
    add_nights(world, disk, 5)
    before = ids(world)
    answer = post_expirations(world, envelope(approval(plan, given.ours[0])))
    assert (answer["statusCode"], body_of(answer)["code"]) == (409, "PlanChanged")
    assert body_of(answer)["difference"][0].startswith(f"{given.ours[0]}: ")
    assert body_of(answer)["plan"]["id"] != plan["id"]
    assert ids(world) == before


def test_a_plan_of_another_account_is_refused(open_world: OpenWorld) -> None:
    ours, other = (furnished(open_world, loopback=True).world for _ in range(2))
    add_backups(other, next(iter(other.cloud.region("bj").volumes)), 50)
    approving = ours.deployed(approve_over_http=True)
    answer = post_expirations(approving, envelope(approval(plan_of(other))))
    assert (answer["statusCode"], body_of(answer)["code"]) == (409, "PlanChanged")
    assert ours.writes() == other.writes() == []


def test_the_signature_of_another_function_or_scheme_approves_nothing(given: Furnished) -> None:
    world = given.world
    body = envelope(approval(planned(world)))
    calls = len(world.cloud.journal)
    for secret in (PIPELINE, READER):
        answer = post_expirations(world, body, secret=secret)
        assert answer["statusCode"] == 401
    text = json.dumps(body).encode()
    headers = {"webhook-signature": None, **hub(text), **hub(text, OPERATOR)}
    assert post_expirations(world, body, headers=headers)["statusCode"] == 401
    assert len(world.cloud.journal) == calls


def test_an_approval_that_is_sent_to_the_other_functions_does_nothing(given: Furnished) -> None:
    world = given.world
    event = http_event("POST", "/expirations", envelope(approval(planned(world))))
    moved = http_event("POST", "/snapshots", json.loads(event["body"]), secret=OPERATOR)
    calls = len(world.cloud.journal)
    assert world.create(moved)["statusCode"] == 401
    assert len(world.cloud.journal) == calls


def test_a_plan_signature_is_no_approval(given: Furnished) -> None:
    """The mode is in what is signed: the headers of a plan do not fit an approval."""
    world = given.world
    plan = planned(world)
    event = http_event("POST", "/expirations", envelope({"mode": "plan"}), at=world.clock.now())
    event["body"] = json.dumps(envelope(approval(plan)))
    assert world.expire(event)["statusCode"] == 401
    assert world.writes() == []


def test_an_approval_of_yesterday_is_good_for_a_day_and_its_signature_for_five_minutes(
    given: Furnished,
) -> None:
    world = given.world
    body = envelope(approval(planned(world), given.adopted[0]))
    event = http_event("POST", "/expirations", body, at=world.clock.now())
    world.clock.advance((DAY * 0.9).total_seconds())
    assert world.expire(event)["statusCode"] == 401
    assert post_expirations(world, body)["statusCode"] == 200
    assert given.adopted[0] not in ids(world)
