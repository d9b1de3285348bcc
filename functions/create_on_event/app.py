"""create-on-event: from an event to one snapshot per disk, whatever is retried or repeated."""

from functools import partial
from typing import Any

from snapkeep.answers import answer, problem, refused
from snapkeep.authentication import CAPABILITY_ROUTE, SNAPSHOTS_ROUTE, Message
from snapkeep.errors import InvalidEvent, RunFailed
from snapkeep.events import SnapshotRequest, is_queued, snapshot_requests
from snapkeep.fleet import shard_events
from snapkeep.jobs.create import create_snapshots
from snapkeep.model import Outcome
from snapkeep.results import describe, is_accepted, is_done, is_out_of_scope, to_json
from snapkeep.runtime import Context, Runtime, enter
from snapkeep.times import Deadline
from snapkeep.webhook_events import Ignored, webhook_request


def handler(
    event: object, context: Context | None, runtime: Runtime | None = None
) -> dict[str, Any]:
    """Take an event of the scheduler, the bus, a queue of these, or a webhook."""
    routes = {SNAPSHOTS_ROUTE: _over_http, CAPABILITY_ROUTE: _over_http}
    return enter(run, event, context, runtime, routes)


def run(event: object, runtime: Runtime, deadline: Deadline) -> dict[str, Any]:
    """Create what the event asks for, or divide it into events for shards.

    Raises:
        InvalidEvent: nothing was done, and delivering the event again would not help.
        RunFailed: some disk is not done; delivering the event again continues the work.
    """
    try:
        if events := shard_events(event, runtime.policies, runtime.clock.now()):
            return {"events": events}
        requests = snapshot_requests(event, runtime.policies, runtime.clock.now())
    except InvalidEvent as error:
        if not is_queued(event):
            raise
        # delivered again it would be refused again, and hold up what is queued behind it
        return runtime.telemetry.refused(error, event)
    outcomes = [found for request in requests for found in _create(request, runtime, deadline)]
    result = to_json(outcomes, brief=any(request.shard for request in requests))
    if not is_done(outcomes):
        raise RunFailed(describe(outcomes), result)
    return result


def _over_http(message: Message, runtime: Runtime, deadline: Deadline) -> dict[str, Any]:
    wanted = webhook_request(message, runtime.policies, runtime.clock.now())
    if isinstance(wanted, Ignored):
        runtime.telemetry.event("ignored", {**message.to_json(), "why": wanted.reason})
        runtime.telemetry.count("EventsIgnored", 1)
        return answer(200, {"ignored": wanted.reason})
    outcomes = _create(wanted, runtime, deadline)
    if is_done(outcomes):
        return answer(200, to_json(outcomes))
    if is_accepted(outcomes):
        return answer(202, to_json(outcomes))
    if is_out_of_scope(outcomes):
        return refused(problem(403, "OutOfScope", describe(outcomes), **to_json(outcomes)))
    raise RunFailed(describe(outcomes), to_json(outcomes))


def _create(request: SnapshotRequest, runtime: Runtime, deadline: Deadline) -> list[Outcome]:
    client_of = partial(runtime.client, deadline=deadline)
    runtime.telemetry.event("request", request.to_json())
    outcomes = create_snapshots(request, client_of, runtime.each, runtime.clock, deadline)
    runtime.telemetry.outcomes(outcomes)
    return outcomes
