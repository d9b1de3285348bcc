"""create-on-event: from an event to one snapshot per disk, whatever is retried or repeated."""

from functools import partial
from typing import Any

from snapkeep.errors import InvalidEvent, RunFailed
from snapkeep.events import SnapshotRequest, is_queued, snapshot_requests, webhook_request
from snapkeep.jobs.create import create_snapshots
from snapkeep.model import Outcome
from snapkeep.results import describe, is_accepted, is_done, to_json
from snapkeep.runtime import Context, Runtime, enter
from snapkeep.times import Deadline
from snapkeep.webhook import answer, is_http, json_body, read_request

ROUTE = "POST /snapshots"
# senders of webhooks give up after 10 seconds
ANSWER_SECONDS = 8.0


def handler(
    event: object, context: Context | None, runtime: Runtime | None = None
) -> dict[str, Any]:
    """Take an event of the scheduler, the bus, a queue of these, or a webhook."""
    return enter(run, event, context, runtime)


def run(event: object, runtime: Runtime, deadline: Deadline) -> dict[str, Any]:
    """Create what the event asks for.

    Raises:
        InvalidEvent: nothing was done, and delivering the event again would not help.
        RunFailed: some disk is not done; delivering the event again continues the work.
    """
    if is_http(event):
        return _over_http(event, runtime, deadline)
    try:
        requests = snapshot_requests(event, runtime.policies, runtime.clock.now())
    except InvalidEvent as error:
        if not is_queued(event):
            raise
        # delivered again it would be refused again, and hold up what is queued behind it
        return runtime.telemetry.refused(error, event)
    outcomes = [found for request in requests for found in _create(request, runtime, deadline)]
    result = to_json(outcomes)
    if not is_done(outcomes):
        raise RunFailed(describe(outcomes), result)
    return result


def _over_http(event: object, runtime: Runtime, deadline: Deadline) -> dict[str, Any]:
    request = read_request(event)
    runtime.check_open(request, ROUTE)
    webhook_id = request.headers.get("webhook-id", "")
    wanted = webhook_request(json_body(request), webhook_id, runtime.policies, runtime.clock.now())
    soon = min(deadline.at, runtime.clock.monotonic() + ANSWER_SECONDS)
    outcomes = _create(wanted, runtime, Deadline(runtime.clock, soon))
    if is_done(outcomes):
        return answer(200, to_json(outcomes))
    if is_accepted(outcomes):
        return answer(202, to_json(outcomes))
    raise RunFailed(describe(outcomes), to_json(outcomes))


def _create(request: SnapshotRequest, runtime: Runtime, deadline: Deadline) -> list[Outcome]:
    client_of = partial(runtime.client, deadline=deadline)
    runtime.telemetry.event("request", request.to_json())
    outcomes = create_snapshots(request, client_of, runtime.clock, deadline)
    runtime.telemetry.outcomes(outcomes)
    return outcomes
