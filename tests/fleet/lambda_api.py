"""Lambda's Invoke API on loopback, with the real create-on-event behind it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from snapkeep.errors import SnapkeepError
from tests.fake_bce import Killed

Json = dict[str, Any]
Run = Callable[[Json], Json]


@dataclass(slots=True)
class Lambda:
    """One function and what has been asked of it.

    Attributes:
        concurrency: how many may run at once; more are refused with 429.
        refuses: so many of the next invocations are refused whatever runs.
        most: how many have run at once.
        throttled: how many were refused.
        events: what was delivered.
    """

    run: Run
    concurrency: int = 1_000
    refuses: int = 0
    most: int = 0
    throttled: int = 0
    events: list[Json] = field(default_factory=list)
    _running: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def invoke(self, event: Json) -> tuple[int, dict[str, str], Json]:
        """Return the status, the headers and the body of an answer (AWS Lambda API, Invoke)."""
        with self._lock:
            if self.refuses > 0 or self._running >= self.concurrency:
                self.refuses, self.throttled = max(0, self.refuses - 1), self.throttled + 1
                kind = {"x-amzn-ErrorType": "TooManyRequestsException"}
                return 429, kind, {"Reason": "ReservedFunctionConcurrentInvocationLimitExceeded"}
            self._running += 1
            self.most = max(self.most, self._running)
            self.events.append(event)
        try:
            return 200, {}, self.run(event)
        except SnapkeepError as error:
            return _failed(type(error).__name__, str(error))
        except Killed:
            return _failed("Runtime.ExitError", "RequestId: 1 Error: Runtime exited")
        finally:
            with self._lock:
                self._running -= 1


def _failed(kind: str, message: str) -> tuple[int, dict[str, str], Json]:
    body = {"errorType": kind, "errorMessage": message}
    return 200, {"X-Amz-Function-Error": "Unhandled"}, body


@contextmanager
def served(function: Lambda) -> Iterator[str]:
    """Serve the function and give the address of its API."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, headers, body = function.invoke(event)
            written = json.dumps(body).encode()
            self.send_response(status)
            headers |= {"x-amzn-RequestId": "1", "Content-Length": str(len(written))}
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
