"""The demo account's past: what is left of half a year of nights, and all that can be odd."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from snapkeep.identity import Identity, cron_event, event_hash
from snapkeep.model import Source
from snapkeep.policy import Keep
from snapkeep.retention import Point, reasons_to_keep
from tests.fake_bce.cloud import FakeCloud
from tests.fake_bce.fleet import DISKS, RELEASED, SERVERS, Condition, Disk, Server
from tests.fake_bce.region import RegionStore
from tests.fake_bce.rows import ChainRow, InstanceRow, PolicyRow, VolumeRow

POLICY = "nightly"
_TAG = {"backup": POLICY}
_DAY = timedelta(days=1)
# 02:00 in Asia/Shanghai, which has no daylight saving time.
_SLOT_TIME = time(18, tzinfo=UTC)
_NIGHTS = 180
# what functions/policy.toml keeps, and a night, in days ago, that it does not
_KEEP = Keep(last=3, daily=7, weekly=4, monthly=6)
_EXPIRED = 40
# a stale disk's last night lies so many nights before the others'
_NIGHTS_MISSED = 4
_AGE_OF_DISKS = 400 * _DAY
_STATUSES: dict[Condition, str] = {"busy": "SnapshotProcessing", "detaching": "Detaching"}
_UNTOUCHED = frozenset({"ephemeral", "unprotected"})
_AUTOMATIC_POLICY = "asp-fakedemo"


def seed_demo(cloud: FakeCloud, now: datetime) -> None:
    """Furnish an empty cloud; the night before ``now``'s own slot is the last one done.

    Two seedings with the same ``now`` are equal, ids included.
    """
    done = current_slot(now) - _DAY
    for region in cloud.regions.values():
        servers = {
            server.name: region.add_instance(
                server.name, status=server.status, tags=_TAG if server.protected else None
            )
            for server in SERVERS
            if server.region == region.name
        }
        for server in SERVERS:
            if server.region == region.name:
                _add_system_history(region, server, servers[server.name], done)
        for disk in DISKS:
            if disk.region == region.name:
                _add_disk(region, disk, servers.get(disk.server or ""), done)
        for name in (name for where, name in RELEASED if where == region.name):
            _add_released(region, name, done)
        _age(region, now)


def current_slot(now: datetime) -> datetime:
    """Return the newest nightly slot that is not after ``now``."""
    today = datetime.combine(now.astimezone(UTC).date(), _SLOT_TIME)
    return today if today <= now else today - _DAY


def _add_system_history(
    region: RegionStore, server: Server, server_id: str, done: datetime
) -> None:
    volume = region.system_disk(server_id)
    if volume and server.protected:
        _add_nights(region, volume, done, "healthy")
    elif volume:
        _by_hand(region, volume, done)


def _add_disk(region: RegionStore, disk: Disk, server_id: str | None, done: datetime) -> None:
    own_tag = server_id is None and disk.condition != "unprotected"
    volume = region.volumes[
        region.add_volume(
            disk.name,
            status=_STATUSES.get(disk.condition),
            type="Ephemeral" if disk.condition == "ephemeral" else "Cds",
            size_gb=disk.size_gb,
            instance_id=server_id,
            tags=_TAG if own_tag else None,
        )
    ]
    if disk.condition not in _UNTOUCHED:
        last = done - _NIGHTS_MISSED * _DAY if disk.condition == "stale" else done
        _add_nights(region, volume, last, disk.condition)
    if disk.condition == "unprotected":
        _by_hand(region, volume, done)
    if disk.condition == "ad_hoc":
        _add_ad_hoc(region, volume, done)
    if disk.condition == "automatic":
        _add_automatic(region, volume, done)


def _add_nights(
    region: RegionStore, volume: VolumeRow, last: datetime, condition: Condition
) -> None:
    """Add what the rules keep of half a year, and on every other disk one night that they do not.

    A held or imaged snapshot is always such a night.
    """
    kept_by_hand = condition in {"held", "imaged"}
    expired = {_EXPIRED} if kept_by_hand or ord(volume.id[-1]) % 2 else set()
    for night in sorted(_kept_nights(last) | expired, reverse=True):
        identity = _identity(region, volume, last - night * _DAY)
        desc = identity.desc()
        if night == _EXPIRED and condition == "held":
            desc = desc.replace(" id=", " hold=audit-2026 id=")
        failed = (condition, night) in {("failed", 0), ("repaired", 3)}
        region.add_snapshot(
            volume.id,
            identity.name(),
            desc=desc,
            status="CreatedFailed" if failed else "Available",
            created=_created(identity),
            template_id="m-fakeimg1" if night == _EXPIRED and condition == "imaged" else None,
        )
        if failed and condition == "repaired":
            created = _created(identity) + timedelta(hours=1)
            region.add_snapshot(volume.id, identity.name(1), desc=identity.desc(1), created=created)


def _kept_nights(last: datetime) -> set[int]:
    """Return how many nights before the last one each lies that earlier runs have left."""
    slots = {night: last - night * _DAY for night in range(_NIGHTS)}
    points = [Point(slot, slot, str(night)) for night, slot in slots.items()]
    return {int(night) for night in reasons_to_keep(points, _KEEP, ZoneInfo("Asia/Shanghai"))}


def _add_ad_hoc(region: RegionStore, volume: VolumeRow, done: datetime) -> None:
    """Snapshots before two deployments, kept for a week: one is over, one is not."""
    for days in (20, 2):
        slot = done - days * _DAY + timedelta(hours=9)
        event = event_hash("webhook", f"msg-predeploy-{days}")
        identity = Identity(
            region=region.name,
            policy="predeploy",
            volume_id=volume.id,
            source=Source.WEBHOOK,
            slot=slot,
            event=event,
        )
        desc = identity.desc(keep_until=slot + 7 * _DAY)
        region.add_snapshot(volume.id, identity.name(), desc=desc, created=_created(identity))


def _add_automatic(region: RegionStore, volume: VolumeRow, done: datetime) -> None:
    """Rows that the cloud's own policy and an instance snapshot made."""
    region.policies[_AUTOMATIC_POLICY] = PolicyRow(
        _AUTOMATIC_POLICY, "每日自动", [3], [0, 1, 2, 3, 4, 5, 6], 7, done, done
    )
    volume.policy_id = _AUTOMATIC_POLICY
    for days in range(7):
        created = done - days * _DAY + timedelta(hours=1)
        name = f"auto_{created:%Y%m%d}"
        method = "auto" if days % 2 else "AUTO"
        region.add_snapshot(volume.id, name, created=created, create_method=method)
    region.add_snapshot(volume.id, "整机快照", created=done - 30 * _DAY, insnap_id="ins-fakeins1")


def _by_hand(region: RegionStore, volume: VolumeRow, done: datetime) -> None:
    """Snapshots of others, which are none of our business."""
    for days, name in ((200, "before-upgrade"), (40, "升级前-手工")):
        region.add_snapshot(volume.id, name, desc="by hand", created=done - days * _DAY)


def _add_released(region: RegionStore, name: str, done: datetime) -> None:
    """A disk that was backed up for three weeks and released a month ago."""
    volume = region.volumes[region.add_volume(name, tags=_TAG)]
    for night in range(50, 30, -1):
        identity = _identity(region, volume, done - night * _DAY)
        region.add_snapshot(
            volume.id, identity.name(), desc=identity.desc(), created=_created(identity)
        )
    region.release_volume(volume.id)


def _identity(region: RegionStore, volume: VolumeRow, slot: datetime) -> Identity:
    return Identity(
        region=region.name,
        policy=POLICY,
        volume_id=volume.id,
        source=Source.CRON,
        slot=slot,
        event=cron_event(POLICY, slot),
    )


def _created(identity: Identity) -> datetime:
    """A snapshot is made 20 to 99 seconds after its slot, by chance of its digest."""
    return identity.slot + timedelta(seconds=20 + int(identity.id[:4], 16) % 80)


def _age(region: RegionStore, now: datetime) -> None:
    rows: list[InstanceRow | VolumeRow | ChainRow] = [
        *region.instances.values(),
        *region.volumes.values(),
        *region.chains.values(),
    ]
    for row in rows:
        row.create_time = now - _AGE_OF_DISKS
