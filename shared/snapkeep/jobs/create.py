"""create-on-event's work: look before, create with the client token, verify after."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from snapkeep.bce.client import Client
from snapkeep.bce.errors import (
    UNKNOWN_OUTCOME,
    AccessDenied,
    Arrears,
    BceError,
    IdempotentMismatch,
    NotFound,
)
from snapkeep.creation import Index, Intent, look_before, settle, verify
from snapkeep.events import SnapshotRequest
from snapkeep.jobs.inventory import disks_for
from snapkeep.model import Outcome, Status
from snapkeep.selection import select
from snapkeep.times import Clock, Deadline

FEW_DISKS = 3
START_SECONDS = 5.0
WAITS_SECONDS = (5, 10, 20, 40, 80, 145)


def create_snapshots(
    request: SnapshotRequest, client_of: Callable[[str], Client], clock: Clock, deadline: Deadline
) -> list[Outcome]:
    """Do one event in all its regions and return the outcome of every disk it means.

    A region that cannot be listed is one failed outcome and does not stop the others.
    """
    outcomes: list[Outcome] = []
    unknown = set(request.named)
    for region in request.regions:
        try:
            client = client_of(region)
            selection = select(request.policy, disks_for(client, request.policy), request.named)
            unknown &= selection.unknown
            outcomes += selection.outcomes
            intents = [Intent.of(request, target, region) for target in selection.targets]
            outcomes += Sweep(client, clock, deadline).run(intents)
        except BceError as error:
            unknown.clear()
            outcomes.append(_failed(Outcome(region, "", Status.FAILED), error))
    message = f"no disk or instance of {', '.join(request.regions)} has this id"
    outcomes += [
        Outcome("", id_, Status.FAILED, code="UnknownId", message=message)
        for id_ in sorted(unknown)
    ]
    if not any(outcome.status is not Status.SKIPPED for outcome in outcomes):
        message = f"policy {request.policy.name} matches no disk in {', '.join(request.regions)}"
        outcomes.append(Outcome("", "", Status.FAILED, code="NothingSelected", message=message))
    return sorted(outcomes, key=lambda outcome: (outcome.region, outcome.volume_id))


class Sweep:
    """The disks of one event in one region.

    Many disks share the walks of the list; a few are looked up one by one.
    """

    def __init__(self, client: Client, clock: Clock, deadline: Deadline) -> None:
        self._client, self._clock, self._deadline = client, clock, deadline
        self._refusal: Outcome | None = None
        self._unverified: BceError | None = None

    def run(self, intents: Sequence[Intent]) -> list[Outcome]:
        """Return one outcome per intent, in no order."""
        if not intents:
            return []
        index = self._look(intents)
        looked = [look_before(intent, index) for intent in intents]
        outcomes = [found for found in looked if isinstance(found, Outcome)]
        sent = [
            found if found.snapshot_id else self._create(found)
            for found in looked
            if isinstance(found, Intent)
        ]
        outcomes += [found for found in sent if isinstance(found, Outcome)]
        return outcomes + self._verify([found for found in sent if isinstance(found, Intent)])

    def _look(self, intents: Sequence[Intent]) -> Index:
        if len(intents) > FEW_DISKS:
            return Index(self._client.snapshots())
        lists = (self._client.snapshots(intent.target.api_id) for intent in intents)
        return Index(row for rows in lists for row in rows)

    def _create(self, intent: Intent) -> Intent | Outcome:
        if self._refusal:
            return replace(self._refusal, volume_id=intent.target.volume_id)
        if self._deadline.remaining < START_SECONDS:
            return intent.ends(Status.INCOMPLETE, "NoTimeLeft", "not started; deliver it again")
        identity, generation = intent.identity, intent.generation
        try:
            snapshot_id = self._client.create_snapshot(
                volume_id=intent.target.api_id,
                name=identity.name(generation),
                desc=identity.desc(generation, intent.request.keep_until),
                client_token=identity.client_token(generation),
            )
        except (*UNKNOWN_OUTCOME, IdempotentMismatch) as error:
            failure = _failed(intent.ends(Status.FAILED), error)
            return replace(intent, sent=True, failure=failure)
        except BceError as error:
            outcome = _failed(intent.ends(Status.FAILED), error)
            if isinstance(error, (AccessDenied, Arrears)) and error.code != "AccessDenied":
                self._refusal = outcome
            return outcome
        return replace(intent, sent=True, snapshot_id=snapshot_id)

    def _verify(self, waiting: list[Intent]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        for seconds in WAITS_SECONDS:
            if not waiting or self._deadline.remaining <= seconds:
                break
            self._clock.sleep(seconds)
            try:
                looked = self._settled(waiting)
            except BceError as error:
                self._unverified = error
                break
            outcomes += [found for found in looked if isinstance(found, Outcome)]
            waiting = [found for found in looked if isinstance(found, Intent)]
        return outcomes + [self._open(intent) for intent in waiting]

    def _settled(self, waiting: Sequence[Intent]) -> list[Intent | Outcome]:
        if len(waiting) <= FEW_DISKS:
            return [self._closely(intent) for intent in waiting]
        index = Index(self._client.snapshots())
        return [self._in_index(intent, index) for intent in waiting]

    def _in_index(self, intent: Intent, index: Index) -> Intent | Outcome:
        if intent.snapshot_id is None:
            return settle(intent, index.answers(intent)) or intent
        row = index.by_id.get(intent.snapshot_id)
        return self._closely(intent) if row is None else verify(intent, row) or intent

    def _closely(self, intent: Intent) -> Intent | Outcome:
        if intent.snapshot_id is None:
            index = Index(self._client.snapshots(intent.target.api_id))
            return settle(intent, index.answers(intent)) or intent
        try:
            return verify(intent, self._client.snapshot(intent.snapshot_id)) or intent
        except NotFound as error:
            return replace(_failed(intent.ends(Status.FAILED), error), code="Gone")

    def _open(self, intent: Intent) -> Outcome:
        if intent.snapshot_id is None and intent.failure:
            return intent.failure
        pending = intent.ends(Status.PENDING, "Creating", "not Available yet; deliver it again")
        return _failed(pending, self._unverified) if self._unverified else pending


def _failed(outcome: Outcome, error: BceError) -> Outcome:
    return replace(outcome, code=error.code, message=str(error), request_id=error.request_id)
