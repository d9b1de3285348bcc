"""Each delete is judged the moment that it is done, by what its run had read last."""

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.proof.simulation.oracle import Seen
from tests.proof.simulation.rules import Rules

if TYPE_CHECKING:
    from tests.proof.simulation.scene import Scene

PER_DISK = 3
IN_STEP = timedelta(minutes=2)


class DeleteWatch:
    """Looks over the shoulder of one process of delete-expired.

    Args:
        meddles: somebody holds the row that is about to be deleted: after the so-manieth time that
            one is read; for a negative number, after its disk has been listed as well.

    Attributes:
        breaches: what was deleted and should not have been.
        late: deletes of what somebody held or edited after the run had read it for the last time;
            no API can prevent them, so they are counted and no breach.
    """

    def __init__(self, scene: "Scene", rules: Rules, skew: timedelta, meddles: int = 0) -> None:
        self._scene, self._rules, self._skew, self._meddles = scene, rules, skew, meddles
        self.begin()

    def begin(self) -> None:
        """A new run: the caps count from nothing."""
        self.breaches: list[str] = []
        self.late = self.deleted = 0
        self._read: Seen | None = None
        self._row = ""
        self._rows = 0
        self._listed: set[str] = set()
        self._per_disk: Counter[str] = Counter()

    def over(self, method: str, target: str) -> None:
        """Look at the store after a call of the process; a list is as old as its first page."""
        if method == "GET":
            if "marker=" not in target:
                self._read = self._scene.seen(self._rules)
            self._follow(target)
            return
        for id_ in self._scene.learn():
            self.deleted += 1
            self._judge(id_)

    def _follow(self, target: str) -> None:
        """Remember which row was read again, and which disks since."""
        path, _, query = target.partition("?")
        if path.startswith("/v2/snapshot/"):
            self._row, self._listed = path.rpartition("/")[2], set()
            self._rows += 1
        elif "volumeId=" in query:
            self._listed.add(query.rpartition("volumeId=")[2])
        is_listed = bool(self._listed)
        if self._meddles and self._rows == abs(self._meddles) and is_listed == (self._meddles < 0):
            self._scene.hold(self._row)
            self._meddles = 0

    def _judge(self, id_: str) -> None:
        origin = self._scene.origins.get(id_)
        if origin is None or self._read is None:
            self.breaches.append(f"{id_} was deleted: it is of others, or nothing had been read")
            return
        self.breaches += [f"{id_} was deleted: {why}" for why in self._read.objections(id_)]
        if self._row != id_ or origin.group[1] not in self._listed:
            self.breaches.append(f"{id_} was deleted, and had not been read again with its disk")
        self.late += id_ in self._scene.changed_since(self._read)
        self._per_disk[origin.group[1]] += 1
        if self._per_disk[origin.group[1]] > PER_DISK:
            self.breaches.append(f"{id_} was deleted: over the cap of its disk")
        if abs(self._skew) > IN_STEP:
            self.breaches.append(f"{id_} was deleted: our clock is wrong")
