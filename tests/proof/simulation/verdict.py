"""The verdict on a schedule by the cloud's own store: what is broken, and what explains it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from tests.proof.simulation.events import CRON_SLOTS, answers
from tests.proof.simulation.oracle import Origin, duplicates
from tests.proof.simulation.rules import RPO_HOURS
from tests.proof.simulation.scene import Scene
from tests.proof.simulation.schedule import HOUR
from tests.proof.simulation.watch import PER_DISK
from tests.world import SLOT

ATTEMPTS = 3
EVENT_AGE = 6 * HOUR
LAST_GENERATION = 3
BEYOND, DUPLICATED = "schedules beyond the assumptions", "of these with a duplicate"
Result = dict[str, Any]


def false_claims(scene: Scene, result: Result, what: str, *, is_done: bool) -> Iterator[str]:
    """Say what a run calls done and the store does not have."""
    scene.learn()
    disks = {disk["volume_id"]: disk for disk in result.get("disks", ())}
    for id_, disk in disks.items():
        if disk["status"] in {"created", "existing"}:
            yield from _missing(scene, id_, disk["snapshot_id"], what)
        elif is_done and disk["status"] != "skipped":
            yield f"{what} was done with {id_} {disk['status']}"
    left = scene.store.volumes.keys() & set(scene.disks) - disks.keys()
    if is_done and left:
        yield f"{what} was done without a word of {' '.join(sorted(left))}"


def _missing(scene: Scene, disk: str, made: str, what: str) -> Iterator[str]:
    row, origin = scene.store.snapshots.get(made), scene.origins.get(made)
    if made in scene.touched or made in scene.ends:
        return
    if row is None or origin is None or row.status != "Available":
        yield f"{what} says {made} is good: it is {row.status if row else 'not there'}"
    elif origin.key[1] != disk or not answers(origin.key, what):
        yield f"{what} of {disk} is said to be answered by {made} of {' '.join(origin.key)}"


def unexplained(scene: Scene, event: str, more: Counter[str]) -> Iterator[str]:
    """Say that an event does not get done, unless there is a reason for it in the store."""
    if why := _reason(scene, event):
        more[f"not done: {why}"] += 1
    else:
        yield f"{event} is not done after {ATTEMPTS} deliveries without trouble"


def _due(scene: Scene) -> list[str]:
    """Return what mode auto should have deleted."""
    seen = scene.seen(scene.rules)
    return [id_ for id_ in seen.rows if not any(seen.objections(id_))]


def _reason(scene: Scene, event: str) -> str | None:
    if event == "expire":
        per_disk = Counter(scene.origins[id_].group[1] for id_ in _due(scene))
        return "over a cap" if max(per_disk.values(), default=0) > PER_DISK else None
    quota, rows = scene.schedule.setting["manual_quota"], scene.store.snapshots.values()
    mine = [origin for origin in scene.origins.values() if answers(origin.key, event)]
    reasons = {
        "somebody deleted or edited a snapshot of it": any(o.id in scene.touched for o in mine),
        "too many creations failed": _used_up(scene, mine),
        "a disk has been released": len(scene.store.volumes) < len(scene.disks),
        "no quota": any(
            sum(row.volume_id == disk for row in rows) >= quota for disk in scene.disks
        ),
        "too old": scene.clock.now() - CRON_SLOTS.get(event, SLOT) > EVENT_AGE,
        "its policy is disabled or gone": event.startswith("cron")
        and not (scene.rules.is_there and scene.rules.is_enabled),
    }
    return next((why for why, is_so in reasons.items() if is_so), None)


def _used_up(scene: Scene, mine: list[Origin]) -> bool:
    """Say whether all that may be tried for some disk has failed."""
    failed = scene.failed
    tried = Counter(origin.key for origin in mine if origin.id in failed)
    return max(tried.values(), default=0) > LAST_GENERATION


def broken(scene: Scene, more: Counter[str], *, deleted_all: bool) -> Iterator[str]:
    """Say what is wrong with the store when all is quiet.

    Args:
        deleted_all: a run of delete-expired has just ended well.
        more: takes what is beyond the assumptions.
    """
    if deleted_all and (left := _due(scene)):
        yield f"{' '.join(left)} may go and are still there"
    found = list(duplicates(scene.origins.values(), scene.ends, scene.failed))
    if scene.schedule.is_promised:
        yield from found
    else:
        more[BEYOND] += 1
        more[DUPLICATED] += bool(found)
    for id_, name in scene.foreign.items():
        row = scene.store.snapshots.get(id_)
        if row is None or row.name != name:
            yield f"{id_}, which is of others, was changed or deleted"


def silent_gaps(scene: Scene, report: Result) -> Iterator[str]:
    """Say which disk a report calls protected that has no good snapshot within the rpo."""
    seen = scene.seen(scene.rules)
    is_on = scene.rules.is_there and scene.rules.is_enabled
    states = {disk["volume_id"]: disk["state"] for disk in report["disks"]}
    for disk in scene.store.volumes:
        good = seen.good(("nightly", disk)) if is_on else []
        is_fresh = bool(good) and seen.now - good[0].slot <= RPO_HOURS * HOUR
        if disk not in states:
            yield f"the report has no word of {disk}"
        elif states[disk] == "protected" and not is_fresh:
            yield f"the report calls {disk} protected"
    if report["well"] and any(state != "protected" for state in states.values()):
        yield "the report says that all is well"
