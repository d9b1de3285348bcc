"""create-on-event's work: look before, create with the client token, verify after."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from snapkeep.bce.client import Client
from snapkeep.bce.errors import BceError
from snapkeep.creation import Intent
from snapkeep.events import SnapshotRequest
from snapkeep.jobs.inventory import disks_for
from snapkeep.jobs.sweep import Sweep, failed
from snapkeep.model import Outcome, Status
from snapkeep.results import NOTHING_SELECTED
from snapkeep.selection import select
from snapkeep.side_by_side import Each
from snapkeep.times import Clock, Deadline

# what is left for one create, with its retries, when it is started; less where there never was more
START_SECONDS, START_SHARE = 5.0, 1 / 3
WAITS_SECONDS = (5, 10, 20, 40, 80, 145)
# for who has no time for the first of them
SHORT_WAIT_SECONDS = 1


@dataclass(frozen=True, slots=True)
class _Begun:
    """A region that was asked; without a sweep it could not be listed.

    Attributes:
        found: how many of its disks the event means, those of other shards too.
    """

    outcomes: Sequence[Outcome]
    unknown: frozenset[str] = frozenset()
    sweep: Sweep | None = None
    found: int = 0


def create_snapshots(
    request: SnapshotRequest,
    client_of: Callable[[str], Client],
    each: Each,
    clock: Clock,
    deadline: Deadline,
) -> list[Outcome]:
    """Do one event in all its regions and return the outcome of every disk it means.

    Every region is asked before any is waited for, and they are waited for together. A region that
    cannot be listed is one failed outcome and does not stop the others.

    Args:
        each: how regions are done, and the creates of one.
    """
    start_seconds = min(START_SECONDS, deadline.remaining * START_SHARE)

    def begin(region: str) -> _Begun:
        outcomes: list[Outcome] = []
        try:
            client = client_of(region)
            inventory = disks_for(client, request.policy, request.named)
            selection = select(request.policy, inventory, request.named)
            mine = selection.of(request.shard)
            outcomes += mine.outcomes
            sweep = Sweep(client, each, deadline, start_seconds)
            outcomes += sweep.start([Intent.of(request, t, region) for t in mine.targets])
        except BceError as error:
            return _Begun([*outcomes, failed(Outcome(region, "", Status.FAILED), error)])
        return _Begun(outcomes, selection.unknown, sweep, len(selection.targets))

    begun = each(begin, request.regions)
    outcomes = [outcome for region in begun for outcome in region.outcomes]
    outcomes += _verified([region.sweep for region in begun if region.sweep], each, clock, deadline)
    unknown = request.named.intersection(*(region.unknown for region in begun))
    found = any(region.found for region in begun)
    outcomes += _not_found(request, unknown, outcomes, found=found)
    return sorted(outcomes, key=lambda outcome: (outcome.region, outcome.volume_id))


def _verified(
    sweeps: Sequence[Sweep], each: Each, clock: Clock, deadline: Deadline
) -> list[Outcome]:
    """Look until all have ended, at growing intervals, while there is time."""
    outcomes: list[Outcome] = []
    is_short = deadline.remaining <= WAITS_SECONDS[0]
    for seconds in (SHORT_WAIT_SECONDS,) if is_short else WAITS_SECONDS:
        if not any(sweep.waiting for sweep in sweeps) or deadline.remaining <= seconds:
            break
        clock.sleep(seconds)
        outcomes += [found for ended in each(Sweep.look_again, sweeps) for found in ended]
    return outcomes + [_open(intent) for sweep in sweeps for intent in sweep.waiting]


def _not_found(
    request: SnapshotRequest, unknown: frozenset[str], outcomes: Sequence[Outcome], *, found: bool
) -> list[Outcome]:
    regions = ", ".join(request.regions)
    message = f"no disk or instance of {regions} has this id"
    missing = [
        Outcome("", id_, Status.FAILED, code="UnknownId", message=message)
        for id_ in sorted(unknown)
    ]
    if missing or found or any(outcome.status is not Status.SKIPPED for outcome in outcomes):
        return missing
    message = f"policy {request.policy.name} means no disk of {regions} that can have a snapshot"
    # a shard has one region, of which the policy need not mean anything: whoever has all judges
    status = Status.SKIPPED if request.shard else Status.FAILED
    return [Outcome("", "", status, code=NOTHING_SELECTED, message=message)]


def _open(intent: Intent) -> Outcome:
    """Return the outcome of an intent for which the time is up."""
    if intent.snapshot_id is None and intent.failure:
        return intent.failure
    if intent.trouble:
        return replace(intent.trouble, status=Status.PENDING)
    return intent.ends(Status.PENDING, "Creating", "not Available yet; deliver it again")
