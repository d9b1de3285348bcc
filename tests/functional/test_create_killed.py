"""A process that dies before or after any of its calls leaves nothing that is done twice."""

from datetime import timedelta

import pytest

from tests.conftest import OpenWorld
from tests.fake_bce import Fault, Killed
from tests.fake_bce.faults import Kind
from tests.functional.deliver import deliver
from tests.functional.test_create_once import few_and_many
from tests.world import POLICY, World

kinds = pytest.mark.parametrize("kind", ["kill", "kill_before"])


def calls_of_a_clean_run(world: World, disks: int) -> int:
    world.add_disks(disks)
    world.create()
    return len(world.cloud.journal)


@few_and_many
@kinds
@pytest.mark.parametrize("creation_seconds", [0, 30])
def test_killed_at_every_call_and_delivered_again_makes_exactly_one(
    open_world: OpenWorld, disks: int, kind: Kind, creation_seconds: int
) -> None:
    life = {"creation_time": timedelta(seconds=creation_seconds)}
    for k in range(1, calls_of_a_clean_run(open_world(**life), disks) + 1):
        world = open_world(**life)
        expected = sorted(world.add_disks(disks))
        world.cloud.faults.add(Fault(kind, nth=k))
        with pytest.raises(Killed):
            world.create()
        deliver(world.beside())
        assert world.good() == expected, f"{kind} at call {k}"
        assert len(world.rows()) == disks


@few_and_many
def test_killed_at_every_call_of_two_deliveries_makes_exactly_one(
    open_world: OpenWorld, disks: int
) -> None:
    calls = calls_of_a_clean_run(open_world(), disks)
    for first in range(1, calls + 1):
        for second in range(1, calls + 1):
            world = open_world()
            expected = sorted(world.add_disks(disks))
            world.cloud.faults.add(Fault("kill", nth=first), Fault("kill", nth=first + second))
            deliver(world)
            assert world.good() == expected, f"killed at call {first} and {second} later"


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


@few_and_many
@kinds
def test_killed_at_every_call_of_a_repair_makes_exactly_one_good_snapshot(
    open_world: OpenWorld, disks: int, kind: Kind
) -> None:
    clean = open_world(fail_creates=1)
    clean.add_disks(disks)
    clean.failing_create()
    before = len(clean.cloud.journal)
    clean.create()
    for k in range(1, len(clean.cloud.journal) - before + 1):
        world = open_world(fail_creates=1)
        expected = sorted(world.add_disks(disks))
        world.failing_create()
        world.cloud.faults.add(Fault(kind, nth=k))
        deliver(world.beside())
        assert world.good() == expected, f"{kind} at call {k} of the repair"
        assert len(world.rows()) == 2 * disks
