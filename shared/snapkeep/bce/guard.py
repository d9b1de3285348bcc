"""A total time limit for one attempt; the timeout of a socket begins anew with each byte.

When the time is up the guard hangs up on the attempt's socket, so that headers, chunk sizes and
bodies that arrive in drips all end there.
"""

import socket
import threading
from types import TracebackType
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import HTTPResponse

_current = threading.local()


class Guard:
    """Limits what this thread sends and receives inside of the ``with`` block.

    Args:
        seconds: of real time, from the start of the block.

    Attributes:
        fired: whether the time was up.
    """

    def __init__(self, seconds: float) -> None:
        self.fired = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._hang_up)
        self._timer.daemon = True

    def __enter__(self) -> "Guard":
        _current.guard = self
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()
        _current.guard = None

    def watch(self, connected: socket.socket) -> None:
        """Hang up on this socket when the time is up."""
        self._socket = connected
        if self.fired:
            self._hang_up()

    def _hang_up(self) -> None:
        self.fired = True
        if self._socket is not None:
            try:
                # the plain method: that of a TLS socket would pull the rug from under the reader
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
            except OSError:
                self._socket = None


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
    """The adapter of ``requests`` over connections that a ``Guard`` can hang up on."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _HTTPPool, "https": _HTTPSPool}
