"""The AWS Parameters and Secrets Lambda Extension, as far as a function sees it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

TOKEN = "the-lambda-session-token"
SECRET_ID = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:bce/keys-a1b2"
KEYS = {"access_key_id": "the-key-id", "secret_access_key": "the-secret-key"}


class Extension(ThreadingHTTPServer):
    """Serves one secret on loopback.

    Attributes:
        status, body: of every answer to a request with the right token and secret.
        asked: the secret ids that were asked for.
        on_ask: called at each request.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.status, self.asked = 200, list[str]()
        self.on_ask: Callable[[], object] = lambda: None
        self.body = b""
        self.hold(json.dumps(KEYS))

    def hold(self, secret: object) -> None:
        """Keep this as the secret's string."""
        self.body = json.dumps({"ARN": SECRET_ID, "SecretString": secret}).encode()

    @property
    def environ(self) -> dict[str, str]:
        return {
            "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT": str(self.server_port),
            "AWS_SESSION_TOKEN": TOKEN,
        }


class _Handler(BaseHTTPRequestHandler):
    server: Extension

    def do_GET(self) -> None:
        self.server.on_ask()
        status, body = 400, b"not authorized"
        url = urlsplit(self.path)
        wanted = parse_qs(url.query).get("secretId", [""])[0]
        if self.headers["X-Aws-Parameters-Secrets-Token"] == TOKEN:
            self.server.asked.append(wanted)
            right = (url.path, wanted) == ("/secretsmanager/get", SECRET_ID)
            status, body = (self.server.status, self.server.body) if right else (404, b"no secret")
        self.send_response_only(status)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[Extension]:
    """Run the extension."""
    with Extension() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()
