"""HTTP out: the answers of the API, and which status each refusal has."""

import gzip
import json
from base64 import b64encode
from typing import Any

from snapkeep.errors import InvalidInput, MethodNotAllowed, PlanChanged

LARGE = 500_000
RETRY_AFTER_SECONDS = 60
# what is not here is 422: the sender is known, and what it asks for is not understood
_STATUS = {
    "MalformedJson": 400,
    "DuplicateKey": 400,
    "BadNumber": 400,
    "TooDeep": 400,
    "BadEncoding": 400,
    "Unauthorized": 401,
    "ApproveDisabled": 403,
    "OutOfScope": 403,
    "RegionNotAllowed": 403,
    "NotFound": 404,
    "MethodNotAllowed": 405,
    "PlanChanged": 409,
    "PlanTooOld": 409,
    "TooLarge": 413,
    "UnsupportedMediaType": 415,
}


# RFC 9110; http.HTTPStatus calls 413 and 422 otherwise before Python 3.13
_TITLE = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
    503: "Service Unavailable",
}


def answer(
    status: int, body: object, *, content_type: str = "application/json", **headers: str
) -> dict[str, Any]:
    """Return an answer: a text as it is, all else as JSON; ``headers`` have ``_`` for ``-``."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, sort_keys=True)
    return {
        "statusCode": status,
        "headers": {"content-type": content_type, "cache-control": "no-store", **named},
        "body": text,
    }


def packed(told: dict[str, Any], accepted: str) -> dict[str, Any]:
    """Return an answer that is large in gzip, if its reader takes that: Lambda's end at 6 MB.

    Args:
        accepted: the request's ``accept-encoding``.
    """
    raw = told["body"].encode()
    if len(raw) < LARGE or "gzip" not in accepted:
        return told
    headers = {**told["headers"], "content-encoding": "gzip", "vary": "accept-encoding"}
    # no time in it: the same answer is the same bytes
    body = b64encode(gzip.compress(raw, 6, mtime=0)).decode()
    return {**told, "headers": headers, "body": body, "isBase64Encoded": True}


def problem(status: int, code: str, detail: str, **more: object) -> dict[str, Any]:
    """Return a problem as RFC 9457 has it, with our ``code`` and what else a program needs."""
    return {
        "type": "about:blank",
        "title": _TITLE[status],
        "status": status,
        "code": code,
        "detail": detail,
        **more,
    }


def refused(told: dict[str, Any], **headers: str) -> dict[str, Any]:
    """Return the answer that tells a problem."""
    return answer(told["status"], told, content_type="application/problem+json", **headers)


def refusal(error: InvalidInput) -> dict[str, Any]:
    """Return the answer to a request that was refused."""
    more = error.result if isinstance(error, PlanChanged) else {}
    told = problem(
        _STATUS.get(error.code, 422), error.code, error.message, field=error.path, **more
    )
    allow = {"allow": error.allow} if isinstance(error, MethodNotAllowed) else {}
    return refused(told, **allow)
