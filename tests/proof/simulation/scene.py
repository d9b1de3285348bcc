"""A schedule that runs: one account, the functions as processes before it, and people beside."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import requests
from requests.adapters import BaseAdapter

from tests.fake_bce import FakeCloud, StraightAdapter
from tests.fake_bce.region import RegionStore
from tests.fake_bce.rows import SnapshotRow
from tests.functional.history import add_ours
from tests.proof.simulation.clock import SharedClock, SkewedClock
from tests.proof.simulation.oracle import Origin, Seen
from tests.proof.simulation.rules import RULES, Rules
from tests.proof.simulation.schedule import Act, Arrival, Schedule
from tests.proof.simulation.watch import DeleteWatch
from tests.world import NOW, SLOT, World, world

THREADS = 3


class Line(BaseAdapter):
    """One process's line to the cloud: a call takes its time, and is looked at when it is over."""

    def __init__(
        self, cloud: FakeCloud, latency: Callable[[], float], over: Callable[[str, str], object]
    ) -> None:
        super().__init__()
        self._inner, self._cloud = StraightAdapter(cloud), cloud
        self._latency, self._over = latency, over

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        self._cloud.clock.sleep(self._latency())
        try:
            return self._inner.send(request, *args, **options)
        finally:
            self._over(request.method or "", request.path_url)

    def close(self) -> None:
        """There is nothing to close."""


@dataclass(slots=True)
class Process:
    """A process of a function; ``watch`` looks at what it deletes."""

    world: World
    watch: DeleteWatch


@dataclass(slots=True)
class Scene:
    """An account with a past, and what is known about it that the functions are not told.

    Attributes:
        origins: every snapshot of ours, as it was made.
        ends: when each was deleted or became somebody else's.
        is_troubled: whether creations may still fail.
        touched: when people have deleted what, or edited it beyond recognition.
        foreign: what others made, as it was.
    """

    schedule: Schedule
    world: World
    clock: SharedClock
    store: RegionStore
    disks: list[str]
    rules: Rules = RULES["plain"]
    origins: dict[str, Origin] = field(default_factory=dict)
    ends: dict[str, datetime] = field(default_factory=dict)
    touched: dict[str, datetime] = field(default_factory=dict)
    foreign: dict[str, SnapshotRow] = field(default_factory=dict)
    warm: dict[str, Process] = field(default_factory=dict)
    is_troubled: bool = True
    _read: int = 0
    _failed: set[str] = field(default_factory=set)

    def process(self, arrival: Arrival) -> Process:
        """Return a new process for a delivery, or one that has done such before."""
        found = self.warm.pop(arrival.what, None) if arrival.is_warm else None
        if found:
            return found
        random = Random(f"{self.schedule.seed} latency {arrival.number}")

        def latency() -> float:
            return random.uniform(0, 2 * arrival.latency)

        watch = DeleteWatch(self, self.rules, arrival.skew, arrival.meddles)
        over = watch.over if arrival.what == "expire" else _pass
        line = Line(self.world.cloud, latency, over)
        clock = SkewedClock(self.clock, arrival.skew) if arrival.skew else self.clock
        world = replace(self.world, adapter=line)
        return Process(world.beside(clock=clock, telemetry=world.runtime.telemetry), watch)

    def seen(self, rules: Rules) -> Seen:
        """Return the store as it is now, for who goes by these rules."""
        self.learn()
        now, rows = self.clock.now(), self.store.snapshots.values()
        return Seen.of(now, rules, self.store.volumes, rows, self.origins)

    def learn(self) -> list[str]:
        """Take over what the API has created and deleted since, and return the latter."""
        new, deleted = self.store.ledger[self._read :], []
        self._read += len(new)
        for entry in new:
            if entry.act == "created":
                self.origins[entry.row.id] = Origin.of(entry.row)
            else:
                deleted.append(entry.row.id)
                self.ends[entry.row.id] = entry.at
        return deleted

    def changed_since(self, read: Seen) -> set[str]:
        """Return what somebody edited since, of what was there to be read."""
        now = {e.row.id: e.row for e in self.store.ledger if e.act == "deleted"}
        return {
            id_
            for id_, row in now.items()
            if (was := read.rows.get(id_)) and (was.name, was.desc) != (row.name, row.desc)
        }

    @property
    def failed(self) -> set[str]:
        """Those whose creation failed, also if they are gone."""
        kept = self._failed | {
            id_ for id_, row in self.store.snapshots.items() if row.status == "CreatedFailed"
        }
        gone = {e.row.id for e in self.store.ledger if e.row.status == "CreatedFailed"}
        return kept | gone

    def act(self, act: Act) -> None:
        """Do what a person does."""
        self.learn()
        disk = self.disks[act.number % len(self.disks)]
        ours = sorted(self.origins.keys() & self.store.snapshots.keys())
        row = self.store.snapshots[ours[act.number % len(ours)]] if ours else None
        if act.what == "edit policy":
            self.edit_policy(list(RULES)[act.number % len(RULES)])
        elif act.what == "release" and disk in self.store.volumes:
            self.store.release_volume(disk)
        elif act.what in {"busy", "free"} and disk in self.store.volumes:
            self.store.volumes[disk].status = "Detaching" if act.what == "busy" else "Available"
        elif act.what == "add":
            self.add_foreign(disk)
        elif act.what == "hold" and row:
            self.hold(row.id)
        elif row and act.what in {"rename", "scribble", "delete"}:
            self._touch(row.id, act.what)

    def hold(self, id_: str) -> None:
        """Let somebody hold a snapshot, if it is there and not held."""
        row = self.store.snapshots.get(id_)
        if row and " hold=" not in row.desc:
            row.desc = row.desc.replace(" id=", " hold=audit id=")

    def _touch(self, id_: str, what: str) -> None:
        row = self.store.snapshots[id_]
        row.name = "of-mine"
        if what == "rename":
            # its marker still says which event it answers
            return
        self.touched[id_] = self.clock.now()
        self.ends.setdefault(id_, self.clock.now())
        row.desc = "of mine"
        if row.status == "CreatedFailed":
            self._failed.add(id_)
        if what == "delete":
            self.store.drop_snapshot(id_)

    def edit_policy(self, name: str) -> None:
        """Deploy another policy file; processes that run keep theirs."""
        self.rules = RULES[name]
        text = self.rules.text(self.disks, by_tags=self.schedule.by_tags)
        self.world.runtime.settings.policy_file.write_text(text, encoding="utf-8")

    def add_foreign(self, disk: str) -> None:
        """Add a snapshot that somebody made by hand."""
        self._keep(self.store.add_snapshot(disk, "by-hand"))

    def _keep(self, id_: str) -> None:
        self.foreign[id_] = replace(self.store.snapshots[id_])

    def furnish(self) -> None:
        """Give the disks a past: a snapshot of each night, one held, and what others made."""
        for disk in self.disks if self.schedule.nights else ():
            slots = [SLOT - timedelta(days=ago) for ago in range(1, self.schedule.nights + 1)]
            for number, slot in enumerate(slots):
                made = add_ours(self.world, disk, slot)
                self.origins[made] = Origin.of(self.store.snapshots[made])
                if number == self.schedule.seed % 7:
                    self.hold(made)
            self.add_foreign(disk)
            # somebody's copy of a snapshot of ours: its marker is that of another disk
            like = next(iter(self.origins.values()))
            if like.group[1] != disk:
                self._keep(self.store.add_snapshot(disk, like.name, desc=like.desc))


def _pass(method: str, target: str) -> None:
    """Look at nothing."""


@contextmanager
def open_scene(schedule: Schedule, folder: Path) -> Iterator[Scene]:
    """Open the account of a schedule."""
    clock = SharedClock(NOW)

    def fails(row: SnapshotRow) -> bool:
        return scene.is_troubled and row.nth <= schedule.fails

    setting = {**schedule.setting, "fails": fails}
    each = clock.simulation.side_by_side(THREADS)
    with world(folder, "", straight=True, clock=clock, each=each, **setting) as opened:
        disks = opened.add_disks(schedule.disks)
        scene = Scene(schedule, opened, clock, opened.cloud.region("bj"), disks)
        scene.edit_policy("plain")
        scene.furnish()
        for trouble in schedule.troubles:
            opened.cloud.faults.add(trouble.as_fault)
        yield scene
