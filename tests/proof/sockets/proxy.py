"""What stands between a function and the fake cloud on real sockets: a proxy with toxics, and a
server that only wants to overhear."""

import re
import socket
import ssl
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from http.client import HTTPResponse
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from tests.fake_bce.routes import find_route
from tests.fake_bce.wire import Request
from tests.proof.sockets.toxics import Toxic, Wire

_MOST_CONNECTIONS = 64
_PIECE = 65_536
_UPSTREAM_SECONDS = 10.0
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")


class Listener:
    """Serves each connection to a free port of this machine in a thread of its own.

    Attributes:
        over: set when nobody waits for anything any more.
    """

    def __init__(self) -> None:
        self.over = threading.Event()
        self._is_closing = False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._threads = ThreadPoolExecutor(_MOST_CONNECTIONS)
        self._served: list[Future[None]] = []
        self._open: set[socket.socket] = set()
        self._accepting = threading.Thread(target=self._accept)

    def serve(self, connection: socket.socket) -> None:
        """Serve one connection to its end."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        self._accepting.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.over.set()
        self._is_closing = True
        # wakes up who waits for the next one
        socket.create_connection(("127.0.0.1", self.port)).close()
        self._accepting.join()
        self._listener.close()
        for connection in list(self._open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        self._threads.shutdown()
        for served in self._served:
            served.result()

    def _accept(self) -> None:
        while True:
            connection, _ = self._listener.accept()
            if self._is_closing:
                connection.close()
                return
            self._open.add(connection)
            self._served.append(self._threads.submit(self._serve, connection))

    def _serve(self, connection: socket.socket) -> None:
        # a client that goes away is what most of this is about
        with connection, suppress(ConnectionError):
            self.serve(connection)
        self._open.discard(connection)


class Proxy(Listener):
    """Passes requests on to a door of the fake cloud, and treats some calls with a toxic.

    Attributes:
        toxic: what the calls of the operation are treated with from the nth on, so many ``times``;
            ``None`` when all is well again.
        treated: how many were.
    """

    def __init__(self, door: str, toxic: Toxic, operation: str, nth: int, times: int) -> None:
        super().__init__()
        self.toxic: Toxic | None = toxic
        self.treated = 0
        self._door, self._operation = urlsplit(door), operation
        self._left, self._times = nth, times
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def calm(self) -> None:
        """Let all be well from now on."""
        self.toxic = None
        self.over.set()

    def serve(self, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # a toxic may be that nothing is read
        while request := connection.recv(_PIECE, socket.MSG_PEEK):
            fetch = partial(self._fetch, connection)
            toxic = self._due(request)
            if toxic is None:
                connection.sendall(b"".join(fetch()))
            elif not toxic.act(Wire(connection, fetch, self.over)):
                return

    def _due(self, request: bytes) -> Toxic | None:
        method, target, _ = request.decode("latin-1").split(" ", 2)
        found = find_route(Request("bj", method, target, {}))
        if found is None or found[0].operation != self._operation:
            return None
        with self._lock:
            self._left -= 1
            if self.toxic is None or not -self._times < self._left <= 0:
                return None
            self.treated += 1
        return self.toxic

    def _fetch(self, connection: socket.socket) -> tuple[bytes, bytes]:
        """Have the cloud do what is asked, and return head and body of its answer."""
        request = read_request(connection)
        address = (self._door.hostname, self._door.port)
        with socket.create_connection(address, _UPSTREAM_SECONDS) as upstream:
            upstream.sendall(request)
            response = HTTPResponse(upstream)
            response.begin()
            body = response.read()
        status = f"HTTP/1.1 {response.status} {response.reason}"
        lines = [f"{name}: {value}" for name, value in response.getheaders()]
        return "\r\n".join([status, *lines, "", ""]).encode("latin-1"), body


def read_request(connection: socket.socket) -> bytes:
    """Return one whole request.

    Raises:
        ConnectionError: if the client goes away before its end.
    """
    text, size = b"", _PIECE
    while len(text) < size:
        piece = connection.recv(_PIECE)
        if not piece:
            raise ConnectionError
        text += piece
        head, end, _ = text.partition(b"\r\n\r\n")
        if end:
            length = _LENGTH.search(head)
            size = len(head) + len(end) + (int(length[1]) if length else 0)
    return text


class Overhearing(Listener):
    """Speaks TLS with a certificate that is not to be trusted, keeps all it gets, answers nothing.

    Attributes:
        raw: what came over the connections.
        read: what of it could be deciphered.
    """

    def __init__(self, certify: Callable[[ssl.SSLContext], object]) -> None:
        super().__init__()
        self.raw, self.read = b"", b""
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certify(self._context)

    def serve(self, connection: socket.socket) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = self._context.wrap_bio(incoming, outgoing, server_side=True)
        is_agreed = False
        while piece := connection.recv(_PIECE):
            self.raw += piece
            incoming.write(piece)
            try:
                if not is_agreed:
                    tls.do_handshake()
                    is_agreed = True
                self.read += tls.read(_PIECE)
            except ssl.SSLWantReadError:
                connection.sendall(outgoing.read())
            except ssl.SSLError:
                return
            if self.read:
                return
