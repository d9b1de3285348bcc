"""Who lives in the demo account: 40 disks on 12 instances in two regions, as a table."""

from dataclasses import dataclass
from typing import Literal

Condition = Literal[
    "healthy",  # a snapshot every night
    "stale",  # the last one is five days old
    "failed",  # last night's creation failed
    "repaired",  # a creation failed three nights ago, the second generation is good
    "held",  # its oldest snapshot is held
    "ad_hoc", # snapshots before deployments, one past its keep_until and one not
    "imaged",  # its oldest snapshot became an image
    "automatic",  # under one of the cloud's own policies as well
    "busy",  # something else is taking a snapshot of it
    "detaching",
    "ephemeral",
    "unprotected",  # no policy selects it
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Server:
    """An instance; a protected one carries the tag, which covers all of its disks."""

    region: str
    name: str
    status: str = "Running"
    protected: bool = True


@dataclass(frozen=True, slots=True)
class Disk:
    """A data disk; detached where ``server`` is ``None``, and then tagged itself."""

    region: str
    server: str | None
    name: str
    condition: Condition = "healthy"
    size_gb: int = 100


SERVERS = (
    Server("bj", "web-1"),
    Server("bj", "web-2"),
    Server("bj", "api-1"),
    Server("bj", "订单服务"),
    Server("bj", "db-1"),
    Server("bj", "报表服务", "Stopped"),
    Server("bj", "batch-1", "Starting"),
    Server("bj", "旧测试机", protected=False),
    Server("gz", "web-gz-1"),
    Server("gz", "db-gz-1"),
    Server("gz", "缓存-广州", "Stopped"),
    Server("gz", "spare-gz", protected=False),
)

DISKS = (
    Disk("bj", "web-1", "web-1-data"),
    Disk("bj", "web-1", "web-1-scratch", "ephemeral", 50),
    Disk("bj", "web-2", "web-2-data"),
    Disk("bj", "api-1", "api-1-data", "held"),
    Disk("bj", "api-1", "api-1-log", size_gb=200),
    Disk("bj", "订单服务", "数据盘-订单", "ad_hoc", 500),
    Disk("bj", "订单服务", "日志盘-订单", "repaired"),
    Disk("bj", "db-1", "db-1-data", "automatic", 1000),
    Disk("bj", "db-1", "db-1-wal", "failed"),
    Disk("bj", "db-1", "备份盘-db-1", "busy", 1000),
    Disk("bj", "报表服务", "数据盘-报表", "stale", 300),
    Disk("bj", "batch-1", "batch-1-data", "imaged"),
    Disk("bj", "旧测试机", "旧数据盘", "unprotected"),
    Disk("bj", None, "archive-2024", size_gb=2000),
    Disk("bj", None, "共享数据盘", size_gb=400),
    Disk("bj", None, "moving-disk", "detaching"),
    Disk("bj", None, "leftover", "unprotected", 20),
    Disk("gz", "web-gz-1", "web-gz-1-data"),
    Disk("gz", "web-gz-1", "数据盘-广州"),
    Disk("gz", "db-gz-1", "db-gz-1-data", size_gb=800),
    Disk("gz", "db-gz-1", "db-gz-1-wal"),
    Disk("gz", "db-gz-1", "db-gz-1-dump", size_gb=800),
    Disk("gz", "缓存-广州", "缓存盘", "stale"),
    Disk("gz", "缓存-广州", "缓存盘-2"),
    Disk("gz", "spare-gz", "spare-gz-data", "unprotected"),
    Disk("gz", None, "归档盘-广州", size_gb=2000),
    Disk("gz", None, "archive-gz", size_gb=2000),
    Disk("gz", None, "unused-gz", "unprotected", 20),
)

RELEASED = (("bj", "已释放的盘"), ("bj", "released-2"), ("gz", "released-gz"))
