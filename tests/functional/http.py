"""HTTP requests as API Gateway delivers them (payload format 2.0), and what comes back."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.senders import SECRET_OF, standard, target
from tests.world import NOW, World

SENT = "2026-11-23T18:00:19Z"
Headers = dict[str, str | None]


def http_event(
    method: str,
    path: str,
    body: object = None,
    *,
    query: dict[str, str] | None = None,
    headers: Headers | None = None,
    at: datetime = NOW,
    secret: str | None = None,
) -> dict[str, Any]:
    """Return a request that is signed at an instant as its sender signs.

    Args:
        body: sent as JSON if it is no text.
        headers: instead of ours; one of ``None`` is not sent. The id is signed as it is given.
        secret: of the sender; that of the path's function unless another is given.
    """
    text = body if isinstance(body, str) else "" if body is None else json.dumps(body)
    content = target(path, query or {}).encode() if method == "GET" else text.encode()
    given: Headers = {"webhook-id": "msg_1", **(headers or {})}
    key = secret or SECRET_OF.get(path, SECRET_OF["/snapshots"])
    signed = standard(key, content, at, given["webhook-id"] or "")
    sent = {"content-type": "application/json", **signed, **given}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "headers": {name: value for name, value in sent.items() if value is not None},
        "requestContext": {
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1"},
            "requestId": "JKJaXmPLvHcESHA=",
        },
        "isBase64Encoded": False,
    }
    if query:
        event |= {"queryStringParameters": query, "rawQueryString": urlencode(query)}
    if body is not None:
        event["body"] = text
    return event


def link_event(target: str, method: str = "GET") -> dict[str, Any]:
    """Return the request of a browser that opens a link: no header of ours."""
    path, _, query = target.partition("?")
    unsigned = {"webhook-id": None, "webhook-timestamp": None, "webhook-signature": None}
    event = http_event(method, path, headers={**unsigned, "accept": "text/html,*/*;q=0.8"})
    # the platform joins what is there twice
    together: dict[str, list[str]] = {}
    for key, value in parse_qsl(query, keep_blank_values=True):
        together.setdefault(key, []).append(value)
    joined = {key: ",".join(values) for key, values in together.items()}
    return event | {"rawQueryString": query, "queryStringParameters": joined}


def wanted(**data: object) -> dict[str, object]:
    """Return the envelope that asks for snapshots."""
    given = {"policy": "adhoc", **data}
    return {"type": "snapshot.requested", "timestamp": SENT, "data": given}


def post_snapshots(world: World, body: object, **options: Any) -> dict[str, Any]:
    options = {"at": world.clock.now(), **options}
    return world.create(http_event("POST", "/snapshots", body, **options), seconds=60)


def post_expirations(world: World, body: object, **options: Any) -> dict[str, Any]:
    options = {"at": world.clock.now(), **options}
    return world.expire(http_event("POST", "/expirations", body, **options), seconds=60)


def get_report(world: World, **query: str) -> dict[str, Any]:
    event = http_event("GET", "/report", query=query, at=world.clock.now())
    return world.report(event, seconds=60)


def body_of(answer: dict[str, Any]) -> Any:
    return json.loads(answer["body"])
