"""The rows the cloud keeps; tests may change them in place."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(slots=True)
class VolumeRow:
    """A disk; ``type`` is System, Cds or Ephemeral (SDK model VolumeModel)."""

    id: str
    name: str
    status: str
    type: str
    size_gb: int
    zone: str
    create_time: datetime
    instance_id: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    desc: str = ""
    storage_type: str = "cloud_hp1"
    payment_timing: str = "Postpaid"
    policy_id: str | None = None
    chain_id: str = ""

    @property
    def is_system(self) -> bool:
        return self.type == "System"


@dataclass(slots=True)
class InstanceRow:
    """A server (SDK model InstanceModel)."""

    id: str
    name: str
    status: str
    zone: str
    create_time: datetime
    tags: dict[str, str] = field(default_factory=dict)
    payment_timing: str = "Postpaid"


@dataclass(slots=True)
class SnapshotRow:
    """A snapshot; ``instance_id`` is set for a system disk's, ``nth`` counts creates of a disk."""

    id: str
    name: str
    status: str
    create_method: str
    create_time: datetime
    size_gb: int
    volume_id: str | None = None
    instance_id: str | None = None
    chain_id: str = ""
    desc: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    expire_time: datetime | None = None
    insnap_id: str | None = None
    template_id: str | None = None
    listed_from: datetime | None = None
    nth: int = 0

    @property
    def is_manual(self) -> bool:
        return self.create_method.casefold() == "manual"


@dataclass(frozen=True, slots=True)
class Entry:
    """What the API itself did to a snapshot, which is in ``row`` as it was then."""

    act: Literal["created", "deleted"]
    at: datetime
    row: SnapshotRow


@dataclass(slots=True)
class ChainRow:
    """The snapshot chain of one disk; it outlives the disk while it has snapshots."""

    id: str
    volume_id: str
    instance_id: str
    volume_size_gb: int
    create_time: datetime


@dataclass(slots=True)
class PolicyRow:
    """An automatic snapshot policy of the cloud itself (``asp``)."""

    id: str
    name: str
    time_points: list[int]
    repeat_weekdays: list[int]
    retention_days: int
    created: datetime
    updated: datetime
