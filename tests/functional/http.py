"""HTTP requests as API Gateway delivers them (payload format 2.0), and what comes back."""

import json
from typing import Any

from tests.world import World

SENT = "2026-11-23T18:00:19Z"


def http_event(
    method: str,
    path: str,
    body: object = None,
    *,
    query: dict[str, str] | None = None,
    headers: dict[str, str | None] | None = None,
) -> dict[str, Any]:
    """Return a request; a body that is no text is sent as JSON, a header of ``None`` is not."""
    given = {"content-type": "application/json", "webhook-id": "msg_1", **(headers or {})}
    event: dict[str, Any] = {
        "version": "2.0",
        "routeKey": f"{method} {path}",
        "rawPath": path,
        "headers": {name: value for name, value in given.items() if value is not None},
        "requestContext": {"http": {"method": method, "path": path, "protocol": "HTTP/1.1"}},
        "isBase64Encoded": False,
    }
    if query:
        event["queryStringParameters"] = query
    if body is not None:
        event["body"] = body if isinstance(body, str) else json.dumps(body)
    return event


def wanted(**data: object) -> dict[str, object]:
    """Return the envelope that asks for snapshots."""
    given = {"policy": "adhoc", **data}
    return {"type": "snapshot.requested", "timestamp": SENT, "data": given}


def post_snapshots(world: World, body: object, **options: Any) -> dict[str, Any]:
    return world.create(http_event("POST", "/snapshots", body, **options), seconds=60)


def post_expirations(world: World, body: object, **options: Any) -> dict[str, Any]:
    return world.expire(http_event("POST", "/expirations", body, **options), seconds=60)


def get_report(world: World, **query: str) -> dict[str, Any]:
    return world.report(http_event("GET", "/report", query=query), seconds=60)


def body_of(answer: dict[str, Any]) -> Any:
    return json.loads(answer["body"])
