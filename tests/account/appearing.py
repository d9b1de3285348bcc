"""How a new snapshot shows: when, where, and with what written on it."""

import re
from datetime import timedelta
from typing import Any

from snapkeep.bce.paging import MAX_KEYS, walk
from snapkeep.bce.reply import Call
from snapkeep.bce.wire import raw
from snapkeep.model import SnapshotStatus
from tests.account.records import Assumption, Finding, NotAsked, differs, holds, judged, unknown
from tests.account.visit import LAG_SECONDS, LOOK_SECONDS, Visit

_FIELDS = ("id", "name", "createTime", "status", "createMethod", "volumeId", "desc")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_NEAR = timedelta(minutes=5)


def list_lag(visit: Visit) -> Finding:
    visit.until(visit.look_in_lists, LOOK_SECONDS)
    seen = visit.seen
    observed = ", ".join(
        f"{which} list after {seen[which]:.1f} s" if which in seen else f"not in the {which} list"
        for which in ("whole", "of the disk")
    )
    return judged(len(seen) == 2 and max(seen.values()) <= LAG_SECONDS, observed)


def available(visit: Visit) -> Finding:
    id_, made = visit.first
    statuses: dict[str, float] = {}

    def look() -> bool:
        status = visit.line.client.snapshot(id_).status
        statuses.setdefault(status, visit.clock.monotonic() - made.at)
        return status != SnapshotStatus.CREATING

    visit.tell(f"waiting until the snapshot is Available, {visit.wait} at the most")
    settled, _ = visit.until(look, visit.wait.total_seconds())
    observed = ", ".join(f"{status} after {after:.1f} s" for status, after in statuses.items())
    if not settled or SnapshotStatus.CREATED_FAILED in statuses:
        return unknown(observed)
    return judged(statuses.keys() <= {"Creating", "Available"}, observed)


def create_time(visit: Visit) -> Finding:
    id_, made = visit.first
    row = visit.line.client.snapshot(id_)
    ago = timedelta(seconds=visit.clock.monotonic() - made.at)
    asked = visit.clock.now() - ago + (visit.line.skew or timedelta())
    if row.create_time is None:
        return differs("it is no instant with a zone")
    off = row.create_time - asked
    return judged(abs(off) <= _NEAR, f"{off.total_seconds():+.0f} s of when it was asked for")


def fields(visit: Visit) -> Finding:
    row = _written(visit)
    odd = [name for name in _FIELDS if not isinstance(row.get(name), str)]
    if not odd and not _INSTANT.fullmatch(row["createTime"]):
        return differs(f"createTime is {row['createTime'][:40]!r}")
    return judged(not odd, f"missing or no text: {', '.join(odd) or 'none'}")


def endless(visit: Visit) -> Finding:
    value = _written(visit).get("expireTime")
    return judged(not value, f"expireTime is {str(value or 'none')[:40]}")


def create_method(visit: Visit) -> Finding:
    both = visit.both
    observed = ", ".join(sorted({row.create_method or "none" for row in both}))
    return judged(all(row.is_manual for row in both), observed)


def volume_id(visit: Visit) -> Finding:
    found = {row.volume_id for row in visit.both}
    return judged(found == {visit.volume.id}, ", ".join(sorted(map(str, found))))


def name(visit: Visit) -> Finding:
    wanted = visit.first[1].request.name
    return _same(wanted, [row.name for row in visit.both])


def desc(visit: Visit) -> Finding:
    wanted = visit.first[1].request.desc
    return _same(wanted, [row.desc for row in visit.both])


def _written(visit: Visit) -> dict[str, Any]:
    """Return the first snapshot's row as its disk's list has it."""
    id_, _ = visit.first

    def fetch(marker: str | None) -> dict[str, Any]:
        params = (("maxKeys", str(MAX_KEYS)), ("volumeId", visit.volume.id))
        more = (("marker", marker),) if marker else ()
        return visit.line.send(Call("ListSnapshots", "GET", "/v2/snapshot", params + more))

    for row in walk(fetch, "snapshots", raw):
        if row.id == id_:
            return row.fields
    raise NotAsked("the list of the disk does not show it")


def _same(wanted: str, found: list[str]) -> Finding:
    if all(text == wanted for text in found):
        return holds(f"{len(wanted)} characters, byte for byte")
    return differs(f"{[len(text) for text in found]} characters of {len(wanted)}, or others")


TABLE = (
    Assumption(
        "list-lag",
        f"A new snapshot is in the whole list and in its disk's within {LAG_SECONDS:.0f} seconds.",
        "no page says so",
        "one snapshot per event: what a token has forgotten the list must show",
        list_lag,
    ),
    Assumption(
        "available",
        "A snapshot goes from Creating to Available, with nothing in between.",
        "the SDKs' models; CDS sjwvyaern (seconds to minutes)",
        "no silent gap: created is said of what is Available, and of nothing else",
        available,
    ),
    Assumption(
        "create-time",
        "createTime is when the snapshot was asked for, in UTC.",
        "BCC Ujwvyo7qi",
        "never a wrong delete: the minimum age; the report's ages",
        create_time,
    ),
    Assumption(
        "fields",
        "A row of the list has id, name, createTime with a Z, status, createMethod, volumeId and"
        " desc, as texts.",
        "BCC Ujwvyo7qi",
        "never a wrong delete: a row that says less is never ours",
        fields,
    ),
    Assumption(
        "endless",
        "A snapshot for which no retention was asked has no expireTime.",
        "BCC 0jwvyo7c0 (-1 is for ever)",
        "never a wrong delete: nothing of ours ends by itself, past all gates",
        endless,
    ),
    Assumption(
        "create-method",
        "A snapshot that the API was asked for says manual, and belongs to no instance snapshot"
        " and no image.",
        "BCC Ujwvyo7qi",
        "what snapkeep made it may expire",
        create_method,
    ),
    Assumption(
        "volume-id",
        "A snapshot of a CDS disk says the disk's id.",
        "BCC Ujwvyo7qi",
        "never a wrong delete: the row and its marker must agree",
        volume_id,
    ),
    Assumption(
        "name",
        "The name comes back as it was sent, in the detail and in the list.",
        "BCC 0jwvyo7c0",
        "one snapshot per event; never a wrong delete: the name proves the origin",
        name,
    ),
    Assumption(
        "desc",
        "A description as long as snapkeep's longest marker comes back byte for byte, with its"
        " = : / and spaces.",
        "no page names the longest",
        "one snapshot per event; never a wrong delete: the marker proves the origin",
        desc,
    ),
)
