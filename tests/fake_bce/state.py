"""The state of one region; rows settle as virtual time passes."""

import threading
from datetime import datetime
from hashlib import sha256

from tests.fake_bce.clock import FakeClock
from tests.fake_bce.rows import ChainRow, Entry, InstanceRow, PolicyRow, SnapshotRow, VolumeRow
from tests.fake_bce.settings import FakeSettings

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_ID_LENGTH = 8


class RegionState:
    """Disks, instances, snapshots, chains and policies of one region.

    The dicts map ids to rows, which tests may change in place. The ledger holds what the API
    created and deleted, in order, whatever a test or a retention made of it later.
    """

    def __init__(
        self, name: str, clock: FakeClock, settings: FakeSettings, lock: threading.RLock
    ) -> None:
        self.name = name
        self.volumes: dict[str, VolumeRow] = {}
        self.instances: dict[str, InstanceRow] = {}
        self.chains: dict[str, ChainRow] = {}
        self.policies: dict[str, PolicyRow] = {}
        self.ledger: list[Entry] = []
        self._snapshots: dict[str, SnapshotRow] = {}
        self._clock, self._settings, self._lock = clock, settings, lock
        self._due: dict[str, datetime] = {}
        self._creates: dict[str, int] = {}
        self._ids = 0

    @property
    def snapshots(self) -> dict[str, SnapshotRow]:
        """Snapshots by id, each in the status it has by now."""
        self.settle()
        return self._snapshots

    def settle(self) -> None:
        """End creations that are due and drop snapshots whose retention is over."""
        now = self._clock.now()
        with self._lock:
            for snapshot_id in [key for key, due in self._due.items() if due <= now]:
                del self._due[snapshot_id]
                row = self._snapshots.get(snapshot_id)
                if row and row.status == "Creating":
                    row.status = "CreatedFailed" if self._fails(row) else "Available"
                    self._watch_expiry(row)
                elif row and row.expire_time and row.expire_time <= now:
                    del self._snapshots[snapshot_id]

    def retain_snapshot(self, row: SnapshotRow, until: datetime) -> None:
        """Let a snapshot end by itself at another instant than before."""
        row.expire_time = until
        self._watch_expiry(row)

    def drop_snapshot(self, snapshot_id: str) -> None:
        """Forget a snapshot, and its chain once that has neither a disk nor snapshots."""
        row = self._snapshots.pop(snapshot_id)
        chain = self.chains.get(row.chain_id)
        gone = chain is not None and chain.volume_id not in self.volumes
        if gone and all(other.chain_id != row.chain_id for other in self._snapshots.values()):
            del self.chains[row.chain_id]

    def release_volume(self, volume_id: str) -> None:
        """Release a disk: its snapshots stay and no longer say whose they are (doc Xjwvyo2vz)."""
        with self._lock:
            del self.volumes[volume_id]
            for row in self._snapshots.values():
                if row.volume_id == volume_id:
                    row.volume_id = row.instance_id = None

    def find_disk(self, source: str | None) -> VolumeRow | None:
        """Return the disk with this id, or the system disk of the instance with this id."""
        if source in self.instances:
            return self.system_disk(source)
        return self.volumes.get(source) if source else None

    def system_disk(self, instance_id: str) -> VolumeRow | None:
        """Return the system disk of an instance."""
        disks = (row for row in self.volumes.values() if row.instance_id == instance_id)
        return next((row for row in disks if row.is_system), None)

    def is_busy(self, volume_id: str) -> bool:
        """Whether a snapshot under way blocks the disk, which only a setting makes so."""
        return self._settings.busy_while_creating and any(
            self._snapshots[key].volume_id == volume_id
            for key in self._due
            if key in self._snapshots and self._snapshots[key].status == "Creating"
        )

    def new_id(self, prefix: str) -> str:
        """Return a random-looking id, the same in every run and in no order of time."""
        self._ids += 1
        number = int.from_bytes(sha256(f"{self.name}/{prefix}/{self._ids}".encode()).digest()[:8])
        text = ""
        for _ in range(_ID_LENGTH):
            number, digit = divmod(number, len(_ALPHABET))
            text += _ALPHABET[digit]
        return f"{prefix}-{text}"

    def _fails(self, row: SnapshotRow) -> bool:
        decide = self._settings.fails
        return row.nth <= self._settings.fail_creates or bool(decide and decide(row))

    def _watch_expiry(self, row: SnapshotRow) -> None:
        if row.expire_time and row.status != "Creating":
            self._due[row.id] = row.expire_time
