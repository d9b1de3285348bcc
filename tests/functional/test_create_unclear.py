"""Answers that leave it open what became of a create: looked into, reported, never repeated."""

from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.deliver import before_call, counts
from tests.functional.test_create_once import few_and_many
from tests.world import POLICY, World

EDITED = POLICY.replace('ad_hoc_keep = "7d"', 'ad_hoc_keep = "9d"')
BUS = {
    "version": "0",
    "id": "7bf73129-1428-4cd3-a780-95db273d1602",
    "detail-type": "Snapshot Requested",
    "source": "example.deploy",
    "time": "2026-11-23T18:00:12Z",
    "detail": {"policy": "adhoc"},
}


def codes(result: dict[str, Any]) -> set[str | None]:
    return {disk.get("code") for disk in result["disks"]}


def test_a_bus_event_keeps_its_snapshots_for_as_long_as_the_policy_says(
    open_world: OpenWorld,
) -> None:
    world = open_world()
    world.add_disks(1)
    world.create(BUS)
    assert " source=bus " in world.rows()[0].desc
    assert " keep_until=2026-11-30T18:00:12Z " in world.rows()[0].desc


@few_and_many
def test_a_policy_edited_between_deliveries_changes_nothing_that_is_seen(
    open_world: OpenWorld, disks: int
) -> None:
    world = open_world()
    world.add_disks(disks)
    world.create(BUS)
    assert counts(world.beside(EDITED).create(BUS)) == {"existing": disks}
    assert len(world.writes()) == disks


@few_and_many
def test_a_token_mismatch_is_looked_into_and_the_snapshot_found_with_a_warning(
    open_world: OpenWorld, disks: int
) -> None:
    world = open_world(list_lag=timedelta(seconds=30))
    world.add_disks(disks)
    first = world.create(BUS)
    result = world.beside(EDITED).create(BUS)
    assert counts(result) == {"existing": disks}
    assert all("IdempotentParameterMismatch" in disk["warning"] for disk in result["disks"])
    assert [d["snapshot_id"] for d in result["disks"]] == [d["snapshot_id"] for d in first["disks"]]
    assert len(world.rows()) == disks


@few_and_many
def test_a_token_mismatch_without_a_snapshot_to_be_seen_is_a_failure(
    open_world: OpenWorld, disks: int
) -> None:
    world = open_world(list_lag=timedelta(hours=1))
    world.add_disks(disks)
    world.create(BUS)
    result = world.beside(EDITED).failing_create(BUS)
    assert counts(result) == {"failed": disks}
    assert codes(result) == {"IdempotentParameterMismatch"}
    assert len(world.rows()) == disks
    tokens = {call.target for call in world.cloud.calls("CreateSnapshot")}
    assert len(tokens) == disks


@few_and_many
def test_a_snapshot_that_vanishes_after_its_creation_is_gone_and_gets_no_new_token(
    open_world: OpenWorld, disks: int
) -> None:
    world = open_world(list_lag=timedelta(minutes=1))
    world.add_disks(disks)
    before_call(world, 1, world.cloud.region("bj").snapshots.clear, "GetSnapshot")
    for _ in range(2):
        result = world.failing_create()
        assert counts(result) == {"failed": disks}
        assert codes(result) == {"Gone"}
        assert all(disk["snapshot_id"] and disk["request_id"] for disk in result["disks"])
    tokens = {call.target for call in world.cloud.calls("CreateSnapshot")}
    assert len(tokens) == disks
    assert world.rows() == []


WRONG: dict[str, dict[str, str]] = {
    "another disk": {"volumeId": "v-another0"},
    "another name": {"name": "by-hand"},
}


def detail_says(world: World, fields: dict[str, str]) -> None:
    def change(reply: dict[str, Any]) -> None:
        for row in (reply["snapshot"],) if "snapshot" in reply else reply["snapshots"]:
            row.update(fields)

    for operation in ("GetSnapshot", "ListSnapshots"):
        world.cloud.faults.add(Fault("transform", operation, times=1000, transform=change))


@pytest.mark.parametrize("fields", WRONG.values(), ids=WRONG)
@few_and_many
def test_an_id_that_belongs_to_something_else_is_a_mismatch(
    open_world: OpenWorld, disks: int, fields: dict[str, str]
) -> None:
    world = open_world()
    world.add_disks(disks)
    detail_says(world, fields)
    result = world.failing_create()
    assert codes(result) == {"VerifyMismatch"}
    assert len(world.writes()) == disks


@few_and_many
@pytest.mark.parametrize(("seconds", "looks"), [(9, 1), (30, 2), (600, 6)])
def test_what_is_still_creating_at_the_deadline_is_pending_with_its_id(
    open_world: OpenWorld, disks: int, seconds: int, looks: int
) -> None:
    world = open_world(creation_time=timedelta(hours=1))
    world.add_disks(disks)
    started = world.clock.monotonic()
    result = world.failing_create(seconds=seconds)
    assert world.clock.monotonic() - started < seconds
    assert counts(result) == {"pending": disks}
    made = {row.id for row in world.rows()}
    assert {disk["snapshot_id"] for disk in result["disks"]} == made
    each = disks if disks <= 3 else 1
    gets = [call for call in world.cloud.calls() if call.method == "GET"]
    assert len(gets) == 2 + each + looks * each
    world.clock.advance(timedelta(hours=1))
    again = world.create()
    assert counts(again) == {"existing": disks}
    assert {disk["snapshot_id"] for disk in again["disks"]} == made


@few_and_many
def test_a_redelivery_while_it_is_creating_waits_for_the_same_snapshot(
    open_world: OpenWorld, disks: int
) -> None:
    world = open_world(creation_time=timedelta(seconds=60))
    expected = sorted(world.add_disks(disks))
    assert counts(world.failing_create(seconds=20)) == {"pending": disks}
    assert counts(world.create()) == {"existing": disks}
    assert world.good() == expected
    assert len(world.writes()) == disks


def test_disks_that_no_time_is_left_for_are_incomplete_and_done_by_the_next_delivery(
    open_world: OpenWorld,
) -> None:
    world = open_world()
    expected = sorted(world.add_disks(10))
    before_call(world, 5, lambda: world.clock.advance(55), "CreateSnapshot")
    result = world.failing_create(seconds=62)
    assert counts(result) == {"created": 5, "incomplete": 5}
    assert len(world.writes()) == 5
    assert counts(world.create()) == {"created": 5, "existing": 5}
    assert world.good() == expected
