"""The functions over HTTP: who is let in, which route takes it, and what an error is answered."""

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any

from snapkeep.answers import RETRY_AFTER_SECONDS, answer, packed, problem, refusal, refused
from snapkeep.authentication import CAPABILITY_ROUTE, SNAPSHOTS_ROUTE, Claim, Message
from snapkeep.bce.errors import NotFound
from snapkeep.errors import InvalidEvent, RunFailed, SnapkeepError, Unauthorized
from snapkeep.runtime.wiring import Runtime
from snapkeep.times import Deadline
from snapkeep.webhook import read_request

HEALTH_ROUTE = "GET /health"
HTTP_SECONDS = 25.0
# GitHub hangs up after 10 seconds, Cloud Monitor and EventBridge's API destinations after 5; what
# is short of that is for a cold start
ANSWER_SECONDS = {SNAPSHOTS_ROUTE: 7.0, CAPABILITY_ROUTE: 3.5}

Answer = dict[str, Any]
Route = Callable[[Message, Runtime, Deadline], Answer]


def serve(event: object, runtime: Runtime, ends: float, routes: Mapping[str, Route]) -> Answer:
    """Answer a request; until its sender is known nothing but the webhook secret is looked up.

    Args:
        ends: when Lambda has to have an answer, on the runtime's monotonic clock.
        routes: by ``METHOD /path``; ``GET /health`` is added.

    Raises:
        InvalidEvent: if the request is refused before its sender is known.
        Misconfigured: if the webhook secret cannot be had.
        SnapkeepError: whatever the route raises.
    """
    arrived = runtime.clock.monotonic()
    request = read_request(event, (*routes, HEALTH_ROUTE))
    if request.route == HEALTH_ROUTE:
        _ = runtime.policies
        return answer(200, {"status": "ok"})
    claim = Claim.of(request)
    message = claim.verified(runtime.senders, runtime.clock.now())
    runtime.telemetry.event("message", message.to_json())
    seconds = ANSWER_SECONDS.get(request.route, HTTP_SECONDS)
    deadline = Deadline(runtime.clock, min(ends, arrived + seconds))
    try:
        told = routes[request.route](message, runtime, deadline)
        return packed(told, request.headers.get("accept-encoding", ""))
    except InvalidEvent as error:
        # whoever reads the answer, it is no stranger's noise: what was asked for is not done
        runtime.telemetry.refused(error, message.to_json(), seen(error, event))
        return refusal(error)


def answer_to(error: SnapkeepError) -> Answer:
    """Return what a sender is told of an error: 4xx if sending again is in vain, else 503."""
    if isinstance(error, InvalidEvent):
        return refusal(error)
    if isinstance(error, NotFound):
        return refused(problem(404, error.code, str(error)))
    retry_after = str(RETRY_AFTER_SECONDS)
    if isinstance(error, RunFailed):
        return answer(503, error.result, retry_after=retry_after)
    # what is wrong with our own keys or policy file is for the log, not for the sender
    told = problem(503, type(error).__name__, "not now; the log says why, send it again")
    return refused(told, retry_after=retry_after)


def seen(error: SnapkeepError, event: Any) -> dict[str, Any]:
    """Return what the log says of a request: enough to find it again, nothing of its content."""
    body = str(event.get("body") or "").encode(errors="replace")
    return {
        "http_request": str(event["requestContext"].get("requestId") or "")[:64],
        "reason": error.reason if isinstance(error, Unauthorized) else None,
        "body_bytes": len(body),
        "body_sha256": sha256(body).hexdigest()[:12],
    }
