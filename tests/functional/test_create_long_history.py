"""Where the snapshots of a region are more pages than its disks have lists, these are read."""

from collections import Counter
from urllib.parse import parse_qs, urlsplit

from tests.conftest import OpenWorld
from tests.functional.history import add_nights
from tests.world import World

DISKS, NIGHTS, PER_PAGE = 6, 8, 4


def furnished(open_world: OpenWorld, nights: int = NIGHTS, **settings: object) -> World:
    world = open_world(max_keys=PER_PAGE, **settings)
    for disk in world.add_disks(DISKS):
        add_nights(world, disk, nights, newest=1)
    return world


def lists(world: World) -> Counter[str]:
    """Return how many pages were asked for, of the region and of each disk."""
    calls = world.cloud.calls("ListSnapshots")
    queries = [parse_qs(urlsplit(call.target).query) for call in calls]
    return Counter(query.get("volumeId", ["region"])[0] for query in queries)


def test_a_long_history_is_read_disk_by_disk(open_world: OpenWorld) -> None:
    world = furnished(open_world)
    assert world.create()["counts"]["created"] == DISKS
    asked = lists(world)
    # as many pages of the region as there are disks, and then two of each disk
    assert asked.pop("region") == DISKS
    assert asked == dict.fromkeys(world.cloud.region("bj").volumes, 2)
    assert len(world.cloud.calls("GetSnapshot")) == DISKS


def test_again_it_finds_what_is_there(open_world: OpenWorld) -> None:
    world = furnished(open_world)
    world.create()
    assert world.create()["counts"]["existing"] == DISKS
    assert len(world.rows()) == DISKS * (NIGHTS + 1)


def test_a_short_history_is_read_at_once(open_world: OpenWorld) -> None:
    world = furnished(open_world, nights=2)
    world.create()
    assert set(lists(world)) == {"region"}


def test_what_was_not_sent_in_time_is_incomplete_and_no_failure(open_world: OpenWorld) -> None:
    world = open_world()
    world.add_disks(40)
    slow = world.deployed(requests_per_second=1)
    counts = slow.failing_create(seconds=33)["counts"]
    assert counts["failed"] == 0
    assert counts["created"] + counts["pending"] > 10
    assert counts["incomplete"] > 10
    assert world.create()["counts"]["failed"] == 0
    assert len(world.good()) == 40
