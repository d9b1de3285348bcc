"""One event, delivered in every way a queue can, is one snapshot per disk."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from snapkeep.errors import InvalidEvent
from tests.conftest import OpenWorld
from tests.functional.deliver import before_call, counts
from tests.world import NIGHTLY, POLICY, World

PATIENT = f'max_event_age = "48h"\n{POLICY}'
# up to three disks are looked up one by one, more of them share the walks of the list
few_and_many = pytest.mark.parametrize("disks", [2, 4], ids=["few", "many"])


def ids_by_disk(result: dict[str, Any]) -> dict[str, str]:
    return {disk["volume_id"]: disk["snapshot_id"] for disk in result["disks"]}


@few_and_many
def test_a_nightly_event_makes_one_snapshot_per_disk(open_world: OpenWorld, disks: int) -> None:
    world = open_world()
    expected = sorted(world.add_disks(disks))
    result = world.create()
    assert counts(result) == {"created": disks}
    assert world.good() == expected
    made = {row.id: row.volume_id for row in world.rows()}
    assert {id_: disk for disk, id_ in ids_by_disk(result).items()} == made


@few_and_many
def test_an_event_delivered_twice_creates_nothing_more(open_world: OpenWorld, disks: int) -> None:
    world = open_world()
    expected = sorted(world.add_disks(disks))
    first = world.create()
    second = world.create()
    assert counts(second) == {"existing": disks}
    assert ids_by_disk(second) == ids_by_disk(first)
    assert world.good() == expected
    assert len(world.writes()) == disks


@few_and_many
def test_ten_deliveries_at_once_make_one_snapshot_per_disk(
    open_world: OpenWorld, disks: int
) -> None:
    world = open_world(creation_time=timedelta(seconds=30))
    expected = sorted(world.add_disks(disks))
    processes = [world.beside() for _ in range(10)]
    with ThreadPoolExecutor(10) as threads:
        results = list(threads.map(lambda process: process.create(seconds=900), processes))
    assert len(world.rows()) == disks
    assert world.good() == expected
    assert all(ids_by_disk(result) == ids_by_disk(results[0]) for result in results)


@few_and_many
def test_a_delivery_in_the_middle_of_another_makes_nothing_twice(
    open_world: OpenWorld, disks: int
) -> None:
    clean = open_world(creation_time=timedelta(seconds=30))
    clean.add_disks(disks)
    clean.create()
    for k in range(1, len(clean.cloud.journal) + 1):
        world = open_world(creation_time=timedelta(seconds=30))
        expected = sorted(world.add_disks(disks))
        before_call(world, k, world.beside().create)
        world.create(seconds=900)
        assert world.cloud.on_call is None
        assert len(world.rows()) == disks, f"a whole delivery before call {k}"
        assert world.good() == expected


@few_and_many
@pytest.mark.parametrize("life_hours", [1, 24])
def test_replays_after_23_and_25_hours_create_nothing_more(
    open_world: OpenWorld, disks: int, life_hours: int
) -> None:
    world = open_world(PATIENT, token_life=timedelta(hours=life_hours))
    expected = sorted(world.add_disks(disks))
    first = world.create()
    for hours in (23, 2):
        world.clock.advance(timedelta(hours=hours))
        again = world.beside().create()
        assert counts(again) == {"existing": disks}
        assert ids_by_disk(again) == ids_by_disk(first)
    assert world.good() == expected
    assert len(world.writes()) == disks


@pytest.mark.parametrize("lag_seconds", range(0, 11, 2))
@pytest.mark.parametrize("gap_seconds", [0, 15, 3600])
@few_and_many
def test_a_list_that_lags_makes_no_second_snapshot(
    open_world: OpenWorld, disks: int, gap_seconds: int, lag_seconds: int
) -> None:
    world = open_world(list_lag=timedelta(seconds=lag_seconds))
    expected = sorted(world.add_disks(disks))
    first = world.create()
    world.clock.advance(gap_seconds)
    again = world.beside().create()
    assert ids_by_disk(again) == ids_by_disk(first)
    assert world.good() == expected


def test_where_the_token_is_forgotten_the_list_alone_finds_the_snapshot(
    open_world: OpenWorld,
) -> None:
    world = open_world(token_life=timedelta(), list_lag=timedelta(seconds=10))
    expected = sorted(world.add_disks(5))
    world.create()
    world.clock.advance(15)
    assert counts(world.create()) == {"existing": 5}
    assert world.good() == expected


def test_where_the_list_hides_the_snapshot_the_token_alone_finds_it(open_world: OpenWorld) -> None:
    world = open_world(list_lag=timedelta(days=1))
    expected = sorted(world.add_disks(2))
    first = world.create()
    world.clock.advance(timedelta(hours=5))
    assert ids_by_disk(world.create()) == ids_by_disk(first)
    assert world.good() == expected


@pytest.mark.parametrize("late_hours", [6.01, 24, 24 * 365])
def test_with_the_default_age_an_old_event_is_refused_and_no_call_is_made(
    open_world: OpenWorld, late_hours: float
) -> None:
    world = open_world()
    world.add_disks(2)
    world.clock.advance(timedelta(hours=late_hours))
    with pytest.raises(InvalidEvent, match="older than max_event_age 6h") as refused:
        world.create()
    assert refused.value.code == "EventTooOld"
    assert world.cloud.journal == []
    assert last_error(world)["code"] == "EventTooOld"


def test_an_event_of_the_allowed_age_still_runs(open_world: OpenWorld) -> None:
    world = open_world()
    world.add_disks(2)
    world.clock.advance(timedelta(hours=5, minutes=59))
    assert counts(world.create()) == {"created": 2}


def test_a_snapshot_that_was_deleted_is_not_made_again_by_an_old_event(
    open_world: OpenWorld,
) -> None:
    world = open_world()
    world.add_disks(2)
    world.create()
    world.cloud.region("bj").snapshots.clear()
    world.clock.advance(timedelta(days=1))
    with pytest.raises(InvalidEvent, match="older than"):
        world.create()
    assert world.rows() == []


def test_two_nights_are_two_events(open_world: OpenWorld) -> None:
    world = open_world()
    disks = world.add_disks(5)
    world.create()
    world.clock.advance(timedelta(days=1))
    world.create({**NIGHTLY, "scheduled_time": "2026-11-24T18:00:00Z"})
    assert world.good() == sorted(disks * 2)


def last_error(world: World) -> dict[str, Any]:
    return [line for line in world.log_lines() if line["level"] == "ERROR"][-1]
