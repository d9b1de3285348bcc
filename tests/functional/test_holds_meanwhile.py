"""Holds while somebody else is at work on the same snapshot: what is seen is reported."""

import pytest

from snapkeep.jobs.hold import HoldUnconfirmed
from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.damage import FOREVER
from tests.functional.deliver import before_call
from tests.functional.history import DAY, Edit, add_ours, edit, word
from tests.functional.test_holds import hold, six_nights_and_the_wish
from tests.world import SLOT


@pytest.mark.parametrize(
    ("operation", "nth"),
    [("ModifySnapshot", 1), ("GetSnapshot", 2)],
    ids=["before it is written", "before it is read back"],
)
def test_a_snapshot_that_goes_is_reported(open_world: OpenWorld, operation: str, nth: int) -> None:
    world, id_, _ = six_nights_and_the_wish(open_world)
    snapshots = world.cloud.region("bj").snapshots
    before_call(world, nth, lambda: snapshots.pop(id_), operation)
    with pytest.raises(HoldUnconfirmed, match=f"{id_} in bj has just been deleted: .* 404"):
        hold(world, id_)


EDITS: dict[str, tuple[Edit, str]] = {
    "another description": (edit(desc="the good one"), "desc is 'the good one', not 'snapkeep/1 "),
    "another hold": (word(" hold=", " hold=x"), "desc is 'snapkeep/1 .* hold=x.*', not "),
    "no hold any more": (word(" hold=", " holds="), "desc is "),
    "a description cut short": (lambda row: edit(desc=row.desc[:100])(row), "desc is "),
    "another name": (edit(name="renamed"), "name is 'renamed', not 'sk_nightly_"),
    "another status": (edit(status="NotAvailable"), "status is 'NotAvailable', not 'Available'"),
    "no disk any more": (edit(volume_id=None), "volume_id is None, not 'v-"),
    "an image of it": (edit(template_id="m-1"), "template_id is 'm-1', not None"),
    "another date": (
        lambda row: setattr(row, "create_time", SLOT),
        "create_time is '2026-11-23T18:00:00Z', not '2026-11-18T18:00:20Z'",
    ),
}


@pytest.mark.parametrize("lost", [False, True], ids=["answered", "its answer lost"])
@pytest.mark.parametrize(("change", "said"), EDITS.values(), ids=EDITS)
def test_an_edit_between_writing_and_reading_back_is_reported(
    open_world: OpenWorld, change: Edit, said: str, lost: bool
) -> None:
    world, id_, _ = six_nights_and_the_wish(open_world)
    if lost:
        world.cloud.faults.add(Fault("reset_after", "ModifySnapshot", times=FOREVER))
    row = world.cloud.region("bj").snapshots[id_]
    before_call(world, 2, lambda: change(row), "GetSnapshot")
    with pytest.raises(HoldUnconfirmed, match=f"^{id_} in bj is not as asked for: {said}"):
        hold(world, id_)


def test_a_release_between_writing_and_reading_back_is_reported(open_world: OpenWorld) -> None:
    world, id_, _ = six_nights_and_the_wish(open_world)
    before_call(world, 2, lambda: hold(world, id_, None), "GetSnapshot")
    with pytest.raises(HoldUnconfirmed, match="desc is 'snapkeep/1 "):
        hold(world, id_)


def test_of_two_holds_at_once_the_first_to_be_written_is_told_that_it_is_gone(
    open_world: OpenWorld,
) -> None:
    world, id_, _ = six_nights_and_the_wish(open_world)
    before_call(world, 2, lambda: hold(world, id_, "mine"), "GetSnapshot")
    with pytest.raises(HoldUnconfirmed, match="hold=mine"):
        hold(world, id_, "theirs")
    assert hold(world, id_, "mine").changed is False


def test_a_creation_that_ends_is_nobodys_edit(open_world: OpenWorld) -> None:
    world = open_world()
    (disk,) = world.add_disks(1)
    id_ = add_ours(world, disk, SLOT - DAY, status="Creating")
    row = world.cloud.region("bj").snapshots[id_]
    before_call(world, 2, lambda: edit(status="Available")(row), "GetSnapshot")
    assert hold(world, id_).changed
