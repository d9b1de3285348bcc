"""The fake cloud: one core behind both doors."""

import json
import threading
import uuid
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from email.utils import format_datetime
from hashlib import sha256

from tests.fake_bce import chains
from tests.fake_bce.clock import FakeClock
from tests.fake_bce.context import Account, Context
from tests.fake_bce.errors import RefusedError, error_body
from tests.fake_bce.faults import FaultScript, spoil
from tests.fake_bce.journal import Call
from tests.fake_bce.region import RegionStore
from tests.fake_bce.routes import Route, find_route, no_route
from tests.fake_bce.settings import FakeSettings
from tests.fake_bce.signing import verify
from tests.fake_bce.throttle import Throttle
from tests.fake_bce.tokens import TokenMemory
from tests.fake_bce.wire import Delivery, Json, Reply, Request

_SECRET_HEADERS = frozenset({"authorization", "x-bce-security-token"})


class FakeCloud:
    """An account at Baidu AI Cloud, as far as snapshots go.

    Attributes:
        journal: every request in order of arrival, whatever became of it.
        faults: the trouble that is scripted.
        account: money owed, verification, operations denied.
        on_call: called before each request is looked at, outside of any lock, so it may change
            the world or raise; what it raises reaches an in-process client as it is.
    """

    def __init__(
        self,
        clock: FakeClock,
        settings: FakeSettings | None = None,
        regions: Sequence[str] = ("bj", "gz"),
    ) -> None:
        self.clock = clock
        self.settings = settings or FakeSettings()
        self.journal: list[Call] = []
        self.faults = FaultScript()
        self.account = Account()
        self.on_call: Callable[[Call], object] | None = None
        self._lock = threading.RLock()
        self.regions: Mapping[str, RegionStore] = {
            name: RegionStore(name, clock, self.settings, self._lock) for name in regions
        }
        self._tokens = TokenMemory(self.settings.token_life, self.settings.token_mismatch_status)
        self._throttle = Throttle(self.settings, clock)

    def region(self, name: str) -> RegionStore:
        """Return the store of a region."""
        return self.regions[name]

    def bill(self, price: str) -> Decimal:
        """Return what all snapshots cost a month at a price per GB, exactly, rounded to cents."""
        with self._lock:
            return chains.bill(self.regions, price)

    def calls(self, operation: str = "*", *, region: str | None = None) -> list[Call]:
        """Return the calls of one operation, or all, in order of arrival."""
        return [
            call
            for call in list(self.journal)
            if operation in {"*", call.operation} and region in {None, call.region}
        ]

    def handle(self, request: Request) -> Reply:
        """Answer one request; any number of threads may call."""
        found = find_route(request)
        call = self._arrive(request, found[0].operation if found else "Unknown")
        if self.on_call:
            self.on_call(call)
        fault = self.faults.due(call)
        reply = Reply(0, self._headers(call), b"")
        if fault is None or fault.commits:
            reply = self._answer(request, found, call)
        if fault:
            call.fault = fault.kind
            reply = spoil(fault, reply, call.request_id, self.clock.now())
        lost = reply.delivery not in {Delivery.SENT, Delivery.CUT}
        call.status, call.code = (0, None) if lost else (reply.status, _code(reply))
        return reply

    def _arrive(self, request: Request, operation: str) -> Call:
        headers = {k: v for k, v in request.headers.items() if k not in _SECRET_HEADERS}
        with self._lock:
            number = sha256(f"request/{len(self.journal)}".encode()).digest()[:16]
            call = Call(
                at=self.clock.now(),
                region=request.region,
                operation=operation,
                method=request.method,
                target=request.target,
                headers=headers,
                body=request.body.decode(errors="replace"),
                request_id=str(uuid.UUID(bytes=number, version=4)),
            )
            self.journal.append(call)
        return call

    def _answer(
        self, request: Request, found: tuple[Route, Mapping[str, str]] | None, call: Call
    ) -> Reply:
        headers = self._headers(call)
        try:
            with self._lock:
                value = self._act(request, found)
        except RefusedError as refusal:
            body = error_body(refusal.code, call.request_id, refusal.message)
            if refusal.retry_after is not None:
                headers["Retry-After"] = f"{refusal.retry_after:g}"
            return Reply(refusal.status, headers, body)
        return Reply(200, headers, b"" if value is None else json.dumps(value).encode())

    def _act(self, request: Request, found: tuple[Route, Mapping[str, str]] | None) -> Json | None:
        now = self.clock.now()
        verify(request, self.settings, now)
        self._throttle.admit(request.region)
        if found is None:
            raise no_route(request)
        route, args = found
        if not self.account.qualified:
            raise RefusedError(403, "QualifyNotPass")
        if route.operation in self.account.denied:
            raise RefusedError(403, "AccessDenied")
        route.check_query(request)
        region = self.regions[request.region]
        region.settle()
        context = Context(request, region, self.regions, self.account, self.settings, now, args)
        if not route.tokened:
            return route.handler(context)
        if self.settings.require_client_token and "clientToken" not in request.query:
            raise RefusedError(400, "BadRequest", "clientToken is required.")
        return self._tokens.once(request, now, lambda: route.handler(context))

    def _headers(self, call: Call) -> dict[str, str]:
        return {
            "Content-Type": "application/json;charset=UTF-8",
            "Date": format_datetime(self.clock.now().replace(microsecond=0), usegmt=True),
            "Server": "BWS",
            "x-bce-request-id": call.request_id,
        }


def _code(reply: Reply) -> str | None:
    if reply.status == 200 or not reply.body:
        return None
    try:
        code = json.loads(reply.body)["code"]
    except (ValueError, KeyError, TypeError):
        return None
    return str(code)
