"""``make fleet``: 100,000 disks, of which 90,000 are done, through the state machine in 16 shards.

Each shard is a process of its own. Prints a line of JSON, and exits with 1 if a disk has not
exactly one snapshot, if there was a call more than the limit, or if a run took more memory than
the others.
"""

import json
import subprocess
import sys
import tempfile
from collections import Counter
from math import ceil
from pathlib import Path

import pytest

from tests.fake_bce.clock import OffsetClock
from tests.fleet.execution import REGION, execute
from tests.fleet.lambda_api import Json, Lambda
from tests.functional.history import add_ours
from tests.world import NIGHTLY, NOW, SLOT, World, world

DISKS, LEFT, SHARDS, PAGE = 100_000, 10_000, 16, 1_000
MIB = 2**20
# the largest run against the smallest, by more than the list has grown from the first to the last;
# and against what the template gives the function
GROWTH, MEMORY = 1.05 * DISKS / (DISKS - LEFT), 512 * MIB
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "fake",
    "AWS_SECRET_ACCESS_KEY": "fake",
    "AWS_DEFAULT_REGION": REGION,
}


class Runs:
    """The function, one run at a time, and what each took.

    Attributes:
        limit: the fewest calls that all these runs can take.
        peaks: the most memory of each run of a shard, in bytes.
    """

    def __init__(self, opened: World) -> None:
        self._world = opened
        self.created, self.limit = 0, 0
        self.peaks: list[int] = []

    def __call__(self, event: Json) -> Json:
        before, settings = self._snapshots(), self._world.runtime.settings
        asked = {
            "event": event,
            "now": self._world.clock.now().isoformat(),
            "endpoints": dict(settings.endpoints),
            "policy_file": str(settings.policy_file),
        }
        done = subprocess.run(
            [sys.executable, "-m", "tests.fleet.process"],
            input=json.dumps(asked),
            stdout=subprocess.PIPE,
            check=True,
            text=True,
        )
        said: Json = json.loads(done.stdout.splitlines()[-1])
        if "shard" in event:
            created = said["result"]["counts"]["created"]
            self.created += created
            # the disks and, since tags decide, a page of no instances; look-before, and one look
            # after, since all are Available then; the creates
            self.limit += ceil(DISKS / PAGE) + 1 + ceil(before / PAGE)
            self.limit += ceil(self._snapshots() / PAGE) + created
            self.peaks.append(said["peak"])
            place, peak = event["shard"]["index"], said["peak"] / MIB
            print(f"  shard {place}: {created} created, {peak:.0f} MiB", file=sys.stderr)
        result: Json = said["result"]
        return result

    def _snapshots(self) -> int:
        return len(self._world.rows())


def figures() -> tuple[Json, bool]:
    """Run the fleet and return what is to be told, and whether all is well."""
    clock = OffsetClock(NOW)
    with (
        tempfile.TemporaryDirectory() as folder,
        world(Path(folder), loopback=True, clock=clock) as opened,
        pytest.MonkeyPatch.context() as patch,
    ):
        disks = opened.add_disks(DISKS)
        for disk in disks[LEFT:]:
            add_ours(opened, disk, SLOT)
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        runs = Runs(opened)
        event = {**NIGHTLY, "shards": SHARDS, "concurrency": 1}
        ended = execute(Lambda(runs), event, patch)
        once = Counter(row.volume_id for row in opened.rows()) == dict.fromkeys(disks, 1)
        calls = Counter(call.operation for call in opened.cloud.journal)
    told = {
        "figure": "fleet",
        "status": ended.status,
        "disks planned": DISKS,
        "created": runs.created,
        "one snapshot each": once,
        "calls": dict(calls),
        "calls in all": calls.total(),
        "limit": runs.limit,
        "peak memory of each run in MiB": [round(peak / MIB) for peak in runs.peaks],
    }
    is_done = ended.status == "SUCCEEDED" and once and runs.created == LEFT
    is_flat = max(runs.peaks) < min(GROWTH * min(runs.peaks), MEMORY)
    return told, is_done and is_flat and calls.total() == runs.limit


if __name__ == "__main__":
    found, is_well = figures()
    print(json.dumps(found))
    sys.exit(not is_well)
