"""Disks and instances, to look at (docs Sjwvyo5be, 1jwvyo4ly, Xjwvyodmx, sjwvyoeqr)."""

from collections.abc import Callable, Mapping

from tests.fake_bce.context import Context
from tests.fake_bce.errors import bad_request, no_such_object
from tests.fake_bce.paging import page
from tests.fake_bce.region import RegionStore
from tests.fake_bce.rows import InstanceRow, VolumeRow
from tests.fake_bce.wire import Json, tags_out

_TIME = "%Y-%m-%dT%H:%M:%SZ"


def _one_of(text: str) -> set[str]:
    return {part.strip() for part in text.split(",")}


def _has_disk(region: RegionStore, row: InstanceRow, wanted: str) -> bool:
    volumes = (region.volumes.get(volume_id) for volume_id in _one_of(wanted))
    return any(volume and volume.instance_id == row.id for volume in volumes)


_VOLUME_FILTERS: Mapping[str, Callable[[VolumeRow, str], bool]] = {
    "instanceId": lambda row, wanted: row.instance_id == wanted,
    "zoneName": lambda row, wanted: row.zone == wanted,
    "clusterId": lambda row, wanted: False,
    "chargeFilter": lambda row, wanted: row.payment_timing.lower() == wanted.lower(),
    "usageFilter": lambda row, wanted: wanted == ("system" if row.is_system else "data"),
    "name": lambda row, wanted: row.name == wanted,
    "productCategory": lambda row, wanted: wanted == "BCC",
    "volumeIds": lambda row, wanted: row.id in _one_of(wanted),
}
VOLUME_QUERY = frozenset(_VOLUME_FILTERS)

_INSTANCE_FILTERS: Mapping[str, Callable[[RegionStore, InstanceRow, str], bool]] = {
    "zoneName": lambda region, row, wanted: row.zone == wanted,
    "instanceIds": lambda region, row, wanted: row.id in _one_of(wanted),
    "instanceNames": lambda region, row, wanted: row.name in _one_of(wanted),
    "fuzzyInstanceName": lambda region, row, wanted: wanted in row.name,
    "paymentTiming": lambda region, row, wanted: row.payment_timing == wanted,
    "status": lambda region, row, wanted: row.status in _one_of(wanted),
    "tags": lambda region, row, wanted: any(_tagged(row, tag) for tag in _one_of(wanted)),
    "volumeIds": _has_disk,
    "cdsIds": _has_disk,
}
INSTANCE_QUERY = frozenset(_INSTANCE_FILTERS)


def list_volumes(context: Context) -> Json:
    """GET /v2/volume."""
    filters = [(_VOLUME_FILTERS[k], v) for k, v in context.query.items() if k in VOLUME_QUERY]
    rows = [
        row
        for row in context.region.volumes.values()
        if all(keeps(row, wanted) for keeps, wanted in filters)
    ]
    return page(
        rows,
        context.query,
        largest=context.settings.max_keys,
        items="volumes",
        write=lambda row: _volume(context.region, row),
    )


def get_volume(context: Context) -> Json:
    """GET /v2/volume/{volumeId}; the number of snapshots is a string, as documented."""
    row = context.region.volumes.get(context.args["id"])
    if row is None:
        raise no_such_object()
    count = sum(one.volume_id == row.id for one in context.region.snapshots.values())
    return {"volume": _volume(context.region, row) | {"snapshotNum": str(count)}}


def list_instances(context: Context) -> Json:
    """GET /v2/instance."""
    query = context.query
    if "instanceNames" in query and "fuzzyInstanceName" in query:
        raise bad_request("instanceNames and fuzzyInstanceName exclude each other.")
    filters = [(_INSTANCE_FILTERS[k], v) for k, v in query.items() if k in INSTANCE_QUERY]
    rows = [
        row
        for row in context.region.instances.values()
        if all(keeps(context.region, row, wanted) for keeps, wanted in filters)
    ]
    disks = _by_instance(context.region)
    return page(
        rows,
        query,
        largest=context.settings.max_keys,
        items="instances",
        write=lambda row: _instance(context.region, row, disks),
    )


def get_instance(context: Context) -> Json:
    """GET /v2/instance/{instanceId}."""
    row = context.region.instances.get(context.args["id"])
    if row is None:
        raise no_such_object()
    return {"instance": _instance(context.region, row, _by_instance(context.region))}


def _tagged(row: InstanceRow, tag: str) -> bool:
    key, colon, value = tag.partition(":")
    return row.tags.get(key) == value if colon else key in row.tags


def _by_instance(region: RegionStore) -> dict[str, list[VolumeRow]]:
    disks: dict[str, list[VolumeRow]] = {}
    for row in region.volumes.values():
        if row.instance_id:
            disks.setdefault(row.instance_id, []).append(row)
    return disks


def _volume(region: RegionStore, row: VolumeRow) -> Json:
    attached = {"volumeId": row.id, "instanceId": row.instance_id, "device": "/dev/vdb"}
    policy = region.policies.get(row.policy_id or "")
    return {
        "id": row.id,
        "name": row.name,
        "desc": row.desc,
        "diskSizeInGB": row.size_gb,
        "status": "SnapshotProcessing" if region.is_busy(row.id) else row.status,
        "type": row.type,
        "storageType": row.storage_type,
        "isSystemVolume": row.is_system,
        "createTime": f"{row.create_time:{_TIME}}",
        "expireTime": None,
        "paymentTiming": row.payment_timing,
        "zoneName": row.zone,
        "regionId": region.name,
        "attachments": [attached] if row.instance_id else [],
        "tags": tags_out(row.tags),
        "autoSnapshotPolicy": {"id": policy.id, "name": policy.name} if policy else None,
        "productCategory": "BCC",
    }


def _instance(region: RegionStore, row: InstanceRow, disks: Mapping[str, list[VolumeRow]]) -> Json:
    own = disks.get(row.id, [])
    busy = any(disk.is_system and region.is_busy(disk.id) for disk in own)
    return {
        "id": row.id,
        "name": row.name,
        "status": "SnapshotProcessing" if busy else row.status,
        "zoneName": row.zone,
        "createTime": f"{row.create_time:{_TIME}}",
        "expireTime": None,
        "paymentTiming": row.payment_timing,
        "tags": tags_out(row.tags),
        "volumes": [
            {"volumeId": one.id, "diskSizeInGB": one.size_gb, "isSystemVolume": one.is_system}
            for one in own
        ],
    }
