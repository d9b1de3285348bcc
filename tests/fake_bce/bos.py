"""A fake bucket of BOS, served by the same loopback door as the fake cloud."""

import threading
from dataclasses import dataclass, field
from email.utils import format_datetime

from tests.fake_bce.clock import FakeClock
from tests.fake_bce.errors import RefusedError, error_body
from tests.fake_bce.settings import FakeSettings
from tests.fake_bce.signing import verify
from tests.fake_bce.wire import Delivery, Reply, Request


@dataclass(slots=True)
class Stored:
    """One object, and the content type it was put with."""

    body: bytes
    content_type: str

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(slots=True)
class FakeBucket:
    """One bucket; whoever has its address needs no name for it, as with a virtual host.

    Attributes:
        objects: by key; tests may change them.
        exists: whether there is a bucket.
        refusal: what every signed request is answered, ``None`` for no trouble.
        busy: how many requests are answered 503 before it is well again.
        read_only: the end of the keys that cannot be written, empty for none.
        hangs_up: whether connections end without an answer.
        requests: every one in order of arrival, with the status it was answered, 0 for none.
    """

    clock: FakeClock
    settings: FakeSettings = field(default_factory=FakeSettings)
    objects: dict[str, Stored] = field(default_factory=dict)
    exists: bool = True
    refusal: RefusedError | None = None
    busy: int = 0
    read_only: str = ""
    hangs_up: bool = False
    requests: list[tuple[int, Request]] = field(default_factory=list)
    regions: tuple[str, ...] = ("bj",)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def handle(self, request: Request) -> Reply:
        """Answer one request; any number of threads may call."""
        with self._lock:
            reply = self._answer(request)
            self.requests.append((reply.status, request))
        return reply

    def seen(self) -> list[tuple[str, str, int]]:
        """Return method, key and status of every request so far."""
        return [(each.method, _key(each), status) for status, each in self.requests]

    def _answer(self, request: Request) -> Reply:
        if self.hangs_up:
            return Reply(0, {}, b"", Delivery.RESET)
        request_id = f"bos-{len(self.requests)}"
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Date": format_datetime(self.clock.now().replace(microsecond=0), usegmt=True),
            "x-bce-request-id": request_id,
        }
        try:
            verify(request, self.settings, self.clock.now())
            if self.busy:
                self.busy -= 1
                raise RefusedError(503, "ServiceUnavailable")
            if self.refusal:
                raise self.refusal
            if not self.exists:
                raise RefusedError(404, "NoSuchBucket", "The specified bucket does not exist.")
            return self._act(request, headers)
        except RefusedError as error:
            body = error_body(error.code, request_id, error.message)
            return Reply(error.status, headers, body)

    def _act(self, request: Request, headers: dict[str, str]) -> Reply:
        key = _key(request)
        if request.method == "PUT":
            if self.read_only and key.endswith(self.read_only):
                raise RefusedError(403, "AccessDenied")
            if request.headers.get("if-none-match") == "*" and key in self.objects:
                message = "At least one of the preconditions you specified did not hold."
                raise RefusedError(412, "PreconditionFailed", message)
            self.objects[key] = Stored(request.body, request.headers.get("content-type", ""))
            return Reply(200, headers, b"")
        if request.method != "GET":
            raise RefusedError(405, "MethodNotAllowed")
        if key not in self.objects:
            raise RefusedError(404, "NoSuchKey", "The specified key does not exist.")
        found = self.objects[key]
        return Reply(200, {**headers, "Content-Type": found.content_type}, found.body)


def _key(request: Request) -> str:
    return request.path.removeprefix("/")
