"""An account with a past before a run of one function, and what may have become of it after."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from snapkeep.errors import RunFailed
from tests.fake_bce.rows import SnapshotRow
from tests.functional.history import DAY, add_nights
from tests.world import NIGHTLY, NOW, World

DELIVERIES = 3
Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Flow:
    """One function and the account that it runs over.

    Attributes:
        disks: of the policy; the first is the system disk of a server.
        nights: of which each disk has a snapshot, the newest ``newest`` nights ago.
        settings: of the fake cloud.
    """

    name: str
    run: Callable[[World, float], Result]
    disks: int = 2
    nights: int = 1
    newest: int = 1
    settings: Mapping[str, Any] = field(default_factory=dict)


# a snapshot is looked at twice before it is Available; two disks are looked up one by one,
# and five share the walks of the list, unless that does not show them yet
_SLOW, _UNLISTED = timedelta(seconds=7), timedelta(hours=1)
FLOWS = {
    flow.name: flow
    for flow in (
        Flow(
            "create of 2",
            lambda world, seconds: world.create(NIGHTLY, seconds=seconds),
            settings={"creation_time": _SLOW},
        ),
        Flow(
            "create of 5",
            lambda world, seconds: world.create(NIGHTLY, seconds=seconds),
            disks=5,
            settings={"creation_time": _SLOW},
        ),
        Flow(
            "create of 5, unlisted",
            lambda world, seconds: world.create(NIGHTLY, seconds=seconds),
            disks=5,
            settings={"list_lag": _UNLISTED},
        ),
        # the policy keeps three
        Flow(
            "expire",
            lambda world, seconds: world.expire("auto", seconds=seconds),
            nights=4,
            newest=0,
        ),
        Flow("report", lambda world, seconds: world.report({}, seconds=seconds), newest=0),
    )
}


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: what it answered, also where it failed, and what it broke with if it did
    neither."""

    result: Result
    is_done: bool
    crash: str | None = None


@dataclass(slots=True)
class Account:
    """The cloud's store as it was before the run, and what of it is due."""

    flow: Flow
    world: World
    disks: list[str] = field(default_factory=list)
    due: set[str] = field(default_factory=set)
    before: dict[str, SnapshotRow] = field(default_factory=dict)

    @classmethod
    def furnished(cls, world: World, flow: Flow) -> "Account":
        """Give a new account its disks, their past, and snapshots that others made."""
        account, store = cls(flow, world), world.cloud.region("bj")
        server = store.add_instance("web", tags={"backup": "nightly"})
        system = store.system_disk(server)
        account.disks = [system.id] if system else []
        account.disks += world.add_disks(flow.disks - 1)
        for disk in account.disks:
            nights = add_nights(world, disk, flow.nights, newest=flow.newest)
            account.due.update(nights[: max(0, flow.nights - 3)])
            long_ago = NOW - 60 * DAY
            store.add_snapshot(disk, "by-hand", created=long_ago)
            store.add_snapshot(disk, "by-the-cloud", created=long_ago, create_method="auto")
            mine = store.snapshots[nights[0]]
            store.add_snapshot(disk, f"{mine.name}0", desc=mine.desc, created=long_ago)
        account.before = {row.id: replace(row) for row in world.rows()}
        return account

    def run(self, world: World, seconds: float = 600) -> Ended:
        """Run the function once, in the process of a world."""
        try:
            return Ended(self.flow.run(world, seconds), is_done=True)
        except RunFailed as failure:
            return Ended(failure.result, is_done=False)
        except Exception as error:  # noqa: BLE001 - whatever a run ends with is to be judged
            return Ended({}, is_done=False, crash=f"{type(error).__name__}: {error}"[:200])

    def made(self) -> list[SnapshotRow]:
        """Return what is new in the store."""
        return [row for row in self.world.rows() if row.id not in self.before]

    def harm(self, ended: Ended) -> Iterator[str]:
        """Say what the run has done to the store that it may not, and claims that is not so."""
        if ended.crash:
            yield f"it crashed with {ended.crash}"
        after = {row.id: row for row in self.world.rows()}
        for id_, row in self.before.items():
            if id_ not in after and id_ not in self.due:
                yield f"{id_} ({row.name}) was deleted and is not due"
            elif id_ in after and after[id_] != row:
                yield f"{id_} ({row.name}) was changed"
        for disk, number in Counter(row.volume_id for row in self.made()).items():
            if disk not in self.disks or number > 1 or "create" not in self.flow.name:
                yield f"{number} snapshots of {disk} were made"
        yield from self._false_claims(ended.result, after)

    def _false_claims(self, result: Result, after: Mapping[str, SnapshotRow]) -> Iterator[str]:
        new = {row.id: row for row in self.made()}
        for disk in result.get("disks", ()):
            if disk.get("status") not in {"created", "existing"}:
                continue
            row = new.get(disk["snapshot_id"])
            if row is None or row.status != "Available" or row.volume_id != disk["volume_id"]:
                what = f"{row.status} of {row.volume_id}" if row else "none that it made"
                yield f"{disk['snapshot_id']} is said to be good, of {disk['volume_id']}: {what}"
        for plan in dict(result.get("regions", {})).values():
            applied = plan.get("applied", {})
            for what in ("deleted", "gone"):
                still = [id_ for id_ in applied.get(what, ()) if id_ in after]
                if still:
                    yield f"{' '.join(still)} said to be {what}, and still there"

    def undone(self) -> Iterator[str]:
        """Say what is left to do, once all trouble is over and the event was delivered again."""
        good = Counter(row.volume_id for row in self.made() if row.status == "Available")
        if "create" in self.flow.name and good != Counter(self.disks):
            yield f"in the end the disks {self.disks} have {dict(good)} good ones"
        left = self.due & {row.id for row in self.world.rows()}
        if "expire" in self.flow.name and left:
            yield f"in the end {' '.join(sorted(left))} are due and still there"

    def recover(self, world: World) -> Iterator[str]:
        """Deliver again without trouble until a run ends well, and judge the end."""
        ended = Ended({}, is_done=False)
        for _ in range(DELIVERIES):
            ended = self.run(world)
            yield from self.harm(ended)
            if ended.is_done:
                break
        else:
            yield f"it is not done after {DELIVERIES} deliveries without trouble"
        if self.flow.name == "report" and not ended.result.get("well"):
            yield "in the end the report does not say that all is well"
        yield from self.undone()
