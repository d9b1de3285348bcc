"""A server that takes every request down as it came in and answers that all is well."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True, slots=True)
class Arrival:
    """One request; ``headers`` are in the order of the wire, their names lower-case."""

    method: str
    target: str
    headers: dict[str, str]
    body: str


@dataclass(slots=True)
class Recorder:
    """Where the server is, and what has arrived there."""

    endpoint: str
    arrivals: list[Arrival] = field(default_factory=list)


@contextmanager
def recording() -> Iterator[Recorder]:
    """Serve on a loopback port of its own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    recorder = Recorder(f"http://127.0.0.1:{server.server_port}")
    server.recorder = recorder  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield recorder
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def _answer(self) -> None:
        names = [name.lower() for name in self.headers]
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        headers = dict(zip(names, self.headers.values(), strict=True))
        assert len(headers) == len(names), "a header came twice"
        arrival = Arrival(self.command, self.path, headers, body.decode())
        self.server.recorder.arrivals.append(arrival)  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_GET = do_PUT = _answer  # noqa: N815 - the base class looks for these names

    def log_message(self, *args: Any) -> None:
        """Say nothing."""
