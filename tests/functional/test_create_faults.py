"""Creates whose answer is lost; `make prove` has every fault at every call."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.conftest import OpenWorld
from tests.fake_bce import Fault, Killed
from tests.functional.deliver import deliver
from tests.functional.test_create_once import few_and_many
from tests.world import POLICY

FAULTS = [
    *(
        Fault(kind, status=status)
        for kind in ("before", "after")
        for status in (500, 502, 503, 504)
    ),
    Fault("before", status=403, code="AccessDenied"),
    Fault("before", status=400, code="BadRequest"),
    Fault("before", status=404, code="NoSuchObject"),
    Fault("before", status=409, code="OperationDenied"),
    Fault("before", status=418, code="NeverHeardOf"),
    Fault("reset_before"),
    Fault("reset_after"),
    Fault("timeout_before"),
    Fault("timeout_after"),
    Fault("throttle", retry_after=2),
    Fault("redirect"),
    Fault("garbage"),
    Fault("garbage", body=""),
    Fault("garbage", body="{}"),
    Fault("garbage", body="null"),
    Fault("garbage", body='[{"snapshotId": "s-nowhere1"}]'),
    Fault("garbage", body='{"snapshotId": 7}'),
    Fault("cut", size=9),
    Fault("no_date"),
    Fault("skew", seconds=-7200),
]


def name_of(fault: Fault) -> str:
    words: list[str] = [fault.kind]
    if fault.kind in {"before", "after"}:
        words.append(str(fault.status))
    if fault.body is not None:
        words.append(str(fault.body) or "empty")
    return " ".join(words)


LOST = [
    *(fault for fault in FAULTS if fault.commits and fault.kind not in {"no_date", "skew"}),
    # a gateway's own words, which no list of ours has to know
    Fault("after", status=520, body="<html>Web server returned an unknown error</html>"),
]


@pytest.mark.parametrize("fault", LOST, ids=name_of)
@few_and_many
def test_a_lost_answer_of_a_create_is_found_in_the_same_run(
    open_world: OpenWorld, disks: int, fault: Fault
) -> None:
    world = open_world()
    expected = sorted(world.add_disks(disks))
    world.cloud.faults.add(replace(fault, operation="CreateSnapshot", nth=1, times=4))
    result = world.create()
    assert result["counts"]["created"] == disks
    assert world.good() == expected
    tokens = {call.target for call in world.writes()}
    assert len(tokens) == disks, "an unknown outcome is asked about with the same token"
    assert len({(call.target, call.body) for call in world.writes()}) == disks


@pytest.mark.parametrize("fault", LOST, ids=name_of)
def test_a_lost_answer_and_a_forgotten_token_make_no_second_snapshot(
    open_world: OpenWorld, fault: Fault
) -> None:
    world = open_world(token_life=timedelta(hours=1))
    expected = sorted(world.add_disks(5))
    persistent = replace(fault, operation="CreateSnapshot", nth=5, times=4)
    world.cloud.faults.add(persistent, Fault("kill_before", "ListSnapshots", nth=2))
    with pytest.raises(Killed):
        world.create()
    world.clock.advance(timedelta(hours=2))
    deliver(world.beside())
    assert world.good() == expected
    assert len(world.rows()) == 5


@few_and_many
def test_killed_after_a_create_and_replayed_when_the_token_is_forgotten_makes_exactly_one(
    open_world: OpenWorld, disks: int
) -> None:
    world = open_world('max_event_age = "48h"\n' + POLICY)
    expected = sorted(world.add_disks(disks))
    world.cloud.faults.add(Fault("kill", "CreateSnapshot", nth=disks))
    with pytest.raises(Killed):
        world.create()
    world.clock.advance(timedelta(hours=25))
    deliver(world.beside())
    assert world.good() == expected
    assert len(world.writes()) == disks
