"""Holding a snapshot, and releasing it: one word of its marker, written and then read back.

The API cannot write on a condition (BCC API, 5m2tv8z6p), so a snapshot is read right before and
right after: an edit or a delete after our writing is seen, while an edit in the moment before it is
overwritten, and a delete in the moment after we have looked comes too late to be told.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from snapkeep import ids
from snapkeep.bce.client import Client
from snapkeep.bce.errors import BceError, NotFound
from snapkeep.errors import InvalidInput, SnapkeepError
from snapkeep.identity import Marker, read_marker, with_hold
from snapkeep.model import Snapshot, SnapshotStatus, iso
from snapkeep.times import parse_instant

MAX_REASON = 100
_IDEOGRAPHIC_SPACE = "\u3000"


class HoldUnconfirmed(SnapkeepError):
    """What was read back is not what was asked for, or could not be read; look at the snapshot, or
    ask again: asking twice does no harm."""


@dataclass(frozen=True, slots=True)
class Held:
    """How a snapshot is held now.

    Attributes:
        name: the snapshot's.
        reason: ``None`` if it is not held.
        until: when the hold ends, ``None`` for one without an end.
        changed: whether anything had to be written.
        replaced: the reason of the hold that is gone by this, ``None`` if there was none.
    """

    region: str
    snapshot_id: str
    name: str
    reason: str | None
    until: datetime | None
    changed: bool
    replaced: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "region": self.region,
            "snapshot_id": self.snapshot_id,
            "name": self.name,
            "reason": self.reason,
            "until": iso(self.until) if self.until else None,
            "changed": self.changed,
            "replaced": self.replaced,
        }


def set_hold(
    clients: Iterable[Client],
    snapshot_id: str,
    *,
    reason: str | None,
    until: datetime | None,
    now: datetime,
) -> Held:
    """Hold a snapshot of ours, or release it, in the first region that has it.

    Args:
        reason: 1 to 100 printable characters; replaces the hold that is there; ``None`` releases.
        until: when the hold ends by itself, aware, later than ``now``; cut to the second; ``None``
            for no end.

    Raises:
        InvalidInput: for an argument, ``UnknownId`` if no region has the snapshot, ``NotOurs`` if
            it carries no marker of ours, which is where a hold stands. Nothing was written.
        HoldUnconfirmed: if the snapshot is not surely as asked for.
        BceError: if the API refused, or time or network failed; nothing was written.
    """
    ids.check_ids([snapshot_id], ids.SNAPSHOT, "snapshot")
    reason = None if reason is None else _checked(reason)
    until = None if until is None else _end(until, reason, now)
    client, before = _find(clients, snapshot_id)
    marker = _marker(before, client.region)
    changed = (marker.hold, marker.hold_until) != (reason, until)
    if changed:
        _write(client, before, with_hold(before.desc, reason, until))
    replaced = marker.hold if changed else None
    return Held(client.region, before.id, before.name, reason, until, changed, replaced)


def _checked(reason: str) -> str:
    text = reason.strip()
    if not 1 <= len(text) <= MAX_REASON:
        raise InvalidInput(f"must have 1 to {MAX_REASON} characters", path="reason")
    # the space of Chinese text is not printable by Python's definition
    if not text.replace(_IDEOGRAPHIC_SPACE, " ").isprintable():
        message = "has a line break, or a character that cannot be printed; write it in one line"
        raise InvalidInput(message, path="reason")
    return text


def _end(until: datetime, reason: str | None, now: datetime) -> datetime:
    """Return the end as a marker can carry it."""
    if reason is None:
        raise InvalidInput("a release has no end; leave it out", path="until")
    # through the reader of markers: an end that it could not read again is refused here
    end = parse_instant(until.isoformat(), "until")
    if end <= now:
        raise InvalidInput(f"{iso(end)} is not in the future", path="until")
    return end


def _find(clients: Iterable[Client], snapshot_id: str) -> tuple[Client, Snapshot]:
    """Return the snapshot and the client of its region; a region that cannot be asked stops the
    search only if no other region has it."""
    regions: list[str] = []
    trouble: BceError | None = None
    for client in clients:
        regions.append(client.region)
        try:
            return client, client.snapshot(snapshot_id)
        except NotFound:
            continue
        except BceError as error:
            trouble = trouble or error
    if trouble:
        raise trouble
    message = f"no snapshot of {', '.join(regions)} has the id {snapshot_id}"
    raise InvalidInput(message, path="snapshot", code="UnknownId")


def _marker(snapshot: Snapshot, region: str) -> Marker:
    marker = read_marker(snapshot, region)
    if marker is None:
        message = (
            f"{snapshot.id} in {region} is not provably a snapshot of snapkeep's, so it has no"
            " marker for a hold; hold it with a [[hold]] table in the policy file"
        )
        raise InvalidInput(message, path="snapshot", code="NotOurs")
    return marker


def _write(client: Client, before: Snapshot, desc: str) -> None:
    """Write the description and read it back."""
    place = f"{before.id} in {client.region}"
    trouble: BceError | None = None
    try:
        client.modify_desc(before.id, desc)
    except NotFound as error:
        raise HoldUnconfirmed(f"{place} has just been deleted: {error}") from error
    except BceError as error:
        trouble = error  # an earlier attempt may have done it: what is read back decides
    try:
        after = client.snapshot(before.id)
    except NotFound as error:
        raise HoldUnconfirmed(f"{place} has just been deleted: {error}") from error
    except BceError as error:
        raise HoldUnconfirmed(f"{place} could not be read back, ask again: {error}") from error
    different = _different(replace(before, desc=desc), after)
    if trouble and not _different(before, after):
        raise trouble
    if different:
        raise HoldUnconfirmed(f"{place} is not as asked for: {different}; look at it") from trouble


def _different(wanted: Snapshot, found: Snapshot) -> str:
    """Say in what a snapshot differs from what it should be; nothing if it does not."""
    if wanted.status == SnapshotStatus.CREATING:
        wanted = replace(wanted, status=found.status)  # a creation that ends is nobody's edit
    fields = found.to_json()
    return "; ".join(
        f"{name} is {fields[name]!r}, not {value!r}"
        for name, value in wanted.to_json().items()
        if fields[name] != value
    )
