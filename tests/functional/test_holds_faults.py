"""Holds when the cloud answers badly: what was done is told from what was not."""

from dataclasses import replace
from typing import Any

import pytest

from snapkeep.bce.errors import AccessDenied, BceError, DeadlineExceeded, InvalidState, Throttled
from snapkeep.jobs.hold import HoldUnconfirmed, set_hold
from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.damage import FOREVER
from tests.functional.deliver import before_call
from tests.functional.history import DAY, add_ours
from tests.functional.test_holds import REASON, desc_of, hold, six_nights_and_the_wish
from tests.world import NOW, SLOT

DONE: dict[str, Fault] = {
    "a reset": Fault("reset_after"),
    "a timeout": Fault("timeout_after"),
    "a 500": Fault("after", status=500),
    "a 503": Fault("after", status=503, code="ServiceUnavailable"),
    "a page for people": Fault("garbage"),
    "a redirect": Fault("after", status=302, body=""),
    "a refusal": Fault("after", status=403, code="AccessDenied"),
}


@pytest.mark.parametrize("times", [1, FOREVER], ids=["once", "always"])
@pytest.mark.parametrize("fault", DONE.values(), ids=DONE)
def test_a_hold_whose_answer_was_lost_is_found_when_read_back(
    open_world: OpenWorld, fault: Fault, times: int
) -> None:
    world, id_, wanted = six_nights_and_the_wish(open_world)
    world.cloud.faults.add(replace(fault, operation="ModifySnapshot", times=times))
    held = hold(world, id_)
    assert (held.changed, held.reason) == (True, REASON)
    assert desc_of(world, id_) == wanted
    assert len({(call.target, call.body) for call in world.writes()}) == 1


def test_a_hold_that_was_done_before_the_attempts_were_throttled_is_found(
    open_world: OpenWorld,
) -> None:
    world, id_, wanted = six_nights_and_the_wish(open_world)
    world.cloud.faults.add(
        Fault("reset_after", "ModifySnapshot"),
        Fault("throttle", "ModifySnapshot", nth=2, times=FOREVER),
    )
    assert hold(world, id_).changed
    assert desc_of(world, id_) == wanted


PASSING: dict[str, Fault] = {
    "a reset": Fault("reset_before"),
    "a timeout": Fault("timeout_before"),
    "a 500": Fault("before", status=500),
    "throttling": Fault("throttle"),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_trouble_that_passes_is_no_trouble(open_world: OpenWorld, fault: Fault) -> None:
    world, id_, wanted = six_nights_and_the_wish(open_world)
    world.cloud.faults.add(replace(fault, operation="ModifySnapshot", times=3))
    assert hold(world, id_).changed
    assert desc_of(world, id_) == wanted


REFUSED: dict[str, tuple[Fault, type[BceError]]] = {
    **{name: (fault, BceError) for name, fault in PASSING.items()},
    "throttling": (Fault("throttle"), Throttled),
    "a redirect": (Fault("redirect"), BceError),
    "no right": (Fault("before", status=403, code="AccessDenied"), AccessDenied),
    "a wrong status": (Fault("before", status=403, code="OperationDenied"), InvalidState),
    "a 403 without a body": (Fault("before", status=403, body=""), BceError),
    "a 400": (Fault("before", status=400, code="BadRequest"), BceError),
}


@pytest.mark.parametrize(("fault", "kind"), REFUSED.values(), ids=REFUSED)
def test_a_hold_that_was_not_written_fails_and_says_so(
    open_world: OpenWorld, fault: Fault, kind: type[BceError]
) -> None:
    world, id_, wanted = six_nights_and_the_wish(open_world)
    before = desc_of(world, id_)
    world.cloud.faults.add(replace(fault, operation="ModifySnapshot", times=FOREVER))
    with pytest.raises(kind, match="ModifySnapshot"):
        hold(world, id_)
    assert desc_of(world, id_) == before != wanted


def test_a_key_that_may_not_modify_is_told_by_the_apis_words(open_world: OpenWorld) -> None:
    world, id_, _ = six_nights_and_the_wish(open_world)
    world.cloud.account.denied.add("ModifySnapshot")
    with pytest.raises(AccessDenied, match="ModifySnapshot: 403 AccessDenied") as caught:
        hold(world, id_)
    assert [call.request_id for call in world.writes()] == [caught.value.request_id]


def of_another(reply: dict[str, Any]) -> None:
    reply["snapshot"]["id"] = "s-another0"


UNREADABLE: dict[str, Fault] = {
    "a reset": Fault("reset_before", times=FOREVER),
    "a 403": Fault("before", status=403, code="AccessDenied"),
    "a page for people": Fault("garbage", times=FOREVER),
    "the detail of another": Fault("transform", transform=of_another),
}


@pytest.mark.parametrize("fault", UNREADABLE.values(), ids=UNREADABLE)
def test_a_hold_that_cannot_be_read_back_is_not_taken_for_done_and_may_be_repeated(
    open_world: OpenWorld, fault: Fault
) -> None:
    world, id_, wanted = six_nights_and_the_wish(open_world)
    world.cloud.faults.add(replace(fault, operation="GetSnapshot", nth=2))
    with pytest.raises(HoldUnconfirmed, match="could not be read back, ask again: GetSnapshot"):
        hold(world, id_)
    world.cloud.faults.clear()
    assert not hold(world, id_).changed
    assert desc_of(world, id_) == wanted


def test_a_detail_of_another_snapshot_is_never_written_onto_the_one_asked_for(
    open_world: OpenWorld,
) -> None:
    world, id_, _ = six_nights_and_the_wish(open_world)
    fault = Fault("transform", "GetSnapshot", times=FOREVER, transform=of_another)
    world.cloud.faults.add(fault)
    with pytest.raises(BceError, match=f"asked for {id_}, got 's-another0'"):
        hold(world, id_)
    assert world.writes() == []


@pytest.mark.parametrize(("down", "up"), [("bj", "gz"), ("gz", "bj")])
def test_a_region_that_cannot_be_asked_hides_no_snapshot_of_another(
    open_world: OpenWorld, down: str, up: str
) -> None:
    world = open_world()
    id_ = add_ours(world, world.add_disks(1, up)[0], SLOT - DAY, region=up)
    world.cloud.faults.add(Fault("before", region=down, times=FOREVER, status=500))
    assert hold(world, id_).region == up
    with pytest.raises(BceError, match="GetSnapshot: 500 InternalError"):
        hold(world, "s-missing0")


def test_no_time_left_to_read_is_no_hold(open_world: OpenWorld) -> None:
    world, id_, _ = six_nights_and_the_wish(open_world)
    client = world.client(seconds=30)
    world.clock.advance(60)
    with pytest.raises(DeadlineExceeded):
        set_hold([client], id_, reason=REASON, until=None, now=NOW)
    assert world.cloud.journal == []


def test_no_time_left_to_read_back_is_no_surety(open_world: OpenWorld) -> None:
    world, id_, _ = six_nights_and_the_wish(open_world)
    before_call(world, 1, lambda: world.clock.advance(60), "ModifySnapshot")
    with pytest.raises(HoldUnconfirmed, match="could not be read back, ask again"):
        set_hold([world.client(seconds=30)], id_, reason=REASON, until=None, now=NOW)
    assert not hold(world, id_).changed
