"""What there is to plan over: a fleet with a snapshot of every disk for each of so many nights.

Rows come in random order, and each has strings and instants of its own, as if read from a list.
"""

from array import array
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

from benchmarks.peers import Listed
from snapkeep.events import SnapshotRequest
from snapkeep.identity import Identity, cron_event
from snapkeep.model import Instance, Inventory, Snapshot, Source, Volume, iso
from snapkeep.policy import Keep, Policies, Policy, Selector
from snapkeep.retention import Point
from snapkeep.rows import World, disks_of

REGION = "bj"
DAY = timedelta(days=1)
NEWEST = datetime(2026, 11, 23, 18, tzinfo=UTC)
NOW = NEWEST + timedelta(hours=6)
KEEP = Keep(daily=7, weekly=4, monthly=6)
NIGHTLY = Policy(
    "nightly",
    Selector(tags=(("backup", ("nightly",)),)),
    keep=KEEP,
    schedule="cron(0 2 * * ? *)",
    rpo=timedelta(hours=26),
)
POLICIES = Policies("Asia/Shanghai", (REGION,), {NIGHTLY.name: NIGHTLY})


def listed(
    disks: int, nights: int, *, every: timedelta = DAY, apart: timedelta = timedelta()
) -> list[Listed]:
    """Return the rows of a fleet for retention alone.

    Args:
        apart: between a slot of one disk and that of the next; without it they share their slots.
    """
    rows = []
    for disk, night in _random_order(disks, nights):
        slot = NEWEST - night * every - disk * apart
        point = Point(slot, slot + timedelta(seconds=20 + disk % 40), f"s-{disk:05x}{night:03x}")
        rows.append(Listed(NIGHTLY.name, f"v-{disk:08x}", point, iso(slot)))
    return rows


def inventory(disks: int, nights: int) -> Inventory:
    """Return a region: instances with a system disk and a data disk each, and their snapshots."""
    instances = [
        Instance(f"i-{number:08x}", f"web {number}", "Running")
        for number in range((disks + 1) // 2)
    ]
    volumes = [_volume(number) for number in range(disks)]
    return Inventory(REGION, volumes, instances, list(_snapshots(volumes, nights)))


def tonight() -> SnapshotRequest:
    """Return the event of a night of which there are no snapshots yet."""
    slot = NEWEST + DAY
    event = cron_event(NIGHTLY.name, slot)
    return SnapshotRequest(NIGHTLY, Source.CRON, slot, event, POLICIES.regions)


def world(region: Inventory) -> World:
    """Return what a plan of the region rests on."""
    return World(region.region, NOW, POLICIES, disks_of(region.volumes))


def _volume(number: int) -> Volume:
    system = number % 2 == 0
    return Volume(
        id=f"v-{number:08x}",
        name=f"disk {number}",
        status="InUse",
        type="System" if system else "Cds",
        is_system=system,
        size_gb=40,
        instance_ids=(f"i-{number // 2:08x}",),
        tags=(("backup", "nightly"),),
    )


def _snapshots(volumes: list[Volume], nights: int) -> Iterator[Snapshot]:
    slots = [NEWEST - night * DAY for night in range(nights)]
    events = [cron_event(NIGHTLY.name, slot) for slot in slots]
    for disk, night in _random_order(len(volumes), nights):
        volume, slot = volumes[disk], slots[night]
        mine = Identity(REGION, NIGHTLY.name, volume.id, Source.CRON, slot, events[night])
        yield Snapshot(
            id=f"s-{disk:05x}{night:03x}",
            name=mine.name(),
            status="Available",
            create_time=slot + timedelta(seconds=20 + disk % 40),
            create_method="manual",
            volume_id=volume.instance_ids[0] if volume.is_system else volume.id,
            desc=mine.desc(),
            size_gb=40,
        )


def _random_order(disks: int, nights: int) -> Iterator[tuple[int, int]]:
    """Yield each disk with each night, in an order that is the same in every process."""
    order = array("L", range(disks * nights))
    Random(2026).shuffle(order)
    return (divmod(place, nights) for place in order)
