"""An account at the fake cloud, with snapshots of others in it, and the suite run against it."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from requests.adapters import BaseAdapter

from snapkeep.identity import Identity, cron_event
from snapkeep.model import Source
from snapkeep.times import Clock
from tests.account.__main__ import main
from tests.fake_bce import FakeCloud, FakeSettings, Fault, StraightAdapter, VirtualClock
from tests.fake_bce.rows import SnapshotRow
from tests.world import KEYS, NOW, SLOT

ENDPOINT = "https://bcc.bj.baidubce.com"
ALWAYS = 10**6
# what no run against the fake can tell, whatever it is set to
NEVER = {"throttling", "quota", "arrears", "failed-creation"}
SYSTEM = {"system-create", "system-filter"}


@dataclass(slots=True)
class Account:
    """The account, and what the last run wrote into its file."""

    cloud: FakeCloud
    clock: Clock
    disk: str
    instance: str
    file: Path
    environ: Mapping[str, str] = field(default_factory=lambda: dict(KEYS), repr=False)

    def run(self, *words: str, adapter: BaseAdapter | None = None, **options: Any) -> int:
        """Run the suite on the disk and return its exit code."""
        given = {"--endpoint": ENDPOINT, "--volume": self.disk, "--json": str(self.file)}
        chosen = [word for pair in given.items() if pair[0] not in words for word in pair]
        return main(
            [*chosen, *words, *(["--yes"] if "answer" not in options else [])],
            environ=self.environ,
            clock=self.clock,
            adapter=adapter or StraightAdapter(self.cloud),
            **options,
        )

    @property
    def result(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.file.read_text("utf-8"))
        return found

    def ids(self, verdict: str) -> set[str]:
        """Return the assumptions with this verdict."""
        told = self.result["assumptions"]
        return {each["id"] for each in told if each["verdict"] == verdict}

    def observed(self, id_: str) -> str:
        return next(str(r["observed"]) for r in self.result["assumptions"] if r["id"] == id_)

    def rows(self) -> dict[str, SnapshotRow]:
        """Return every snapshot of the account as it is now."""
        stores = self.cloud.regions.values()
        return {id_: replace(row) for store in stores for id_, row in store.snapshots.items()}

    @property
    def taken(self) -> int:
        """How many snapshots were taken of all disks, those that are gone again too."""
        return sum(sum(store._creates.values()) for store in self.cloud.regions.values())


def account(folder: Path, faults: Iterable[Fault] = (), **settings: Any) -> Account:
    """Return an account in which every kind of row of others is to be found."""
    clock = VirtualClock(NOW)
    cloud = FakeCloud(clock, FakeSettings(**settings))
    bj = cloud.region("bj")
    server = bj.add_instance("web", tags={"backup": "nightly"})
    disk, old = bj.add_volume("data", instance_id=server), bj.add_volume("old")
    slot = SLOT - timedelta(days=1)
    ours = Identity(
        region="bj",
        policy="nightly",
        volume_id=disk,
        source=Source.CRON,
        slot=slot,
        event=cron_event("nightly", slot),
    )
    bj.add_snapshot(disk, ours.name(), desc=ours.desc(), created=slot)
    bj.add_snapshot(disk, "before-upgrade", desc="by hand", created=slot)
    bj.add_snapshot(disk, f"skcontract_20261122T180000Z_{'0' * 34}_a", created=slot)
    bj.add_snapshot(disk, "auto_20261122", create_method="auto", created=slot)
    bj.add_snapshot(server, "system-by-hand", created=slot)
    bj.add_snapshot(old, "orphan", created=slot)
    bj.release_volume(old)
    cloud.faults.add(*faults)
    return Account(cloud, clock, disk, server, folder / "contract.json")


def of_rows(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], None]:
    """Return a transformation of lists and details that changes the rows of this suite."""

    def transform(reply: dict[str, Any]) -> None:
        rows = [*reply.get("snapshots", ()), *([reply["snapshot"]] if "snapshot" in reply else ())]
        for row in rows:
            if row["name"].startswith("skcontract_20261123T"):
                change(row)

    return transform


def lists(change: Callable[[dict[str, Any]], object], **options: Any) -> Fault:
    """Return a fault that changes every page of the snapshot list."""
    return Fault("transform", "ListSnapshots", times=ALWAYS, transform=change, **options)


def shown(change: Callable[[dict[str, Any]], object]) -> tuple[Fault, Fault]:
    """Return faults that change the suite's own rows wherever they are shown."""
    transform = of_rows(change)
    return (
        Fault("transform", "ListSnapshots", times=ALWAYS, transform=transform),
        Fault("transform", "GetSnapshot", times=ALWAYS, transform=transform),
    )
