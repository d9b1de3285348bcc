"""What can go wrong between us and the API, one small tree; each name says what to do about it.

Codes decide before statuses, since 403 is "no permission" as well as "wrong status"
(BCC API, error codes; delete snapshot).
"""

import re

from snapkeep.errors import SnapkeepError


class BceError(SnapkeepError):
    """Root of what the client raises.

    Attributes:
        code: the API's error code, or a name of ours where the API gave none.
        request_id: the API's id of the request, for its support; ``None`` if none came back.
        retry_after: seconds the API asked us to wait, clamped; 0 if it asked for nothing.
    """

    code: str = "BceError"
    request_id: str | None = None
    retry_after: float = 0.0


class EndpointRefused(BceError):
    """The endpoint is neither https on a BCC host nor loopback; nothing was sent."""

    code = "EndpointRefused"


class ListIncomplete(BceError):
    """A list broke the paging contract; nothing may be decided from what was read of it."""

    code = "ListIncomplete"


class DeadlineExceeded(BceError):
    """The time ran out before an answer; the outcome of the last attempt is unknown."""

    code = "DeadlineExceeded"


class TransportError(BceError):
    """No usable answer came: connection, timeout, redirect, size, or a 2xx that is no JSON.

    What the request did in the cloud is unknown.
    """

    def __init__(
        self, operation: str, code: str, detail: str, *, request_id: str | None = None
    ) -> None:
        self.operation, self.code, self.request_id = operation, code, request_id
        super().__init__(f"{operation}: {detail} ({code}; request id {request_id or 'none'})")


class Refused(TransportError):
    """A redirect or an answer larger than the cap: asking again would not help."""


class ApiError(BceError):
    """The API answered with an error; ``status`` is HTTP's."""

    def __init__(
        self, operation: str, status: int, code: str, message: str, request_id: str | None
    ) -> None:
        self.operation, self.status, self.code = operation, status, code
        self.message, self.request_id = message, request_id
        super().__init__(operation, status, code, message, request_id)

    def __str__(self) -> str:
        return (
            f"{self.operation}: {self.status} {self.code}: {self.message}"
            f" (request id {self.request_id or 'none'})"
        )


class NotFound(ApiError):
    """The object does not exist."""


class AccessDenied(ApiError):
    """The key is wrong or lacks the right, or the account may not use the service."""


class InvalidState(ApiError):
    """The disk, instance or snapshot is in a status that does not allow this; later it may be."""


class QuotaExceeded(ApiError):
    """The disk or the account has all the snapshots it may have."""


class Arrears(ApiError):
    """The account owes money: creating is refused until it is paid (CDS, Ek5dcea39)."""


class IdempotentMismatch(ApiError):
    """The client token was used before with another request."""


class RequestExpired(ApiError):
    """Our clock and the API's are too far apart, or the signature is too old."""


class ListTooLong(ListIncomplete):
    """A list has more pages than were asked for."""


class Throttled(ApiError):
    """Too many requests."""


class ServerError(ApiError):
    """The API failed; what the request did is unknown."""


UNKNOWN_OUTCOME = (TransportError, ServerError, DeadlineExceeded)

_ACCESS_CODES = (
    "AccessDenied",
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "InvalidHTTPAuthHeader",
    "QualifyNotPass",
    "OptInRequired",
)
_PATTERNS: tuple[tuple[str, type[ApiError]], ...] = (
    ("IdempotentParameterMismatch", IdempotentMismatch),
    ("RequestExpired", RequestExpired),
    (r"(.*\.)?(SnapshotLimitExceeded|\w*Quota\w*)", QuotaExceeded),
    # no page names the code for arrears; these are the words the platform's bills use
    (r".*(Arrear|Overdue|InsufficientBalance).*", Arrears),
    (r".*(Throttl|TooManyRequests|RequestLimit|RateLimit|FlowLimit).*", Throttled),
    ("|".join(_ACCESS_CODES), AccessDenied),
    (r"OperationDenied|Volume\.\w*Status\w*|Instance\.\w*Status\w*", InvalidState),
    (r"NoSuchObject|\w*InstanceNotFound|InvalidInstanceId\.NotFound", NotFound),
)
_BY_CODE = tuple((re.compile(pattern, re.IGNORECASE), kind) for pattern, kind in _PATTERNS)
_BY_STATUS: dict[int, type[ApiError]] = {
    401: AccessDenied,
    404: NotFound,
    409: InvalidState,
    429: Throttled,
}


def api_error(
    operation: str, status: int, code: str, message: str, request_id: str | None
) -> ApiError:
    """Return the error that fits, by code first and status second.

    A 404 is always ``NotFound``; a 403 whose code is unknown stays a plain ``ApiError``.
    """
    matches = (kind for pattern, kind in _BY_CODE if pattern.fullmatch(code))
    fallback = ServerError if status >= 500 else _BY_STATUS.get(status, ApiError)
    kind = NotFound if status == 404 else next(matches, fallback)
    return kind(operation, status, code, message, request_id)
