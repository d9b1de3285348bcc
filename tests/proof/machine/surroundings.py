"""What time and the cloud do beside snapkeep, as steps of the state machine.

Arguments are small numbers and words, so that steps can be read, and any of them left out: a
``pick`` chooses among what is there.
"""

from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from snapkeep.model import Source
from tests.fake_bce import Fault, RegionStore
from tests.fake_bce.rows import SnapshotRow
from tests.functional.history import add_ours
from tests.proof.machine.coverage import EVENT_AGE, MANY
from tests.proof.machine.deliveries import Event
from tests.proof.machine.judged import Judged
from tests.proof.machine.reference import Origin, PolicyFile, Reference
from tests.world import SLOT, world

DAY = timedelta(days=1)
MOST_DISKS = 6
TAGS = {"backup": "nightly"}
picks = st.integers(0, 20)


class Surroundings(RuleBasedStateMachine):
    """An account with a past.

    Attributes:
        judged: the functions before it.
        doomed: so many of the creations to come end in CreatedFailed.
    """

    judged: Judged

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.doomed, self._fates = 0, dict[str, bool]()
        self._folder, self._stack = folder, ExitStack()

    @property
    def store(self) -> RegionStore:
        return self.judged.store

    @property
    def reference(self) -> Reference:
        return self.judged.reference

    @initialize(
        nights=st.integers(0, 6),
        disks=st.integers(1, 2),
        server=st.booleans(),
        token_hours=st.sampled_from([24, 24, 1]),
        daily=st.integers(0, 2),
    )
    def open_account(
        self, nights: int, disks: int, server: bool, token_hours: int, daily: int
    ) -> None:
        """Disks that have been backed up for some nights, the last of them a day ago."""
        policies, life = PolicyFile(daily=daily), timedelta(hours=token_hours)
        opened = world(
            self._folder, policies.text(), straight=True, fails=self._fails, token_life=life
        )
        self.judged = Judged(self._stack.enter_context(opened))
        self.reference.policies = policies
        self.judged.is_forgetful = life < EVENT_AGE
        for _ in range(disks):
            self.store.add_volume(tags=TAGS)
        if server:
            self.store.add_instance(tags=TAGS)
        for disk in list(self.store.volumes):
            for ago in range(nights, 0, -1):
                slot = SLOT - ago * DAY
                row = self.store.snapshots[add_ours(self.judged.world, disk, slot)]
                origin = Origin.of(row, Event(Source.CRON, "nightly", slot), None)
                assert origin is not None
                self.reference.origins[row.id] = origin
                self.judged.enter(row.id)

    @rule(minutes=st.sampled_from([1, 20, 60, 360, 1440, 1500, 2880]))
    def wait(self, minutes: int) -> None:
        self.judged.clock.advance(timedelta(minutes=minutes))

    @rule(off=st.sampled_from([0, 90, -90, 600, -600, 10_800, -10_800]))
    def set_our_clock(self, off: int) -> None:
        """Seconds ahead of the cloud's."""
        self.judged.clock.off = timedelta(seconds=off)

    @rule(creation=st.sampled_from([0, 40, 600]), lag=st.sampled_from([0, 8, 120, 600]))
    def slow_down(self, creation: int, lag: int) -> None:
        """Seconds until a snapshot is Available, and until it is listed."""
        took, shown = timedelta(seconds=creation), timedelta(seconds=lag)
        self.store._settings = replace(self.store._settings, creation_time=took, list_lag=shown)

    @rule(creations=st.integers(1, 5))
    def doom(self, creations: int) -> None:
        self.doomed = creations

    @rule(pick=picks)
    def spoil(self, pick: int) -> None:
        """A snapshot of ours is not available any more, or again."""
        row = self._pick(pick)
        mine = row is not None and row.id in self.reference.origins
        if row and mine and row.status in {"Available", "NotAvailable"}:
            row.status = "NotAvailable" if row.status == "Available" else "Available"

    @rule(pick=picks)
    def forget_disk(self, pick: int) -> None:
        """A snapshot of ours does not say any more whose it is, as if its disk were gone. The list
        of the disk does not show it then, and only the token prevents a second one."""
        row = self._pick(pick)
        if row and row.id in self.reference.origins and not self.judged.is_forgetful:
            row.volume_id = row.instance_id = None
            self.lose(row)

    @rule(owing=st.booleans())
    def owe_money(self, owing: bool) -> None:
        self.judged.world.cloud.account.in_arrears = owing

    @rule(quota=st.sampled_from([4, 6, MANY]))
    def set_quota(self, quota: int) -> None:
        """Snapshots that each disk may have."""
        cloud = self.judged.world.cloud
        cloud.settings = replace(cloud.settings, manual_quota=quota)
        self.judged.coverage.quota = quota

    @rule(pick=picks, busy=st.booleans())
    def set_busy(self, pick: int, busy: bool) -> None:
        disks = list(self.store.volumes.values())
        disk = disks[pick % len(disks)]
        disk.status = "SnapshotProcessing" if busy else "Available"
        if disk.instance_id:
            server = self.store.instances[disk.instance_id]
            server.status = "Starting" if busy else "Running"

    @rule(kind=st.sampled_from(["tagged", "plain", "ephemeral"]))
    def add_disk(self, kind: str) -> None:
        if len(self.store.volumes) < MOST_DISKS:
            type_ = "Ephemeral" if kind == "ephemeral" else "Cds"
            self.store.add_volume(type=type_, tags=None if kind == "plain" else TAGS)

    @rule(pick=picks)
    def release_disk(self, pick: int) -> None:
        disks = [each.id for each in self.store.volumes.values() if not each.instance_id]
        if len(disks) > 1:
            self.store.release_volume(disks[pick % len(disks)])

    def lose(self, row: SnapshotRow) -> None:
        """Note that an event may not be answered by its snapshot any more."""
        if origin := self.reference.origins.get(row.id):
            self.judged.coverage.lost.add((origin.event, origin.disk))

    def script(self, fault: Fault) -> None:
        """Let the next run meet a fault."""
        self.judged.world.cloud.faults.add(fault)

    def be_calm(self) -> None:
        """All trouble is over."""
        self.doomed = 0
        self.set_our_clock(off=0)
        self.slow_down(creation=0, lag=0)
        self.owe_money(owing=False)
        self.set_quota(quota=MANY)
        for place in range(len(self.store.volumes)):
            self.set_busy(pick=place, busy=False)

    def teardown(self) -> None:
        self._stack.close()

    def _pick(self, pick: int) -> SnapshotRow | None:
        """Choose a snapshot, 0 the newest."""
        rows = list(self.store.snapshots.values())
        return rows[-1 - pick % len(rows)] if rows else None

    def _fails(self, row: SnapshotRow) -> bool:
        if row.id not in self._fates:
            self._fates[row.id] = self.doomed > 0
            self.doomed = max(0, self.doomed - 1)
        return self._fates[row.id]
