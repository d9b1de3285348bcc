"""A past for disks: snapshots of ours as earlier runs would have left them."""

from collections.abc import Callable
from datetime import datetime, timedelta

from snapkeep.identity import Identity, cron_event, event_hash
from snapkeep.model import Source
from tests.fake_bce.rows import SnapshotRow
from tests.world import SLOT, World

Edit = Callable[[SnapshotRow], object]
DAY = timedelta(days=1)


def add_ours(
    world: World,
    disk: str,
    slot: datetime,
    *,
    region: str = "bj",
    policy: str = "nightly",
    keep_until: datetime | None = None,
    hold: str | None = None,
    generation: int = 0,
    status: str = "Available",
    created: datetime | None = None,
    id: str | None = None,
    **row: str | None,
) -> str:
    """Add one snapshot of ours and return its id; with ``keep_until`` it is an ad hoc one."""
    cron = keep_until is None
    source = Source.CRON if cron else Source.WEBHOOK
    event = cron_event(policy, slot) if cron else event_hash(source, f"msg-{slot}")
    identity = Identity(region, policy, disk, source, slot, event)
    desc = identity.desc(generation, keep_until)
    if hold:
        desc = desc.replace(" id=", f" hold={hold} id=")
    return world.cloud.region(region).add_snapshot(
        disk,
        identity.name(generation),
        id=id,
        desc=desc,
        status=status,
        created=created or slot + timedelta(seconds=20),
        **row,  # type: ignore[arg-type]
    )


def add_nights(
    world: World, disk: str, nights: int, *, newest: int = 0, region: str = "bj"
) -> list[str]:
    """Add a good snapshot of each night, the newest ``newest`` nights ago; return ids, oldest
    first."""
    slots = [SLOT - DAY * ago for ago in range(newest, newest + nights)]
    return [add_ours(world, disk, slot, region=region) for slot in reversed(slots)]


def edit(**fields: str | None) -> Edit:
    """Return what somebody does to a row who sets its fields."""

    def change(row: SnapshotRow) -> None:
        for name, value in fields.items():
            setattr(row, name, value)

    return change


def word(old: str, new: str) -> Edit:
    """Return what somebody does to a row who edits a word of its description."""

    def change(row: SnapshotRow) -> None:
        assert old in row.desc
        row.desc = row.desc.replace(old, new)

    return change
