"""A mail server on loopback, as far as one message goes."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from socketserver import StreamRequestHandler, ThreadingTCPServer


class Post(ThreadingTCPServer):
    """Takes mail from anybody.

    Attributes:
        mails: what was taken.
        refuses: whether every recipient is refused.
    """

    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.mails: list[Message] = []
        self.refuses = False

    @property
    def address(self) -> str:
        """Apprise's address of a mailbox here."""
        port = self.server_address[1]
        return f"mailto://127.0.0.1:{port}/?from=snapkeep@example.com&to=ops@example.com"


class _Handler(StreamRequestHandler):
    server: Post

    def handle(self) -> None:
        self._say("220 loopback")
        while line := self.rfile.readline():
            word = line[:4].strip().upper()
            if word == b"QUIT":
                self._say("221 bye")
                return
            if word == b"RCPT" and self.server.refuses:
                self._say("550 nobody here")
            elif word == b"DATA":
                self._say("354 go on")
                self.server.mails.append(message_from_bytes(self._data()))
                self._say("250 taken")
            else:
                self._say("250 well")

    def _data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def post_office() -> Iterator[Post]:
    """Open the mail server."""
    with Post() as post:
        thread = threading.Thread(target=post.serve_forever, args=(0.02,))
        thread.start()
        yield post
        post.shutdown()
        thread.join()
