"""A row is read twice before it goes, alone and in the list of its disk: each can keep it."""

from typing import Any

import pytest

from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.deliver import before_call
from tests.functional.history import Edit, edit, word
from tests.functional.test_expire_plan import ids
from tests.functional.test_expire_reread import six_nights

Reply = dict[str, Any]
CHANGES: dict[str, tuple[Edit, str]] = {
    "a hold is set": (word(" id=", " hold=legal id="), "held: legal"),
    "it is no longer available": (edit(status="NotAvailable"), "it is NotAvailable"),
    "it is renamed": (edit(name="the-good-one"), "edited"),
    "its marker is edited": (word("slot=2026-11-18", "slot=2026-11-17"), "edited"),
    "it becomes part of an image": (edit(template_id="m-1"), "edited"),
    "it is listed under another disk": (edit(volume_id="v-another0"), "does not show it"),
}
# after the two walks of the plan
OF_THE_DISK = 3


@pytest.mark.parametrize(("change", "why"), CHANGES.values(), ids=CHANGES)
def test_a_row_is_kept_where_between_its_detail_and_the_list_of_its_disk(
    open_world: OpenWorld, change: Edit, why: str
) -> None:
    world = open_world()
    nights = six_nights(world)
    row = world.cloud.region("bj").snapshots[nights[0]]
    before_call(world, OF_THE_DISK, lambda: change(row), "ListSnapshots")
    applied = world.expire()["regions"]["bj"]["applied"]
    assert why in applied["kept"][nights[0]]
    assert applied["deleted"] == nights[1:3]
    assert nights[0] in ids(world)


@pytest.mark.parametrize("change", [change for change, _ in CHANGES.values()], ids=CHANGES)
def test_a_row_is_kept_where_the_list_of_its_disk_does_not_know_yet_that(
    open_world: OpenWorld, change: Edit
) -> None:
    world = open_world()
    nights = six_nights(world)
    row = world.cloud.region("bj").snapshots[nights[0]]
    planned: list[Reply] = []

    def remember(reply: Reply) -> None:
        planned.extend(reply["snapshots"])

    def show_again(reply: Reply) -> None:
        reply["snapshots"] = planned

    for nth, transform in ((OF_THE_DISK - 1, remember), (OF_THE_DISK, show_again)):
        world.cloud.faults.add(Fault("transform", "ListSnapshots", nth=nth, transform=transform))
    before_call(world, 1, lambda: change(row), "GetSnapshot")
    applied = world.expire()["regions"]["bj"]["applied"]
    assert set(applied["kept"]) == {nights[0]}
    assert applied["deleted"] == nights[1:3]
    assert nights[0] in ids(world)
