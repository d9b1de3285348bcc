"""What Lambda has around a function: the context it passes, and what it makes of the end."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from snapkeep.errors import SnapkeepError
from snapkeep.runtime import Runtime
from tests.fake_bce import VirtualClock


@dataclass(slots=True)
class Context:
    """Lambda's context object as far as we read it; the clock of the world runs it down."""

    clock: VirtualClock
    ends: float
    aws_request_id: str = "11111111-2222-3333-4444-555555555555"

    def get_remaining_time_in_millis(self) -> int:
        return int((self.ends - self.clock.monotonic()) * 1000)


Handler = Callable[[object, Context | None, Runtime], dict[str, Any]]


def invoke(
    handler: Handler, event: object, context: Context, runtime: Runtime, said: list[str]
) -> dict[str, Any]:
    """Run a function and add what it returns, as the platform writes it, or raises to ``said``."""
    try:
        result = handler(event, context, runtime)
    except SnapkeepError as error:
        said += [*_texts(error), repr(getattr(error, "result", None))]
        raise
    # the platform writes UTF-8, which half a character would break
    said.append(json.dumps(result, ensure_ascii=False).encode().decode())
    return result


def _texts(error: BaseException | None) -> Iterator[str]:
    """Say what an error says, and all that it came from."""
    while error is not None:
        yield f"{type(error).__name__}: {error}"
        error = error.__cause__ or error.__context__
