"""HTTP in and out: payload 2.0 of an HTTP API or a Function URL, and the answers to it."""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from snapkeep.errors import InvalidInput, of_events
from snapkeep.strict import Table, read_json

MAX_BODY_BYTES = 65_536
_STATUS = {
    "Unauthorized": 401,
    "NotFound": 404,
    "TooLarge": 413,
    "UnsupportedMediaType": 415,
    "MalformedJson": 400,
    "BadEncoding": 400,
}


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """A request; header names are lower-case, as the platform delivers them."""

    route: str
    headers: Mapping[str, str]
    query: Mapping[str, str]
    body: bytes


def is_http(event: object) -> bool:
    """Say whether the event came through an HTTP API or a Function URL."""
    context = event.get("requestContext") if isinstance(event, Mapping) else None
    return isinstance(context, Mapping) and "http" in context


@of_events()
def read_request(event: object) -> HttpRequest:
    """Read payload 2.0; the event's own shape is AWS's and may grow.

    Raises:
        InvalidEvent: for a body that is too large or wrongly encoded.
    """
    # the platform may write null for what is absent
    table = Table({key: value for key, value in Table(event).items() if value is not None})
    http = table.table("requestContext").table("http")
    body = _body(table.maybe("body", str) or "", table.maybe("isBase64Encoded", bool))
    return HttpRequest(
        route=f"{http.text('method')} {http.text('path')}",
        headers={k.lower(): str(v) for k, v in (table.maybe("headers", dict) or {}).items()},
        query=table.maybe("queryStringParameters", dict) or {},
        body=body,
    )


@of_events()
def json_body(request: HttpRequest) -> object:
    """Return the JSON of the body.

    Raises:
        InvalidEvent: if the content type or the body is not JSON.
    """
    kind = request.headers.get("content-type", "").replace(" ", "").lower()
    if kind not in {"application/json", "application/json;charset=utf-8"}:
        message = "send application/json"
        raise InvalidInput(message, path="content-type", code="UnsupportedMediaType")
    try:
        text = request.body.decode()
    except UnicodeDecodeError as error:
        raise InvalidInput("the body is not UTF-8", code="BadEncoding") from error
    return read_json(text)


def answer(
    status: int,
    body: object,
    *,
    content_type: str = "application/json",
    retry_after: int | None = None,
) -> dict[str, Any]:
    """Return an answer: a text as it is, all else as JSON; ``retry_after`` is in seconds."""
    headers = {"content-type": content_type, "cache-control": "no-store"}
    if retry_after is not None:
        headers["retry-after"] = str(retry_after)
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, sort_keys=True)
    return {"statusCode": status, "headers": headers, "body": text}


def refusal(error: InvalidInput) -> dict[str, Any]:
    """Return the answer to a request that was refused, as problem+json (RFC 9457)."""
    status = _STATUS.get(error.code, 422)
    problem = {"title": error.message, "status": status, "code": error.code, "field": error.path}
    return answer(status, problem, content_type="application/problem+json")


def _body(text: str, is_base64: bool | None) -> bytes:
    if len(text) > MAX_BODY_BYTES * 2:
        raise InvalidInput(f"larger than {MAX_BODY_BYTES} bytes", path="body", code="TooLarge")
    try:
        raw = base64.b64decode(text, validate=True) if is_base64 else text.encode()
    except (binascii.Error, ValueError) as error:
        raise InvalidInput("wrongly encoded", path="body", code="BadEncoding") from error
    if len(raw) > MAX_BODY_BYTES:
        raise InvalidInput(f"larger than {MAX_BODY_BYTES} bytes", path="body", code="TooLarge")
    return raw
