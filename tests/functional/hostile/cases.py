"""The thirty rows of hostile input, and how one variant of a row is written down.

A table maps a variant's name to what is sent and what comes back; the name begins with the number
of its row.
"""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest

from tests.functional.http import SENT, Headers, http_event, wanted
from tests.senders import ALARM, SECRET_OF, hub, standard
from tests.world import NIGHTLY, NOW

ROWS = {
    1: "no signature",
    2: "something flipped",
    3: "JSON written anew",
    4: "an old or early timestamp",
    5: "a timestamp of another form",
    6: "a signature of another form",
    7: "a replaced secret",
    8: "another algorithm, or no secret",
    9: "replays and retries",
    10: "GitHub's replays",
    11: "bad base64",
    12: "a large body",
    13: "another content type",
    14: "another method or path",
    15: "a compressed body",
    16: "a key twice",
    17: "a number that is none",
    18: "deep nesting",
    19: "bad encoding",
    20: "JSON of another shape",
    21: "an id that is none",
    22: "out of scope",
    23: "too many disks",
    24: "fields that are nobody's to set",
    25: "a URL to call",
    26: "a bad time in an event",
    27: "an event from elsewhere",
    28: "a delete without rules",
    29: "hostile rows of the cloud",
    30: "hostile answers of the cloud",
}
MARK = "echo-me-not"
BODY = wanted(reason=MARK)
PLAN: dict[str, Any] = {
    "type": "expirations.requested",
    "timestamp": SENT,
    "data": {"mode": "plan"},
}
UNSIGNED: Headers = dict.fromkeys(("webhook-id", "webhook-timestamp", "webhook-signature"))
FUNCTION_OF = {
    "snapshots": "create-on-event",
    "report": "list-report",
    "expirations": "delete-expired",
}
CAPABILITY_PATH = f"/snapshots/{ALARM}"
HUB_POLICY = '\n[policy.predeploy]\nselect = { all = true }\nad_hoc_keep = "7d"\n'
DEPLOYMENT: dict[str, Any] = {
    "action": "created",
    "deployment": {"environment": "production", "created_at": SENT, "description": MARK},
}
ALERT = {"id": "alarm-1", "state": "ALERT", "startTime": SENT}
OWN_FAILURE = {
    "version": "1.0",
    "timestamp": "2026-11-23T18:00:30.000Z",
    "requestContext": {"condition": "RetriesExhausted", "approximateInvokeCount": 3},
    "requestPayload": NIGHTLY,
    "responseContext": {"statusCode": 200, "functionError": "Unhandled"},
    "responsePayload": {"errorType": "RunFailed"},
}
T = TypeVar("T")
# an event that is not of HTTP, and the code and the field by which it is refused
Refused = tuple[object, str, str]


@dataclass(frozen=True, slots=True)
class Case:
    """A request over HTTP that is refused.

    Attributes:
        reason: what the log alone says of a sender that is not known.
        function: that of the path unless it is given.
        allow: the value of the header that tells the methods.
    """

    event: dict[str, Any] = field(repr=False)
    status: int
    code: str
    field: str = ""
    reason: str | None = None
    function: str = ""
    allow: str | None = None

    @property
    def runs(self) -> str:
        """The function that the request is sent to."""
        return self.function or FUNCTION_OF[self.event["rawPath"].split("/")[1]]

    @property
    def is_misdirected(self) -> bool:
        """Whether the path is that of another function than the one it is sent to."""
        path = self.event["requestContext"]["http"]["path"]
        return FUNCTION_OF.get(path.removeprefix("/"), self.runs) != self.runs


def by_row(*tables: Mapping[str, T]) -> list[Any]:
    """Return the variants of each row, for a test that takes all of a row."""
    rows: dict[int, dict[str, T]] = {}
    for name, case in (entry for table in tables for entry in table.items()):
        rows.setdefault(row_of(name), {})[name] = case
    return [pytest.param(cases, id=f"{row:02} {ROWS[row]}") for row, cases in rows.items()]


def row_of(name: str) -> int:
    """Return the number of the row that a variant is of."""
    return int(name.split(maxsplit=1)[0])


def stranger(event: dict[str, Any], reason: str = "no secret matches") -> Case:
    """Return a request whose sender is not known."""
    return Case(event, 401, "Unauthorized", reason=reason)


def post(
    body: object = BODY, headers: Headers | None = None, path: str = "/snapshots", **members: object
) -> dict[str, Any]:
    """Return a signed request of which members of the event are then replaced."""
    return http_event("POST", path, body, headers=headers) | members


def get(query: dict[str, str] | None = None, headers: Headers | None = None) -> dict[str, Any]:
    return http_event("GET", "/report", query=query, headers=headers)


def encoded(raw: bytes, path: str = "/snapshots", headers: Headers | None = None) -> dict[str, Any]:
    """Return a signed request whose body the platform delivers in base64."""
    given: Headers = {**standard(SECRET_OF[path], raw, NOW), **(headers or {})}
    return http_event("POST", path, base64.b64encode(raw).decode(), headers=given) | {
        "isBase64Encoded": True
    }


def github(body: object = DEPLOYMENT, headers: Headers | None = None) -> dict[str, Any]:
    """Return a request that GitHub signs."""
    text = body if isinstance(body, str) else json.dumps(body)
    given: Headers = {**UNSIGNED, **hub(text.encode()), **(headers or {})}
    return http_event("POST", "/snapshots", text, headers=given)


def alarm(body: object = ALERT, path: str = CAPABILITY_PATH) -> dict[str, Any]:
    """Return a request whose path is all that it proves itself by."""
    return http_event("POST", path, body, headers=UNSIGNED)


def record(body: object, source: object = "aws:sqs") -> dict[str, Any]:
    return {"eventSource": source, "body": body if isinstance(body, str) else json.dumps(body)}


def queued(body: object) -> dict[str, Any]:
    """Return what the queue delivers: one record."""
    return {"Records": [record(body)]}


def from_the_queue(table: Mapping[str, Refused]) -> dict[str, Refused]:
    """Return the same events as the queue delivers them."""
    return {
        f"{name}, from the queue": (queued(event), code, field)
        for name, (event, code, field) in table.items()
    }
