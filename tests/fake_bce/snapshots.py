"""The snapshot operations (docs 0jwvyo7c0, Ujwvyo7qi, Bjwvyo8dg, cjwvyo81w, 5m2tv8z6p)."""

import re
from dataclasses import replace
from datetime import timedelta

from tests.fake_bce.context import Context
from tests.fake_bce.errors import RefusedError, bad_request, no_such_object
from tests.fake_bce.paging import page
from tests.fake_bce.rows import Entry, SnapshotRow, VolumeRow
from tests.fake_bce.settings import FakeSettings
from tests.fake_bce.wire import Json, tags_in, tags_out

_CHINESE = "\u4e00-\u9fff"
_NAME = re.compile(rf"[A-Za-z{_CHINESE}][A-Za-z0-9{_CHINESE}\-_ /.]{{0,64}}")
_DISK_MAY = frozenset({"InUse", "Available"})
_INSTANCE_MAY = frozenset({"Running", "Stopped"})
_DELETABLE = frozenset({"CreatedFailed", "Available"})
_DISKS_FACTOR = 8


def create(context: Context) -> Json:
    """POST /v2/snapshot; the disk is a CDS disk's id, or the instance's for a system disk.

    The order of the checks is ours: shape, name, disk, state, money, quota.
    """
    body = context.request.json()
    source = _text(body, "volumeId")
    name = _text(body, "snapshotName")
    desc = _text(body, "desc", default="")
    days = _retention(body)
    tags = tags_in(body.get("tags"))
    _check_name(name, context.settings)
    volume = _disk(context, source)
    context.require_funds()
    _check_quota(context, volume)
    made = context.region.start_snapshot(volume, name, desc, tags, days)
    return {"snapshotId": made}


def list_page(context: Context) -> Json:
    """GET /v2/snapshot, filtered by a disk, or by an instance for its system disk only."""
    wanted = context.query.get("volumeId")
    rows = [
        row
        for row in context.region.snapshots.values()
        if (row.listed_from is None or row.listed_from <= context.now)
        and (wanted is None or wanted == (row.instance_id or row.volume_id))
    ]
    return page(
        rows,
        context.query,
        largest=context.settings.max_keys,
        items="snapshots",
        write=lambda row: _write(row, context.settings),
    )


def detail(context: Context) -> Json:
    """GET /v2/snapshot/{snapshotId}; tags and progress stand here only."""
    row = _find(context)
    progress = {"Creating": "0", "CreatedFailed": "0"}.get(row.status, "100")
    more = {"tags": tags_out(row.tags), "progress": progress}
    return {"snapshot": _write(row, context.settings) | more}


def modify(context: Context) -> None:
    """PUT /v2/snapshot/{snapshotId}?modifyAttribute; members that are absent stay as they are.

    The order of the checks is ours: id, shape, name, retention; one that fails changes nothing.
    """
    row, body = _find(context), context.request.json()
    name = _text(body, "snapshotName", default=row.name)
    desc = _text(body, "desc", default=row.desc)
    if "snapshotName" in body:
        _check_name(name, context.settings)
    if "retentionInDays" in body:
        days = timedelta(days=_retention(body, endless=False))
        context.region.retain_snapshot(row, context.now.replace(microsecond=0) + days)
    row.name, row.desc = name, desc


def delete(context: Context) -> None:
    """DELETE /v2/snapshot/{snapshotId}; only a finished snapshot goes."""
    row = _find(context)
    if row.status not in _DELETABLE:
        raise RefusedError(403, "OperationDenied")
    context.region.ledger.append(Entry("deleted", context.now, replace(row)))
    context.region.drop_snapshot(row.id)


def valid_name(name: str, settings: FakeSettings) -> bool:
    """Letters, digits, Chinese and ``-_ /.``, a letter first, 1 to 65 characters (0jwvyo7c0)."""
    first_is_letter = settings.chinese_first_letter or name[:1].isascii()
    return bool(_NAME.fullmatch(name)) and first_is_letter


def _check_name(name: str, settings: FakeSettings) -> None:
    if not valid_name(name, settings):
        raise RefusedError(400, "Snapshot.SnapshotNameInvalid")


def _find(context: Context) -> SnapshotRow:
    row = context.region.snapshots.get(context.args["id"])
    if row is None:
        raise no_such_object()
    return row


def _disk(context: Context, source: str) -> VolumeRow:
    """Return the disk that ``source`` names if a snapshot of it may start now."""
    region = context.region
    volume = region.find_disk(source)
    if volume is None:
        raise no_such_object()
    by_instance = source in region.instances
    if volume.type not in {"System", "Cds"} or volume.is_system != by_instance:
        raise bad_request("Only CDS disks, and system disks by instance id, have snapshots.")
    status = region.instances[source].status if by_instance else volume.status
    allowed = _INSTANCE_MAY if by_instance else _DISK_MAY
    if status not in allowed or region.is_busy(volume.id):
        raise RefusedError(409, "OperationDenied")
    return volume


def _check_quota(context: Context, volume: VolumeRow) -> None:
    if context.settings.quota == "per_disk":
        rows = context.region.snapshots.values()
        used = sum(row.volume_id == volume.id and row.is_manual for row in rows)
        allowed = context.settings.manual_quota
    else:
        used = sum(len(region.snapshots) for region in context.regions.values())
        disks = [row for region in context.regions.values() for row in region.volumes.values()]
        allowed = _DISKS_FACTOR * sum(row.type in {"System", "Cds"} for row in disks)
    if used >= allowed:
        raise RefusedError(context.settings.limit_exceeded_status, "Instance.SnapshotLimitExceeded")


def _text(body: Json, name: str, default: str | None = None) -> str:
    value = body.get(name, default)
    if not isinstance(value, str):
        raise RefusedError(400, "InappropriateJSON", f"{name} must be a string.")
    return value


def _retention(body: Json, *, endless: bool = True) -> int:
    """Read a number of days; ``endless`` lets -1 pass, which is for ever."""
    days = body.get("retentionInDays", -1)
    if type(days) is not int or not ((endless and days == -1) or 1 <= days <= 10_000):
        allowed = "-1 or 1 to 10000" if endless else "1 to 10000"
        raise bad_request(f"retentionInDays must be {allowed}.")
    return days


def _write(row: SnapshotRow, settings: FakeSettings) -> Json:
    by_instance = row.instance_id and settings.system_rows_carry == "instance"
    body: Json = {
        "id": row.id,
        "name": row.name,
        "sizeInGB": row.size_gb,
        "createTime": f"{row.create_time:%Y-%m-%dT%H:%M:%SZ}",
        "status": row.status,
        "createMethod": row.create_method,
        "volumeId": row.instance_id if by_instance else row.volume_id,
        "desc": row.desc,
        "package": False,
        "encrypted": False,
    }
    if row.expire_time:
        body["expireTime"] = f"{row.expire_time:%Y-%m-%dT%H:%M:%SZ}"
    if row.insnap_id:
        body["insnapId"] = row.insnap_id
    if row.template_id:
        body["templateId"] = row.template_id
    return body
