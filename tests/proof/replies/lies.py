"""Answers that are well formed and not true, which a client has no way to see through at once."""

from collections.abc import Callable
from typing import Any

from tests.fake_bce.region import RegionStore
from tests.fake_bce.rows import SnapshotRow

Json = dict[str, Any]
Lie = Callable[[Json, RegionStore], object]
TIMES = {
    "without a zone": "2026-11-01T02:00:00",
    "of year 1": "0001-01-01T00:00:00Z",
    "of year 9999": "9999-12-31T23:59:59Z",
    "in milliseconds": "1793498400000",
    "empty": "",
    "of long ago": "2020-01-01T00:00:00Z",
    "of tomorrow": "2026-11-24T18:00:00Z",
}
TWINS = {
    "createTime": "2020-01-01T00:00:00Z",
    "volumeId": "v-00000000",
    "name": "by-hand",
    "desc": "",
    "createMethod": "auto",
}


def _as_listed(row: SnapshotRow) -> Json:
    return {
        "id": row.id,
        "name": row.name,
        "status": row.status,
        "createTime": f"{row.create_time:%Y-%m-%dT%H:%M:%SZ}",
        "createMethod": row.create_method,
        "volumeId": row.instance_id or row.volume_id,
        "desc": row.desc,
    }


def _everything(reply: Json, store: RegionStore) -> None:
    reply["snapshots"] = [_as_listed(row) for row in store.snapshots.values()]


def _all_others(reply: Json, store: RegionStore) -> None:
    asked = {row["id"] for row in reply["snapshots"]}
    rows = [row for row in store.snapshots.values() if row.id not in asked]
    reply["snapshots"] = [_as_listed(row) for row in rows]


def _dated(text: str) -> Lie:
    def lie(reply: Json, store: RegionStore) -> None:
        for row in reply.get("snapshots", [reply.get("snapshot")]):
            row["createTime"] = text

    return lie


def _shown_twice(name: str, *, truth_first: bool) -> Lie:
    def lie(reply: Json, store: RegionStore) -> None:
        rows = reply["snapshots"]
        twins = [{**row, name: TWINS[name]} for row in rows]
        reply["snapshots"] = [*rows, *twins] if truth_first else [*twins, *rows]

    return lie


def _exchanged(*names: str) -> Lie:
    """Each row says of itself what the one before it should say, and the first what the last."""

    def lie(reply: Json, store: RegionStore) -> None:
        rows = reply[next(key for key, value in reply.items() if isinstance(value, list))]
        truths = [{name: row.get(name) for name in names} for row in rows]
        for row, other in zip(rows, truths[-1:] + truths[:-1], strict=True):
            row.update(other)

    return lie


def _one_said(number: int, **members: object) -> Lie:
    """One row of the list is said to be otherwise."""

    def lie(reply: Json, store: RegionStore) -> None:
        rows = sorted(reply["snapshots"], key=lambda row: str(row["createTime"]))
        if rows:
            rows[max(number, -len(rows))].update(members)

    return lie


def _only(member: str, part: slice) -> Lie:
    def lie(reply: Json, store: RegionStore) -> None:
        reply[member] = reply[member][part]

    return lie


def _another_row(reply: Json, store: RegionStore) -> None:
    others = [row for row in store.snapshots.values() if row.id != reply["snapshot"]["id"]]
    reply["snapshot"] = _as_listed(others[-1])


def _said(**members: object) -> Lie:
    return lambda reply, store: reply["snapshot"].update(members)


def _made(name: str) -> Lie:
    """Call a snapshot that was there before the one that is made now."""

    def lie(reply: Json, store: RegionStore) -> None:
        rows = [row for row in store.snapshots.values() if row.name.startswith(name)]
        reply["snapshotId"] = rows[0].id if rows else "s-00000000"

    return lie


LIES: list[tuple[str, str, Lie]] = [
    ("ListSnapshots", "rows of all disks", _everything),
    ("ListSnapshots", "rows of all other disks", _all_others),
    ("ListSnapshots", "no rows", _only("snapshots", slice(0))),
    ("ListSnapshots", "a part of the rows", _only("snapshots", slice(0, None, 2))),
    ("ListSnapshots", "the other part of the rows", _only("snapshots", slice(1, None, 2))),
    *(("ListSnapshots", f"times {what}", _dated(text)) for what, text in TIMES.items()),
    *(
        ("ListSnapshots", f"rows twice, their {name} {how}", _shown_twice(name, truth_first=first))
        for name in TWINS
        for how, first in (("false at last", True), ("false at first", False))
    ),
    ("ListSnapshots", "ids exchanged", _exchanged("id")),
    ("ListSnapshots", "names exchanged", _exchanged("name")),
    ("ListSnapshots", "names and markers exchanged", _exchanged("name", "desc")),
    ("ListSnapshots", "disks exchanged", _exchanged("volumeId")),
    ("ListSnapshots", "times exchanged", _exchanged("createTime")),
    ("ListSnapshots", "a good one is said to have failed", _one_said(-2, status="CreatedFailed")),
    ("ListSnapshots", "the newest is said to have failed", _one_said(-1, status="CreatedFailed")),
    ("ListSnapshots", "a row is said to be of no disk", _one_said(-3, volumeId=None)),
    ("ListVolumes", "no disks", _only("volumes", slice(0))),
    ("ListVolumes", "a part of the disks", _only("volumes", slice(0, None, 2))),
    ("ListInstances", "no servers", _only("instances", slice(0))),
    ("GetSnapshot", "another id", _said(id="s-00000000")),
    ("GetSnapshot", "another snapshot", _another_row),
    ("GetSnapshot", "another disk", _said(volumeId="v-00000000")),
    ("GetSnapshot", "another name", _said(name="by-hand")),
    ("GetSnapshot", "no marker", _said(desc="")),
    ("GetSnapshot", "it has failed", _said(status="CreatedFailed")),
    *(("GetSnapshot", f"times {what}", _dated(text)) for what, text in TIMES.items()),
    ("CreateSnapshot", "an id that is not there", _made("none of these")),
    ("CreateSnapshot", "the id of one of others", _made("by-hand")),
    ("CreateSnapshot", "the id of an earlier one", _made("sk_nightly")),
]
