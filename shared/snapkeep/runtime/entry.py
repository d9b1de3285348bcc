"""The way into a function: deadline, telemetry, and one clear end to every run."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from snapkeep.errors import SnapkeepError
from snapkeep.runtime.http import Route, answer_to, seen, serve
from snapkeep.runtime.wiring import Runtime
from snapkeep.times import Deadline
from snapkeep.webhook import is_http

MARGIN_SECONDS = 3.0
_NO_CONTEXT_SECONDS = 900.0


class Context(Protocol):
    """What we read of Lambda's context object."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int: ...


Run = Callable[[Any, Runtime, Deadline], dict[str, Any]]


def enter(
    run: Run,
    event: object,
    context: Context | None,
    runtime: Runtime | None,
    routes: Mapping[str, Route],
) -> dict[str, Any]:
    """Run a function for one event.

    Args:
        context: ``None`` at a terminal.
        runtime: ``None`` in Lambda: that of the process.
        routes: what takes a request over HTTP instead of ``run``.

    Raises:
        SnapkeepError: so that the platform delivers the event again; over HTTP it is an answer.
    """
    runtime = runtime or Runtime.of_environment()
    telemetry, clock, http = runtime.telemetry, runtime.clock, is_http(event)
    seconds = _NO_CONTEXT_SECONDS
    if context is not None:
        seconds = context.get_remaining_time_in_millis() / 1000
        telemetry.log.append_keys(request=context.aws_request_id)
    ends = clock.monotonic() + seconds - MARGIN_SECONDS
    try:
        if http:
            return serve(event, runtime, ends, routes)
        return run(event, runtime, Deadline(clock, ends))
    except SnapkeepError as error:
        telemetry.failed(error, seen(error, event) if http else {})
        if not http:
            raise
        return answer_to(error)
    finally:
        telemetry.flush()
