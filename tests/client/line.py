"""A line to a fake cloud: a client of ours, the door it goes through, and a wiretap between."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from math import inf
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from urllib3 import HTTPResponse

from snapkeep.bce.client import Client
from snapkeep.bce.retry import RateLimit, RetryBudget
from snapkeep.bce.signing import Credentials
from snapkeep.bce.transport import Transport, new_adapter
from snapkeep.times import Clock, Deadline
from tests.fake_bce import ACCESS_KEY_ID, SECRET_ACCESS_KEY, FakeCloud, VirtualClock

START = datetime(2026, 11, 23, 18, 0, 30, tzinfo=UTC)
KEYS = Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY)
DISK = "v-thedisk0"


class RecordingClock(VirtualClock):
    """A virtual clock that remembers who slept how long."""

    def __init__(self, start: datetime = START) -> None:
        super().__init__(start)
        self.sleeps: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.sleeps.append(seconds)
        super().sleep(seconds)


class Wiretap(BaseAdapter):
    """Passes requests on and keeps a copy of each, of its timeouts and of its answer."""

    def __init__(self, inner: BaseAdapter) -> None:
        super().__init__()
        self.inner = inner
        self.requests: list[PreparedRequest] = []
        self.timeouts: list[Any] = []
        self.answers: list[Response] = []

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        self.requests.append(request)
        self.timeouts.append(options["timeout"])
        self.answers.append(self.inner.send(request, *args, **options))
        return self.answers[-1]

    def close(self) -> None:
        self.inner.close()


class Responder(BaseAdapter):
    """Answers each request with what a function makes of it; no cloud is involved."""

    def __init__(self, respond: Callable[[PreparedRequest], Response]) -> None:
        super().__init__()
        self.respond = respond

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        return self.respond(request)

    def close(self) -> None:
        """Hold nothing open."""


def respond(status: int, body: bytes = b"", **headers: str) -> Response:
    """Return an answer; ``_`` in a header's name stands for ``-``."""
    answer = Response()
    answer.status_code = status
    answer.headers.update({name.replace("_", "-"): value for name, value in headers.items()})
    answer.raw = HTTPResponse(BytesIO(body), status=status, preload_content=False)
    return answer


def half() -> float:
    """Return the middle of the jitter's range."""
    return 0.5


def transport_to(endpoint: str, clock: Clock, adapter: BaseAdapter, **options: Any) -> Transport:
    """Return a transport that is patient unless ``options`` say otherwise."""
    given: dict[str, Any] = {
        "budget": RetryBudget(),
        "rate": RateLimit(inf, clock),
        "uniform": half,
        "credentials": KEYS,
    } | options
    return Transport(endpoint, clock=clock, adapter=adapter, **given)


@dataclass(slots=True)
class Line:
    """A fake cloud with one disk, and how to reach it."""

    cloud: FakeCloud
    clock: RecordingClock
    endpoint: str
    tap: Wiretap = field(default_factory=lambda: Wiretap(new_adapter()))

    def client(self, seconds: float = 600, **options: Any) -> Client:
        """Return a client whose time is over after ``seconds`` of its clock."""
        clock = options.pop("clock", self.clock)
        transport = transport_to(self.endpoint, clock, self.tap, **options)
        return Client("bj", transport, Deadline.after(clock, seconds))

    def create(self, client: Client | None = None, token: str = "token-1") -> str:
        client = client or self.client()
        return client.create_snapshot(volume_id=DISK, name="n1", desc="d", client_token=token)

    def made(self) -> list[str]:
        """Return the ids of the snapshots that the cloud itself has."""
        return list(self.cloud.region("bj").snapshots)
