"""The ways in that need no socket: through ``responses``, or straight, as an adapter."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import RemoteDisconnected
from typing import Any
from urllib.parse import urlsplit

import requests
import responses
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse
from urllib3.exceptions import ProtocolError

from tests.fake_bce.clock import FakeClock
from tests.fake_bce.cloud import FakeCloud
from tests.fake_bce.faults import Killed
from tests.fake_bce.wire import Delivery, Drip, Reply, Request

_HOST = re.compile(r"bcc\.(?P<region>[a-z]+)\.baidubce\.com(:443)?")
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
        reply = _ask(cloud, region, prepared, prepared.req_kwargs.get("timeout"))
        return reply.status, dict(reply.headers), _body(reply, cloud.clock)

    return answer


class StraightAdapter(BaseAdapter):
    """Carries the requests of one client to the cloud, as a connection would, and nothing else.

    It costs a third of what ``responses`` does, which is what a hundred thousand runs need.
    """

    def __init__(self, cloud: FakeCloud) -> None:
        super().__init__()
        self._cloud = cloud

    def send(self, request: requests.PreparedRequest, *_: Any, **options: Any) -> requests.Response:
        """Return the cloud's answer.

        Raises:
            ConnectionError: for a host that is no region's.
        """
        host = _HOST.fullmatch(urlsplit(request.url or "").netloc)
        if host is None or host["region"] not in self._cloud.regions:
            raise requests.exceptions.ConnectionError("no such host", request=request)
        reply = _ask(self._cloud, host["region"], request, options.get("timeout"))
        body = _body(reply, self._cloud.clock)
        response = requests.Response()
        response.status_code = reply.status
        response.headers.update(reply.headers)
        response.raw = HTTPResponse(
            io.BytesIO(body) if isinstance(body, bytes) else body,
            headers=reply.headers,
            status=reply.status,
            preload_content=False,
        )
        return response

    def close(self) -> None:
        """There is nothing to close."""


def _ask(cloud: FakeCloud, region: str, prepared: Any, timeout: Any) -> Reply:
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
    _lose(reply, prepared, cloud.clock, timeout)
    return reply


def _body(reply: Reply, clock: FakeClock) -> Any:
    if reply.drip:
        return io.BufferedReader(_DripBody(reply.body, reply.drip, clock))
    return reply.body


def _lose(reply: Reply, prepared: Any, clock: FakeClock, timeout: Any) -> None:
    """Raise what ``requests`` raises when an answer does not come."""
    if reply.delivery is Delivery.KILLED:
        raise Killed
    if reply.delivery is Delivery.RESET:
        error = ProtocolError("Connection aborted.", RemoteDisconnected("closed, no answer"))
        raise requests.exceptions.ConnectionError(error, request=prepared)
    if reply.delivery is Delivery.TIMEOUT:
        clock.advance(_read_timeout(timeout, reply.seconds))
        raise requests.exceptions.ReadTimeout("Read timed out.", request=prepared)


def _read_timeout(timeout: Any, otherwise: float) -> float:
    """The client's own timeout for reading, since that is how long it waits."""
    seconds = timeout[1] if isinstance(timeout, tuple) else timeout
    return float(seconds) if isinstance(seconds, int | float) else otherwise


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
