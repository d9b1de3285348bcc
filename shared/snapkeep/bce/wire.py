"""Rows of the API's JSON become our values here, and wire names go no further.

A required field that is missing or of another type raises ``ListIncomplete`` with its name; what
the documents do not promise may be absent; what we do not know is ignored.
"""

from dataclasses import dataclass
from math import inf, isfinite
from typing import Any, TypeVar, cast

from snapkeep.bce.errors import ListIncomplete
from snapkeep.errors import InvalidInput
from snapkeep.model import Chain, Instance, Snapshot, Volume
from snapkeep.times import parse_instant

T = TypeVar("T")


def snapshot(row: object) -> Snapshot:
    """Read a SnapshotModel (BCC API, Ujwvyo7qi and Bjwvyo8dg)."""
    fields = _fields(row)
    created = _required(fields, "createTime", str)
    try:
        create_time = parse_instant(created)
    except InvalidInput:
        create_time = None
    return Snapshot(
        id=_id(fields, "id"),
        name=_required(fields, "name", str),
        status=_required(fields, "status", str),
        create_time=create_time,
        create_method=_optional(fields, "createMethod", str) or "",
        volume_id=_optional(fields, "volumeId", str) or None,
        desc=_optional(fields, "desc", str) or "",
        size_gb=_size(fields, "sizeInGB"),
        insnap_id=_optional(fields, "insnapId", str) or None,
        template_id=_optional(fields, "templateId", str) or None,
    )


def volume(row: object) -> Volume:
    """Read a VolumeModel (BCC API, Sjwvyo5be and 1jwvyo4ly)."""
    fields = _fields(row)
    attachments = _optional(fields, "attachments", list) or []
    instance_ids = (_optional(_fields(item), "instanceId", str) for item in attachments)
    return Volume(
        id=_id(fields, "id"),
        name=_optional(fields, "name", str) or "",
        status=_required(fields, "status", str),
        type=_required(fields, "type", str),
        is_system=_optional(fields, "isSystemVolume", bool) or fields["type"] == "System",
        size_gb=_size(fields, "diskSizeInGB"),
        instance_ids=tuple(id_ for id_ in instance_ids if id_),
        tags=_tags(fields),
        automatic_policy=_policy(fields),
    )


def instance(row: object) -> Instance:
    """Read an InstanceModel (BCC API, Xjwvyodmx and sjwvyoeqr)."""
    fields = _fields(row)
    return Instance(
        id=_id(fields, "id"),
        name=_optional(fields, "name", str) or "",
        status=_required(fields, "status", str),
        tags=_tags(fields),
    )


def chain(row: object) -> Chain:
    """Read an item of ``snapchains`` (BCC API, 1kckej0zw); the API writes the size as text."""
    fields = _fields(row)
    return Chain(
        id=_id(fields, "chainId"),
        volume_id=_optional(fields, "volumeId", str) or "",
        size_gb=_number(fields, "chainSize"),
        manual_count=int(_number(fields, "manualSnapCount")),
        auto_count=int(_number(fields, "autoSnapCount")),
    )


@dataclass(frozen=True, slots=True)
class Raw:
    """A row as the API wrote it."""

    id: str
    fields: dict[str, Any]


def raw(row: object) -> Raw:
    """Read a row of any list; a chain's id has a name of its own."""
    fields = _fields(row)
    return Raw(_id(fields, "chainId" if "chainId" in fields else "id"), fields)


def _fields(row: object) -> dict[str, Any]:
    if not isinstance(row, dict):
        raise ListIncomplete(f"a row is {type(row).__name__}, not an object")
    return row


def _id(fields: dict[str, Any], name: str) -> str:
    value = _required(fields, name, str)
    if not value:
        raise ListIncomplete(f"a row's {name} is empty")
    return value


def _required(fields: dict[str, Any], name: str, kind: type[T]) -> T:
    value = _optional(fields, name, kind)
    if value is None:
        raise ListIncomplete(f"a row has no {name}")
    return value


def _optional(fields: dict[str, Any], name: str, kind: type[T]) -> T | None:
    value = fields.get(name)
    if value is None:
        return None
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise ListIncomplete(f"a row's {name} is {type(value).__name__}, not {kind.__name__}")
    if isinstance(value, str) and not value.isascii():
        # half a character can be in JSON, but in no log, answer or file
        return cast(T, value.encode(errors="replace").decode())
    return value


def _policy(fields: dict[str, Any]) -> str | None:
    """Baidu's automatic policy decides nothing, so an odd one must not stop a list."""
    policy = fields.get("autoSnapshotPolicy")
    name = (policy.get("name") or policy.get("id")) if isinstance(policy, dict) else None
    return name.encode(errors="replace").decode() if isinstance(name, str) else None


def _size(fields: dict[str, Any], name: str) -> int:
    """A size decides nothing, so an odd one must not stop a list."""
    value = fields.get(name)
    return value if type(value) is int else 0


def _number(fields: dict[str, Any], name: str) -> float:
    value = fields.get(name)
    try:
        number = float(value or 0)
    except (TypeError, ValueError):
        number = inf
    if not isfinite(number):
        raise ListIncomplete(f"a row's {name} is no number: {str(value)[:40]!r}")
    return number


def _tags(fields: dict[str, Any]) -> tuple[tuple[str, str], ...]:
    tags = _optional(fields, "tags", list) or []
    return tuple(
        (_required(_fields(tag), "tagKey", str), _optional(_fields(tag), "tagValue", str) or "")
        for tag in tags
    )
