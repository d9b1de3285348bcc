"""One run's state: the disk it works on, what it made, and how it waits."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from itertools import chain, repeat
from typing import TypeVar

from snapkeep.model import Inventory, Snapshot, SnapshotStatus, Volume
from snapkeep.times import Clock
from tests.account.ledger import Ledger, Made
from tests.account.line import Line
from tests.account.records import NotAsked
from tests.account.texts import Request, Texts

T = TypeVar("T")
# how late a list may be before something of snapkeep's would have to change
LAG_SECONDS = 60.0
# how long is looked in order to tell how late it is
LOOK_SECONDS = 300.0
_WAITS = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0)


@dataclass
class Visit:
    """What the probes share.

    Attributes:
        volume: the disk, as its detail has it before anything is made.
        instance_id: of the instance whose system disk is looked at, ``None`` for none.
        takes_system: whether a snapshot of the system disk may be taken too.
        wait: how long a creation may take.
        pause: how long a token is left alone before it is sent once more.
        seen: after how many seconds each list first showed the first snapshot.
    """

    line: Line
    volume: Volume
    tell: Callable[[str], None]
    instance_id: str | None = None
    takes_system: bool = False
    wait: timedelta = timedelta(minutes=15)
    pause: timedelta = timedelta(minutes=2)
    seen: dict[str, float] = field(default_factory=dict)
    second_refused: bool = False
    deleted: str | None = None

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.line)
        self.texts = Texts(self.clock.now())

    @property
    def clock(self) -> Clock:
        return self.line.clock

    @cached_property
    def inventory(self) -> Inventory:
        """What the region held at the start, from complete lists."""
        client = self.line.client
        return Inventory(self.line.region, client.volumes(), client.instances(), client.snapshots())

    @property
    def request(self) -> Request:
        """The create of the first snapshot."""
        return self.texts.request(self.volume.id, "a")

    @property
    def second(self) -> Request:
        """The create of a second snapshot of the same disk."""
        return self.texts.request(self.volume.id, "b")

    @property
    def first(self) -> tuple[str, Made]:
        """Id and story of the first snapshot.

        Raises:
            NotAsked: if it was not made, or is not there any more.
        """
        found = next(
            ((i, m) for i, m in self.ledger.made.items() if m.request == self.request), None
        )
        if found is None:
            raise NotAsked("there is no snapshot to ask about")
        if found[0] in self.ledger.gone:
            raise NotAsked("the snapshot is not there any more")
        return found

    @property
    def shown(self) -> Snapshot:
        """The first snapshot as the whole list shows it.

        Raises:
            NotAsked: if it does not.
        """
        if row := self.listed(self.first[0]):
            return row
        raise NotAsked("the list does not show the snapshot")

    @cached_property
    def both(self) -> tuple[Snapshot, Snapshot]:
        """The first snapshot, once its creation is over, as its detail and as the list has it."""
        return self.line.client.snapshot(self.first[0]), self.shown

    def creating(self, id_: str) -> None:
        """See that a snapshot is being created.

        Raises:
            NotAsked: if it is not.
        """
        status = self.line.client.snapshot(id_).status
        if status != SnapshotStatus.CREATING:
            raise NotAsked(f"the snapshot was {status} by then")

    def listed(self, id_: str, volume_id: str | None = None) -> Snapshot | None:
        """Return a row of the complete list, or of one disk's, ``None`` if it is not there."""
        rows = self.line.client.snapshots(volume_id)
        return next((row for row in rows if row.id == id_), None)

    def look_in_lists(self) -> bool:
        """Note which lists show the first snapshot; say whether both do."""
        id_, made = self.first
        for which, volume_id in (("whole", None), ("of the disk", self.volume.id)):
            if which not in self.seen and self.listed(id_, volume_id):
                self.seen[which] = self.clock.monotonic() - made.at
        return len(self.seen) == 2

    def until(self, look: Callable[[], T | None], seconds: float) -> tuple[T | None, float]:
        """Look at growing intervals until there is something to see, for so long at the most.

        Returns:
            what was seen, ``None`` for nothing; and the seconds that it took.
        """
        began = self.clock.monotonic()
        for pause in chain(_WAITS, repeat(_WAITS[-1])):
            found = look()
            took = self.clock.monotonic() - began
            if found or took >= seconds:
                return found or None, took
            self.clock.sleep(min(pause, seconds - took))
        raise AssertionError("the intervals do not end")
