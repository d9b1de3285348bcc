"""Three ways into the region: at once, far away, and slow to create."""

import asyncio
import re
import ssl
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import format_datetime
from random import Random

from benchmarks.loopback.region import Region

ROUND_TRIP_SECONDS = 0.030
LEAST_SECONDS, MOST_SECONDS = 0.030, 0.100
HOST = "127.0.0.1"
_LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)
_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json;charset=UTF-8\r\nServer: BWS\r\n"
    b"Date: %b\r\n"
    b"x-bce-request-id: 00000000-0000-4000-8000-000000000000\r\nContent-Length: %d\r\n\r\n%b"
)


def delays() -> Iterator[float]:
    """Yield how long the slow door takes for each create, the same ones for everybody."""
    random = Random(2026)
    while True:
        yield random.uniform(LEAST_SECONDS, MOST_SECONDS)


class _Answering(asyncio.Protocol):
    """One connection."""

    def __init__(self, region: Region, counts: Counter[str], seconds: Iterator[float]) -> None:
        self._region, self._counts, self._seconds = region, counts, seconds
        self._received = b""
        self._transport: asyncio.BaseTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._counts["connections"] += 1

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, rest = self._received.partition(b"\r\n\r\n")
        length = _LENGTH.search(head)
        size = int(length[1]) if length else 0
        if end and len(rest) >= size:
            self._received = rest[size:]
            method, target, _ = head.decode("ascii").split(" ", 2)
            self._answer(method, target, rest[:size])

    def _answer(self, method: str, target: str, body: bytes) -> None:
        self._counts["requests"] += 1
        answer = self._region.answer(method, target, body)
        seconds = next(self._seconds) if method == "POST" else 0.0
        asyncio.get_running_loop().call_later(
            seconds, self._send, _HEAD % (_date(), len(answer), answer)
        )

    def _send(self, data: bytes) -> None:
        if isinstance(self._transport, asyncio.WriteTransport) and not self._transport.is_closing():
            self._transport.write(data)


async def open_doors(
    region: Region, context: ssl.SSLContext, counts: Counter[str]
) -> dict[str, int]:
    """Open the doors in the running loop and return the port of each."""
    loop = asyncio.get_running_loop()
    slow, none = delays(), iter(float, 1.0)

    async def answering(seconds: Iterator[float]) -> int:
        server = await loop.create_server(
            lambda: _Answering(region, counts, seconds), HOST, 0, ssl=context, backlog=128
        )
        return _port(server)

    near = await answering(none)

    async def from_far(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # loopback has done the handshake of TCP already, which takes a round trip elsewhere
        await asyncio.sleep(ROUND_TRIP_SECONDS)
        there, back = await asyncio.open_connection(HOST, near)
        await asyncio.gather(_carry(reader, back), _carry(there, writer))

    far = _port(await asyncio.start_server(from_far, HOST, 0))
    return {"near": near, "far": far, "slow": await answering(slow)}


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry what comes to the other side, half a round trip later."""
    loop = asyncio.get_running_loop()
    try:
        while data := await reader.read(65_536):
            loop.call_later(ROUND_TRIP_SECONDS / 2, writer.write, data)
    except ConnectionError:
        pass
    loop.call_later(ROUND_TRIP_SECONDS / 2, writer.close)


def _date() -> bytes:
    return format_datetime(datetime.now(UTC), usegmt=True).encode()


def _port(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port
