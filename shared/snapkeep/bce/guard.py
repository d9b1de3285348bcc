"""A total time limit for one attempt; the timeout of a socket begins anew with each byte.

When the time is up the guard hangs up on the attempt's socket, so that headers, chunk sizes and
bodies that arrive in drips all end there.
"""

import socket
import ssl
import threading
import time
from contextlib import suppress
from functools import cached_property
from math import inf
from types import TracebackType
from typing import Any

from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import HTTPResponse
from urllib3.util import create_urllib3_context

_current = threading.local()


class _Watchdog(threading.Thread):
    """Hangs up for the guards whose time is up: one thread of the process, since a timer for each
    request would cost more than the request."""

    def __init__(self) -> None:
        super().__init__(name="snapkeep-watchdog", daemon=True)
        self._guards: set[Guard] = set()
        self._changed = threading.Condition()
        self._wakes_at = inf

    def add(self, guard: "Guard") -> None:
        with self._changed:
            if not self.is_alive():
                self.start()
            self._guards.add(guard)
            if guard.at < self._wakes_at:
                self._changed.notify()

    def remove(self, guard: "Guard") -> None:
        with self._changed:
            self._guards.discard(guard)

    def run(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                for guard in [guard for guard in self._guards if guard.at <= now]:
                    self._guards.discard(guard)
                    guard.hang_up()
                self._wakes_at = min((guard.at for guard in self._guards), default=inf)
                self._changed.wait(None if self._wakes_at == inf else self._wakes_at - now)


_watchdog = _Watchdog()


class Guard:
    """Limits what this thread sends and receives inside of the ``with`` block.

    Args:
        seconds: of real time, from the start of the block.

    Attributes:
        fired: whether the time was up.
    """

    def __init__(self, seconds: float) -> None:
        self.at, self.fired = time.monotonic() + seconds, False
        self._socket: socket.socket | None = None

    def __enter__(self) -> "Guard":
        _current.guard = self
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._socket is not None:
            _watchdog.remove(self)
        _current.guard = None

    def watch(self, connected: socket.socket) -> None:
        """Hang up on this socket when the time is up; connecting has a limit of its own."""
        self._socket = connected
        _watchdog.add(self)

    def hang_up(self) -> None:
        """End whatever this guard's socket is waiting for."""
        self.fired = True
        if self._socket is not None:
            with suppress(OSError):
                # the plain method: that of a TLS socket would pull the rug from under the reader
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


def _watch(connected: socket.socket) -> None:
    guard: Guard | None = getattr(_current, "guard", None)
    if guard is not None:
        guard.watch(connected)


class _HTTPConnection(HTTPConnection):
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 itself does
        _watch(self.sock)
        return super().getresponse()


class _HTTPSConnection(HTTPSConnection):
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # as urllib3 itself does
        _watch(self.sock)
        return super().getresponse()


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = _HTTPConnection


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _HTTPSConnection


class GuardedAdapter(HTTPAdapter):
    """The adapter of ``requests`` over connections that a ``Guard`` can hang up on.

    It always verifies, and by one context: to read the authorities again for each connection takes
    longer than everything else that is done with it.

    Args:
        authorities: path of the file with those that are trusted; those of requests if ``None``.
    """

    def __init__(self, authorities: str | None = None, **options: Any) -> None:
        self._authorities = authorities or DEFAULT_CA_BUNDLE_PATH
        self._pools: dict[str, HTTPConnectionPool] = {}
        super().__init__(**options)

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}

    @cached_property
    def _context(self) -> ssl.SSLContext:
        context = create_urllib3_context()
        context.load_verify_locations(self._authorities)
        return context

    def get_connection_with_tls_context(
        self, request: PreparedRequest, *_: Any, **__: Any
    ) -> HTTPConnectionPool:
        """Return the pool of the request's endpoint, by its URL alone."""
        scheme, rest = str(request.url).split("://", 1)
        endpoint = f"{scheme}://{rest.partition('/')[0]}"
        if endpoint not in self._pools:
            tls = {"ssl_context": self._context} if scheme == "https" else {}
            self._pools[endpoint] = self.poolmanager.connection_from_url(endpoint, tls)
        return self._pools[endpoint]

    def cert_verify(self, *_: Any) -> None:
        """The context does, and has the authorities already."""
