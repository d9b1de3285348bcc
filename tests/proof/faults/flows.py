"""What is attacked: each flow of the functions, from the store that it starts with."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from snapkeep.errors import RunFailed
from tests.fake_bce.rows import SnapshotRow
from tests.functional.history import DAY, add_nights, add_ours
from tests.functional.http import body_of, post_snapshots, wanted
from tests.world import SLOT, World

Result = dict[str, Any]
Store = Counter[tuple[str, str, str | None, str]]
SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Flow:
    """One way of using the functions.

    Attributes:
        prepare: furnishes the account.
        run: one delivery; returns only if it says that all is done.
        settings: of the fake.
        seconds: the function's time, as the platform gives it.
        claims: what the result of a run that ended well must be equal in to that of a clean one.
    """

    name: str
    prepare: Callable[[World], object]
    run: Callable[[World], Result]
    settings: Mapping[str, Any] = field(default_factory=dict)
    seconds: float = SECONDS
    claims: Callable[[Result], object] = lambda result: None

    # two flows of one name are one flow
    def __hash__(self) -> int:
        return hash((self.name, self.prepare))


def store_of(world: World) -> Store:
    """Return all snapshots of the cloud's own store, without what differs from run to run."""
    return Counter(_facts(row) for row in world.rows())


def _facts(row: SnapshotRow) -> tuple[str, str, str | None, str]:
    # what is being created will be there: it counts as it will be
    status = "Available" if row.status == "Creating" else row.status
    return row.name, row.desc, row.volume_id, status


def _create(world: World) -> Result:
    return world.create(seconds=SECONDS)


def _webhook(world: World) -> Result:
    answer = post_snapshots(world, wanted(volumes=sorted(world.cloud.region("bj").volumes)))
    if answer["statusCode"] != 200:
        raise RunFailed("not done", {})
    result: Result = body_of(answer)
    return result


def _expire(world: World) -> Result:
    return _carried_out(world.expire(seconds=SECONDS))


def _approve(world: World) -> Result:
    plan = world.expire("plan", seconds=SECONDS)["regions"]["bj"]
    event = {"mode": "approve", "region": "bj", "plan_id": plan["id"], "as_of": plan["now"]}
    return _carried_out(world.expire(event, seconds=SECONDS))


def _carried_out(result: Result) -> Result:
    """Return the result of a run that says it has deleted all that it planned.

    Raises:
        RunFailed: if it has kept a row after all, or was told that it is gone.
    """
    applied = result["regions"].get("bj", {}).get("applied", {})
    if applied.get("kept") or applied.get("gone"):
        raise RunFailed("not all of it", result)
    return result


def _report(world: World) -> Result:
    return world.report({"format": "json"}, seconds=SECONDS)


def _found(result: Result) -> object:
    summary = result["summary"]
    return result["well"], summary["disks"], summary["snapshots"]


def _server(world: World) -> None:
    region, tags = world.cloud.region("bj"), {"backup": "nightly"}
    region.add_volume(instance_id=region.add_instance(tags=tags))


def _failed_once(world: World) -> None:
    world.add_disks(2)
    world.failing_create()


def _past(disks: int, nights: int) -> Callable[[World], None]:
    def prepare(world: World) -> None:
        for disk in world.add_disks(disks):
            add_nights(world, disk, nights)
            world.cloud.region("bj").add_snapshot(disk)
        add_ours(world, disk, SLOT - 9 * DAY, hold="audit")

    return prepare


SLOW = {"creation_time": timedelta(seconds=30)}
FLOWS = (
    Flow("create, few disks", lambda world: world.add_disks(2), _create),
    Flow("create, many disks", lambda world: world.add_disks(4), _create, SLOW),
    Flow("create, a server with its disks", _server, _create),
    Flow("create again what failed", _failed_once, _create, {"fail_creates": 1}),
    Flow("create by webhook", lambda world: world.add_disks(2), _webhook, seconds=60.0),
    Flow("delete", _past(2, 4), _expire),
    Flow("delete, in pages", _past(1, 5), _expire, {"max_keys": 4}),
    Flow("approve", _past(1, 5), _approve),
    Flow("report", _past(2, 3), _report, claims=_found),
)
# small enough for every pair of faults
PAIRED = (
    Flow("create, one disk", lambda world: world.add_disks(1), _create, SLOW),
    Flow("create, many disks", lambda world: world.add_disks(4), _create),
    Flow("delete", _past(1, 5), _expire),
)
BY_NAME = {flow.name: flow for flow in FLOWS}
PAIRED_BY_NAME = {flow.name: flow for flow in PAIRED}
