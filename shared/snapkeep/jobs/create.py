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
from snapkeep.creation import Index, Intent, follow, look_before, verify
from snapkeep.events import SnapshotRequest
from snapkeep.jobs.inventory import disks_for
from snapkeep.model import Outcome, Status
from snapkeep.selection import select
from snapkeep.times import Clock, Deadline

FEW_DISKS = 3
# what is left for one create, with its retries, when it is started; less where there never was more
START_SECONDS, START_SHARE = 5.0, 1 / 3
WAITS_SECONDS = (5, 10, 20, 40, 80, 145)
# for who has no time for the first of them
SHORT_WAIT_SECONDS = 1


def create_snapshots(
    request: SnapshotRequest, client_of: Callable[[str], Client], clock: Clock, deadline: Deadline
) -> list[Outcome]:
    """Do one event in all its regions and return the outcome of every disk it means.

    Every region is asked before any is waited for, and they are waited for together. A region that
    cannot be listed is one failed outcome and does not stop the others.
    """
    start_seconds = min(START_SECONDS, deadline.remaining * START_SHARE)
    outcomes: list[Outcome] = []
    unknown = set(request.named)
    sweeps: list[Sweep] = []
    for region in request.regions:
        try:
            client = client_of(region)
            inventory = disks_for(client, request.policy, request.named)
            selection = select(request.policy, inventory, request.named)
            unknown &= selection.unknown
            outcomes += selection.outcomes
            sweep = Sweep(client, deadline, start_seconds)
            outcomes += sweep.start([Intent.of(request, t, region) for t in selection.targets])
            sweeps.append(sweep)
        except BceError as error:
            unknown.clear()
            outcomes.append(_failed(Outcome(region, "", Status.FAILED), error))
    outcomes += _verified(sweeps, clock, deadline)
    outcomes += _not_found(request, unknown, outcomes)
    return sorted(outcomes, key=lambda outcome: (outcome.region, outcome.volume_id))


def _verified(sweeps: Sequence["Sweep"], clock: Clock, deadline: Deadline) -> list[Outcome]:
    """Look until all have ended, at growing intervals, while there is time."""
    outcomes: list[Outcome] = []
    is_short = deadline.remaining <= WAITS_SECONDS[0]
    for seconds in (SHORT_WAIT_SECONDS,) if is_short else WAITS_SECONDS:
        if not any(sweep.waiting for sweep in sweeps) or deadline.remaining <= seconds:
            break
        clock.sleep(seconds)
        outcomes += [found for sweep in sweeps for found in sweep.look_again()]
    return outcomes + [_open(intent) for sweep in sweeps for intent in sweep.waiting]


def _not_found(
    request: SnapshotRequest, unknown: set[str], outcomes: Sequence[Outcome]
) -> list[Outcome]:
    regions = ", ".join(request.regions)
    message = f"no disk or instance of {regions} has this id"
    missing = [
        Outcome("", id_, Status.FAILED, code="UnknownId", message=message)
        for id_ in sorted(unknown)
    ]
    if missing or any(outcome.status is not Status.SKIPPED for outcome in outcomes):
        return missing
    message = f"policy {request.policy.name} means no disk of {regions} that can have a snapshot"
    return [Outcome("", "", Status.FAILED, code="NothingSelected", message=message)]


class Sweep:
    """The disks of one event in one region.

    Many disks share the walks of the list; a few are looked up one by one.

    Args:
        start_seconds: with less left, no create is started.

    Attributes:
        waiting: what has been asked for and is not known to have ended.
    """

    def __init__(self, client: Client, deadline: Deadline, start_seconds: float) -> None:
        self.waiting: list[Intent] = []
        self._client, self._deadline, self._start_seconds = client, deadline, start_seconds
        self._refusal: Outcome | None = None

    def start(self, intents: Sequence[Intent]) -> list[Outcome]:
        """Look before and create; return the outcomes of what has ended."""
        if not intents:
            return []
        index = self._look(intents)
        looked = [look_before(intent, index) for intent in intents]
        sent = [
            self._create(found) if isinstance(found, Intent) and not found.snapshot_id else found
            for found in looked
        ]
        return self._ended(sent)

    def look_again(self) -> list[Outcome]:
        """Look at what is waiting; return the outcomes of what has ended."""
        return self._ended(self._settled([replace(each, trouble=None) for each in self.waiting]))

    def _ended(self, found: Sequence[Intent | Outcome]) -> list[Outcome]:
        self.waiting = [each for each in found if isinstance(each, Intent)]
        return [each for each in found if isinstance(each, Outcome)]

    def _look(self, intents: Sequence[Intent]) -> Index:
        if len(intents) > FEW_DISKS:
            return Index(self._client.snapshots())
        lists = (self._client.snapshots(intent.target.api_id) for intent in intents)
        return Index(row for rows in lists for row in rows)

    def _create(self, intent: Intent) -> Intent | Outcome:
        if self._refusal:
            return replace(self._refusal, volume_id=intent.target.volume_id)
        if self._deadline.remaining < self._start_seconds:
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

    def _settled(self, waiting: Sequence[Intent]) -> list[Intent | Outcome]:
        if len(waiting) <= FEW_DISKS:
            return [self._closely(intent) for intent in waiting]
        try:
            index = Index(self._client.snapshots())
        except BceError as error:
            return [_unverified(intent, error) for intent in waiting]
        return [self._in_index(intent, index) for intent in waiting]

    def _in_index(self, intent: Intent, index: Index) -> Intent | Outcome:
        if intent.snapshot_id is None:
            return follow(intent, index.answers(intent))
        row = index.by_id.get(intent.snapshot_id)
        return self._closely(intent) if row is None else verify(intent, row) or intent

    def _closely(self, intent: Intent) -> Intent | Outcome:
        try:
            if intent.snapshot_id is None:
                index = Index(self._client.snapshots(intent.target.api_id))
                return follow(intent, index.answers(intent))
            return verify(intent, self._client.snapshot(intent.snapshot_id)) or intent
        except NotFound as error:
            return replace(_failed(intent.ends(Status.FAILED), error), code="Gone")
        except BceError as error:
            return _unverified(intent, error)


def _unverified(intent: Intent, error: BceError) -> Intent | Outcome:
    """A look that failed is made again, unless the key may not look at all."""
    failed = _failed(intent.ends(Status.FAILED), error)
    if isinstance(error, AccessDenied):
        return failed
    return replace(intent, trouble=failed)


def _open(intent: Intent) -> Outcome:
    """Return the outcome of an intent for which the time is up."""
    if intent.snapshot_id is None and intent.failure:
        return intent.failure
    if intent.trouble:
        return replace(intent.trouble, status=Status.PENDING)
    return intent.ends(Status.PENDING, "Creating", "not Available yet; deliver it again")


def _failed(outcome: Outcome, error: BceError) -> Outcome:
    return replace(outcome, code=error.code, message=str(error), request_id=error.request_id)
