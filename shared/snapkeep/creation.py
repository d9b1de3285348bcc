"""Creating exactly once: what a look at the list means for one disk and one event."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from snapkeep.events import SnapshotRequest
from snapkeep.identity import MAX_GENERATION, Identity, claimed_ids, generation_of
from snapkeep.model import Outcome, Snapshot, SnapshotStatus, Status
from snapkeep.selection import Target

MISMATCH = "IdempotentParameterMismatch"


@dataclass(frozen=True, slots=True)
class Intent:
    """One disk's part in an event.

    ``snapshot_id`` is set once the API named one; ``sent`` once a create left us, and then
    ``failure`` says why its answer is not known, if it is not. ``trouble`` is why the last look at
    it failed.
    """

    request: SnapshotRequest
    target: Target
    identity: Identity
    generation: int = 0
    snapshot_id: str | None = None
    sent: bool = False
    failure: Outcome | None = None
    trouble: Outcome | None = None

    @classmethod
    def of(cls, request: SnapshotRequest, target: Target, region: str) -> "Intent":
        identity = Identity(
            region=region,
            policy=request.policy.name,
            volume_id=target.volume_id,
            source=request.source,
            slot=request.slot,
            event=request.event,
        )
        return cls(request, target, identity)

    def ends(self, status: Status, code: str | None = None, message: str | None = None) -> Outcome:
        """Return the outcome of this intent."""
        return Outcome(
            self.identity.region,
            self.target.volume_id,
            status,
            snapshot_id=self.snapshot_id,
            code=code,
            message=message,
        )


class Index:
    """The rows of a list by their id and by the digest prefixes they carry."""

    def __init__(self, snapshots: Iterable[Snapshot]) -> None:
        self.by_id: dict[str, Snapshot] = {}
        self._claims: Mapping[str, list[Snapshot]] = defaultdict(list)
        for snapshot in snapshots:
            self.by_id[snapshot.id] = snapshot
            for claimed in claimed_ids(snapshot):
                self._claims[claimed].append(snapshot)

    def answers(self, intent: Intent) -> Sequence[Snapshot]:
        """Return the rows that answer the intent: of any generation before it was sent, of its own
        after. A row of another disk that carries a copied marker does not answer it."""
        rows = [row for row in self._claims.get(intent.identity.id, ()) if _same_disk(row, intent)]
        if not intent.sent:
            return rows
        return [row for row in rows if generation_of(row) == intent.generation]


def look_before(intent: Intent, index: Index) -> Intent | Outcome:
    """Decide before anything is sent.

    Returns:
        an outcome if the event is answered or cannot be; else the intent, with a ``snapshot_id`` if
        one is being created, without one if it is to be sent in its ``generation``.
    """
    rows = index.answers(intent)
    if found := settle(intent, rows):
        failed = found.code == SnapshotStatus.CREATED_FAILED
        return _next_generation(intent, rows, found) if failed else found
    if rows:
        return replace(intent, snapshot_id=_by_status(rows, SnapshotStatus.CREATING)[0].id)
    return _sendable(intent)


def settle(intent: Intent, rows: Sequence[Snapshot]) -> Outcome | None:
    """Return the outcome that the rows of an intent amount to, ``None`` while it is open."""
    if live := _by_status(rows, SnapshotStatus.AVAILABLE):
        done = replace(intent, snapshot_id=live[0].id)
        mismatch = intent.failure if intent.failure and intent.failure.code == MISMATCH else None
        status = Status.CREATED if intent.sent and not mismatch else Status.EXISTING
        warning = _duplicates(live) or (mismatch.message if mismatch else None)
        return replace(done.ends(status), warning=warning)
    if not rows or _by_status(rows, SnapshotStatus.CREATING):
        return None
    # anything else than CreatedFailed is no reason to make another one
    bad = next((r for r in rows if r.status != SnapshotStatus.CREATED_FAILED), rows[0])
    done = replace(intent, snapshot_id=bad.id)
    return done.ends(Status.FAILED, bad.status, f"snapshot {bad.id} is {bad.status}")


def follow(intent: Intent, rows: Sequence[Snapshot]) -> Intent | Outcome:
    """Settle an intent whose create had no clear answer by the rows that turn out to answer it.

    Returns:
        the outcome; or the intent, which knows its ``snapshot_id`` from now on if a row is there.
    """
    found = settle(intent, rows)
    return found or (replace(intent, snapshot_id=rows[0].id) if rows else intent)


def verify(intent: Intent, row: Snapshot) -> Outcome | None:
    """Settle an intent by the row whose id is known, ``None`` while it is open."""
    mine = row.name == intent.identity.name(intent.generation) or not intent.sent
    if not mine or not _same_disk(row, intent):
        message = (
            f"snapshot {row.id} is {row.name[:80]!r} of {row.volume_id}, not what was asked for"
        )
        return intent.ends(Status.FAILED, "VerifyMismatch", message)
    return settle(intent, [row])


def _sendable(intent: Intent) -> Intent | Outcome:
    if intent.target.refusal is None:
        return intent
    return intent.ends(Status.FAILED, *intent.target.refusal)


def _next_generation(intent: Intent, rows: Sequence[Snapshot], found: Outcome) -> Intent | Outcome:
    generation = max(map(generation_of, rows)) + 1
    if generation > MAX_GENERATION:
        message = f"creation failed {generation} times for this event; see the disk's status"
        return replace(found, message=message)
    return _sendable(replace(intent, generation=generation))


def _by_status(rows: Iterable[Snapshot], status: SnapshotStatus) -> list[Snapshot]:
    found = (row for row in rows if row.status == status)
    return sorted(found, key=lambda row: (str(row.create_time), row.id))


def _same_disk(row: Snapshot, intent: Intent) -> bool:
    return row.volume_id in {None, intent.target.volume_id, intent.target.api_id}


def _duplicates(live: Sequence[Snapshot]) -> str | None:
    if len(live) == 1:
        return None
    return f"{len(live)} snapshots answer this event: {', '.join(row.id for row in live)}"
