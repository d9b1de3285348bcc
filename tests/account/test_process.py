import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from snapkeep.bce.client import Client
from snapkeep.bce.retry import RateLimit, RetryBudget
from snapkeep.bce.signing import Credentials
from snapkeep.bce.transport import Transport, new_adapter
from snapkeep.runtime.wiring import SystemClock
from snapkeep.times import Deadline
from tests.account.table import TABLE
from tests.conftest import CANARY
from tests.fake_bce import (
    ACCESS_KEY_ID,
    SECRET_ACCESS_KEY,
    FakeCloud,
    FakeSettings,
    OffsetClock,
    http_door,
)
from tests.stage import ROOT
from tests.world import KEYS, NOW

DISK = "v-XiyuHsyS"
ENVIRON = {**KEYS, "SNAPKEEP_REQUESTS_PER_SECOND": "1000", "PATH": os.environ["PATH"]}
COMMAND = [sys.executable, "-m", "tests.account", "--token-minutes", "0", "--yes"]


@contextmanager
def fake_cloud() -> Iterator[str]:
    """Start the fake cloud as a person does, and give its address."""
    command = [sys.executable, "-m", "tests.fake_bce", "--port", "0", "--seed", "demo"]
    with subprocess.Popen(
        [*command, "--creation-seconds", "1.2"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["url"]
        process.send_signal(signal.SIGTERM)


def exported(url: str) -> dict[str, Any]:
    """Return what a cloud behind an address lists."""
    clock = SystemClock()
    transport = Transport(
        url,
        Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY),
        clock=clock,
        adapter=new_adapter(),
        budget=RetryBudget(),
        rate=RateLimit(1_000, clock),
    )
    return Client("bj", transport, Deadline.after(clock, 30)).export()


def test_it_runs_as_it_is_typed_and_says_no_secret(tmp_path: Path) -> None:
    file = tmp_path / "contract.json"
    with fake_cloud() as url:
        before = exported(url)
        words = ["--endpoint", url, "--volume", DISK, "--json", str(file)]
        ended = subprocess.run(
            [*COMMAND, *words], cwd=ROOT, env=ENVIRON, capture_output=True, text=True, check=False
        )
        after = exported(url)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert before == after
    told = file.read_text("utf-8")
    result = json.loads(told)
    assert result["left"] == []
    assert [each["id"] for each in result["assumptions"]] == [each.id for each in TABLE]
    lines = ended.stdout.splitlines()
    assert all(any(f"  {each.id}: " in line for line in lines) for each in TABLE)
    for text in (ended.stdout, told):
        assert ACCESS_KEY_ID not in text
        assert "fakeuser" not in text
        CANARY.search("the contract suite", text)


def test_a_signal_ends_it_and_leaves_nothing_behind() -> None:
    settings = FakeSettings(creation_time=timedelta(seconds=1))
    cloud = FakeCloud(OffsetClock(NOW), settings, ["bj"])
    bj = cloud.region("bj")
    # its clock is another one than that of the process
    disk, by_hand = bj.add_volume(), bj.add_snapshot(None)
    with http_door(cloud) as urls, started(urls["bj"], disk) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "  create: " in line:
                break
        process.send_signal(signal.SIGTERM)
        rest = process.stdout.read()
        assert process.wait(20) == 130
    assert "removing s-" in rest
    assert bj.snapshots.keys() == {by_hand}
    assert bj._creates[disk] >= 1


def started(url: str, disk: str) -> subprocess.Popen[str]:
    words = [*COMMAND, "--endpoint", url, "--volume", disk]
    return subprocess.Popen(words, cwd=ROOT, env=ENVIRON, stdout=subprocess.PIPE, text=True)
