"""The errors the API answers with, and their usual words."""

import json

_MESSAGES = {
    "AccessDenied": "Access denied.",
    "BadRequest": "Bad request parameters or illegal request.",
    "IdempotentParameterMismatch": (
        "The request uses the same client token as a previous, but non-identical request."
    ),
    "InappropriateJSON": "The JSON you provided was well-formed and valid, but not appropriate.",
    "InternalError": "We encountered an internal error. Please try again.",
    "InvalidAccessKeyId": "The Access Key ID you provided does not exist in our records.",
    "InvalidHTTPAuthHeader": "The HTTP authorization header is invalid.",
    "InvalidURI": "Could not parse the specified URI.",
    "InvalidVersion": "The API version specified was invalid.",
    "Instance.SnapshotLimitExceeded": "The number of snapshot will exceed the quota limit.",
    "MalformedJSON": "The JSON you provided was not well-formed.",
    "NoSuchObject": "The specified object is not found or resource do not exist.",
    "OperationDenied": "Operation not available.",
    "QualifyNotPass": "The User has not pass qualify.",
    "SignatureDoesNotMatch": "The request signature we calculated does not match the signature.",
    "Snapshot.SnapshotNameInvalid": "snapshot name is invalid.",
}


class RefusedError(Exception):
    """An error answer of the API.

    Attributes:
        status: HTTP status.
        code: the API's stable error code.
        retry_after: seconds for a ``Retry-After`` header, or ``None`` for no such header.
    """

    def __init__(
        self, status: int, code: str, message: str = "", retry_after: float | None = None
    ) -> None:
        self.status, self.code, self.retry_after = status, code, retry_after
        self.message = message or _MESSAGES.get(code, code)
        super().__init__(f"{status} {code}: {self.message}")


def error_body(code: str, request_id: str, message: str = "") -> bytes:
    """Return the documented error body (doc Ojwvyo6nc)."""
    words = message or _MESSAGES.get(code, code)
    return json.dumps({"requestId": request_id, "code": code, "message": words}).encode()


def bad_request(message: str = "") -> RefusedError:
    """400 BadRequest."""
    return RefusedError(400, "BadRequest", message)


def no_such_object() -> RefusedError:
    """404 NoSuchObject."""
    return RefusedError(404, "NoSuchObject")
