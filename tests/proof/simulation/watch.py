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

    Attributes:
        breaches: what was deleted and should not have been.
        late: deletes of what somebody held or edited after the run had read it for the last time;
            no API can prevent them, so they are counted and no breach.
    """

    def __init__(self, scene: "Scene", rules: Rules, skew: timedelta) -> None:
        self.breaches: list[str] = []
        self.late = self.deleted = 0
        self._scene, self._rules, self._skew = scene, rules, skew
        self._read: Seen | None = None
        self._per_disk: Counter[str] = Counter()

    def begin(self) -> None:
        """A new run: the caps count from nothing."""
        self._per_disk.clear()
        self._read = None

    def over(self, method: str, target: str) -> None:
        """Look at the store after a call of the process; a list is as old as its first page."""
        if method == "GET":
            if "marker=" not in target:
                self._read = self._scene.seen(self._rules)
            return
        for id_ in self._scene.learn():
            self.deleted += 1
            self._judge(id_)

    def _judge(self, id_: str) -> None:
        origin = self._scene.origins.get(id_)
        if origin is None or self._read is None:
            self.breaches.append(f"{id_} was deleted: it is of others, or nothing had been read")
            return
        self.breaches += [f"{id_} was deleted: {why}" for why in self._read.objections(id_)]
        self.late += id_ in self._scene.changed_since(self._read)
        self._per_disk[origin.group[1]] += 1
        if self._per_disk[origin.group[1]] > PER_DISK:
            self.breaches.append(f"{id_} was deleted: over the cap of its disk")
        if abs(self._skew) > IN_STEP:
            self.breaches.append(f"{id_} was deleted: our clock is wrong")
