"""The demo account is as odd as promised, and the standalone server serves it."""

import json
import signal
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from snapkeep.identity import Marker, read_marker
from snapkeep.model import Snapshot
from tests.contract.conftest import START
from tests.fake_bce import FakeCloud, RegionStore, VirtualClock
from tests.fake_bce.__main__ import parser
from tests.fake_bce.fleet import DISKS, SERVERS
from tests.fake_bce.rows import SnapshotRow
from tests.fake_bce.seed import current_slot, seed_demo

ROOT = Path(__file__).parents[2]
SLOT = datetime(2026, 11, 23, 18, tzinfo=UTC)


@pytest.fixture(scope="module")
def cloud() -> FakeCloud:
    made = FakeCloud(VirtualClock(START))
    seed_demo(made, START)
    return made


def marker(region: RegionStore, row: SnapshotRow) -> Marker | None:
    """Return our marker of a row, if it is ours."""
    known = Snapshot(
        id=row.id,
        name=row.name,
        status=row.status,
        create_time=row.create_time,
        create_method=row.create_method,
        volume_id=row.volume_id,
        desc=row.desc,
        insnap_id=row.insnap_id,
        template_id=row.template_id,
    )
    return read_marker(known, region.name)


def test_there_are_40_disks_on_12_instances_in_two_regions(cloud: FakeCloud) -> None:
    assert list(cloud.regions) == ["bj", "gz"]
    assert len(SERVERS) == sum(len(region.instances) for region in cloud.regions.values()) == 12
    assert len(DISKS) + len(SERVERS) == 40
    assert sum(len(region.volumes) for region in cloud.regions.values()) == 40
    assert all(len(region.snapshots) > 150 for region in cloud.regions.values())


def test_the_demo_is_the_same_every_time(cloud: FakeCloud) -> None:
    again = FakeCloud(VirtualClock(START))
    seed_demo(again, START)

    for name, region in cloud.regions.items():
        assert again.region(name).snapshots == region.snapshots
        assert again.region(name).volumes == region.volumes


def test_the_night_of_now_is_not_done_yet(cloud: FakeCloud) -> None:
    slots = Counter(
        found.identity.slot
        for region in cloud.regions.values()
        for row in region.snapshots.values()
        if (found := marker(region, row)) and row.status == "Available"
    )

    assert max(slots) == SLOT - timedelta(days=1)
    assert min(slots) == SLOT - timedelta(days=147)
    assert len(slots) >= 40


@pytest.mark.parametrize(
    ("now", "slot"),
    [
        (START, SLOT),
        (SLOT, SLOT),
        (SLOT - timedelta(seconds=1), SLOT - timedelta(days=1)),
        (SLOT + timedelta(hours=7), SLOT),
    ],
    ids=str,
)
def test_a_slot_lasts_until_the_next_one(now: datetime, slot: datetime) -> None:
    assert current_slot(now) == slot


def test_every_oddity_is_there(cloud: FakeCloud) -> None:
    regions = list(cloud.regions.values())
    rows = [(marker(region, row), row) for region in regions for row in region.snapshots.values()]
    ours = [(found, row) for found, row in rows if found]
    foreign = [row for found, row in rows if not found]

    assert {row.status for _, row in ours} == {"Available", "CreatedFailed"}
    assert any(found.generation for found, _ in ours)
    assert any(found.hold for found, _ in ours)
    ends = {found.keep_until < START for found, _ in ours if found.keep_until}
    assert ends == {True, False}
    assert sum(row.volume_id is None for _, row in ours) == 60
    assert sum(row.instance_id is not None for _, row in ours) > 100
    assert {row.create_method.casefold() for row in foreign} == {"manual", "auto"}
    assert any(row.insnap_id for row in foreign)
    assert any(row.template_id and row.desc.startswith("snapkeep/1") for row in foreign)
    statuses = {row.status for region in regions for row in region.volumes.values()}
    assert statuses == {"InUse", "Available", "Detaching", "SnapshotProcessing"}
    assert {row.status for region in regions for row in region.instances.values()} == {
        "Running",
        "Stopped",
        "Starting",
    }


def test_the_server_says_where_it_is_and_ends_on_a_signal() -> None:
    command = [sys.executable, "-m", "tests.fake_bce", "--seed", "empty"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        first = json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=10)

    assert first.keys() == {"url", "urls", "access_key_id", "secret_access_key"}
    assert first["url"] == first["urls"]["bj"]
    assert (process.returncode, rest, errors) == (0, "", "")


@pytest.mark.parametrize(
    "argument", ["--now=yesterday", "--now=2026-11-23T18:00:30", "--port=70000", "--port=x"]
)
def test_the_server_refuses_nonsense(argument: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parser().parse_args([argument])

    assert argument.partition("=")[0] in capsys.readouterr().err
