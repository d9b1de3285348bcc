"""What a part of the proof attacked, how often, and which promises it saw broken."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.canary import Canary
from tests.fake_bce.signing import SEEN
from tests.world import World

Job = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """How much is done: all of it, or the short form that every change has to pass."""

    schedules: int
    seed: int = 1
    is_short: bool = False


@dataclass(slots=True)
class Tally:
    """What was counted.

    Attributes:
        count: attacks made.
        breaches: a line for each promise that was broken, with what makes it happen again.
        more: other figures by name, which no promise is about.
        outputs: texts that were searched for secrets.
        leaks: where a secret was found.
    """

    count: int = 0
    breaches: list[str] = field(default_factory=list)
    more: Counter[str] = field(default_factory=Counter)
    outputs: int = 0
    leaks: list[str] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        """Add what another process has counted."""
        self.count += other.count
        self.breaches += other.breaches
        self.more.update(other.more)
        self.outputs += other.outputs
        self.leaks += other.leaks

    def search(self, world: World) -> None:
        """Search all that the functions of a world wrote, returned and raised for secrets."""
        self.search_text("the log", world.log.getvalue())
        self.search_text("a result or an error", "\n".join(world.said))
        # a million runs make two million signatures; those of this world have been looked for
        SEEN.clear()

    def search_text(self, where: str, text: str) -> None:
        """Search one output."""
        canary = Canary()
        canary.search(where, text)
        self.outputs += canary.searched
        self.leaks += canary.leaks


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of attack.

    Attributes:
        jobs: returns what is to be done, cut so that several processes can share it; plain values.
        work: does one job; a function of a module, which another process can find.
    """

    name: str
    promise: str
    jobs: Callable[[Scale], Sequence[Job]]
    work: Callable[..., Tally]
