"""Scripted trouble: which call goes wrong, and how."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Literal
from urllib.parse import unquote

from tests.fake_bce.errors import error_body
from tests.fake_bce.journal import Call
from tests.fake_bce.wire import Delivery, Drip, Json, Reply

Kind = Literal[
    "before", "after", "reset_before", "reset_after", "timeout_before", "timeout_after",
    "kill_before", "kill", "throttle", "redirect", "garbage", "cut", "drip", "no_date", "skew",
    "transform",
]  # fmt: skip

_UNCOMMITTED = frozenset(
    {"before", "reset_before", "timeout_before", "kill_before", "throttle", "redirect"}
)


class Killed(BaseException):
    """The process that made the call died; no handler of ordinary errors may catch it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong.

    Attributes:
        kind: what happens. before, throttle, redirect and *_before leave the cloud as it was;
            every other kind happens after the call has done its work.
        operation: an operation's name, or ``*`` for any.
        nth: fires first at this matching call, 1-based.
        times: fires at so many matching calls in a row.
        match: a part of the target or the body, encoded or decoded.
        status, code: of the answer (before, after); garbage is answered with 200.
        body: verbatim answer (garbage, before, after) instead of an error body.
        retry_after: seconds, for a ``Retry-After`` header (throttle, before, after).
        location: where a redirect points.
        seconds: virtual seconds per piece (drip), of the shift (skew), of the wait (timeout).
        size: bytes per piece (drip), or bytes that arrive (cut).
        transform: edits the JSON of a good answer (transform).
    """

    kind: Kind
    operation: str = "*"
    nth: int = 1
    times: int = 1
    region: str | None = None
    match: str | None = None
    status: int = 500
    code: str = "InternalError"
    body: bytes | str | None = None
    retry_after: float | None = None
    location: str = "http://127.0.0.1:9/elsewhere"
    seconds: float = 10.0
    size: int = 16
    transform: Callable[[Json], object] | None = None

    @property
    def commits(self) -> bool:
        """Whether the call does its work before anything goes wrong."""
        return self.kind not in _UNCOMMITTED

    def matches(self, call: Call) -> bool:
        """Whether this fault is about such a call."""
        text = f"{call.target}\n{unquote(call.target)}\n{call.body}"
        return (
            self.operation in {"*", call.operation}
            and self.region in {None, call.region}
            and (self.match is None or self.match in text)
        )


@dataclass(slots=True)
class FaultScript:
    """The faults of one cloud; the first due one fires, and every matching one counts the call."""

    fired: list[tuple[Fault, Call]] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _faults: list[Fault] = field(default_factory=list)
    _counts: list[int] = field(default_factory=list)

    def add(self, *faults: Fault) -> None:
        """Add faults; each counts matching calls from now on."""
        with self._lock:
            self._faults += faults
            self._counts += [0] * len(faults)

    def clear(self) -> None:
        """Forget all faults, fired or not."""
        with self._lock:
            self._faults, self._counts = [], []

    def due(self, call: Call) -> Fault | None:
        """Count the call and return the fault that fires at it."""
        found: Fault | None = None
        with self._lock:
            for index, fault in enumerate(self._faults):
                if not fault.matches(call):
                    continue
                self._counts[index] += 1
                if found is None and 0 <= self._counts[index] - fault.nth < fault.times:
                    found = fault
            if found:
                self.fired.append((found, call))
        return found


def spoil(fault: Fault, reply: Reply, request_id: str, now: datetime) -> Reply:
    """Return what the client gets instead of ``reply``, an empty one where nothing was done."""
    return _SPOILERS[fault.kind](fault, reply, request_id, now)


def _status(fault: Fault, reply: Reply, request_id: str, now: datetime) -> Reply:
    throttled = fault.kind == "throttle"
    status, code = (429, "TooManyRequests") if throttled else (fault.status, fault.code)
    headers = dict(reply.headers)
    if fault.retry_after is not None:
        headers["Retry-After"] = f"{fault.retry_after:g}"
    body = error_body(code, request_id) if fault.body is None else _bytes(fault.body)
    return Reply(status, headers, body)


def _redirect(fault: Fault, reply: Reply, request_id: str, now: datetime) -> Reply:
    return Reply(302, {**reply.headers, "Location": fault.location}, b"")


def _garbage(fault: Fault, reply: Reply, request_id: str, now: datetime) -> Reply:
    body = b"<html>502 Bad Gateway</html>" if fault.body is None else _bytes(fault.body)
    return replace(reply, status=200, body=body)


def _lost(fault: Fault, reply: Reply, request_id: str, now: datetime) -> Reply:
    kinds = {"reset": Delivery.RESET, "timeout": Delivery.TIMEOUT, "kill": Delivery.KILLED}
    delivery = kinds[fault.kind.partition("_")[0]]
    return replace(reply, delivery=delivery, seconds=fault.seconds)


def _cut(fault: Fault, reply: Reply, request_id: str, now: datetime) -> Reply:
    headers = {**reply.headers, "Content-Length": str(len(reply.body))}
    return replace(reply, headers=headers, body=reply.body[: fault.size], delivery=Delivery.CUT)


def _drip(fault: Fault, reply: Reply, request_id: str, now: datetime) -> Reply:
    return replace(reply, drip=Drip(max(1, fault.size), fault.seconds))


def _date(fault: Fault, reply: Reply, request_id: str, now: datetime) -> Reply:
    headers = {name: value for name, value in reply.headers.items() if name != "Date"}
    if fault.kind == "skew":
        shifted = now + timedelta(seconds=fault.seconds)
        headers["Date"] = format_datetime(shifted, usegmt=True)
    return replace(reply, headers=headers)


def _transform(fault: Fault, reply: Reply, request_id: str, now: datetime) -> Reply:
    if reply.status != 200 or not reply.body or fault.transform is None:
        return reply
    value = json.loads(reply.body)
    changed = fault.transform(value)
    return replace(reply, body=json.dumps(value if changed is None else changed).encode())


def _bytes(text: bytes | str) -> bytes:
    return text.encode() if isinstance(text, str) else text


_SPOILERS: dict[str, Callable[[Fault, Reply, str, datetime], Reply]] = {
    "before": _status,
    "after": _status,
    "throttle": _status,
    "redirect": _redirect,
    "garbage": _garbage,
    "reset_before": _lost,
    "reset_after": _lost,
    "timeout_before": _lost,
    "timeout_after": _lost,
    "kill_before": _lost,
    "kill": _lost,
    "cut": _cut,
    "drip": _drip,
    "no_date": _date,
    "skew": _date,
    "transform": _transform,
}
