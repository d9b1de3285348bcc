from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.account.accounts import ALWAYS, account, lists, shown
from tests.fake_bce import Call, Fault

Change = Callable[[dict[str, Any]], object]
LIST, DETAIL, CREATE, DELETE = "ListSnapshots", "GetSnapshot", "CreateSnapshot", "DeleteSnapshot"


def refused(operation: str, status: int, code: str, **options: Any) -> Fault:
    return Fault("before", operation, status=status, code=code, **options)


def written(**fields: object) -> tuple[Fault, Fault]:
    """Return faults that show the suite's own rows with other values."""
    return shown(lambda row: row.update(fields))


class Ghost:
    """Keeps the first snapshot of this suite in the lists for ever."""

    def __init__(self) -> None:
        self.row: dict[str, Any] | None = None

    def __call__(self, reply: dict[str, Any]) -> None:
        rows = reply["snapshots"]
        own = [row for row in rows if row["name"].endswith("_a") and "20261123T" in row["name"]]
        if own:
            self.row = own[0]
        elif self.row and len(rows) > 2:
            rows.append(self.row)


def one_more(reply: dict[str, Any]) -> None:
    if reply["maxKeys"] <= 2:
        reply["snapshots"].append({"id": "s-zzzz1234"})


def own_marker(reply: dict[str, Any]) -> None:
    if reply["isTruncated"]:
        reply["nextMarker"] = reply["snapshots"][-1]["id"]


def of_another_disk(reply: dict[str, Any]) -> None:
    row = {"id": "s-other123", "name": "x", "status": "Available", "volumeId": "v-other123"}
    reply["snapshots"].append({**row, "createTime": "2026-11-23T18:00:00Z"})


def with_a_status(reply: dict[str, Any]) -> None:
    for row in reply["snapshots"][:1]:
        row["status"] = "Archived"


HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
CLOUDS: dict[str, tuple[dict[str, Any], tuple[Fault, ...], set[str]]] = {
    "lists lag": ({"list_lag": HOUR}, (), {"list-lag"}),
    "lists lag by more than they may": ({"list_lag": 1.5 * MINUTE}, (), {"list-lag"}),
    "a token is forgotten at once": (
        {"token_life": timedelta()},
        (),
        {"replay", "mismatch", "one-row"},
    ),
    "a token lives a minute": (
        {"token_life": MINUTE},
        (),
        {"late-replay"},
    ),
    "no date": ({}, (Fault("no_date", times=ALWAYS),), {"date", "clock-behind"}),
    "another time": ({}, (Fault("skew", times=ALWAYS, seconds=600),), {"date", "create-time"}),
    "signatures": (
        {},
        (refused(LIST, 400, "BadSignature", nth=3),),
        {"wrong-signature"},
    ),
    "unknown ids": ({}, (refused(DETAIL, 400, "BadRequest"),), {"unknown-snapshot"}),
    "parameters": (
        {},
        (refused(LIST, 404, "NoSuchObject", match="skcontract=1"),),
        {"unknown-parameter"},
    ),
    "a detail that lags": (
        {},
        (refused(DETAIL, 404, "NoSuchObject", nth=2, times=4),),
        {"detail"},
    ),
    "creates": ({}, (refused(CREATE, 400, "BadRequest"),), {"create"}),
    "a busy disk": (
        {},
        (refused(CREATE, 400, "Snapshot.Busy", nth=3),),
        {"second-create"},
    ),
    "an early delete": ({}, (refused(DELETE, 403, "Forbidden"),), {"early-delete"}),
    "an early delete that is said to be done": (
        {},
        (Fault("garbage", DELETE, body=b""),),
        {"early-delete"},
    ),
    "old signatures": (
        {},
        (Fault("garbage", LIST, nth=4, body=b'{"snapshots": [], "isTruncated": false}'),),
        {"clock-behind"},
    ),
    "a mismatch": ({}, (refused(CREATE, 400, "BadRequest", nth=4),), {"mismatch"}),
    "a token that a refusal uses up": (
        {"busy_while_creating": True},
        (refused(CREATE, 409, "OperationDenied", nth=7),),
        {"refused-token"},
    ),
    "time zones": (
        {},
        written(createTime="2026-11-24 02:00:30"),
        {"create-time", "fields"},
    ),
    "an instant in local time": ({}, written(createTime="2026-11-24T02:00:30Z"), {"create-time"}),
    "methods": ({}, written(createMethod="API"), {"create-method"}),
    "retention": ({}, written(expireTime="2026-12-23T18:00:30Z"), {"endless"}),
    "names": ({}, shown(lambda r: r.update(name=r["name"][:32])), {"detail", "name", "one-row"}),
    "descriptions": (
        {},
        shown(lambda row: row.update(desc=row["desc"][:128])),
        {"desc", "longest-hold"},
    ),
    "descriptions of a thousand": (
        {},
        shown(lambda row: row.update(desc=row["desc"][:1000])),
        {"longest-hold"},
    ),
    "markers": ({}, (lists(own_marker),), {"marker"}),
    "pages": ({}, (lists(one_more, match="maxKeys=1&"), lists(one_more)), {"max-keys", "marker"}),
    "order": ({}, (lists(lambda reply: reply["snapshots"].reverse()),), {"order"}),
    "filters": (
        {},
        (lists(of_another_disk, match="volumeId="),),
        {"disk-filter", "unknown-disk"},
    ),
    "statuses": ({}, (lists(with_a_status),), {"statuses"}),
    "a list that goes on showing it": ({}, (lists(Ghost()),), {"deleted-list"}),
    "a second delete": (
        {},
        (Fault("garbage", DELETE, nth=3, body=b""),),
        {"second-delete"},
    ),
    "wrong names": (
        {},
        (Fault("garbage", CREATE, match="1_skcontract", body=b'{"snapshotId": "s-none1234"}'),),
        {"wrong-name"},
    ),
    "a token that outlives its snapshot no longer": (
        {},
        (Fault("garbage", CREATE, nth=8, body=b'{"snapshotId": "s-none1234"}'),),
        {"deleted-replay"},
    ),
    "chains": (
        {},
        (Fault("garbage", "ListChains", body=b'{"isTruncated": 0, "snapchains": []}'),),
        {"list-chains"},
    ),
}


@pytest.mark.parametrize(("settings", "faults", "expected"), CLOUDS.values(), ids=CLOUDS)
def test_a_cloud_that_differs_is_told_and_nothing_is_left(
    tmp_path: Path, settings: dict[str, Any], faults: tuple[Fault, ...], expected: set[str]
) -> None:
    made = account(tmp_path, faults, **settings)
    before = made.rows()
    assert made.run() == 1
    assert made.ids("differs") == expected
    assert made.rows() == before
    assert made.taken <= 3


def test_a_snapshot_that_could_be_deleted_too_early_is_asked_about_no_more(tmp_path: Path) -> None:
    made = account(tmp_path, busy_while_creating=True)
    before, rows = made.rows(), made.cloud.region("bj").snapshots

    def end(call: Call) -> None:
        if call.operation == DELETE:
            for row in rows.values():
                row.status = "Available"

    made.cloud.on_call = end
    assert made.run() == 1
    assert made.ids("differs") == {"early-delete"}
    assert made.observed("name") == "not asked: the snapshot is not there any more"
    assert made.rows() == before
