"""The verdict on a schedule by the cloud's own store: what is broken, and what explains it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from tests.proof.simulation.events import CRON_SLOTS, answers
from tests.proof.simulation.oracle import duplicates
from tests.proof.simulation.rules import RPO_HOURS
from tests.proof.simulation.scene import Scene
from tests.proof.simulation.schedule import HOUR
from tests.proof.simulation.watch import PER_DISK
from tests.world import SLOT

ATTEMPTS = 3
EVENT_AGE = 6 * HOUR
LAST_GENERATION = 3
BEYOND, DUPLICATED = "schedules beyond the assumptions", "of these with a duplicate"
_NEVER = datetime.min.replace(tzinfo=UTC)
Result = dict[str, Any]


def false_claims(
    scene: Scene, result: Result, what: str, since: datetime, *, is_done: bool
) -> Iterator[str]:
    """Say what a run that began at an instant calls done and the store does not have."""
    scene.learn()
    disks = {disk["volume_id"]: disk for disk in result.get("disks", ())}
    for id_, disk in disks.items():
        if disk["status"] in {"created", "existing"}:
            yield from _missing(scene, id_, disk["snapshot_id"], what, since)
        elif is_done and disk["status"] != "skipped":
            yield f"{what} was done with {id_} {disk['status']}"
    left = scene.store.volumes.keys() & set(scene.disks) - disks.keys()
    if is_done and left:
        yield f"{what} was done without a word of {' '.join(sorted(left))}"


def _missing(scene: Scene, disk: str, made: str, what: str, since: datetime) -> Iterator[str]:
    row, origin = scene.store.snapshots.get(made), scene.origins.get(made)
    if origin is None:
        yield f"{what} of {disk} is said to be answered by {made}, which is none of ours"
    elif origin.key[1] != disk or not answers(origin.key, what):
        yield f"{what} of {disk} is said to be answered by {made} of {' '.join(origin.key)}"
    elif (row is None or row.status != "Available") and scene.ends.get(made, _NEVER) < since:
        yield f"{what} says {made} is good: it is {row.status if row else 'not there'}"


def unexplained(scene: Scene, event: str, more: Counter[str]) -> Iterator[str]:
    """Say of each disk that an event does not get done for, unless the store has a reason."""
    if event == "expire":
        per_disk = Counter(scene.origins[id_].group[1] for id_ in _due(scene))
        reasons = ["over a cap"] if max(per_disk.values(), default=0) > PER_DISK else []
    else:
        reasons = []
        for disk in scene.disks:
            if why := _reason(scene, event, disk):
                reasons.append(why)
            elif not _is_good(scene, event, disk):
                yield f"{event} is not done for {disk} after {ATTEMPTS} deliveries without trouble"
    more.update({f"not done: {why}": 1 for why in reasons})
    if not reasons:
        yield f"{event} is not done after {ATTEMPTS} deliveries without trouble"


def _is_good(scene: Scene, event: str, disk: str) -> bool:
    rows = scene.store.snapshots
    mine = (o.id for o in scene.origins.values() if o.key[1] == disk and answers(o.key, event))
    return any(id_ in rows and rows[id_].status == "Available" for id_ in mine)


def _due(scene: Scene) -> list[str]:
    """Return what mode auto should have deleted."""
    seen = scene.seen(scene.rules)
    return [id_ for id_ in seen.rows if not any(seen.objections(id_))]


def _reason(scene: Scene, event: str, disk: str) -> str | None:
    rows = [row for row in scene.store.snapshots.values() if row.volume_id == disk]
    mine = [o for o in scene.origins.values() if o.key[1] == disk and answers(o.key, event)]
    failed = scene.failed
    reasons = {
        "somebody deleted or edited a snapshot of it": any(o.id in scene.touched for o in mine),
        "too many creations failed": sum(o.id in failed for o in mine) > LAST_GENERATION,
        "a disk has been released": disk not in scene.store.volumes,
        "its disk was busy with another event's snapshot": _takes_turns(scene),
        "no quota": len(rows) >= scene.schedule.setting["manual_quota"],
        "too old": scene.clock.now() - CRON_SLOTS.get(event, SLOT) > EVENT_AGE,
        "its policy is disabled or gone": event.startswith("cron")
        and not (scene.rules.is_there and scene.rules.is_enabled),
    }
    return next((why for why, is_so in reasons.items() if is_so), None)


def _takes_turns(scene: Scene) -> bool:
    events = {arrival.what for arrival in scene.schedule.arrivals} - {"expire"}
    return bool(scene.schedule.setting["busy_while_creating"]) and len(events) > 1


def broken(scene: Scene, more: Counter[str], *, deleted_all: bool) -> Iterator[str]:
    """Say what is wrong with the store when all is quiet.

    Args:
        deleted_all: a run of delete-expired has just ended well.
        more: takes what is beyond the assumptions.
    """
    if deleted_all and (left := _due(scene)):
        yield f"{' '.join(left)} may go and are still there"
    for origin in scene.origins.values():
        yield from origin.false_words()
    found = list(duplicates(scene.origins.values(), scene.ends, scene.failed))
    if scene.schedule.is_promised:
        yield from found
    else:
        more[BEYOND] += 1
        more[DUPLICATED] += bool(found)
    for id_, was in scene.foreign.items():
        row = scene.store.snapshots.get(id_)
        # what a released disk leaves behind no longer says whose it was
        if row is None or row != replace(was, volume_id=row.volume_id):
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
