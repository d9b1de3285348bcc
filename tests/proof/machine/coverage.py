"""Which disks an event has to reach, why it may not reach one, and which disks are fresh."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.fake_bce.rows import VolumeRow
from tests.proof.machine.deliveries import Event
from tests.proof.machine.reference import GENERATIONS, HOUR, RPO, Reference

EVENT_AGE, EVENT_AHEAD = 6 * HOUR, timedelta(minutes=5)
MANY = 512

Wish = tuple[Event, str]


@dataclass(slots=True)
class Coverage:
    """What has to be, as the reference says what may be.

    Attributes:
        status: the last one seen of every snapshot of ours that ever was, by id.
        reached: what an event asked of a disk, and a run has told of a good snapshot.
        lost: the same where people deleted the snapshot, or took its name and its marker.
        quota: how many snapshots each disk may have.
    """

    reference: Reference
    status: dict[str, str] = field(default_factory=dict)
    reached: set[Wish] = field(default_factory=set)
    lost: set[Wish] = field(default_factory=set)
    quota: int = MANY

    def made(self, event: Event, disk: str) -> list[str]:
        """Return the last statuses of all snapshots that the event ever made of the disk."""
        rows, origins = self.reference.store.snapshots, self.reference.origins
        self.status |= {id_: rows[id_].status for id_ in origins.keys() & rows.keys()}
        wish = (event, disk)
        return [
            self.status[id_]
            for id_, origin in origins.items()
            if (origin.event, origin.disk) == wish
        ]

    def refuses(self, event: Event, now: datetime) -> bool:
        """Whether an event that arrives now is refused as a whole."""
        if event.policy == "nightly" and self.reference.policies.nightly != "on":
            return True
        return not -EVENT_AHEAD <= now - event.slot <= EVENT_AGE

    def is_tagged(self, volume: VolumeRow) -> bool:
        """Whether ``nightly`` selects the disk."""
        owner = self.reference.store.instances.get(volume.instance_id or "")
        return "backup" in volume.tags or (owner is not None and "backup" in owner.tags)

    def meant(self, event: Event) -> list[str]:
        """Return the disks that are there and have to have a snapshot of the event."""
        return [
            volume.id
            for volume in self.reference.store.volumes.values()
            if not event.named or volume.id in event.named
            if volume.type != "Ephemeral"
            if event.policy == "adhoc" or self.is_tagged(volume)
        ]

    def is_excused(self, event: Event, disk: str) -> bool:
        """Whether it is known why an event never reaches a disk that it means."""
        made = self.made(event, disk)
        is_hopeless = made.count("CreatedFailed") >= GENERATIONS or "NotAvailable" in made
        return is_hopeless or (event, disk) in self.lost

    def is_free(self, disk: str) -> bool:
        """Whether the state of the disk and its quota allow a snapshot."""
        store = self.reference.store
        volume, rows = store.volumes[disk], store.snapshots.values()
        if sum(row.is_manual and row.volume_id == disk for row in rows) >= self.quota:
            return False
        if volume.is_system:
            return store.instances[volume.instance_id or ""].status in {"Running", "Stopped"}
        return volume.status in {"InUse", "Available"}

    def is_fulfillable(self, event: Event) -> bool:
        """Whether nothing forbids that all the event asks for gets done."""
        meant = self.meant(event)
        if not meant or any(self.is_excused(event, disk) for disk in meant):
            return False
        return set(event.named) <= set(meant)

    def is_fresh(self, disk: str, now: datetime) -> bool:
        """Whether the disk is protected: ``nightly`` has a good snapshot within the rpo."""
        volume = self.reference.store.volumes[disk]
        if self.reference.policies.nightly != "on" or not self.is_tagged(volume):
            return False
        good = self.reference.good(("nightly", disk), now)
        return bool(good) and now - self.reference.point(good[-1])[0] <= RPO
