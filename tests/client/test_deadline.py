"""Nothing outlives the deadline, however slowly an answer comes."""

import socket
import threading
import time
from contextlib import suppress

import pytest

from snapkeep.bce.errors import DeadlineExceeded, TransportError
from snapkeep.bce.reply import Call
from snapkeep.bce.retry import RateLimit
from snapkeep.bce.transport import new_adapter
from snapkeep.runtime.wiring import SystemClock
from snapkeep.times import Deadline
from tests.client.line import Line, RecordingClock, transport_to
from tests.fake_bce import Fault


def test_a_dripping_body_does_not_outlive_the_deadline(line: Line) -> None:
    line.cloud.faults.add(Fault("drip", size=4, seconds=10))
    with pytest.raises(DeadlineExceeded, match="ListSnapshots"):
        line.client(25).snapshots()
    assert len(line.cloud.journal) == 1


def test_a_dripping_body_is_left_at_the_first_piece_past_the_deadline(inside: Line) -> None:
    inside.cloud.faults.add(Fault("drip", size=4, seconds=10))
    with pytest.raises(DeadlineExceeded):
        inside.client(25).snapshots()
    assert inside.clock.monotonic() == 30


def test_a_dripping_body_is_left_at_a_piece_that_comes_at_the_deadline(inside: Line) -> None:
    inside.cloud.faults.add(Fault("drip", size=4, seconds=10))
    with pytest.raises(DeadlineExceeded):
        inside.client(20).snapshots()
    assert inside.clock.monotonic() == 20


def test_a_dripping_body_that_ends_in_time_is_read_to_its_end(line: Line) -> None:
    made = line.create()
    line.cloud.faults.add(Fault("drip", size=4, seconds=1))
    assert [row.id for row in line.client().snapshots()] == [made]


def test_a_dripping_answer_to_a_create_leaves_the_outcome_unknown(line: Line) -> None:
    line.cloud.faults.add(Fault("drip", size=4, seconds=10))
    with pytest.raises(DeadlineExceeded):
        line.create(line.client(25))
    assert len(line.made()) == 1


@pytest.mark.parametrize("seconds", [0, -1])
def test_no_request_is_sent_once_the_time_is_over(line: Line, seconds: float) -> None:
    with pytest.raises(DeadlineExceeded, match="CreateSnapshot"):
        line.create(line.client(seconds))
    assert line.cloud.journal == []


def test_no_turn_is_awaited_that_comes_after_the_deadline(line: Line) -> None:
    client = line.client(5, rate=RateLimit(0.1, line.clock))
    client.snapshots()
    with pytest.raises(DeadlineExceeded):
        client.snapshots()
    assert (len(line.cloud.journal), line.clock.sleeps) == (1, [])


@pytest.mark.parametrize(
    ("seconds", "timeouts"), [(600, (3.05, 10.0)), (5, (3.05, 5)), (2, (2, 2))]
)
def test_an_attempt_waits_no_longer_than_the_deadline_allows(
    inside: Line, seconds: float, timeouts: tuple[float, float]
) -> None:
    inside.client(seconds).snapshots()
    assert inside.tap.timeouts == [timeouts]


class Oversleeper(RecordingClock):
    """Wakes up a second late, as a busy machine does."""

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds + 1)


def test_a_request_whose_turn_came_too_late_is_not_sent(inside: Line) -> None:
    clock = Oversleeper()
    client = inside.client(5.5, clock=clock, rate=RateLimit(0.2, clock))
    client.snapshots()
    with pytest.raises(DeadlineExceeded):
        client.snapshots()
    assert (len(inside.cloud.journal), clock.monotonic()) == (1, 6)


def test_a_request_whose_turn_came_at_the_deadline_is_not_sent(inside: Line) -> None:
    clock = Oversleeper()
    client = inside.client(6, clock=clock, rate=RateLimit(0.2, clock))
    client.snapshots()
    with pytest.raises(DeadlineExceeded):
        client.snapshots()
    assert (len(inside.cloud.journal), clock.monotonic()) == (1, 6)


class SlowServer:
    """Sends the start of an answer, then one byte at a time for as long as somebody listens."""

    def __init__(self, start: bytes, drip: bytes) -> None:
        self.start, self.drip, self.over = start, drip, threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.thread = threading.Thread(target=self._serve)
        self.thread.start()

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def _serve(self) -> None:
        connection, _ = self.listener.accept()
        with connection, suppress(OSError):
            connection.recv(65_536)
            connection.sendall(self.start)
            for _ in range(100):
                if self.over.wait(0.05):
                    return
                connection.sendall(self.drip)

    def close(self) -> None:
        self.over.set()
        self.thread.join()
        self.listener.close()


HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("start", "drip"),
    [
        (b"", b""),
        (b"HTTP", b"/"),
        (HEAD + b"X-Slow: ", b"a"),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
        (HEAD + b"Content-Length: 999\r\n\r\n{", b" "),
        (HEAD + b"Connection: close\r\n\r\n{", b" "),
        (HEAD + b"Content-Length: 999\r\n\r\n{", b""),
    ],
    ids=["nothing", "status line", "header", "chunk size", "body", "body until closed", "stall"],
)
def test_nothing_that_arrives_in_drips_outlives_the_deadline(start: bytes, drip: bytes) -> None:
    # on real time, since how long a socket waits cannot be seen on a virtual clock
    clock, adapter, server = SystemClock(), new_adapter(), SlowServer(start, drip)
    transport = transport_to(server.endpoint, clock, adapter)
    began = time.monotonic()
    with pytest.raises((DeadlineExceeded, TransportError), match=r"^Slow: "):
        transport.send(Call("Slow", "GET", "/"), Deadline.after(clock, 0.3))
    took = time.monotonic() - began
    server.close()
    adapter.close()
    assert took < 1.0
