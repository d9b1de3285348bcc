"""Row 9: what a nightly sweep asks of the API, as the fake cloud has counted it."""

import io
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from math import ceil
from pathlib import Path

from tests.fake_bce import FakeCloud, FakeSettings, StraightAdapter, VirtualClock

import create_on_event.app
from benchmarks import fleet
from benchmarks.clients import PER_SECOND
from benchmarks.figures import Figure, Line, Target
from benchmarks.measure import Bench, Case, Counts, Row, Variant, Work
from snapkeep.errors import RunFailed
from snapkeep.identity import Identity, cron_event
from snapkeep.jobs.create import WAITS_SECONDS
from snapkeep.model import Source, iso
from snapkeep.runtime import Runtime
from snapkeep.runtime.settings import Settings
from snapkeep.runtime.telemetry import Telemetry
from snapkeep.times import Deadline

NUMBER, DISKS, NIGHTS, PAGE = 9, 1_100, 3, 1_000
POLICY = f"""
timezone = "Asia/Shanghai"
regions = ["{fleet.REGION}"]
[policy.nightly]
select = {{ %s }}
schedule = "cron(0 2 * * ? *)"
rpo = "26h"
keep = {{ last = 3 }}
"""


@dataclass(frozen=True, slots=True)
class Night:
    """What a night meets.

    Attributes:
        select: of the policy; data disks alone can be judged without the list of instances.
        instances: how many disks have one, each with a system disk besides.
        looks: how often the list has to be walked until all is Available.
    """

    select: str = "system = false"
    instances: int = 0
    looks: int = 1

    def fewest(self, disks: int, snapshots: int) -> int:
        """Return the calls without which it cannot be done: lists, creates, and lists again."""
        lists = _pages(disks) + _pages(self.instances) + _pages(snapshots)
        return lists + disks + self.looks * _pages(snapshots + disks)


def _pages(rows: int) -> int:
    return ceil(rows / PAGE)


@dataclass(frozen=True, slots=True)
class Account:
    """The fake cloud with a fleet in it, and our function before it."""

    cloud: FakeCloud
    runtime: Runtime

    @classmethod
    def of(cls, night: Night, disks: int, policy: Path) -> "Account":
        never = timedelta(days=1)
        creation_time = timedelta() if night.looks == 1 else never
        clock = VirtualClock(fleet.NEWEST + fleet.DAY)
        cloud = FakeCloud(clock, FakeSettings(creation_time=creation_time), [fleet.REGION])
        _furnish(cloud, night, disks)
        policy.write_text(POLICY % night.select, encoding="utf-8")
        environ = {
            "BCE_ACCESS_KEY_ID": cloud.settings.access_key_id,
            "BCE_SECRET_ACCESS_KEY": cloud.settings.secret_access_key,
        }
        runtime = Runtime(
            Settings(policy, requests_per_second=PER_SECOND),
            Telemetry("bench", io.StringIO(), None, "INFO"),
            environ=environ,
            clock=clock,
            adapter=StraightAdapter(cloud),
        )
        return cls(cloud, runtime)

    def deadline(self) -> Deadline:
        return Deadline.after(self.runtime.clock, 900)


def _furnish(cloud: FakeCloud, night: Night, disks: int) -> None:
    region, policy = cloud.region(fleet.REGION), fleet.NIGHTLY.name
    for _ in range(night.instances):
        region.add_instance()
    for _ in range(disks - night.instances):
        region.add_volume()
    for number in range(NIGHTS):
        slot = fleet.NEWEST - number * fleet.DAY
        event = cron_event(policy, slot)
        for volume in region.volumes:
            mine = Identity(fleet.REGION, policy, volume, Source.CRON, slot, event)
            region.add_snapshot(volume, mine.name(), desc=mine.desc(), created=slot)


def ours(account: Account) -> None:
    event = {"policy": fleet.NIGHTLY.name, "scheduled_time": iso(fleet.NEWEST + fleet.DAY)}
    # what is not Available in the end fails the run
    with suppress(RunFailed):
        create_on_event.app.run(event, account.runtime, account.deadline())


def script(account: Account) -> None:
    """Do what scripts do: list the snapshots of each disk, create one, list them again."""
    client = account.runtime.client(fleet.REGION, account.deadline())
    for volume in client.volumes():
        client.snapshots(volume.id)
        client.create_snapshot(volume_id=volume.id, name="nightly", desc="", client_token=volume.id)
        client.snapshots(volume.id)


def _counted(do: Callable[[Account], None], night: Night, share: int = 0) -> Variant:
    """Return a variant in which one of so many disks is a system disk."""

    def prepared(size: int) -> Work:
        tonight = Night(night.select, size // share if share else 0, night.looks)
        folder = tempfile.TemporaryDirectory()
        account = Account.of(tonight, size, Path(folder.name) / "policy.toml")

        def run() -> Counts:
            with folder:
                do(account)
            calls = account.cloud.calls()
            if sum(call.operation == "CreateSnapshot" for call in calls) != size:
                raise RuntimeError("not every disk was asked for")
            if any(call.status != 200 for call in calls):
                raise RuntimeError("a call was refused")
            fewest = tonight.fewest(size, size * NIGHTS)
            return Counts({"calls": len(calls), "fewest": fewest})

        return run

    return prepared


SLOW = len(WAITS_SECONDS)
VARIANTS: dict[str, Variant] = {
    "data disks": _counted(ours, Night()),
    "data and system disks": _counted(ours, Night("all = true"), share=2),
    "data disks, never Available": _counted(ours, Night(looks=SLOW)),
    "script": _counted(script, Night()),
}


def measure(bench: Bench) -> list[Line]:
    size = bench.size(DISKS)
    cases = {name: Case(name, size) for name in VARIANTS}
    samples = bench.samples(__name__, list(cases.values()))

    def counted(name: str, what: str) -> Figure:
        return Figure.of((sample.counts[what] for sample in samples[cases[name]]), "calls")

    what = f"sweep of {size:,} {{}}, {size * NIGHTS:,} snapshots"
    lines = [
        Line(
            NUMBER, what.format(name), counted(name, "calls"), "the fewest",
            counted(name, "fewest"), Target(1),
        )
        for name in list(VARIANTS)[:3]
    ]  # fmt: skip
    mine, theirs = counted("data disks", "calls"), counted("script", "calls")
    return [*lines, Line(NUMBER, what.format("data disks"), mine, "a list per disk", theirs)]


ROW = Row(NUMBER, "calls", 1, measure)
