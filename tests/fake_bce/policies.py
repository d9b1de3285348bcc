"""The cloud's own automatic snapshot policies (docs Sjwvynywx, 8jwvynykl, Wjwvynzn6)."""

from tests.fake_bce.context import Context
from tests.fake_bce.errors import RefusedError, bad_request, no_such_object
from tests.fake_bce.paging import page
from tests.fake_bce.region import RegionStore
from tests.fake_bce.rows import PolicyRow, VolumeRow
from tests.fake_bce.snapshots import valid_name
from tests.fake_bce.wire import Json

_HOURS, _WEEKDAYS = range(24), range(7)


def create(context: Context) -> Json:
    """POST /v2/asp; numbers may come as text, as the documents write them."""
    context.require_funds()
    body, region = context.request.json(), context.region
    row = PolicyRow(
        id=region.new_id("asp"),
        name=_name(body, context),
        time_points=_numbers(body, "timePoints", _HOURS),
        repeat_weekdays=_numbers(body, "repeatWeekdays", _WEEKDAYS),
        retention_days=_days(body),
        created=context.now,
        updated=context.now,
    )
    region.policies[row.id] = row
    return {"aspId": row.id}


def update(context: Context) -> Json:
    """PUT /v2/asp/update; members that are absent stay as they are."""
    body = context.request.json()
    row = _find(context, str(body.get("aspId", "")))
    if "name" in body:
        row.name = _name(body, context)
    if "timePoints" in body:
        row.time_points = _numbers(body, "timePoints", _HOURS)
    if "repeatWeekdays" in body:
        row.repeat_weekdays = _numbers(body, "repeatWeekdays", _WEEKDAYS)
    if "retentionDays" in body:
        row.retention_days = _days(body)
    row.updated = context.now
    return {"aspId": row.id}


def attach(context: Context) -> None:
    """PUT /v2/asp/{aspId}?attach; all disks must be CDS or system disks in use."""
    row = _find(context, context.args["id"])
    context.require_funds()
    volumes = _volumes(context)
    if any(volume.type not in {"System", "Cds"} for volume in volumes):
        raise RefusedError(400, "Asp.VolumeTypeInvalid")
    if any(volume.status != "InUse" for volume in volumes):
        raise RefusedError(400, "Asp.VolumeStatusInvalid")
    for volume in volumes:
        volume.policy_id = row.id


def detach(context: Context) -> None:
    """PUT /v2/asp/{aspId}?detach."""
    row = _find(context, context.args["id"])
    for volume in _volumes(context):
        if volume.policy_id == row.id:
            volume.policy_id = None


def list_page(context: Context) -> Json:
    """GET /v2/asp, by the policy's name or by a bound disk's."""
    name, volume_name = context.query.get("aspName"), context.query.get("volumeName")
    bound = {row.policy_id for row in context.region.volumes.values() if row.name == volume_name}
    rows = [
        row
        for row in context.region.policies.values()
        if name in {None, row.name} and (volume_name is None or row.id in bound)
    ]
    return page(
        rows,
        context.query,
        largest=context.settings.max_keys,
        items="autoSnapshotPolicys",
        write=lambda row: _write(context.region, row),
    )


def detail(context: Context) -> Json:
    """GET /v2/asp/{aspId}."""
    return {"autoSnapshotPolicy": _write(context.region, _find(context, context.args["id"]))}


def delete(context: Context) -> None:
    """DELETE /v2/asp/{aspId}; its disks are free again."""
    row = _find(context, context.args["id"])
    for volume in context.region.volumes.values():
        if volume.policy_id == row.id:
            volume.policy_id = None
    del context.region.policies[row.id]


def _find(context: Context, policy_id: str) -> PolicyRow:
    row = context.region.policies.get(policy_id)
    if row is None:
        raise no_such_object()
    return row


def _volumes(context: Context) -> list[VolumeRow]:
    ids = context.request.json().get("volumeIds")
    if not isinstance(ids, list) or not ids:
        raise bad_request("volumeIds must be a list of disk ids.")
    volumes = [context.region.volumes.get(str(one)) for one in ids]
    found = [volume for volume in volumes if volume is not None]
    if len(found) != len(ids):
        raise no_such_object()
    return found


def _name(body: Json, context: Context) -> str:
    name = body.get("name")
    if not isinstance(name, str) or not valid_name(name, context.settings):
        raise RefusedError(400, "Asp.NameInvalid")
    return name


def _numbers(body: Json, name: str, allowed: range) -> list[int]:
    values = body.get(name)
    if not isinstance(values, list) or not values:
        raise bad_request(f"{name} must be a list.")
    numbers = [_number(value) for value in values]
    if any(number not in allowed for number in numbers):
        raise bad_request(f"{name} is out of range.")
    return [number for number in numbers if number is not None]


def _days(body: Json) -> int:
    days = _number(body.get("retentionDays"))
    if days is None or not (days == -1 or 1 <= days <= 10_000):
        raise RefusedError(400, "Asp.RetentionDaysInvalid", "RetentionDays should in [1,10000]")
    return days


def _number(value: object) -> int | None:
    try:
        return int(value) if isinstance(value, int | str) else None
    except ValueError:
        return None


def _write(region: RegionStore, row: PolicyRow) -> Json:
    return {
        "id": row.id,
        "name": row.name,
        "timePoints": row.time_points,
        "repeatWeekdays": row.repeat_weekdays,
        "status": "active",
        "retentionDays": row.retention_days,
        "createdTime": f"{row.created:%Y-%m-%dT%H:%M:%SZ}",
        "updatedTime": f"{row.updated:%Y-%m-%dT%H:%M:%SZ}",
        "deletedTime": "",
        "lastExecuteTime": "",
        "volumeCount": sum(one.policy_id == row.id for one in region.volumes.values()),
    }
