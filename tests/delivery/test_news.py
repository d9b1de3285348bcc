"""What is told: what opens, what lasts a day, and once that all is well again."""

import json
from datetime import timedelta

import pytest

from tests.delivery.conftest import NIGHTLY_ONLY, Deliver
from tests.delivery.rooms import Rooms
from tests.fake_bce import Fault
from tests.fake_bce.bos import Stored
from tests.functional.history import DAY, add_nights, add_ours
from tests.world import SLOT, World, failure_of

SCHEDULED = {"deliver": True}
HOUR = timedelta(hours=1)
BOTH = NIGHTLY_ONLY.replace('["bj"]', '["bj", "gz"]')
OVER = "- All that was reported before is over."


def told(rooms: Rooms, name: str = "dingtalk") -> list[list[str]]:
    """Return the lines of every message to a room so far, without its title and last line."""
    texts = [body["markdown"]["text"] for body in rooms.of(name)]
    return [[line for line in text.splitlines() if line.startswith("- ")] for text in texts]


def new(disk: str, name: str = "disk-0") -> str:
    return f"- New: {disk} {name}: no good snapshot of nightly"


def later(world: World, delta: timedelta) -> None:
    world.clock.advance(delta)
    world.report(SCHEDULED)


def test_a_finding_is_told_when_it_opens_each_day_and_when_it_is_over(
    deliver: Deliver, rooms: Rooms
) -> None:
    world, _ = deliver("dingtalk")
    (disk,) = world.add_disks(1)
    world.report(SCHEDULED)
    opened = [new(disk)]
    assert told(rooms) == [opened]
    for _ in range(5):
        later(world, HOUR)
    assert told(rooms) == [opened]
    later(world, timedelta(hours=19))
    lasting = [opened[0].replace("New", "Still")]
    assert told(rooms) == [opened, lasting]
    later(world, HOUR)
    later(world, DAY)
    assert told(rooms) == [opened, lasting, lasting]
    add_ours(world, disk, SLOT + 2 * DAY)
    later(world, HOUR)
    assert told(rooms)[3:] == [[OVER]]
    assert "# Backups: all disks are protected\n" in rooms.of("dingtalk")[-1]["markdown"]["text"]
    later(world, HOUR)
    assert len(told(rooms)) == 4


def test_where_all_is_well_nothing_is_told(deliver: Deliver, rooms: Rooms) -> None:
    world, bucket = deliver("dingtalk")
    add_nights(world, world.add_disks(1)[0], 4)
    world.report(SCHEDULED)
    assert rooms.posts == []
    assert json.loads(bucket.objects["told.json"].body) == {"dingtalk": {}}


def test_a_second_finding_is_told_alone(deliver: Deliver, rooms: Rooms) -> None:
    world, _ = deliver("dingtalk")
    (first,) = world.add_disks(1)
    world.report(SCHEDULED)
    second = world.cloud.region("bj").add_volume("second", tags={"backup": "nightly"})
    later(world, HOUR)
    assert told(rooms) == [[new(first)], [new(second, "second")]]


def test_a_finding_that_comes_back_is_new_again(deliver: Deliver, rooms: Rooms) -> None:
    world, _ = deliver("dingtalk")
    (disk,) = world.add_disks(1)
    world.report(SCHEDULED)
    row = add_ours(world, disk, SLOT)
    later(world, HOUR)
    world.cloud.region("bj").drop_snapshot(row)
    later(world, HOUR)
    assert told(rooms) == [[new(disk)], [OVER], [new(disk)]]


def test_what_a_dead_room_missed_it_is_told_next_time_and_the_others_not_again(
    deliver: Deliver, rooms: Rooms
) -> None:
    world, bucket = deliver("dingtalk", "feishu")
    (disk,) = world.add_disks(1)
    rooms.dead["dingtalk"] = 500
    failure_of(lambda: world.report(SCHEDULED))
    assert (len(rooms.of("dingtalk")), len(rooms.of("feishu"))) == (0, 1)
    assert json.loads(bucket.objects["told.json"].body) == {
        "dingtalk": {},
        "feishu": {f"stale/bj/{disk}/nightly": "2026-11-23T18:00:30Z"},
    }
    rooms.dead.clear()
    later(world, HOUR)
    assert told(rooms) == [[new(disk)]]
    assert len(rooms.of("feishu")) == 1


def test_a_room_that_was_dead_when_all_was_well_again_is_told_that_next_time(
    deliver: Deliver, rooms: Rooms
) -> None:
    world, _ = deliver("dingtalk", "feishu")
    (disk,) = world.add_disks(1)
    world.report(SCHEDULED)
    add_ours(world, disk, SLOT)
    rooms.dead["dingtalk"] = 500
    failure_of(lambda: world.report(SCHEDULED))
    rooms.dead.clear()
    later(world, HOUR)
    later(world, HOUR)
    assert told(rooms) == [[new(disk)], [OVER]]
    assert len(rooms.of("feishu")) == 2


def test_a_room_that_is_added_is_told_what_lasts(deliver: Deliver, rooms: Rooms) -> None:
    world, bucket = deliver("dingtalk")
    bucket.objects["told.json"] = Stored(b'{"feishu": {}}', "application/json")
    (disk,) = world.add_disks(1)
    world.report(SCHEDULED)
    assert told(rooms) == [[new(disk)]]


def test_without_a_bucket_every_report_is_told_whole(deliver: Deliver, rooms: Rooms) -> None:
    world, _ = deliver("dingtalk", bucket=None)
    add_nights(world, world.add_disks(1)[0], 4)
    for _ in range(2):
        world.report(SCHEDULED)
    whole: str = world.report({"format": "markdown"})["markdown"]
    texts = [body["markdown"]["text"] for body in rooms.of("dingtalk")]
    assert texts == [f"# Backups: all disks are protected\n{whole}".rstrip()] * 2


def test_of_a_region_that_cannot_be_read_nothing_is_over_and_nothing_new_later(
    deliver: Deliver, rooms: Rooms
) -> None:
    world, _ = deliver("dingtalk", policy=BOTH)
    add_nights(world, world.add_disks(1)[0], 4)
    (stale,) = world.add_disks(1, "gz")
    world.report(SCHEDULED)
    assert told(rooms) == [[new(stale)]]
    away = Fault("before", region="gz", status=403, code="AccessDenied", times=1_000)
    world.cloud.faults.add(away)
    for _ in range(2):
        failure_of(lambda: later(world, HOUR))
    assert len(told(rooms)) == 2
    (line,) = told(rooms)[1]
    assert line.startswith("- New: region gz could not be read: ")
    world.cloud.faults.clear()
    later(world, HOUR)
    assert len(told(rooms)) == 2
    add_ours(world, stale, SLOT, region="gz")
    later(world, HOUR)
    assert told(rooms)[2:] == [[OVER]]


DAMAGED = {
    "nothing": b"",
    "cut short": b'{"dingtalk": {"stale',
    "a list": b"[]",
    "null": b"null",
    "no text": b"\xff\xfe",
    "a number for a room": b'{"dingtalk": 7}',
    "a list for a room": b'{"dingtalk": ["stale/bj/DISK/nightly"]}',
    "no instant": b'{"dingtalk": {"stale/bj/DISK/nightly": "yesterday"}}',
    "no such day": b'{"dingtalk": {"stale/bj/DISK/nightly": "2026-02-30T00:00:00Z"}}',
    "a number": b'{"dingtalk": {"stale/bj/DISK/nightly": 1e999}}',
    "no zone": b'{"dingtalk": {"stale/bj/DISK/nightly": "2026-11-23T18:00:00"}}',
    "another room": b'{"feishu": {"stale/bj/DISK/nightly": "2026-11-23T18:00:00Z"}}',
}


@pytest.mark.parametrize("damaged", DAMAGED.values(), ids=DAMAGED)
def test_what_is_damaged_counts_as_not_told_and_is_mended(
    deliver: Deliver, rooms: Rooms, damaged: bytes
) -> None:
    world, bucket = deliver("dingtalk")
    (disk,) = world.add_disks(1)
    body = damaged.replace(b"DISK", disk.encode())
    bucket.objects["told.json"] = Stored(body, "application/json")
    world.report(SCHEDULED)
    assert told(rooms) == [[new(disk)]]
    (known,) = json.loads(bucket.objects["told.json"].body).values()
    assert list(known) == [f"stale/bj/{disk}/nightly"]
    later(world, HOUR)
    assert len(told(rooms)) == 1
