"""Rows that somebody touched, copied or broke: what answers an event and what does not."""

import pytest

from tests.conftest import OpenWorld
from tests.fake_bce.rows import SnapshotRow
from tests.functional.deliver import counts
from tests.functional.history import Edit, edit
from tests.functional.test_create_once import few_and_many


def cut_marker(row: SnapshotRow) -> None:
    row.desc = f"please keep! {row.desc}"


RECOGNISED: dict[str, Edit] = {
    "renamed": edit(name="before-the-migration"),
    "its description emptied": edit(desc=""),
    "its description rewritten": edit(desc="the good one, do not touch"),
    "words before its marker": cut_marker,
}


@pytest.mark.parametrize("change", RECOGNISED.values(), ids=RECOGNISED)
@few_and_many
def test_a_snapshot_still_answers_its_event_with(
    open_world: OpenWorld, disks: int, change: Edit
) -> None:
    world = open_world()
    world.add_disks(disks)
    world.create()
    for row in world.rows():
        change(row)
    assert counts(world.create()) == {"existing": disks}
    assert len(world.rows()) == disks
    assert len(world.writes()) == disks


def test_a_snapshot_that_no_longer_says_whose_it_is_still_answers_its_event(
    open_world: OpenWorld,
) -> None:
    world = open_world()
    world.add_disks(4)
    world.create()
    for row in world.rows():
        row.volume_id = None
    assert counts(world.create()) == {"existing": 4}
    assert len(world.writes()) == 4


@few_and_many
def test_a_snapshot_that_lost_both_name_and_marker_is_found_by_its_token(
    open_world: OpenWorld, disks: int
) -> None:
    world = open_world()
    world.add_disks(disks)
    world.create()
    for row in world.rows():
        row.name, row.desc = "something-else", ""
    result = world.failing_create()
    assert {disk["code"] for disk in result["disks"]} == {"VerifyMismatch"}
    assert len(world.rows()) == disks


@few_and_many
def test_a_marker_copied_to_another_disks_snapshot_does_not_count(
    open_world: OpenWorld, disks: int
) -> None:
    world = open_world()
    expected = world.add_disks(disks)
    store = world.cloud.region("bj")
    other = store.add_volume("not-ours")
    world.create()
    for row in world.rows():
        store.add_snapshot(other, row.name, desc=row.desc)
        del store.snapshots[row.id]
    world.clock.advance(60)
    copies = len(world.rows())
    result = world.beside().failing_create()
    assert {disk["code"] for disk in result["disks"]} == {"Gone"}, "the copies answer nothing"
    assert len(world.rows()) == copies
    assert {disk["volume_id"] for disk in result["disks"]} == set(expected)


@few_and_many
def test_copies_seen_before_the_first_delivery_do_not_stop_it(
    open_world: OpenWorld, disks: int
) -> None:
    rehearsal = open_world()
    rehearsal.add_disks(disks)
    rehearsal.create()
    world = open_world()
    expected = world.add_disks(disks)
    other = world.cloud.region("bj").add_volume("not-ours")
    for row in rehearsal.rows():
        world.cloud.region("bj").add_snapshot(other, row.name, desc=row.desc)
    assert counts(world.create()) == {"created": disks}
    assert world.good() == sorted([*expected, *[other] * disks])


@pytest.mark.parametrize("status", ["NotAvailable", "Deleting", "available", ""])
@few_and_many
def test_a_snapshot_in_any_other_status_is_a_failure_and_no_reason_to_make_another(
    open_world: OpenWorld, disks: int, status: str
) -> None:
    world = open_world()
    world.add_disks(disks)
    world.create()
    for row in world.rows():
        row.status = status
    result = world.failing_create()
    assert counts(result) == {"failed": disks}
    assert {disk.get("code") for disk in result["disks"]} == {status}
    assert len(world.writes()) == disks


@few_and_many
def test_two_answers_are_reported_and_left_alone(open_world: OpenWorld, disks: int) -> None:
    world = open_world()
    world.add_disks(disks)
    world.create()
    for row in world.rows():
        world.cloud.region("bj").add_snapshot(row.volume_id, row.name, desc=row.desc)
    result = world.create()
    assert counts(result) == {"existing": disks}
    assert all(disk["warning"].startswith("2 snapshots answer") for disk in result["disks"])
    assert len(world.rows()) == 2 * disks
    assert len(world.writes()) == disks


def test_a_good_answer_beside_a_failed_and_a_broken_one_is_found(open_world: OpenWorld) -> None:
    world = open_world()
    (disk,) = world.add_disks(1)
    world.create()
    row = world.rows()[0]
    for status in ("CreatedFailed", "NotAvailable", "Creating"):
        world.cloud.region("bj").add_snapshot(disk, row.name, desc=row.desc, status=status)
    result = world.create()
    assert [found["snapshot_id"] for found in result["disks"]] == [row.id]
