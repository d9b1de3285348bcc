"""Pages to look at: that of the demo fleet as a schedule finds it, and that of a large fleet."""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.fake_bce.seed import seed_demo
from tests.stage import ROOT
from tests.world import NOW, World, failure_of, world

HOSTILE = (
    "<script>alert(1)</script>",
    "\u202egpj.exe\u200f",
    "</style><img src=x onerror=alert(1)>",
)
CHINESE = "数据库-主库-订单系统"
MONEY = """
[report]
price_per_gb_month = [0.1, 0.3]
currency = "CNY"
quota_per_disk = 20
"""


@contextmanager
def demo(folder: Path) -> Iterator[World]:
    """Open the demo fleet on the morning after a night in which some disks could have none."""
    text = (ROOT / "functions/policy.toml").read_text(encoding="utf-8")
    with world(folder, text + MONEY) as opened:
        seed_demo(opened.cloud, NOW)
        store = opened.cloud.region("bj")
        for name in (CHINESE, *HOSTILE):
            store.add_volume(name, tags={"backup": "nightly"})
            store.add_volume(name)
        failure_of(opened.create)
        opened.clock.sleep(timedelta(hours=7).total_seconds())
        yield opened


@dataclass(frozen=True, slots=True)
class Built:
    """The page of a large fleet, and what building it took."""

    path: Path
    sizes: dict[str, int]


def built(folder: Path) -> Built:
    """Build the page in a process of its own; once, however many processes ask for it."""
    page, told = folder / "fleet.html", folder / "fleet.json"
    with (folder / "fleet.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not told.exists():
            command = [sys.executable, "-m", "tests.browser.child", str(page)]
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
            told.write_text(done.stdout, encoding="utf-8")
    sizes: dict[str, Any] = json.loads(told.read_text(encoding="utf-8"))
    return Built(page, sizes)


def shared(own: Path) -> Path:
    """Return the folder that all processes of a run have in common."""
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own
