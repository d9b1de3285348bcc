"""The AWS Parameters and Secrets Lambda Extension on loopback, as far as secrets go."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TOKEN = "not-a-session-token"
_POLL_SECONDS = 0.02


class Extension(ThreadingHTTPServer):
    """Gives out secrets to who knows the token, and only while an event is worked on.

    Attributes:
        asked: the secrets that were asked for, in order, with the status of each answer.
    """

    daemon_threads = True

    def __init__(self, secrets: Mapping[str, str], is_busy: Callable[[], bool]) -> None:
        self.asked: list[tuple[str, int]] = []
        self._secrets, self._is_busy = secrets, is_busy
        super().__init__(("127.0.0.1", 0), _Handler)

    def answer(self, target: str, token: str | None) -> tuple[int, str]:
        """Return the status and the body for a request."""
        url = urlsplit(target)
        (name,) = parse_qs(url.query).get("secretId", [""])
        if token != TOKEN:
            status, body = 401, "unauthorized"
        elif not self._is_busy():
            status, body = 400, "not ready to serve traffic, please wait"
        elif url.path != "/secretsmanager/get" or name not in self._secrets:
            status, body = 400, "no such secret"
        else:
            status, body = 200, json.dumps({"ARN": name, "SecretString": self._secrets[name]})
        self.asked.append((name, status))
        return status, body


class _Handler(BaseHTTPRequestHandler):
    server: Extension

    def do_GET(self) -> None:
        token = self.headers.get("X-Aws-Parameters-Secrets-Token")
        status, body = self.server.answer(self.path, token)
        self.send_response_only(status)
        self.send_header("Content-Length", str(len(body.encode())))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """What was asked is kept."""


@contextmanager
def secrets_extension(
    secrets: Mapping[str, str], is_busy: Callable[[], bool]
) -> Iterator[Extension]:
    """Serve the secrets."""
    with Extension(secrets, is_busy) as extension:
        thread = threading.Thread(target=extension.serve_forever, args=(_POLL_SECONDS,))
        thread.start()
        try:
            yield extension
        finally:
            extension.shutdown()
            thread.join()
