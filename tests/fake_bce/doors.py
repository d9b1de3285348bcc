"""The two ways in: inside the process through ``responses``, and over loopback HTTP."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import RemoteDisconnected
from typing import Any
from urllib.parse import urlsplit

import requests
import responses
from urllib3.exceptions import ProtocolError

from tests.fake_bce.clock import FakeClock
from tests.fake_bce.cloud import FakeCloud
from tests.fake_bce.faults import Killed
from tests.fake_bce.wire import Delivery, Drip, Reply, Request

_METHODS = ("GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS")


class _DripBody(io.RawIOBase):
    """A body of which each read yields one piece and lets the piece's time pass."""

    def __init__(self, body: bytes, drip: Drip, clock: FakeClock) -> None:
        self._rest, self._drip, self._clock = body, drip, clock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._rest[: min(self._drip.size, len(buffer))]
        if piece:
            self._clock.advance(self._drip.seconds)
        self._rest = self._rest[len(piece) :]
        buffer[: len(piece)] = piece
        return len(piece)


@contextmanager
def in_process(cloud: FakeCloud, *passthrough: str) -> Iterator[responses.RequestsMock]:
    """Let ``requests`` reach the cloud at ``https://bcc.<region>.baidubce.com``.

    Every other address is refused with a ConnectionError, except those that start with one of
    ``passthrough``, which really go out (for loopback servers of a test).
    """
    with responses.RequestsMock(
        assert_all_requests_are_fired=False, passthru_prefixes=passthrough
    ) as mock:
        for region in cloud.regions:
            address = re.compile(rf"https://bcc\.{re.escape(region)}\.baidubce\.com(:443)?(/|$)")
            for method in _METHODS:
                mock.add_callback(method, address, _callback(cloud, region), content_type=None)
        yield mock


def _callback(cloud: FakeCloud, region: str) -> Any:
    def answer(prepared: Any) -> tuple[int, dict[str, str], Any]:
        host = urlsplit(prepared.url).netloc.removesuffix(":443")
        body = prepared.body or b""
        request = Request(
            region=region,
            method=prepared.method,
            target=prepared.path_url,
            headers={"host": host} | {key.lower(): _text(v) for key, v in prepared.headers.items()},
            body=body.encode() if isinstance(body, str) else body,
        )
        reply = cloud.handle(request)
        _lose(reply, prepared, cloud.clock)
        if reply.drip:
            raw = _DripBody(reply.body, reply.drip, cloud.clock)
            return reply.status, dict(reply.headers), io.BufferedReader(raw)
        return reply.status, dict(reply.headers), reply.body

    return answer


def _lose(reply: Reply, prepared: Any, clock: FakeClock) -> None:
    """Raise what ``requests`` raises when an answer does not come."""
    if reply.delivery is Delivery.KILLED:
        raise Killed
    if reply.delivery is Delivery.RESET:
        error = ProtocolError("Connection aborted.", RemoteDisconnected("closed, no answer"))
        raise requests.exceptions.ConnectionError(error, request=prepared)
    if reply.delivery is Delivery.TIMEOUT:
        clock.advance(_read_timeout(prepared, reply.seconds))
        raise requests.exceptions.ReadTimeout("Read timed out.", request=prepared)


def _read_timeout(prepared: Any, otherwise: float) -> float:
    """The client's own timeout for reading, since that is how long it waits."""
    timeout = prepared.req_kwargs.get("timeout")
    seconds = timeout[1] if isinstance(timeout, tuple) else timeout
    return float(seconds) if isinstance(seconds, int | float) else otherwise


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
