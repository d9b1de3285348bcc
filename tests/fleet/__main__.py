"""``make fleet``: 100,000 disks, of which 90,000 are done, through the state machine in 16 shards.

Prints a line of JSON, and exits with 1 if a disk has not exactly one snapshot, if there was a call
more than the limit, or if memory grew from shard to shard.
"""

import json
import os
import sys
import tempfile
from collections import Counter
from math import ceil
from pathlib import Path
from resource import getpagesize
from typing import Any

import pytest

from tests.fleet.execution import execute
from tests.fleet.lambda_api import Json, Lambda
from tests.functional.history import add_ours
from tests.world import NIGHTLY, SLOT, World, world

DISKS, LEFT, SHARDS, PAGE = 100_000, 10_000, 16, 1_000
MIB = 2**20
# pages that are freed are not given back at once
GROWTH = 1.05


class Runs:
    """The function, one run at a time, and what each took."""

    def __init__(self, opened: World) -> None:
        self._world = opened
        self.created, self.expected = 0, 0
        self.memory: list[float] = []

    def __call__(self, event: Json) -> Json:
        result = self._world.beside().create(event, seconds=900)
        if "shard" in event:
            before = len(self._world.rows()) - result["counts"]["created"]
            self.created += result["counts"]["created"]
            self.expected += ceil(DISKS / PAGE) + result["counts"]["created"]
            # look-before, and the one look after, when all are Available
            self.expected += ceil(before / PAGE) + ceil(len(self._world.rows()) / PAGE)
            self._world.said.clear()
            self._world.log.seek(0)
            self._world.log.truncate()
            self.memory.append(_resident())
            print(f"  shard {event['shard']['index']}: {self.memory[-1]:.0f} MiB", file=sys.stderr)
        return result


def figures() -> tuple[dict[str, Any], bool]:
    """Run the fleet and return what is to be told, and whether all is well."""
    with tempfile.TemporaryDirectory() as folder, world(Path(folder), straight=True) as opened:
        disks = opened.add_disks(DISKS)
        for disk in disks[LEFT:]:
            add_ours(opened, disk, SLOT)
        runs = Runs(opened)
        event = {**NIGHTLY, "shards": SHARDS, "concurrency": 1}
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_ACCESS_KEY_ID", "fake")
            patch.setenv("AWS_SECRET_ACCESS_KEY", "fake")
            ended = execute(Lambda(runs), event, patch)
        once = Counter(row.volume_id for row in opened.rows()) == dict.fromkeys(disks, 1)
        calls = Counter(call.operation for call in opened.cloud.journal)
        growth = runs.memory[-1] / runs.memory[1]
    told = {
        "figure": "fleet",
        "disks": DISKS,
        "shards": SHARDS,
        "status": ended.status,
        "created": runs.created,
        "one snapshot each": once,
        "calls": dict(calls),
        "calls in all": sum(calls.values()),
        "limit": runs.expected,
        "memory in MiB after each shard": [round(memory) for memory in runs.memory],
    }
    is_well = ended.status == "SUCCEEDED" and once and runs.created == LEFT
    return told, is_well and sum(calls.values()) == runs.expected and growth < GROWTH


def _resident() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * getpagesize() / MIB


if __name__ == "__main__":
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    found, is_well = figures()
    print(json.dumps(found))
    sys.exit(not is_well)
