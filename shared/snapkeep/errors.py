"""What can be wrong with a request, a policy or a run, each with the remedy in its message."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class SnapkeepError(Exception):
    """Root of every error that snapkeep raises on purpose."""


class InvalidInput(SnapkeepError):
    """A value that a person or a sender has to change; the same value can never succeed.

    Attributes:
        path: the offending field, dotted (``policy.nightly.keep.last``), empty for the whole input.
        line: line of the file it stands in, 1-based, or ``None`` where there is no file.
        code: stable machine-readable reason, for example ``UnknownField``.
    """

    def __init__(
        self, message: str, *, path: str = "", line: int | None = None, code: str = "InvalidValue"
    ) -> None:
        self.message, self.path, self.line, self.code = message, path, line, code
        super().__init__(message)

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.path}: {self.message}" if self.path else f"{place}{self.message}"


class InvalidPolicy(InvalidInput):
    """The policy file is refused as a whole; nothing is created or deleted under it."""


class InvalidEvent(InvalidInput):
    """The event is refused and nothing is done for it."""


class Unauthorized(InvalidEvent):
    """The sender is not known; every sender is told the same.

    Attributes:
        reason: what was wrong, for the log alone.
    """

    def __init__(self, reason: str) -> None:
        super().__init__("the request is not signed by a known sender", code="Unauthorized")
        self.reason = reason


class MethodNotAllowed(InvalidEvent):
    """The path exists, for other methods.

    Attributes:
        allow: the value of the header ``Allow``.
    """

    def __init__(self, allow: str) -> None:
        super().__init__(f"send {allow}", path="method", code="MethodNotAllowed")
        self.allow = allow


class PlanChanged(InvalidEvent):
    """The plan that was approved is not the plan any more; nothing was deleted.

    Attributes:
        result: the plan of now and the difference, JSON-ready.
    """

    def __init__(
        self, message: str, *, path: str = "", code: str = "PlanChanged", result: dict[str, Any]
    ) -> None:
        super().__init__(message, path=path, code=code)
        self.result = result


@contextmanager
def of_events() -> Iterator[None]:
    """Turn what a strict reader refuses into ``InvalidEvent``; meant as a decorator."""
    try:
        yield
    except InvalidEvent:
        raise
    except InvalidInput as error:
        raise InvalidEvent(error.message, path=error.path, code=error.code) from error


class MissingKeys(SnapkeepError):
    """No access key was found where this process looks for one."""


class Misconfigured(SnapkeepError):
    """The webhook secrets cannot be had or are refused; nobody is let in until that is mended."""


class RunFailed(SnapkeepError):
    """Raised once, at the end of a run, when something has to be delivered again.

    Attributes:
        result: what the run would have answered, JSON-ready.
    """

    def __init__(self, message: str, result: dict[str, Any]) -> None:
        super().__init__(message)
        self.result = result
