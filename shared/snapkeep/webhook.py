"""HTTP in: payload 2.0 of an HTTP API or a Function URL, before its sender is known."""

import base64
import binascii
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from snapkeep.errors import InvalidEvent, InvalidInput, MethodNotAllowed, of_events
from snapkeep.strict import Table, read_json

MAX_BODY_BYTES = 65_536
_MAX_BASE64 = -(-MAX_BODY_BYTES // 3) * 4
_JSON = frozenset({"application/json", "application/json;charset=utf-8"})
_NUL = re.compile(r"\0|(?<!\\)(?:\\\\)*\\u0000")


@dataclass(frozen=True)
class HttpRequest:
    """A request of one route; header names are lower-case, as the platform delivers them.

    Attributes:
        route: as the template has it, ``POST /snapshots/{capability}``.
        capability: the secret segment of the path, empty on the other routes.
        target: path and query as they were sent.
    """

    route: str
    capability: str = field(repr=False)
    target: str = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    query: Mapping[str, str] = field(repr=False)
    text: str = field(repr=False)
    is_base64: bool

    @cached_property
    def body(self) -> bytes:
        """The body as it was sent.

        Raises:
            InvalidEvent: ``BadEncoding``, or ``TooLarge``.
        """
        with of_events():
            try:
                text = self.text
                raw = base64.b64decode(text, validate=True) if self.is_base64 else text.encode()
            except (binascii.Error, ValueError) as error:
                message = "wrongly encoded"
                raise InvalidInput(message, path="body", code="BadEncoding") from error
            _check_size(len(raw), MAX_BODY_BYTES)
            return raw

    @property
    def signed(self) -> bytes:
        """What the sender signs: the body; of a GET, which has none, the target.

        Raises:
            InvalidEvent: as ``body``.
        """
        if not self.route.startswith("GET "):
            return self.body
        try:
            return self.target.encode()
        except UnicodeEncodeError as error:
            raise InvalidEvent("wrongly encoded", path="path", code="BadEncoding") from error


def is_http(event: object) -> bool:
    """Say whether the event came through an HTTP API or a Function URL."""
    context = event.get("requestContext") if isinstance(event, Mapping) else None
    return isinstance(context, Mapping) and "http" in context


@of_events()
def read_request(event: object, routes: Collection[str]) -> HttpRequest:
    """Read payload 2.0; the event's own shape is AWS's and may grow.

    Args:
        routes: ``METHOD /path``, the path's last segment a ``{name}`` where any text may stand.

    Raises:
        InvalidEvent: for another path or method, a body that is too large or is not said to be
            plain JSON.
    """
    # the platform may write null for what is absent
    table = Table({key: value for key, value in Table(event).items() if value is not None})
    http = table.table("requestContext").table("http")
    method, path = http.get("method", str), http.get("path", str)
    route, segment = _route(method, path, routes)
    text, is_base64 = table.maybe("body", str) or "", table.maybe("isBase64Encoded", bool) is True
    _check_size(len(text), _MAX_BASE64 if is_base64 else MAX_BODY_BYTES)
    headers = {k.lower(): str(v) for k, v in (table.maybe("headers", dict) or {}).items()}
    if method == "POST":
        _check_type(headers)
    query = table.maybe("rawQueryString", str)
    return HttpRequest(
        route=route,
        capability=segment,
        target=f"{path}?{query}" if query else path,
        headers=headers,
        query=table.maybe("queryStringParameters", dict) or {},
        text=text,
        is_base64=is_base64,
    )


@of_events()
def json_body(request: HttpRequest) -> object:
    """Return the JSON of the body.

    Raises:
        InvalidEvent: if it is not JSON; see ``read_json``.
    """
    try:
        text = request.body.decode()
    except UnicodeDecodeError as error:
        raise InvalidInput("the body is not UTF-8", code="BadEncoding") from error
    if text.startswith("\ufeff") or _NUL.search(text):
        raise InvalidInput("the body has a byte order mark or a NUL", code="BadEncoding")
    return read_json(text)


def _route(method: str, path: str, routes: Collection[str]) -> tuple[str, str]:
    """Return the route and the text that stands for its ``{name}``."""
    allowed = []
    for route in routes:
        known, _, pattern = route.partition(" ")
        fixed, _, name = pattern.partition("{")
        segment = path.removeprefix(fixed) if name else ""
        fits = path == fixed + segment and bool(segment) is bool(name) and "/" not in segment
        if fits and method == known:
            return route, segment
        if fits:
            allowed.append(known)
    if allowed:
        raise MethodNotAllowed(", ".join(sorted(allowed)))
    raise InvalidInput("no such path", path="path", code="NotFound")


def _check_size(size: int, limit: int) -> None:
    if size > limit:
        raise InvalidInput(f"larger than {MAX_BODY_BYTES} bytes", path="body", code="TooLarge")


def _check_type(headers: Mapping[str, str]) -> None:
    kind = headers.get("content-type", "").replace(" ", "").lower()
    if kind not in _JSON or headers.get("content-encoding", "identity") != "identity":
        message = "send application/json in UTF-8, not compressed"
        raise InvalidInput(message, path="content-type", code="UnsupportedMediaType")
