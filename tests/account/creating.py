"""What happens while a snapshot is being created; the first probe here is the first to spend."""

from dataclasses import replace

from snapkeep import ids
from snapkeep.bce.errors import AccessDenied, IdempotentMismatch, InvalidState, NotFound
from snapkeep.jobs.create import SHORT_WAIT_SECONDS
from snapkeep.model import Snapshot
from tests.account.records import Assumption, Finding, NotAsked, differs, holds, judged, said
from tests.account.visit import LAG_SECONDS, Visit


def create(visit: Visit) -> Finding:
    # whatever is there by now is none of ours
    visit.ledger.before = frozenset(row.id for row in visit.inventory.snapshots)
    began = visit.clock.monotonic()
    id_ = visit.ledger.create(visit.request)
    observed = f"{id_} in {visit.clock.monotonic() - began:.1f} s"
    return judged(bool(ids.SNAPSHOT.fullmatch(id_)), observed)


def detail(visit: Visit) -> Finding:
    id_, made = visit.first

    def look() -> Snapshot | None:
        try:
            return visit.line.client.snapshot(id_)
        except NotFound:
            return None

    row, _ = visit.until(look, LAG_SECONDS)
    after = visit.clock.monotonic() - made.at
    if row is None:
        return differs(f"404 for {after:.0f} s")
    visit.look_in_lists()
    observed = f"after {after:.1f} s: {row.status}, of {row.volume_id}"
    is_ours = (row.name, row.volume_id) == (made.request.name, visit.volume.id)
    return judged(is_ours and after <= SHORT_WAIT_SECONDS, observed)


def replay(visit: Visit) -> Finding:
    finding = replayed(visit)
    visit.look_in_lists()
    return finding


def replayed(visit: Visit) -> Finding:
    """Send the first create again, byte for byte."""
    id_, _ = visit.first
    again = visit.ledger.create(visit.request)
    return holds("the same id") if again == id_ else differs(f"another snapshot, {again}")


def second_create(visit: Visit) -> Finding:
    id_, _ = visit.first
    visit.creating(id_)
    try:
        # one more has to be possible: for what a token does later
        other = visit.ledger.create(visit.second, spare=1)
    except InvalidState as error:
        visit.second_refused = True
        return holds(f"refused: {said(error)}")
    return holds(f"taken: {other}") if other != id_ else differs("answered with the first one")


def disk_status(visit: Visit) -> Finding:
    visit.creating(visit.first[0])
    status = visit.line.client.volume(visit.volume.id).status
    return judged(status in {visit.volume.status, "SnapshotProcessing"}, status)


def early_delete(visit: Visit) -> Finding:
    """Ask for it with the newest snapshot of the disk, so that the first one is spared."""
    made = visit.ledger.made.items()
    own = [id_ for id_, each in made if each.request in {visit.request, visit.second}]
    if not own:
        raise NotAsked("there is no snapshot to ask about")
    visit.creating(own[-1])
    try:
        visit.line.client.delete_snapshot(own[-1])
    except InvalidState as error:
        return holds(said(error))
    except AccessDenied as error:
        return differs(f"{said(error)}, as if the key were refused")
    try:
        visit.line.client.snapshot(own[-1])
    except NotFound:
        visit.ledger.gone.add(own[-1])
        return differs("200, and it is gone")
    return differs("200, and it is still there")


def mismatch(visit: Visit) -> Finding:
    id_, made = visit.first
    other = replace(made.request, name=visit.texts.name("m"), desc="skcontract/1 another body")
    try:
        answer = visit.ledger.create(other)
    except IdempotentMismatch as error:
        return holds(said(error))
    return differs("200 with the first id" if answer == id_ else f"another snapshot, {answer}")


def system_create(visit: Visit) -> Finding:
    if visit.instance_id is None or not visit.takes_system:
        raise NotAsked("only with --instance and --system")
    id_ = visit.ledger.create(visit.texts.request(visit.instance_id, "s"), spare=1)
    return holds(f"{id_}, of {visit.line.client.snapshot(id_).volume_id}")


TABLE = (
    Assumption(
        "create",
        "A create with a client token of 55 characters and a name of 64 is answered with the"
        " snapshot's id.",
        "BCC 0jwvyo7c0",
        "one snapshot per event",
        create,
    ),
    Assumption(
        "detail",
        "The detail shows a new snapshot within a second of the answer, with its disk and name.",
        "no page says so",
        "no silent gap: a new snapshot whose detail is 404 is told as failed",
        detail,
    ),
    Assumption(
        "replay",
        "The same create with the same token is answered with the same id at once.",
        "FusionDB njwvz5q61 (a sibling's page)",
        "one snapshot per event, whatever is retried or delivered twice",
        replay,
    ),
    Assumption(
        "system-create",
        "A system disk's snapshot is asked for with its instance's id as volumeId.",
        "BCC 0jwvyo7c0",
        "system disks are backed up",
        system_create,
    ),
    Assumption(
        "second-create",
        "A second create of the disk while one is under way is taken, or refused as a wrong state.",
        "the Python SDK (409); no page names the code",
        "a disk under two policies: the refused one is told, and delivered again",
        second_create,
    ),
    Assumption(
        "disk-status",
        "While a snapshot is being created its disk says what it said before, or"
        " SnapshotProcessing.",
        "the SDKs' models",
        "a disk that is busy is told as busy",
        disk_status,
    ),
    Assumption(
        "early-delete",
        "A snapshot that is being created cannot be deleted, and the code says that it is its"
        " state and not the key.",
        "BCC cjwvyo81w (403); no page names the code",
        "a run goes on after such a row, and stops if the key is refused",
        early_delete,
    ),
    Assumption(
        "mismatch",
        "Another create with a token that is known is refused as IdempotentParameterMismatch.",
        "FusionDB njwvz5q61 (a sibling's page); its status is 403 or 412",
        "one snapshot per event, if a policy was edited between two deliveries",
        mismatch,
    ),
)
