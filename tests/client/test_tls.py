"""Only a certificate of a known authority, for the very host, is spoken to."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme
from requests.adapters import HTTPAdapter

from snapkeep.bce.errors import TransportError
from snapkeep.bce.transport import new_adapter
from tests.client.line import Line, RecordingClock, Wiretap

THIS_HOST, OTHER_HOST = "127.0.0.1", "bcc.bj.baidubce.com"
OpenServer = Callable[[str], "Server"]


class Server(ThreadingHTTPServer):
    """An HTTPS server on loopback that counts the requests it could read."""

    def __init__(self, authority: trustme.CA, host: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(host).configure_cert(context)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.read = 0

    def line(self, adapter: HTTPAdapter) -> Line:
        endpoint = f"https://127.0.0.1:{self.server_port}"
        return Line(None, RecordingClock(), endpoint, Wiretap(adapter))  # type: ignore[arg-type]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what most of these tests want."""


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.read += 1
        body = b'{"isTruncated": false, "snapshots": []}'
        self.send_response_only(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def _serving(authority: trustme.CA, host: str) -> Iterator[Server]:
    with Server(authority, host) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def authority_file(authority: trustme.CA, tmp_path: Path) -> Path:
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    return path


@pytest.fixture
def open_server(authority: trustme.CA) -> Iterator[OpenServer]:
    with ExitStack() as stack:
        yield lambda host: stack.enter_context(_serving(authority, host))


@pytest.mark.parametrize("host", [THIS_HOST, OTHER_HOST])
def test_a_certificate_of_an_unknown_authority_is_refused(
    open_server: OpenServer, host: str
) -> None:
    server = open_server(host)
    line = server.line(new_adapter())
    with pytest.raises(TransportError, match="SSLError"):
        line.client().snapshots()
    assert server.read == 0
    line.tap.close()


def test_the_environment_cannot_add_an_authority(
    open_server: OpenServer, authority_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.setenv(name, str(authority_file))
    server = open_server(THIS_HOST)
    line = server.line(new_adapter())
    with pytest.raises(TransportError, match="SSLError"):
        line.client().snapshots()
    assert server.read == 0
    line.tap.close()


def test_the_pool_keeps_a_connection_for_each_thread() -> None:
    assert new_adapter(7)._pool_maxsize == 7  # type: ignore[attr-defined]


def test_a_certificate_for_another_host_is_refused_even_of_a_known_authority(
    open_server: OpenServer, authority_file: Path
) -> None:
    server = open_server(OTHER_HOST)
    line = server.line(new_adapter(authorities=str(authority_file)))
    with pytest.raises(TransportError, match="SSLError"):
        line.client().snapshots()
    assert server.read == 0
    line.tap.close()


def test_a_certificate_for_this_host_of_a_known_authority_is_taken(
    open_server: OpenServer, authority_file: Path
) -> None:
    server = open_server(THIS_HOST)
    line = server.line(new_adapter(authorities=str(authority_file)))
    assert line.client().snapshots() == []
    assert server.read == 1
    line.tap.close()
