"""A creation that fails in the cloud is repaired by the next delivery, so many times."""

from datetime import timedelta

import pytest

from tests.conftest import OpenWorld
from tests.functional.deliver import before_call, counts, deliver
from tests.functional.test_create_once import few_and_many
from tests.world import World


def suffixes(world: World) -> list[tuple[str, str, str]]:
    """Return what the name, the marker and the token of each create say of its generation."""
    found = []
    for call in world.cloud.calls("CreateSnapshot"):
        name, desc = call.json["snapshotName"], call.json["desc"]
        marked = next((word for word in desc.split() if word.startswith("gen=")), "")
        found.append((name.split("_", 4)[4:], marked, call.target.rpartition("_g")[2][:1]))
    return [(str(*name), marked, token if name else "") for name, marked, token in found]


@few_and_many
def test_a_failed_creation_is_repaired_by_the_next_delivery(
    open_world: OpenWorld, disks: int
) -> None:
    world = open_world(fail_creates=1)
    expected = sorted(world.add_disks(disks))
    failed = world.failing_create()
    assert counts(failed) == {"failed": disks}
    assert {disk["code"] for disk in failed["disks"]} == {"CreatedFailed"}
    assert world.good() == []
    assert counts(world.create()) == {"created": disks}
    assert world.good() == expected
    assert counts(world.create()) == {"existing": disks}
    assert len(world.rows()) == 2 * disks


def test_the_generation_stands_in_the_name_the_marker_and_the_token(open_world: OpenWorld) -> None:
    world = open_world(fail_creates=3)
    world.add_disks(1)
    for _ in range(3):
        world.failing_create()
    world.create()
    assert suffixes(world) == [("", "", ""), *((f"g{n}", f"gen={n}", str(n)) for n in (1, 2, 3))]
    assert len({call.target for call in world.writes()}) == 4


@few_and_many
def test_after_three_generations_the_failure_is_reported_and_nothing_more_is_tried(
    open_world: OpenWorld, disks: int
) -> None:
    world = open_world(fail_creates=9)
    world.add_disks(disks)
    for _ in range(4):
        world.failing_create()
    assert len(world.writes()) == 4 * disks
    for _ in range(2):
        result = world.failing_create()
        assert counts(result) == {"failed": disks}
        assert all("4 times" in disk["message"] for disk in result["disks"])
    assert len(world.writes()) == 4 * disks


@few_and_many
def test_redeliveries_at_once_after_a_failure_still_make_one(
    open_world: OpenWorld, disks: int
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
        before_call(world, k, world.beside().create)
        world.create()
        assert world.good() == expected, f"a whole redelivery before call {k}"
        assert len(world.rows()) == 2 * disks


@pytest.mark.parametrize("creation_seconds", [3, 40, 290])
@few_and_many
def test_a_creation_that_fails_late_is_never_reported_as_done(
    open_world: OpenWorld, disks: int, creation_seconds: int
) -> None:
    world = open_world(fail_creates=1, creation_time=timedelta(seconds=creation_seconds))
    expected = sorted(world.add_disks(disks))
    result = world.failing_create()
    assert {disk["code"] for disk in result["disks"]} == {"CreatedFailed"}
    assert counts(deliver(world)) == {"created": disks}
    assert world.good() == expected


def test_a_failed_row_hidden_by_the_list_is_not_taken_for_a_success(open_world: OpenWorld) -> None:
    world = open_world(fail_creates=1, list_lag=timedelta(minutes=10))
    expected = sorted(world.add_disks(2))
    for _ in range(2):
        result = world.failing_create()
        assert {disk["code"] for disk in result["disks"]} == {"CreatedFailed"}
    assert len(world.rows()) == 2, "the same token brings the same snapshot"
    world.clock.advance(timedelta(minutes=10))
    deliver(world)
    assert world.good() == expected


def test_a_good_snapshot_of_any_generation_answers_the_event(open_world: OpenWorld) -> None:
    world = open_world(fail_creates=2)
    world.add_disks(4)
    world.failing_create()
    world.failing_create()
    world.create()
    failed = [row.id for row in world.rows() if row.status == "CreatedFailed"]
    for id_ in failed:
        del world.cloud.region("bj").snapshots[id_]
    assert counts(world.create()) == {"existing": 4}
    assert len(world.rows()) == 4


@few_and_many
def test_the_next_generation_follows_the_highest_failed_one_that_is_seen(
    open_world: OpenWorld, disks: int
) -> None:
    world = open_world(fail_creates=2)
    expected = sorted(world.add_disks(disks))
    world.failing_create()
    first = {row.id for row in world.rows()}
    world.failing_create()
    for id_ in first:
        del world.cloud.region("bj").snapshots[id_]
    assert counts(world.create()) == {"created": disks}
    assert world.good() == expected
    assert {row.name[-3:] for row in world.rows() if row.status == "Available"} == {"_g2"}
