"""Senders of webhooks for tests, demo and ``make serve``; they open nothing but the fake.

Each function has a secret of its own, as it has in the cloud.
"""

import base64
import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode

from snapkeep.senders import parse_key
from snapkeep.signatures import sign, sign_hub


def _fake(text: str) -> str:
    return f"whsec_{base64.b64encode(text.ljust(32, '.').encode()).decode()}"


PIPELINE = _fake("not-a-secret-create")
READER = _fake("not-a-secret-report")
OPERATOR = _fake("not-a-secret-delete")
HUB = "not-a-secret-of-github-at-all"
ALARM = "not-a-secret-of-cloud-monitor-at-all"
BUS = "not-a-secret-of-an-api-destination-at-all"
SECRETS = (PIPELINE, READER, OPERATOR, HUB, ALARM, BUS)
CREATE: dict[str, Any] = {
    "senders": [
        {"name": "pipeline", "scheme": "standard-webhooks", "secrets": [{"secret": PIPELINE}]},
        {
            "name": "deployments",
            "scheme": "github",
            "secrets": [{"secret": HUB}],
            "request": {"policy": "predeploy", "volumes": ["v-XiyuHsyS"]},
            "only_if": {"deployment.environment": "production"},
        },
        {
            "name": "cloud-monitor",
            "scheme": "capability-url",
            "secrets": [{"secret": ALARM}],
            "request": {"policy": "predeploy", "volumes": ["v-38y1yCcb"], "keep_for": "14d"},
            "only_if": {"state": "ALERT"},
        },
        {
            "name": "api-destination",
            "scheme": "capability-url",
            "secrets": [{"secret": BUS}],
            "request": {"policy": "predeploy", "volumes": ["v-piUpEnHh"]},
            "time": "time",
        },
    ]
}


def _one(name: str, secret: str) -> dict[str, Any]:
    return {
        "senders": [{"name": name, "scheme": "standard-webhooks", "secrets": [{"secret": secret}]}]
    }


BY_FUNCTION: dict[str, dict[str, Any]] = {
    "create-on-event": CREATE,
    "list-report": _one("reader", READER),
    "delete-expired": _one("operator", OPERATOR),
}
SECRET_OF = {"/snapshots": PIPELINE, "/report": READER, "/expirations": OPERATOR}


@cache
def environ_of(function: str) -> dict[str, str]:
    """Return the variable by which a function at a terminal knows its senders."""
    return {"SNAPKEEP_WEBHOOK_SECRET": json.dumps(BY_FUNCTION[function])}


def standard(
    secret: str, content: bytes, at: datetime, message_id: str = "msg_1"
) -> dict[str, str]:
    """Return the headers by which a message is signed at an instant."""
    timestamp = int(at.timestamp())
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign(parse_key(secret), message_id, timestamp, content),
    }


def hub(content: bytes, secret: str = HUB) -> dict[str, str]:
    """Return the header by which GitHub signs."""
    return {"x-hub-signature-256": sign_hub(secret.encode(), content)}


def target(path: str, query: Mapping[str, str]) -> str:
    """Return path and query as they are sent."""
    return f"{path}?{urlencode(query)}" if query else path
