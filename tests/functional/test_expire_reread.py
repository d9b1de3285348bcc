"""Each row is read again right before it goes: what changed since the plan is kept, and said."""

from datetime import timedelta

import pytest

from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.damage import FOREVER
from tests.functional.deliver import before_call
from tests.functional.history import DAY, Edit, add_nights, add_ours, edit, word
from tests.functional.test_expire_plan import ids, keeping
from tests.world import SLOT, World

CHANGES: dict[str, tuple[Edit, str]] = {
    "it is being created again": (edit(status="Creating"), "it is Creating"),
    "it is no longer available": (edit(status="NotAvailable"), "it is NotAvailable"),
    "it has an unknown status": (edit(status="Deleting"), "it is Deleting"),
    "a hold was set": (word(" id=", " hold=legal id="), "held: legal"),
    "it was renamed": (edit(name="the-good-one"), "edited"),
    "its description was emptied": (edit(desc=""), "edited"),
    "its marker was edited": (word("slot=2026-11-18", "slot=2026-11-17"), "edited"),
    "a word was added": (lambda row: edit(desc=f"{row.desc} keep")(row), "edited"),
    "it became part of an image": (edit(template_id="m-1"), "edited"),
    "it became part of an instance snapshot": (edit(insnap_id="is-1"), "edited"),
    "it says another disk": (edit(volume_id="v-another0"), "edited"),
}


def six_nights(world: World) -> list[str]:
    (disk,) = world.add_disks(1)
    return add_nights(world, disk, 6)


@pytest.mark.parametrize(("change", "why"), CHANGES.values(), ids=CHANGES)
def test_a_row_is_kept_where_between_plan_and_delete(
    open_world: OpenWorld, change: Edit, why: str
) -> None:
    world = open_world()
    nights = six_nights(world)
    row = world.cloud.region("bj").snapshots[nights[0]]
    before_call(world, 1, lambda: change(row), "GetSnapshot")
    applied = world.expire()["regions"]["bj"]["applied"]
    assert why in applied["kept"][nights[0]]
    assert applied["deleted"] == nights[1:3]
    assert ids(world) == {nights[0], *nights[3:]}


@pytest.mark.parametrize(("change", "why"), CHANGES.values(), ids=CHANGES)
def test_the_last_row_of_a_plan_is_read_again_as_the_first_is(
    open_world: OpenWorld, change: Edit, why: str
) -> None:
    world = open_world()
    nights = six_nights(world)
    row = world.cloud.region("bj").snapshots[nights[2]]
    with_other_date = CHANGES["its marker was edited"][0]
    if change is with_other_date:
        change = word("slot=2026-11-20", "slot=2026-11-19")
    before_call(world, 3, lambda: change(row), "GetSnapshot")
    applied = world.expire()["regions"]["bj"]["applied"]
    assert why in applied["kept"][nights[2]]
    assert applied["deleted"] == nights[:2]


def test_a_detail_that_is_of_another_snapshot_keeps_the_row(open_world: OpenWorld) -> None:
    world = open_world()
    nights = six_nights(world)

    def older(reply: dict[str, dict[str, str]]) -> None:
        reply["snapshot"]["createTime"] = "2026-01-01T00:00:00Z"

    fault = Fault("transform", "GetSnapshot", times=FOREVER, transform=older)
    world.cloud.faults.add(fault)
    applied = world.expire()["regions"]["bj"]["applied"]
    assert set(applied["kept"]) == set(nights[:3])
    assert world.writes() == []


@pytest.mark.parametrize("body", ["<html>", "{}", '{"snapshot": null}', '{"snapshot": {"id": 1}}'])
def test_a_detail_that_cannot_be_read_keeps_the_row_and_fails(
    open_world: OpenWorld, body: str
) -> None:
    world = open_world()
    nights = six_nights(world)
    world.cloud.faults.add(Fault("garbage", "GetSnapshot", times=FOREVER, body=body))
    result = world.failing_expire()
    assert set(result["failures"]) == set(nights[:3])
    assert world.writes() == []


def test_the_minimum_is_counted_again_with_what_was_read(open_world: OpenWorld) -> None:
    world = open_world(keeping("last = 1"))
    nights = six_nights(world)[2:]
    store = world.cloud.region("bj").snapshots
    for surplus in set(store) - set(nights):
        del store[surplus]

    def spoil_second() -> None:
        store[nights[1]].status = "NotAvailable"

    before_call(world, 2, spoil_second, "GetSnapshot")
    applied = world.expire()["regions"]["bj"]["applied"]
    assert applied["deleted"] == nights[:1]
    assert set(applied["kept"]) == {nights[1]}
    good = [row.id for row in world.rows() if row.status == "Available"]
    assert good == nights[2:]


def test_a_hold_that_ends_between_plan_and_delete_changes_nothing(open_world: OpenWorld) -> None:
    world = open_world()
    (disk,) = world.add_disks(1)
    held = add_ours(world, disk, SLOT - 6 * DAY, hold="legal")
    nights = add_nights(world, disk, 5)
    row = world.cloud.region("bj").snapshots[held]
    before_call(world, 1, lambda: word(" hold=legal", "")(row), "GetSnapshot")
    assert world.expire()["regions"]["bj"]["applied"]["deleted"] == nights[:2]
    assert held in ids(world)
    world.clock.advance(timedelta(minutes=5))
    assert world.expire()["regions"]["bj"]["applied"]["deleted"] == [held]
