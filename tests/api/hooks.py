"""How requests that Schemathesis makes up are signed, and come to ask for what is there.

Loaded by it through ``SCHEMATHESIS_HOOKS``; see ``tests/api/generated.py``.
"""

import atexit
import json
import os
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zlib import crc32

import schemathesis
from requests import PreparedRequest
from requests.auth import AuthBase
from schemathesis import Case, GenerationMode, HookContext, Response
from schemathesis.core.parameters import ParameterLocation

from snapkeep.model import iso
from tests.senders import ALARM, SECRET_OF, standard

# of so many requests one comes from a stranger; of so many sound ones, one is left as it is
STRANGERS, SOUND = 8, 3
ANSWERS_FILE = "SNAPKEEP_API_ANSWERS"
ANSWERS = Counter[str]()
_STANDARD = ("webhook-id", "webhook-timestamp", "webhook-signature")


class Signed(AuthBase):
    """Signs the request as it will be sent."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        target, body = request.path_url, request.body or b""
        content = body.encode() if isinstance(body, str) else body
        if request.method == "GET":
            content = target.encode()
        secret = SECRET_OF.get(target.partition("?")[0])
        chance = crc32(content)
        if secret and chance % STRANGERS:
            for name in (*_STANDARD, "x-hub-signature-256"):
                request.headers.pop(name, None)
            now, message_id = datetime.now(UTC), f"msg_{chance}"
            request.headers.update(standard(secret, content, now, message_id))
        return request


@schemathesis.hook
def after_call(context: HookContext, case: Case[Any], response: Response) -> None:
    """Count the answers by operation and status, so that one sees how deep the requests went."""
    ANSWERS[f"{case.method} {case.path} {response.status_code}"] += 1


@atexit.register
def _write_answers() -> None:
    if path := os.environ.get(ANSWERS_FILE):
        Path(path).write_text(json.dumps(ANSWERS), encoding="utf-8")


@schemathesis.hook
def before_call(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """Let a sound request ask for what is there now, and sign it."""
    meta, body = case.meta, case.body
    headers = meta.components.get(ParameterLocation.HEADER) if meta else None
    if headers is None or headers.mode is GenerationMode.POSITIVE:
        kwargs["auth"] = Signed()
    is_sound = meta is not None and meta.generation.mode is GenerationMode.POSITIVE
    if not is_sound or not isinstance(body, Mapping) or crc32(repr(body).encode()) % SOUND == 0:
        return
    data: Any = body.get("data")
    now = iso(datetime.now(UTC))
    if case.path == "/snapshots/{capability}":
        case.path_parameters = {"capability": ALARM}
        case.body = {**body, "state": "ALERT", "id": "alarm-1", "startTime": now}
    elif case.path == "/snapshots" and isinstance(data, Mapping):
        asked: dict[str, Any] = {**data, "policy": "predeploy", "volumes": ["v-XiyuHsyS"]}
        asked.pop("instances", None)
        case.body = {**body, "timestamp": now, "data": asked}
    elif isinstance(data, Mapping):
        case.body = {**body, "data": {**data, "region": "gz"}}
