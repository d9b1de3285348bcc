"""How the snapshot list is cut into pages, sorted and filtered; asked while there are rows."""

import secrets
from typing import Any

from snapkeep.bce.paging import is_truncated, next_marker, page_rows
from snapkeep.bce.reply import Call
from snapkeep.bce.wire import raw
from tests.account.records import (
    Assumption,
    Finding,
    NotAsked,
    differs,
    holds,
    judged,
    unknown,
)
from tests.account.visit import LAG_SECONDS, Visit

# pages that are walked one by one
_PAGES = 20


def truncated(visit: Visit) -> Finding:
    whole, short = _page(visit, 1_000), _page(visit, 1)
    ends = [is_truncated(reply) for reply in (whole, short)]
    markers = [reply.get("nextMarker") for reply in (whole, short)]
    observed = f"{ends}, nextMarker {['yes' if marker else 'no' for marker in markers]}"
    return judged(ends == [bool(marker) for marker in markers], observed)


def max_keys(visit: Visit) -> Finding:
    _rows(visit, 2)
    found = [len(_ids(_page(visit, size))) for size in (1, 2)]
    return judged(found == [1, 2], f"pages of 1 and 2: {found[0]} and {found[1]} rows")


def marker(visit: Visit) -> Finding:
    _rows(visit, 2)
    page = _page(visit, 1)
    after = next_marker(page)
    if after is None:
        return differs("a page of 1 row says that it is the last")
    if after in _ids(page):
        return differs("nextMarker is a row of its own page")
    if _ids(_page(visit, 1, after)) == [after]:
        return holds("nextMarker is the first row of the next page")
    return differs("nextMarker is no id of either page")


def order(visit: Visit) -> Finding:
    found = _rows(visit, 2)
    return judged(found == sorted(found), f"{len(found)} rows")


def walk(visit: Visit) -> Finding:
    """Walk short pages; what came or went meanwhile does not count."""
    before = _rows(visit, 2)
    walked: list[str] = []
    after: str | None = None
    for _ in range(_PAGES):
        page = _page(visit, 2, after)
        walked += [id_ for id_ in _ids(page) if id_ not in walked]
        after = next_marker(page)
        if after is None:
            break
    stayed = set(before) & set(_rows(visit, 2))
    due = stayed if after is None else {id_ for id_ in before[: 2 * _PAGES] if id_ in stayed}
    missing = len(due - set(walked))
    return judged(not missing, f"{len(walked)} rows in pages of 2, {missing} missing")


def disk_filter(visit: Visit) -> Finding:
    shown = visit.shown
    filtered = {row.id: row.volume_id for row in visit.line.client.snapshots(visit.volume.id)}
    whole = visit.line.client.snapshots()
    own = {row.id for row in whole if row.volume_id == visit.volume.id}
    strangers = [disk for disk in filtered.values() if disk != visit.volume.id]
    observed = f"{len(filtered)} rows of the disk, {len(strangers)} of others, {len(whole)} in all"
    return judged(shown.id in filtered and filtered.keys() == own and not strangers, observed)


def system_filter(visit: Visit) -> Finding:
    if visit.instance_id is None:
        raise NotAsked("only with --instance")
    instance_id, made = visit.instance_id, visit.ledger.made.items()
    disks = (disk for disk in visit.inventory.volumes if disk.is_system)
    owners = {instance_id} | {disk.id for disk in disks if instance_id in disk.instance_ids}
    due = {id_ for id_, each in made if each.request.volume_id == instance_id}

    def look() -> bool:
        return due <= {row.id for row in visit.line.client.snapshots(instance_id)}

    if not visit.until(look, LAG_SECONDS)[0]:
        return differs("it does not show the snapshot that was just taken")
    found = {str(row.volume_id) for row in visit.line.client.snapshots(instance_id)}
    if not found:
        return unknown("no snapshot of its system disk is there; --system takes one")
    return judged(found <= owners, f"of {', '.join(sorted(found))}")


def unknown_disk(visit: Visit) -> Finding:
    rows = visit.line.client.snapshots(f"v-{secrets.token_hex(8)}")
    return judged(not rows, f"200 with {len(rows)} rows")


def _page(visit: Visit, size: int, after: str | None = None) -> dict[str, Any]:
    params = (("maxKeys", str(size)),) + ((("marker", after),) if after else ())
    return visit.line.send(Call("ListSnapshots", "GET", "/v2/snapshot", params))


def _ids(page: dict[str, Any]) -> list[str]:
    return [row.id for row in page_rows(page, "snapshots", raw)]


def _rows(visit: Visit, fewest: int) -> list[str]:
    """Return the ids of all snapshots in the list's own order.

    Raises:
        NotAsked: if there are too few to tell.
    """
    found = [row.id for row in visit.line.client.snapshots()]
    if len(found) < fewest:
        raise NotAsked(f"the region has {len(found)} snapshots, and {fewest} are needed")
    return found


TABLE = (
    Assumption(
        "truncated",
        "isTruncated is true or false, and nextMarker is there if it is true, and only then.",
        "BCC Ujwvyo7qi",
        "complete lists or none: nothing is decided from a part",
        truncated,
    ),
    Assumption(
        "max-keys",
        "A page has as many rows as maxKeys says, if there are as many.",
        "BCC Ujwvyo7qi",
        "the queries of list-report; a walk does not depend on it",
        max_keys,
    ),
    Assumption(
        "marker",
        "nextMarker is the first row of the next page: a marker is inclusive.",
        "BCC Ujwvyo7qi (its example)",
        "none directly: pages are joined by id, so an exclusive one does no harm",
        marker,
    ),
    Assumption(
        "order",
        "The list is sorted by id.",
        "inferred: no page says so",
        "a row that comes or goes during a walk hides no other row",
        order,
    ),
    Assumption(
        "walk",
        "Short pages together have every row that one long page has.",
        "BCC Ujwvyo7qi",
        "complete lists; no silent gap",
        walk,
    ),
    Assumption(
        "disk-filter",
        "The list of a disk has every snapshot of the disk and no other.",
        "BCC Ujwvyo7qi",
        "one snapshot per event: a few disks are looked up by it; each delete is judged by it",
        disk_filter,
    ),
    Assumption(
        "system-filter",
        "The list of an instance has its system disk's snapshots and no other; they say the"
        " instance's id or the disk's.",
        "BCC Ujwvyo7qi, 0jwvyo7c0",
        "never a wrong delete: rows of system disks are recognised under both ids",
        system_filter,
    ),
    Assumption(
        "unknown-disk",
        "The list of a disk that does not exist is empty.",
        "no page says so",
        "a disk that is released while a plan is applied",
        unknown_disk,
    ),
)
