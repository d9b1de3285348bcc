"""The way into a function: deadline, telemetry, and one clear end to every run."""

from collections.abc import Callable
from typing import Any, Protocol

from snapkeep.bce.errors import NotFound
from snapkeep.errors import InvalidEvent, InvalidInput, RunFailed, SnapkeepError
from snapkeep.runtime.wiring import Runtime
from snapkeep.times import Deadline
from snapkeep.webhook import answer, is_http, refusal

MARGIN_SECONDS = 3.0
HTTP_SECONDS = 25.0
RETRY_AFTER_SECONDS = 60
_NO_CONTEXT_SECONDS = 900.0


class Context(Protocol):
    """What we read of Lambda's context object."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int: ...


Run = Callable[[Any, Runtime, Deadline], dict[str, Any]]


def enter(
    run: Run, event: object, context: Context | None, runtime: Runtime | None
) -> dict[str, Any]:
    """Run a function for one event.

    Args:
        context: ``None`` at a terminal.
        runtime: ``None`` in Lambda: that of the process.

    Raises:
        SnapkeepError: so that the platform delivers the event again; over HTTP it is an answer.
    """
    runtime = runtime or Runtime.of_environment()
    telemetry, http = runtime.telemetry, is_http(event)
    seconds = _NO_CONTEXT_SECONDS
    if context is not None:
        seconds = context.get_remaining_time_in_millis() / 1000
        telemetry.log.append_keys(request=context.aws_request_id)
    limit = min(seconds - MARGIN_SECONDS, HTTP_SECONDS if http else seconds)
    try:
        return run(event, runtime, Deadline.after(runtime.clock, limit))
    except SnapkeepError as error:
        _explain(error, telemetry.log)
        if not http:
            raise
        return _answered(error)
    finally:
        telemetry.flush()


def _explain(error: SnapkeepError, log: Any) -> None:
    fields = {"error": type(error).__name__, "detail": str(error)}
    if isinstance(error, InvalidInput):
        fields |= {"code": error.code, "field": error.path}
    log.error("run failed", extra=fields)


def _answered(error: SnapkeepError) -> dict[str, Any]:
    if isinstance(error, InvalidEvent):
        return refusal(error)
    if isinstance(error, NotFound):
        return answer(404, {"title": str(error), "status": 404, "code": error.code})
    # what is wrong with our own keys or policy file is for the log, not for the sender
    result = error.result if isinstance(error, RunFailed) else {"code": type(error).__name__}
    return answer(503, result, retry_after=RETRY_AFTER_SECONDS)
