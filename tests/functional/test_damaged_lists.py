"""From a list that is short or damaged nothing is decided: nothing created, nothing deleted."""

import pytest

from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.damage import DAMAGES, FOREVER, damaged
from tests.functional.history import add_nights
from tests.world import World, failure_of

PAGE = 3
LISTS = ["ListVolumes", "ListInstances", "ListSnapshots"]
# the list of snapshots carries no tags
OF_SNAPSHOTS = [damage for damage in DAMAGES if damage != "a row whose tags are text"]
OF = {"ListVolumes": list(DAMAGES), "ListInstances": list(DAMAGES), "ListSnapshots": OF_SNAPSHOTS}
# deleting reads the disks' three pages, and walks twice over four pages of snapshots
PAGES_OF_DELETE = [
    ("ListVolumes", 2),
    ("ListVolumes", 3),
    ("ListSnapshots", 2),
    ("ListSnapshots", 6),
]


def furnished(open_world: OpenWorld) -> World:
    """Return a world where every list has three pages and a night's work is due on both sides."""
    world = open_world(max_keys=PAGE)
    store = world.cloud.region("bj")
    for disk in world.add_disks(2):
        add_nights(world, disk, 5, newest=1)
    for i in range(7):
        store.add_instance(f"server-{i}", tags={"backup": "nightly"} if i < 2 else None)
    return world


def state(world: World) -> dict[str, str]:
    return {row.id: row.status for row in world.rows()}


def test_the_undamaged_lists_have_pages_and_lead_to_creates_and_deletes(
    open_world: OpenWorld,
) -> None:
    world = furnished(open_world)
    world.create()
    assert len(world.cloud.calls("CreateSnapshot")) == 4
    assert {operation: len(world.cloud.calls(operation)) for operation in LISTS} == {
        "ListVolumes": 3,
        "ListInstances": 3,
        "ListSnapshots": 4 + 5,
    }
    world.expire()
    assert len(world.cloud.calls("DeleteSnapshot")) == 6


@pytest.mark.parametrize(
    ("operation", "damage"),
    [(operation, damage) for operation, damages in OF.items() for damage in damages],
)
def test_a_damaged_second_page_leads_to_no_create(
    open_world: OpenWorld, operation: str, damage: str
) -> None:
    world = furnished(open_world)
    before = state(world)
    world.cloud.faults.add(damaged(damage, operation, nth=2))
    failure = failure_of(world.create)
    assert world.cloud.faults.fired
    assert world.writes() == []
    assert state(world) == before
    (region,) = failure.result["disks"]
    assert (region["region"], region["status"]) == ("bj", "failed")
    assert operation in region["message"]


@pytest.mark.parametrize("page", [1, 3, 4], ids=["first", "third", "last"])
@pytest.mark.parametrize("damage", ["500", "HTML", "isTruncated 'false'", "a row without id"])
def test_a_damaged_page_of_snapshots_leads_to_no_create_whichever_it_is(
    open_world: OpenWorld, damage: str, page: int
) -> None:
    world = furnished(open_world)
    world.cloud.faults.add(damaged(damage, "ListSnapshots", nth=page))
    failure_of(world.create)
    assert world.writes() == []


@pytest.mark.parametrize(
    ("operation", "nth", "damage"),
    [(operation, nth, damage) for operation, nth in PAGES_OF_DELETE for damage in OF[operation]],
)
def test_a_damaged_page_leads_to_no_delete(
    open_world: OpenWorld, operation: str, nth: int, damage: str
) -> None:
    world = furnished(open_world)
    before = state(world)
    world.cloud.faults.add(damaged(damage, operation, nth))
    failure = failure_of(world.expire)
    assert world.cloud.faults.fired
    assert world.writes() == []
    assert state(world) == before
    assert operation in failure.result["failures"]["bj"]
    assert failure.result["regions"] == {}


@pytest.mark.parametrize("damage", OF_SNAPSHOTS)
def test_a_damaged_list_of_one_disk_leads_to_no_create(open_world: OpenWorld, damage: str) -> None:
    world = open_world(max_keys=PAGE)
    for disk in world.add_disks(2):
        add_nights(world, disk, 5, newest=1)
    world.cloud.faults.add(damaged(damage, "ListSnapshots", nth=2))
    failure_of(world.create)
    assert world.writes() == []


@pytest.mark.parametrize("operation", OF)
def test_a_marker_that_comes_again_is_noticed_when_it_does(
    open_world: OpenWorld, operation: str
) -> None:
    world = furnished(open_world)
    world.cloud.faults.add(damaged("a repeated marker", operation, nth=2))
    failure = failure_of(world.create)
    assert "nextMarker '0' comes again" in str(failure)
    assert len(world.cloud.calls(operation)) == 3


def test_a_list_without_end_is_given_up(open_world: OpenWorld) -> None:
    world = open_world()
    world.add_disks(4)
    numbers = iter(range(FOREVER))

    def more(reply: dict[str, object]) -> None:
        reply.update(isTruncated=True, nextMarker=f"s-{next(numbers)}")

    fault = Fault("transform", "ListSnapshots", times=FOREVER, transform=more)
    world.cloud.faults.add(fault)
    failure = failure_of(world.create)
    assert "2000 pages" in str(failure)
    assert world.writes() == []


def test_a_marker_that_is_the_first_row_of_the_next_page_lists_no_row_twice(
    open_world: OpenWorld,
) -> None:
    world = open_world(max_keys=1)
    disks = world.add_disks(4)
    world.create()
    world.create()
    assert world.good() == sorted(disks)
