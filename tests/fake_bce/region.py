"""One region with the helpers that furnish it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from tests.fake_bce.rows import ChainRow, Entry, InstanceRow, SnapshotRow, VolumeRow
from tests.fake_bce.state import RegionState


class RegionStore(RegionState):
    """Adds rows with sensible defaults; every helper returns the new row's id."""

    def add_instance(
        self,
        name: str = "server",
        *,
        id: str | None = None,
        status: str = "Running",
        tags: Mapping[str, str] | None = None,
        zone: str | None = None,
        system_disk_gb: int = 40,
        system_volume_id: str | None = None,
        system_status: str = "InUse",
    ) -> str:
        """Add a server with its system disk and return the server's id."""
        now = self._clock.now()
        zone = zone or f"cn-{self.name}-a"
        row = InstanceRow(id or self.new_id("i"), name, status, zone, now, dict(tags or {}))
        self.instances[row.id] = row
        self.add_volume(
            f"{name}-system",
            id=system_volume_id,
            status=system_status,
            type="System",
            size_gb=system_disk_gb,
            instance_id=row.id,
            zone=zone,
        )
        return row.id

    def add_volume(
        self,
        name: str = "data",
        *,
        id: str | None = None,
        status: str | None = None,
        type: str = "Cds",
        size_gb: int = 100,
        instance_id: str | None = None,
        tags: Mapping[str, str] | None = None,
        zone: str | None = None,
        payment_timing: str = "Postpaid",
    ) -> str:
        """Add a disk and its chain and return the disk's id; attached disks are InUse."""
        row = VolumeRow(
            id=id or self.new_id("v"),
            name=name,
            status=status or ("InUse" if instance_id else "Available"),
            type=type,
            size_gb=size_gb,
            zone=zone or f"cn-{self.name}-a",
            create_time=self._clock.now(),
            instance_id=instance_id,
            tags=dict(tags or {}),
            payment_timing=payment_timing,
            chain_id=self.new_id("sl"),
        )
        self.volumes[row.id] = row
        self.chains[row.chain_id] = ChainRow(
            row.chain_id, row.id, instance_id or "", row.size_gb, row.create_time
        )
        return row.id

    def add_snapshot(
        self,
        source: str | None,
        name: str = "by-hand",
        *,
        id: str | None = None,
        desc: str = "",
        status: str = "Available",
        created: datetime | None = None,
        create_method: str = "MANUAL",
        tags: Mapping[str, str] | None = None,
        retention_days: int = -1,
        insnap_id: str | None = None,
        template_id: str | None = None,
    ) -> str:
        """Add a snapshot of a disk (``v-``), a system disk (``i-`` or ``v-``) or of no disk."""
        volume = self.find_disk(source)
        row = SnapshotRow(
            id=id or self.new_id("s"),
            name=name,
            status=status,
            create_method=create_method,
            create_time=(created or self._clock.now()).replace(microsecond=0),
            size_gb=volume.size_gb if volume else 40,
            volume_id=volume.id if volume else source,
            instance_id=volume.instance_id if volume and volume.is_system else None,
            chain_id=volume.chain_id if volume else "",
            desc=desc,
            tags=dict(tags or {}),
            insnap_id=insnap_id,
            template_id=template_id,
        )
        if retention_days > 0:
            row.expire_time = row.create_time + timedelta(days=retention_days)
        with self._lock:
            self._snapshots[row.id] = row
            self._watch_expiry(row)
        return row.id

    def start_snapshot(
        self, volume: VolumeRow, name: str, desc: str, tags: Mapping[str, str], days: int
    ) -> str:
        """Begin a snapshot as CreateSnapshot does; it settles after ``creation_time``."""
        now = self._clock.now()
        made = self.add_snapshot(
            volume.id, name, desc=desc, tags=tags, retention_days=days, status="Creating"
        )
        row = self._snapshots[made]
        row.listed_from = now + self._settings.list_lag
        self.ledger.append(Entry("created", now, replace(row)))
        self._creates[volume.id] = row.nth = self._creates.get(volume.id, 0) + 1
        self._due[made] = now + self._settings.creation_time
        self.settle()
        return made
