"""Row 11: what a request over HTTP costs before its sender is known, through the whole function."""

import base64
import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from standardwebhooks import Webhook

import create_on_event.app
from benchmarks.figures import Figure, Line, Target
from benchmarks.measure import Bench, Case, Row, Variant, Work
from snapkeep.authentication import Claim
from snapkeep.runtime import Runtime
from snapkeep.runtime.settings import Settings
from snapkeep.runtime.telemetry import Telemetry
from snapkeep.senders import MAX_SECRETS, MAX_SENDERS, parse_key, read_senders
from snapkeep.signatures import sign
from snapkeep.webhook import read_request

NUMBER, REQUESTS = 11, 1_000
MILLISECONDS = 5
SECRETS = [
    f"whsec_{base64.b64encode(f'not-a-secret-{number:02}-of-a-benchmark'.encode()).decode()}"
    for number in range(MAX_SENDERS * MAX_SECRETS)
]
SENDERS = json.dumps(
    {
        "senders": [
            {
                "name": f"sender-{number}",
                "scheme": "standard-webhooks",
                "secrets": [{"secret": secret} for secret in SECRETS[number::MAX_SENDERS]],
            }
            for number in range(MAX_SENDERS)
        ]
    }
)
SMALL, LARGE = json.dumps({"reason": "x" * 1_000}), json.dumps({"reason": "x" * 65_000})
Event = dict[str, Any]


def request(body: str, **headers: str) -> Event:
    return {
        "requestContext": {"http": {"method": "POST", "path": "/snapshots"}},
        "headers": {"content-type": "application/json", **headers},
        "body": body,
    }


def signed(body: str, now: datetime, secret: str) -> dict[str, str]:
    timestamp = int(now.timestamp())
    return {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(parse_key(secret), "msg_1", timestamp, body.encode()),
    }


def _refused(event_of: Callable[[datetime], Event]) -> Variant:
    """Return the whole function's answer to a stranger, log line included."""

    def prepared(size: int) -> Work:
        environ = {"SNAPKEEP_WEBHOOK_SECRET": SENDERS}
        telemetry = Telemetry("bench", io.StringIO(), None, "INFO")
        runtime = Runtime(Settings(Path("none")), telemetry, environ=environ)
        event = event_of(datetime.now(UTC))
        if create_on_event.app.handler(event, None, runtime)["statusCode"] != 401:
            raise RuntimeError("not refused")

        def run() -> None:
            for _ in range(size):
                create_on_event.app.handler(event, None, runtime)

        return run

    return prepared


def _forged(now: datetime) -> Event:
    stranger = f"whsec_{base64.b64encode(b'x' * 32).decode()}"
    headers = signed(LARGE, now, stranger)
    return request(LARGE, **headers | {"webhook-signature": "v1,aaaa " * 2_000})


def _verified(size: int) -> Work:
    now = datetime.now(UTC)
    senders = read_senders(SENDERS)[:1]
    event = request(SMALL, **signed(SMALL, now, SECRETS[0]))

    def run() -> None:
        for _ in range(size):
            Claim.of(read_request(event, ["POST /snapshots"])).verified(senders, now)

    return run


def _library(size: int) -> Work:
    headers = signed(SMALL, datetime.now(UTC), SECRETS[0])

    def run() -> None:
        for _ in range(size):
            # the key is read anew as well, since ours is tried against three
            Webhook(SECRETS[0]).verify(SMALL, headers, json_parse=False)

    return run


VARIANTS: dict[str, Variant] = {
    "unsigned": _refused(lambda _: request(SMALL)),
    "forged": _refused(_forged),
    "ours": _verified,
    "library": _library,
}


def measure(bench: Bench) -> list[Line]:
    size = bench.size(REQUESTS)
    cases = {name: Case(name, size) for name in VARIANTS}
    samples = bench.samples(__name__, list(cases.values()))

    def each(name: str) -> Figure:
        return Figure.of((sample.seconds / size * 1_000 for sample in samples[cases[name]]), "ms")

    limit = Target(MILLISECONDS)
    forged = f"a request of 65 kB with 2,000 false signatures, {len(SECRETS)} secrets: refused"
    return [
        Line(NUMBER, "an unsigned request: refused", each("unsigned"), target=limit),
        Line(NUMBER, forged, each("forged"), target=limit),
        Line(
            NUMBER,
            "a signed request of 1 kB: read and verified, three secrets",
            each("ours"),
            "standardwebhooks, one secret",
            each("library"),
        ),
    ]


ROW = Row(NUMBER, "webhooks", 3, measure)
