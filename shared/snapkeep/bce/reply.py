"""From the bytes of an answer to a JSON object or an error, with nothing of ours echoed in it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

from requests import Response

from snapkeep.bce import errors
from snapkeep.bce.retry import RETRY_AFTER_CAP_SECONDS
from snapkeep.bce.signing import Pair
from snapkeep.errors import InvalidInput
from snapkeep.strict import load_json

_SIGNED = re.compile(r"bce-auth-v1(/|%2F)\S+|\b[0-9a-f]{64}\b", re.IGNORECASE)
# that something is not there, or may not be now, is for the API to say and not for a proxy
_OF_THE_API = frozenset({404, 409})


@dataclass(frozen=True, slots=True)
class Call:
    """One API call, the same bytes at each attempt; ``replies`` is false where a success has no
    body, and ``headers`` are sent besides or instead of the usual ones."""

    operation: str
    method: str
    path: str
    params: tuple[Pair, ...] = ()
    body: bytes | None = None
    replies: bool = True
    headers: tuple[tuple[str, str], ...] = ()


def parse_reply(
    call: Call, response: Response, body: bytes, secrets: Iterable[str | None]
) -> dict[str, Any]:
    """Return the JSON object of a success.

    Raises:
        Refused: for a redirect.
        ApiError: for a status of 400 and above.
        TransportError: (``UnreadableReply``) for a success without the JSON object it should be,
            and for a 404 or 409 without the API's error code.
    """
    status = response.status_code
    if 300 <= status < 400:
        raise errors.Refused(call.operation, "RedirectRefused", f"redirected ({status})")
    try:
        # UTF-8, numbers that are some and each key once: two readers must understand the same
        data = load_json(body.decode()) if body else {}
    except (ValueError, RecursionError, InvalidInput):
        data = None
    error = data if isinstance(data, dict) else {}
    if status >= 400 and (status not in _OF_THE_API or "code" in error):
        raise _api_error(call, response, error, secrets)
    # 200 is the one documented success; a 206 would be a part of a list
    whole = status == 200 or (status < 400 and call.method != "GET")
    # an error is none either, and what has no body may not have that
    if whole and isinstance(data, dict) and (data if call.replies else "code" not in data):
        return data
    raise errors.TransportError(
        call.operation,
        "UnreadableReply",
        f"{status} without the JSON object it should be",
        request_id=_request_id(response, {}, secrets),
    )


def skew(response: Response, now: datetime) -> timedelta | None:
    """Return the API's clock less ours by the ``Date`` header, ``None`` without a readable one."""
    date = _instant(response.headers.get("Date", ""))
    return date - now if date and date.tzinfo else None


# many answers are of the same second
@lru_cache(maxsize=4)
def _instant(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except (TypeError, ValueError, OverflowError):
        return None


def _api_error(
    call: Call, response: Response, data: dict[str, Any], secrets: Iterable[str | None]
) -> errors.ApiError:
    error = errors.api_error(
        call.operation,
        response.status_code,
        _clean(data.get("code") or f"Http{response.status_code}", secrets),
        _clean(data.get("message") or "no error body", secrets),
        _request_id(response, data, secrets),
    )
    after = response.headers.get("Retry-After", "")
    if after.isascii() and after.isdecimal():
        error.retry_after = min(float(after), RETRY_AFTER_CAP_SECONDS)
    return error


def _request_id(
    response: Response, data: dict[str, Any], secrets: Iterable[str | None]
) -> str | None:
    request_id = data.get("requestId") or response.headers.get("x-bce-request-id")
    return _clean(request_id, secrets) if request_id else None


def _clean(value: object, secrets: Iterable[str | None]) -> str:
    # half a character can be in JSON, but in no log
    text = str(value)[:4_000].encode(errors="replace").decode()
    text = _SIGNED.sub("[signature]", text)
    for secret in secrets:
        text = text.replace(secret, "[secret]") if secret else text
    return text[:300]
