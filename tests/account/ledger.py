"""What this run has asked for and what it was given: the only snapshots that it may delete."""

from dataclasses import dataclass, field

from snapkeep.bce.errors import UNKNOWN_OUTCOME, BceError
from tests.account.line import Line
from tests.account.records import NotAsked, WrongAnswer
from tests.account.texts import Request

LIMIT = 3


@dataclass(frozen=True, slots=True)
class Made:
    """A snapshot that the API named in answer to a create; ``at`` is when, in monotonic seconds."""

    request: Request
    at: float


@dataclass(slots=True)
class Ledger:
    """The creates of one run.

    Attributes:
        before: ids that were there before anything was made, which are never ours.
        made: by id, in order, those that are gone again too.
        shown: ids that were seen to be there while they were removed.
        gone: ids that are known not to be there any more.
        sent: every create by the name that it asked for.
        unanswered: the creates that may have made a snapshot whose id was not told.
        strangers: ids of rows that carry a name of this run and that no answer has named; they are
            told to the person, and not deleted.
    """

    line: Line
    before: frozenset[str] = frozenset()
    made: dict[str, Made] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    sent: dict[str, Request] = field(default_factory=dict)
    unanswered: set[Request] = field(default_factory=set)
    strangers: set[str] = field(default_factory=set)

    @property
    def remaining(self) -> list[str]:
        """The ids that are still to be deleted, the newest first."""
        return [id_ for id_ in reversed(self.made) if id_ not in self.gone]

    @property
    def spent(self) -> int:
        """How many snapshots the run may have made so far."""
        return len(self.made) + len(self.unanswered)

    @property
    def lost(self) -> set[Request]:
        """The creates that were not answered, and of which no snapshot is known."""
        return self.unanswered - {made.request for made in self.made.values()}

    def create(self, request: Request, *, spare: int = 0) -> str:
        """Ask for a snapshot, or again for one, and return the id.

        Args:
            spare: how many more creates have to be possible after this one.

        Raises:
            NotAsked: if it could be one snapshot too many. Asking again counts as well, since that
                it makes no second one is what has to be found out.
            WrongAnswer: if the answer is the id of a snapshot that was there before.
            BceError: as the client raises it.
        """
        if self.spent + spare >= LIMIT:
            raise NotAsked(f"it might have made more than {LIMIT} snapshots")
        self.sent[request.name] = request
        self.unanswered.add(request)
        try:
            id_ = self.line.client.create_snapshot(
                volume_id=request.volume_id,
                name=request.name,
                desc=request.desc,
                client_token=request.token,
            )
        except BceError as error:
            if not isinstance(error, UNKNOWN_OUTCOME):
                self.unanswered.discard(request)
            raise
        if id_ in self.before:
            raise WrongAnswer(f"answered with {id_}, which was there before")
        # in this order: at no instant is it in neither
        self.made.setdefault(id_, Made(request, self.line.clock.monotonic()))
        self.gone.discard(id_)
        self.unanswered.discard(request)
        return id_
