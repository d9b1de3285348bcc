"""Sending one request: signed anew at each attempt, retried within a budget and a total deadline.

The adapter of ``requests`` is used without a session: no redirect is followed, no ``.netrc``, proxy
variable or cookie takes part, and TLS is verified against certifi's authorities.
"""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.exceptions import RequestException, Timeout
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import HTTPError, ReadTimeoutError

from snapkeep.bce import errors
from snapkeep.bce.endpoint import check_endpoint
from snapkeep.bce.guard import Guard, GuardedAdapter
from snapkeep.bce.reply import Call, parse_reply, skew
from snapkeep.bce.retry import MAX_ATTEMPTS, RateLimit, RetryBudget, backoff
from snapkeep.bce.signing import TOKEN_HEADER, Credentials, authorize, canonical_query
from snapkeep.model import iso
from snapkeep.times import Clock, Deadline

CONNECT_SECONDS, READ_SECONDS = 3.05, 10.0
MAX_REPLY_BYTES = 8 * 1024 * 1024
# what carries requests, for who may not import the library
Adapter = BaseAdapter


def new_adapter(connections: int = 10, authorities: str | None = None) -> GuardedAdapter:
    """Return the connection pool of a process; it may be shared by threads and regions.

    Args:
        connections: of each endpoint, how many are kept.
        authorities: path of the file with those that are trusted; certifi's if ``None``.
    """
    return GuardedAdapter(authorities, pool_maxsize=connections, max_retries=0)


class Transport:
    """Sends calls to one endpoint.

    Attributes:
        skew: the API's clock less ours by the last answer's ``Date``; ``None`` if it had none.
    """

    def __init__(
        self,
        endpoint: str,
        credentials: Credentials,
        *,
        clock: Clock,
        adapter: Adapter,
        budget: RetryBudget,
        rate: RateLimit,
        uniform: Callable[[], float] = random.random,
    ) -> None:
        self._endpoint = check_endpoint(endpoint)
        self._credentials, self._clock, self._adapter = credentials, clock, adapter
        self._budget, self._rate, self._uniform = budget, rate, uniform
        self._secrets = (credentials.secret_access_key, credentials.session_token)
        self._offset = timedelta(0)
        self.skew: timedelta | None = None

    def send(self, call: Call, deadline: Deadline) -> dict[str, Any]:
        """Send the call until it is answered, and return the JSON object of the answer.

        Raises:
            ApiError: the API refused.
            TransportError: no usable answer after the retries; the outcome is unknown.
            DeadlineExceeded: the time ran out first.
        """
        attempt, resigned = 1, False
        while True:
            try:
                reply = self._attempt(call, deadline)
            except errors.RequestExpired:
                if resigned or self.skew is None:
                    raise
                self._offset, resigned = self.skew, True
            except (errors.ServerError, errors.Throttled, errors.TransportError) as error:
                self._pause(attempt, error, deadline)
                attempt += 1
            else:
                self._budget.reward()
                return reply

    def _pause(self, attempt: int, error: errors.BceError, deadline: Deadline) -> None:
        """Wait before the next attempt, or raise the error if there is to be none."""
        cost = RetryBudget.TIMEOUT_COST if error.code == "Timeout" else RetryBudget.COST
        if isinstance(error, errors.Throttled):
            cost = 0  # there is no storm, since the rate has been lowered
        if isinstance(error, errors.Refused) or attempt >= MAX_ATTEMPTS:
            raise error
        wait = max(backoff(attempt, self._uniform), error.retry_after)
        if wait >= deadline.remaining or not self._budget.take(cost):
            raise error
        self._clock.sleep(wait)

    def _attempt(self, call: Call, deadline: Deadline) -> dict[str, Any]:
        if not self._rate.wait(deadline) or deadline.remaining <= 0:
            raise errors.DeadlineExceeded(f"{call.operation}: no time left to send it")
        left = deadline.remaining
        response, sent_at = None, self._clock.monotonic()
        with Guard(left) as guard:
            try:
                response = self._adapter.send(
                    self._prepared(call),
                    stream=True,
                    timeout=(min(CONNECT_SECONDS, left), min(READ_SECONDS, left)),
                )
                body = self._read(call, response, deadline)
            except (RequestException, HTTPError, OSError) as error:
                raise self._broken(call, error, guard) from error
            finally:
                if response is not None:
                    response.close()
        self.skew = skew(response, self._clock.now())
        try:
            reply = parse_reply(call, response, body, self._secrets)
        except errors.Throttled:
            self._rate.slow_down(sent_at)
            raise
        self._rate.speed_up(sent_at)
        return reply

    def _broken(self, call: Call, error: Exception, guard: Guard) -> errors.BceError:
        if guard.fired:
            return errors.DeadlineExceeded(f"{call.operation}: the answer did not end in time")
        if isinstance(error, (Timeout, ReadTimeoutError)):
            return errors.TransportError(call.operation, "Timeout", "no answer in time")
        detail = f"the connection failed: {type(error).__name__}"
        return errors.TransportError(call.operation, "ConnectionFailed", detail)

    def _prepared(self, call: Call) -> PreparedRequest:
        at = self._clock.now() + self._offset
        url = self._endpoint + call.path
        if call.params:
            url += "?" + canonical_query(call.params)
        headers = {
            "Host": urlsplit(self._endpoint).netloc,
            "x-bce-date": iso(at),
            "Content-Type": "application/json; charset=utf-8",
            "Accept-Encoding": "identity",
            **dict(call.headers),
        }
        signed = ["host", "x-bce-date"]
        if self._credentials.session_token:
            headers[TOKEN_HEADER] = self._credentials.session_token
            signed.append(TOKEN_HEADER)
        headers["Authorization"] = authorize(
            call.method, call.path, call.params, headers, self._credentials, at, signed=signed
        )
        # not Request.prepare, which would encode anew what is signed, and is slow
        request = PreparedRequest()
        request.method, request.url, request.body = call.method, url, call.body or None
        request.headers = CaseInsensitiveDict(headers)
        request.prepare_content_length(request.body)
        return request

    def _read(self, call: Call, response: Response, deadline: Deadline) -> bytes:
        """Read the body piece by piece, so that the cap and the deadline hold for the whole."""
        pieces, size = [], 0
        while piece := response.raw.read1(65_536):
            pieces.append(piece)
            size += len(piece)
            if size > MAX_REPLY_BYTES:
                raise errors.Refused(call.operation, "ReplyTooLarge", "the answer is too large")
            if deadline.remaining <= 0:
                raise errors.DeadlineExceeded(f"{call.operation}: the answer did not end in time")
        return b"".join(pieces)
