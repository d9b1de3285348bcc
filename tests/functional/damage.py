"""Ways in which a list can be short or damaged, as faults of the cloud."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.fake_bce import Fault

FOREVER = 10_000
Reply = dict[str, Any]


def _edit(change: Callable[[Reply], object]) -> Fault:
    def apply(reply: Reply) -> Reply:
        change(reply)
        return reply

    return Fault("transform", transform=apply)


def _rows(reply: Reply) -> list[Any]:
    return next(value for value in reply.values() if isinstance(value, list))


def _no_list(value: object) -> Fault:
    def change(reply: Reply) -> None:
        key = next(key for key, found in reply.items() if isinstance(found, list))
        reply[key] = value

    return _edit(change)


def _row(change: Callable[[Reply], object]) -> Fault:
    return _edit(lambda reply: change(_rows(reply)[0]))


DAMAGES: dict[str, Fault] = {
    "500": Fault("before"),
    "503": Fault("before", status=503, code="ServiceUnavailable"),
    "403": Fault("before", status=403, code="AccessDenied"),
    "404": Fault("before", status=404, code="NoSuchObject"),
    "reset": Fault("reset_before"),
    "timeout": Fault("timeout_before"),
    "redirected": Fault("redirect"),
    "HTML": Fault("garbage"),
    "nothing": Fault("garbage", body=""),
    "an empty object": Fault("garbage", body="{}"),
    "a list": Fault("garbage", body="[]"),
    "not UTF-8": Fault("garbage", body=b"\xff\xfe{}"),
    "cut short": Fault("cut", size=40),
    "isTruncated 'false'": _edit(lambda reply: reply.update(isTruncated="false")),
    "isTruncated 'true'": _edit(lambda reply: reply.update(isTruncated="true")),
    "isTruncated 0": _edit(lambda reply: reply.update(isTruncated=0)),
    "isTruncated null": _edit(lambda reply: reply.update(isTruncated=None)),
    "no isTruncated": _edit(lambda reply: reply.pop("isTruncated")),
    "no nextMarker": _edit(lambda reply: reply.update(isTruncated=True, nextMarker=None)),
    "an empty nextMarker": _edit(lambda reply: reply.update(isTruncated=True, nextMarker="")),
    "a nextMarker of 7": _edit(lambda reply: reply.update(isTruncated=True, nextMarker=7)),
    "a repeated marker": _edit(lambda reply: reply.update(isTruncated=True, nextMarker="0")),
    "no rows": _no_list(None),
    "rows as an object": _no_list({}),
    "a row that is a text": _edit(lambda reply: _rows(reply).insert(0, "s-1")),
    "a row that is null": _edit(lambda reply: _rows(reply).append(None)),
    "a row without id": _row(lambda row: row.pop("id")),
    "a row with an empty id": _row(lambda row: row.update(id="")),
    "a row whose id is a number": _row(lambda row: row.update(id=7)),
    "a row without status": _row(lambda row: row.pop("status")),
    "a row whose tags are text": _row(lambda row: row.update(tags="backup")),
}


def damaged(name: str, operation: str, nth: int) -> Fault:
    """Return the damage, from the so-manieth call of a list on and for good."""
    return replace(DAMAGES[name], operation=operation, nth=nth, times=FOREVER)
