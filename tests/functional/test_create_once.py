from tests.conftest import OpenWorld


def test_a_nightly_event_makes_one_snapshot_per_disk(open_world: OpenWorld) -> None:
    world = open_world()
    disks = world.add_disks(5)
    result = world.create()
    assert result["counts"]["created"] == 5
    assert world.good() == sorted(disks)
