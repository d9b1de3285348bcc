"""Lambda's Runtime API on loopback: hands out invocations and takes what is told of them.

Paths and headers are those of AWS's description of the API, version 2018-06-01.
"""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any, Literal

_ROOT = "/2018-06-01/runtime/"
_ARN = "arn:aws:lambda:ap-southeast-1:123456789012:function:built"
_POLL_SECONDS = 0.02


@dataclass(frozen=True, slots=True)
class Invocation:
    """One event on its way to a function, with the epoch seconds at which its time is up."""

    id: str
    event: bytes
    ends: float


@dataclass(frozen=True, slots=True)
class Told:
    """What a runtime said, and when, in epoch seconds; ``exit`` is the end of the process."""

    kind: Literal["response", "error", "init/error", "exit"]
    text: str = ""
    id: str = ""
    at: float = 0.0

    @property
    def json(self) -> Any:
        return json.loads(self.text)


class RuntimeApi(ThreadingHTTPServer):
    """The API of one execution environment.

    Attributes:
        told: all that the runtime has said, in order.
        ready: once the runtime has asked for an invocation.
        busy: while an invocation is with the runtime.
    """

    daemon_threads = True

    def __init__(self) -> None:
        self.told: Queue[Told] = Queue()
        self.busy = False
        self.ready = threading.Event()
        self._invocations: Queue[Invocation | None] = Queue()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_port}"

    def put(self, invocation: Invocation | None) -> None:
        """Hand out an invocation next; ``None`` sends the runtime away."""
        self._invocations.put(invocation)

    def take(self) -> Invocation | None:
        """Wait for what is handed out next."""
        self.ready.set()
        invocation = self._invocations.get()
        self.busy = invocation is not None
        return invocation

    def tell(self, told: Told) -> None:
        """Note what the runtime said; then it has no invocation any more."""
        self.busy = False
        self.told.put(told)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A process that dies leaves its connection; what it did not say is missed elsewhere."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: RuntimeApi

    def log_message(self, format: str, *args: object) -> None:
        """What matters is in ``told``."""

    def do_GET(self) -> None:
        if self.path != f"{_ROOT}invocation/next":
            self._answer(404)
        elif invocation := self.server.take():
            headers = {
                "Content-Type": "application/json",
                "Lambda-Runtime-Aws-Request-Id": invocation.id,
                "Lambda-Runtime-Deadline-Ms": str(int(invocation.ends * 1000)),
                "Lambda-Runtime-Invoked-Function-Arn": _ARN,
                "Lambda-Runtime-Trace-Id": "Root=1-6563f0a1-2f1e8c7a1b2c3d4e5f607182;Sampled=0",
            }
            self._answer(200, invocation.event, headers)
        else:
            self.close_connection = True

    def do_POST(self) -> None:
        text = self._body().decode()
        match self.path.removeprefix(_ROOT).split("/"):
            case ["invocation", id_, ("response" | "error") as kind]:
                told = Told(kind, text, id_, time.time())
            case ["init", "error"]:
                told = Told("init/error", text, at=time.time())
            case _:
                return self._answer(404)
        # first, so that who is told finds the runtime done
        self._answer(202)
        return self.server.tell(told)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers["Content-Length"]))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _answer(
        self, status: int, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        self.send_response_only(status)
        for name, value in ({"Content-Length": str(len(body))} | (headers or {})).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


@contextmanager
def runtime_api() -> Iterator[RuntimeApi]:
    """Serve one execution environment."""
    with RuntimeApi() as api:
        thread = threading.Thread(target=api.serve_forever, args=(_POLL_SECONDS,))
        thread.start()
        try:
            yield api
        finally:
            api.put(None)
            api.shutdown()
            thread.join()
