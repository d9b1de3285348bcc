"""The loopback HTTP door: HTTP/1.1 with keep-alive, one port per region."""

import socket
import sys
import threading
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol

from tests.fake_bce.clock import FakeClock
from tests.fake_bce.faults import Killed
from tests.fake_bce.wire import Delivery, Reply, Request

_LARGEST_BODY = 1024 * 1024
_POLL_SECONDS = 0.02


class Served(Protocol):
    """What can be put behind the door."""

    @property
    def clock(self) -> FakeClock: ...

    @property
    def regions(self) -> Iterable[str]: ...

    def handle(self, request: Request) -> Reply: ...


class _Server(ThreadingHTTPServer):
    """Knows its open connections, so that closing does not wait for idle clients."""

    daemon_threads = False
    block_on_close = True
    request_queue_size = 128

    def __init__(self, cloud: Served, region: str, port: int) -> None:
        self.cloud, self.region = cloud, region
        self.failures: list[Exception] = []
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(("127.0.0.1", port), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End every connection, so that the threads serving them end too."""
        with self._guard:
            connections = list(self._open)
        for connection in connections:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep what broke for the end; a client that goes away is part of the tests."""
        error = sys.exception()
        if isinstance(error, Exception) and not isinstance(error, ConnectionError):
            self.failures.append(error)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def __getattr__(self, name: str) -> Any:
        """Serve every method alike; the base class looks for ``do_<METHOD>``."""
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _serve(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > _LARGEST_BODY:
            self.close_connection = True
            return
        request = Request(
            region=self.server.region,
            method=self.command,
            target=self.path,
            headers=dict(self.headers.items()),
            body=self.rfile.read(int(length)),
        )
        try:
            reply = self.server.cloud.handle(request)
        except Killed:
            self.close_connection = True
            return
        self._deliver(reply)

    def _deliver(self, reply: Reply) -> None:
        clock = self.server.cloud.clock
        if reply.delivery in {Delivery.RESET, Delivery.KILLED, Delivery.TIMEOUT}:
            if reply.delivery is Delivery.TIMEOUT:
                clock.advance(reply.seconds)
            self.close_connection = True
            return
        self.send_response_only(reply.status, _phrase(reply.status))
        for name, value in ({"Content-Length": str(len(reply.body))} | dict(reply.headers)).items():
            self.send_header(name, value)
        self.end_headers()
        size = reply.drip.size if reply.drip else max(1, len(reply.body))
        body = b"" if self.command == "HEAD" else reply.body
        for start in range(0, len(body), size):
            if reply.drip:
                clock.advance(reply.drip.seconds)
            self.wfile.write(body[start : start + size])
            self.wfile.flush()
        self.wfile.flush()
        if reply.delivery is Delivery.CUT:
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """The journal is the log."""


@contextmanager
def http_door(cloud: Served, port: int = 0) -> Iterator[dict[str, str]]:
    """Serve the cloud on 127.0.0.1 and give each region's address.

    ``port`` is the first region's; 0, and every other region, takes a free one.

    Raises:
        ExceptionGroup: at the end, with what broke inside the fake while it served.
    """
    failures: list[Exception] = []
    with ExitStack() as stack:
        urls: dict[str, str] = {}
        for region in cloud.regions:
            server = stack.enter_context(_Server(cloud, region, 0 if urls else port))
            server.failures = failures
            thread = threading.Thread(target=server.serve_forever, args=(_POLL_SECONDS,))
            thread.start()
            stack.callback(thread.join)
            stack.callback(server.hang_up)
            stack.callback(server.shutdown)
            urls[region] = f"http://127.0.0.1:{server.server_port}"
        yield urls
    if failures:
        raise ExceptionGroup("the fake cloud broke", failures)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
