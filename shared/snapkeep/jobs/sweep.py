"""The disks of one event in one region: asked for side by side, looked at together."""

from collections.abc import Sequence
from dataclasses import replace

from snapkeep.bce.client import Client
from snapkeep.bce.errors import (
    UNKNOWN_OUTCOME,
    AccessDenied,
    Arrears,
    BceError,
    DeadlineExceeded,
    IdempotentMismatch,
    ListTooLong,
    NotFound,
)
from snapkeep.creation import Index, Intent, follow, look_before, verify
from snapkeep.model import Outcome, Status
from snapkeep.side_by_side import Each
from snapkeep.times import Deadline

FEW_DISKS = 3
# 200,000 snapshots take about 160 MB
MOST_PAGES = 200


class Sweep:
    """The disks of one event in one region.

    Many disks share the walks of the list. A few are looked up one by one, and so are all where the
    region has so many snapshots that their own lists are fewer pages, or that they would not fit
    into the function's memory.

    Args:
        each: how the creates are done.
        start_seconds: with less left, no create is started.

    Attributes:
        waiting: what has been asked for and is not known to have ended.
    """

    def __init__(
        self, client: Client, each: Each, deadline: Deadline, start_seconds: float
    ) -> None:
        self.waiting: list[Intent] = []
        self._client, self._each = client, each
        self._deadline, self._start_seconds = deadline, start_seconds
        self._refusal: Outcome | None = None
        self._by_disk = False

    def start(self, intents: Sequence[Intent]) -> list[Outcome]:
        """Look before and create; return the outcomes of what has ended."""
        if not intents:
            return []
        index = self._look(intents)
        looked = [look_before(intent, index) for intent in intents]
        return self._ended(self._each(self._create, looked))

    def look_again(self) -> list[Outcome]:
        """Look at what is waiting; return the outcomes of what has ended."""
        return self._ended(self._settled([replace(each, trouble=None) for each in self.waiting]))

    def _ended(self, found: Sequence[Intent | Outcome]) -> list[Outcome]:
        self.waiting = [each for each in found if isinstance(each, Intent)]
        return [each for each in found if isinstance(each, Outcome)]

    def _look(self, intents: Sequence[Intent]) -> Index:
        self._by_disk = len(intents) <= FEW_DISKS
        if not self._by_disk:
            try:
                return Index(self._client.snapshots(pages=min(len(intents), MOST_PAGES)))
            except ListTooLong:
                self._by_disk = True
        ids = [intent.target.api_id for intent in intents]
        return Index(row for rows in self._each(self._client.snapshots, ids) for row in rows)

    def _create(self, intent: Intent | Outcome) -> Intent | Outcome:
        if isinstance(intent, Outcome) or intent.snapshot_id:
            return intent
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
            is_late = isinstance(error, DeadlineExceeded)
            failure = failed(intent.ends(Status.INCOMPLETE if is_late else Status.FAILED), error)
            return replace(intent, sent=True, failure=failure)
        except BceError as error:
            outcome = failed(intent.ends(Status.FAILED), error)
            if isinstance(error, (AccessDenied, Arrears)) and error.code != "AccessDenied":
                self._refusal = outcome
            return outcome
        return replace(intent, sent=True, snapshot_id=snapshot_id)

    def _settled(self, waiting: Sequence[Intent]) -> list[Intent | Outcome]:
        if self._by_disk or len(waiting) <= FEW_DISKS:
            return self._each(self._closely, waiting)
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
            return replace(failed(intent.ends(Status.FAILED), error), code="Gone")
        except BceError as error:
            return _unverified(intent, error)


def _unverified(intent: Intent, error: BceError) -> Intent | Outcome:
    """A look that failed is made again, unless the key may not look at all."""
    outcome = failed(intent.ends(Status.FAILED), error)
    if isinstance(error, AccessDenied):
        return outcome
    return replace(intent, trouble=outcome)


def failed(outcome: Outcome, error: BceError) -> Outcome:
    return replace(outcome, code=error.code, message=str(error), request_id=error.request_id)
