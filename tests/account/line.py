"""The line to the cloud: the client that is deployed, and what it hides written down beside it."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter

from snapkeep.bce.client import Client
from snapkeep.bce.reply import Call
from snapkeep.bce.retry import RateLimit, RetryBudget
from snapkeep.bce.signing import Credentials
from snapkeep.bce.transport import Transport
from snapkeep.times import Clock, Deadline

# for one call with all its retries
CALL_SECONDS = 60.0
_ODD = re.compile(r"[^A-Za-z0-9._:-]")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One attempt and its answer, with what the client tells of refusals only."""

    method: str
    status: int
    request_id: str | None
    retry_after: str | None

    def __str__(self) -> str:
        return f"{self.method} {self.status} {self.request_id or 'no request id'}"


class Watched(BaseAdapter):
    """Carries requests as the adapter within does, and writes each answer down."""

    def __init__(self, inner: BaseAdapter) -> None:
        super().__init__()
        self._inner = inner
        self.exchanges: list[Exchange] = []

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        response = self._inner.send(request, *args, **options)
        request_id = response.headers.get("x-bce-request-id", "")
        self.exchanges.append(
            Exchange(
                request.method or "",
                response.status_code,
                _ODD.sub("?", request_id)[:64] or None,
                response.headers.get("Retry-After"),
            )
        )
        return response

    def close(self) -> None:
        self._inner.close()


@dataclass(frozen=True, slots=True)
class _Behind:
    """A clock that is behind another one."""

    clock: Clock
    by: timedelta

    def now(self) -> datetime:
        return self.clock.now() - self.by

    def monotonic(self) -> float:
        return self.clock.monotonic()

    def sleep(self, seconds: float) -> None:
        self.clock.sleep(seconds)


class Line:
    """One region of the account.

    Args:
        uniform: returns a number in [0, 1), for the jitter of retries.
    """

    def __init__(
        self,
        endpoint: str,
        region: str,
        credentials: Credentials,
        *,
        clock: Clock,
        adapter: BaseAdapter,
        rate: RateLimit,
        uniform: Callable[[], float] = random.random,
    ) -> None:
        self.endpoint, self.region, self.clock = endpoint, region, clock
        self._credentials, self._rate, self._uniform = credentials, rate, uniform
        self._adapter = adapter if isinstance(adapter, Watched) else Watched(adapter)
        self._transport = Transport(
            endpoint,
            credentials,
            clock=clock,
            adapter=self._adapter,
            budget=RetryBudget(),
            rate=rate,
            uniform=uniform,
        )

    @property
    def client(self) -> Client:
        """The deployed client, with time for one call."""
        return Client(self.region, self._transport, Deadline.after(self.clock, CALL_SECONDS))

    @property
    def exchanges(self) -> list[Exchange]:
        """Every attempt that was answered, those of the lines made from this one too."""
        return self._adapter.exchanges

    @property
    def skew(self) -> timedelta | None:
        """The API's clock less ours by the last answer."""
        return self._transport.skew

    def send(self, call: Call) -> dict[str, Any]:
        """Return the JSON of an answer as it is."""
        return self._transport.send(call, Deadline.after(self.clock, CALL_SECONDS))

    def with_wrong_secret(self) -> "Line":
        """Return the same line with signatures that are wrong."""
        wrong = replace(self._credentials, secret_access_key="0" * 32)
        return self._other(wrong, self.clock)

    def behind(self, by: timedelta) -> "Line":
        """Return the same line on a machine whose clock is behind."""
        return self._other(self._credentials, _Behind(self.clock, by))

    def _other(self, credentials: Credentials, clock: Clock) -> "Line":
        return Line(
            self.endpoint,
            self.region,
            credentials,
            clock=clock,
            adapter=self._adapter,
            rate=self._rate,
            uniform=self._uniform,
        )
