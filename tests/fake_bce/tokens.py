"""What the cloud remembers of client tokens (doc njwvz5q61): 24 hours from the last receipt."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from tests.fake_bce.errors import RefusedError, bad_request
from tests.fake_bce.wire import Json, Request

_LONGEST = 64


@dataclass(slots=True)
class _Memory:
    fingerprint: str
    answer: Json | None
    last_received: datetime


class TokenMemory:
    """One account's tokens; the caller holds the cloud's lock, so equal tokens queue up."""

    def __init__(self, life: timedelta, mismatch_status: int) -> None:
        self._life, self._mismatch_status = life, mismatch_status
        self._seen: dict[tuple[str, str], _Memory] = {}

    def once(self, request: Request, now: datetime, act: Callable[[], Json | None]) -> Json | None:
        """Act, or answer as before where token and request are the same.

        Only successes are remembered, so a refused create may be asked again.

        Raises:
            RefusedError: IdempotentParameterMismatch for another request under a known token.
        """
        token = request.query.get("clientToken")
        if token is None:
            return act()
        if not token or len(token) > _LONGEST or not token.isascii():
            raise bad_request("clientToken must be 1 to 64 ASCII characters.")
        key, fingerprint = (request.region, token), _fingerprint(request)
        known = self._seen.get(key)
        if known and now - known.last_received < self._life:
            known.last_received = now
            if known.fingerprint != fingerprint:
                raise RefusedError(self._mismatch_status, "IdempotentParameterMismatch")
            return known.answer
        answer = act()
        self._seen[key] = _Memory(fingerprint, answer, now)
        return answer


def _fingerprint(request: Request) -> str:
    query = sorted(pair for pair in request.query.items() if pair[0] != "clientToken")
    parts = [request.method, request.path, query, request.json()]
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
