"""Corrupt replies: hundreds of answers of every kind that are none, and lies that look like one.

A run gets true answers up to some call, and from then on broken ones to all calls of that
operation. What it did is judged by the cloud's own store; then the answers are true again.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from tests.fake_bce import FakeCloud, Fault
from tests.functional.damage import FOREVER
from tests.proof.account import FLOWS, Account, Ended, Flow
from tests.proof.figures import Job, Part, Scale, Tally
from tests.proof.replies.answers import Answer, Replacing
from tests.proof.replies.grammar import Broken, broken, damage_of, distinct
from tests.proof.replies.lies import LIES
from tests.world import world

Place = tuple[Flow, int]
WRITES = ("CreateSnapshot", "DeleteSnapshot")
OPERATIONS = ("ListSnapshots", "ListVolumes", "ListInstances", "GetSnapshot", *WRITES)
# they matter less, and come at fewer places
BESIDES = ("ListInstances", "DeleteSnapshot")
LYING = "lies"
BODIES, BODIES_IN_SHORT, STEP = 210, 30, 30


@dataclass(frozen=True, slots=True)
class Attack:
    """A run in which the answers to an operation are replaced, from the nth such call on.

    Attributes:
        is_certain: whether they are certainly no answers; a lie may be believed, but do no harm.
        is_lost: whether the cloud does not do what it is asked for, either.
    """

    name: str
    flow: Flow
    nth: int
    operation: str
    answer: Answer
    is_certain: bool = True
    is_lost: bool = False

    def __str__(self) -> str:
        return f"{self.flow.name}, {self.operation} from call {self.nth} on: {self.name}"

    def breaches(self, folder: Path, tally: Tally) -> Iterator[str]:
        """Run and judge; let the answers be true again, deliver until it is done, and judge."""
        with world(folder, straight=True, **self.flow.settings) as opened:
            account = Account.furnished(opened, self.flow)
            line = Replacing(opened.cloud, self.operation, self.nth, self.answer)
            if self.is_lost:
                lost = Fault("before", self.operation, nth=self.nth, times=FOREVER)
                opened.cloud.faults.add(lost)
            process = replace(opened, adapter=line).beside()
            ended = account.run(process)
            yield from account.harm(ended)
            if self.is_certain and self.operation not in WRITES:
                yield from self._decided(ended, opened.cloud, line.since)
            if not line.since:
                yield "the call was not reached"
            line.is_over = True
            opened.cloud.faults.clear()
            yield from account.recover(process)
            tally.search(opened)

    def _decided(self, ended: Ended, cloud: FakeCloud, since: int) -> Iterator[str]:
        """Say what was decided from an answer that is none."""
        if ended.is_done:
            yield "the run ended well"
        if ended.result.get("well"):
            yield "the report says that all is well"
        written = Counter(call.operation for call in cloud.journal[since:] if call.method != "GET")
        yield from (f"{number} {operation} after it" for operation, number in written.items())


def places(folder: Path) -> dict[str, list[Place]]:
    """Return for each operation which calls of it the runs make when there is no trouble."""
    found: dict[str, list[Place]] = {operation: [] for operation in OPERATIONS}
    for flow in FLOWS.values():
        with world(folder, straight=True, **flow.settings) as opened:
            Account.furnished(opened, flow).run(opened)
            calls = Counter(call.operation for call in opened.cloud.journal)
        for operation, all_ in found.items():
            all_ += [(flow, nth + 1) for nth in range(calls[operation])]
    return found


def true_reply(operation: str, place: Place, folder: Path) -> bytes:
    """Return the true answer at a place."""
    flow, nth = place
    with world(folder, straight=True, **flow.settings) as opened:
        account = Account.furnished(opened, flow)
        line = Replacing(opened.cloud, operation, nth, lambda reply, _: Broken("", 200, reply))
        account.run(replace(opened, adapter=line).beside())
        return line.truth


def _broken_attack(operation: str, number: int, place: Place, seed: int, is_lost: bool) -> Attack:
    def answer(reply: bytes, _: FakeCloud) -> Broken:
        return broken(operation, number, seed, reply)

    name = f"{damage_of(operation, number)} (number {number}, seed {seed})"
    if is_lost:
        name += ", and nothing was done"
    return Attack(name, *place, operation, answer, is_lost=is_lost)


def _lying_attack(number: int, place: Place) -> Attack:
    operation, name, lie = LIES[number]

    def answer(reply: bytes, cloud: FakeCloud) -> Broken:
        value = json.loads(reply)
        lie(value, cloud.region("bj"))
        return Broken(name, 200, json.dumps(value).encode())

    return Attack(f"the lie {name!r}", *place, operation, answer, is_certain=False)


def attacks(what: str, number: int, at: Sequence[Place], seed: int) -> Iterator[Attack]:
    """Return the attacks with one broken answer, or with one lie, at some places."""
    rng = Random(f"{seed} {what} {number}")
    for place in at:
        if what == LYING:
            yield _lying_attack(number, place)
        else:
            is_lost = what in WRITES and rng.random() < 0.5
            yield _broken_attack(what, number, place, seed, is_lost)


def jobs(scale: Scale) -> list[Job]:
    """Return slices of the broken answers to each operation, and of the lies."""
    bodies = BODIES_IN_SHORT if scale.is_short else BODIES
    # how many answers there are of a kind, and at how many places each is given
    sizes = {what: (bodies, 1 if what in BESIDES else 2) for what in OPERATIONS}
    sizes[LYING] = (len(LIES), 100)
    return [
        (what, begin, min(begin + STEP, size), scale.seed, 1 if scale.is_short else most)
        for what, (size, most) in sizes.items()
        for begin in range(0, size, STEP)
    ]


def work(what: str, begin: int, end: int, seed: int, most: int) -> Tally:
    """Make the attacks of one job: each answer at so many places at most."""
    tally, is_lying = Tally(), what == LYING
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        at = places(folder)
        numbers = list(range(begin, end))
        if not is_lying:
            numbers = distinct(what, end, seed, true_reply(what, at[what][0], folder))[begin:]
        tally.more[f"different {what if is_lying else f'bodies of {what}'}"] = len(numbers)
        for number in numbers:
            where = at[LIES[number][0] if is_lying else what]
            chosen = Random(f"{seed} {number}").sample(where, min(most, len(where)))
            for attack in attacks(what, number, chosen, seed):
                tally.breaches += [f"{attack}: {said}" for said in attack.breaches(folder, tally)]
                tally.count += 1
    return tally


PART = Part(
    "corrupt replies",
    "nothing is created, deleted or called done by a reply that is none",
    jobs,
    work,
)
