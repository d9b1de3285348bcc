"""What can happen to an answer on a real connection, one toxic each; every loop in it ends."""

import re
import socket
import struct
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

# longer than any run here may take
HOLD_SECONDS, DRIP_SECONDS, MOST_PIECES = 10.0, 5.0, 400
# hang up with a reset instead of an end
_AT_ONCE = struct.pack("ii", 1, 0)
_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
_LENGTH = re.compile(rb"(?i)content-length: *\d+")
_LIE = (
    b'{"isTruncated": false, "snapshots": [], "volumes": [], "instances": [],'
    b' "snapshotId": "s-00000000"}'
)
_LYING = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(_LIE), _LIE)


@dataclass(slots=True)
class Wire:
    """A connection on which a request waits to be read.

    Attributes:
        fetch: reads the request, has the cloud do it, and returns head and body of its answer.
        over: set when nobody waits for anything any more.
    """

    connection: socket.socket
    fetch: Callable[[], tuple[bytes, bytes]]
    over: threading.Event

    def answer(self) -> tuple[bytes, bytes]:
        """Return the true answer, whose body is never empty, so that it can come in parts."""
        head, body = self.fetch()
        body = body or b"{}"
        return _LENGTH.sub(b"Content-Length: %d" % len(body), head), body

    def send(self, *pieces: bytes) -> None:
        self.connection.sendall(b"".join(pieces))

    def drip(self, pieces: Iterable[bytes], seconds: float) -> None:
        """Send piece by piece, so many seconds apart."""
        for _, piece in zip(range(MOST_PIECES), pieces, strict=False):
            self.connection.sendall(piece)
            if self.over.wait(seconds):
                return

    def hold(self) -> None:
        """Do nothing until nobody waits any more."""
        self.over.wait(HOLD_SECONDS)

    def reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)


# whether the connection is to be kept open after it
Act = Callable[[Wire], bool | None]


@dataclass(frozen=True, slots=True)
class Toxic:
    """``stalls`` where the client has to give up by itself, which takes real time."""

    act: Act
    stalls: bool = False


def _half(text: bytes) -> bytes:
    return text[: len(text) // 2]


def _bytes(text: bytes) -> list[bytes]:
    return [text[place : place + 1] for place in range(len(text))]


def _close(wire: Wire) -> None:
    """Whoever serves the connection closes it."""


def _half_close(wire: Wire) -> None:
    wire.connection.shutdown(socket.SHUT_WR)
    wire.hold()


PARTS: dict[str, Callable[[bytes, bytes], bytes]] = {
    "nothing": lambda head, body: b"",
    "half of the headers": lambda head, body: _half(head),
    "the headers": lambda head, body: head,
    "half of the body": lambda head, body: head + _half(body),
}
ENDS: dict[str, Callable[[Wire], None]] = {
    "a reset": Wire.reset,
    "an end": _close,
    "an end of one side": _half_close,
    "silence": Wire.hold,
}


def _broken_off(part: str, end: str) -> Toxic:
    """Let the cloud do its work, send a part of the answer, and end in some way."""

    def act(wire: Wire) -> None:
        wire.send(PARTS[part](*wire.answer()))
        ENDS[end](wire)

    return Toxic(act, stalls=end == "silence")


def _said(change: Callable[[bytes, bytes], bytes]) -> Toxic:
    """Answer with what is made of head and body of the true answer, and close."""
    return Toxic(lambda wire: wire.send(change(*wire.answer())))


def _kept(before: bytes, after: bytes) -> Toxic:
    """Send more than was asked for, and keep the connection open for the next request."""

    def act(wire: Wire) -> bool:
        head, body = wire.fetch()
        wire.send(before, head, body, after)
        return True

    return Toxic(act)


def _stale(wire: Wire) -> None:
    """Answer as if the connection were to be kept, and then reset it."""
    wire.send(*wire.fetch())
    wire.reset()


def _slow_headers(wire: Wire) -> None:
    head, _ = wire.answer()
    wire.drip(_bytes(head), DRIP_SECONDS / len(head))


def _slow_body(wire: Wire) -> None:
    head, body = wire.answer()
    wire.send(head)
    wire.drip(_bytes(body), DRIP_SECONDS / min(len(body), MOST_PIECES))


def _endless_chunks(wire: Wire) -> None:
    head, _ = wire.answer()
    wire.send(_LENGTH.sub(b"Transfer-Encoding: chunked", head))
    wire.drip([b"1\r\n \r\n"] * MOST_PIECES, DRIP_SECONDS / MOST_PIECES)


def _endless_hundreds(wire: Wire) -> None:
    wire.fetch()
    wire.drip([_CONTINUE] * MOST_PIECES, DRIP_SECONDS / MOST_PIECES)


def _length(text: bytes, head: bytes, body: bytes) -> bytes:
    return _LENGTH.sub(text, head) + body


TOXICS: dict[str, Toxic] = {
    "reset before it is read": Toxic(Wire.reset),
    "closed before it is read": Toxic(_close),
    "never read": Toxic(Wire.hold, stalls=True),
    **{f"{part}, then {end}": _broken_off(part, end) for part in PARTS for end in ENDS},
    "slow headers": Toxic(_slow_headers, stalls=True),
    "a slow body": Toxic(_slow_body, stalls=True),
    "chunks without end": Toxic(_endless_chunks, stalls=True),
    "100 Continue without end": Toxic(_endless_hundreds, stalls=True),
    "100 Continue 300 times": _kept(_CONTINUE * 300, b""),
    "closed after the answer": Toxic(_stale),
    "a second answer that is a lie": _kept(b"", _LYING),
    "a first answer that is a lie": _kept(_LYING, b""),
    "bytes after the answer": _kept(b"", b"\r\n\0\0"),
    "the banner of another protocol": _said(lambda head, body: b"SSH-2.0-OpenSSH_9.6\r\n"),
    "a TLS alert": _said(lambda head, body: b"\x15\x03\x03\x00\x02\x02\x46"),
    "a body without headers": _said(lambda head, body: body),
    "a length that is too long": _said(partial(_length, b"Content-Length: 99999")),
    "a length that is too short": _said(partial(_length, b"Content-Length: 1")),
    "two lengths": _said(partial(_length, b"Content-Length: 1\r\nContent-Length: 2")),
    "a length that is no number": _said(partial(_length, b"Content-Length: -7")),
    "chunks that are none": _said(partial(_length, b"Transfer-Encoding: chunked")),
    "200 headers": _said(lambda head, body: head[:-2] + b"X-A: b\r\n" * 200 + b"\r\n" + body),
    "a header of 70 KB": _said(
        lambda head, body: head[:-2] + b"X-A: " + b"b" * 70_000 + b"\r\n\r\n" + body
    ),
}
