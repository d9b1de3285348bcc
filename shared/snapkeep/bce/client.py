"""The operations of the BCC API that snapkeep needs, in one region, up to one deadline."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol, TypeVar
from urllib.parse import quote

from snapkeep.bce import wire
from snapkeep.bce.errors import ListIncomplete, TransportError
from snapkeep.bce.paging import (
    MAX_KEYS,
    MAX_PAGES,
    HasId,
    next_marker,
    page_rows,
    walk,
    walk_numbered,
)
from snapkeep.bce.reply import Call
from snapkeep.bce.signing import Pair
from snapkeep.model import Chain, Instance, Snapshot, Volume
from snapkeep.times import Deadline

Row = TypeVar("Row", bound=HasId)


@dataclass(frozen=True, slots=True)
class SnapshotPage:
    """One page of the snapshot list; ``next_marker`` is ``None`` at the end."""

    snapshots: tuple[Snapshot, ...]
    next_marker: str | None


class Sender(Protocol):
    """What a client sends its calls through; ``Transport`` is the one with a cloud behind it."""

    @property
    def skew(self) -> timedelta | None: ...

    def send(self, call: Call, deadline: Deadline) -> dict[str, Any]: ...


class Client:
    """One region of the account. Every method may raise ``ApiError``, ``TransportError`` and
    ``DeadlineExceeded``; every list raises ``ListIncomplete`` rather than return a part."""

    def __init__(self, region: str, transport: Sender, deadline: Deadline) -> None:
        self.region = region
        self._transport, self._deadline = transport, deadline

    @property
    def skew(self) -> timedelta | None:
        """The API's clock less ours by its last answer; ``None`` if that had no ``Date``."""
        return self._transport.skew

    def create_snapshot(self, *, volume_id: str, name: str, desc: str, client_token: str) -> str:
        """Ask for a snapshot and return its id; it is ``Creating`` (BCC API, 0jwvyo7c0).

        Args:
            volume_id: the disk's id, for a system disk its instance's.
        """
        body = json.dumps({"volumeId": volume_id, "snapshotName": name, "desc": desc}).encode()
        params = (("clientToken", client_token),)
        call = Call("CreateSnapshot", "POST", "/v2/snapshot", params, body)
        snapshot_id = self._send(call).get("snapshotId")
        if not isinstance(snapshot_id, str) or not snapshot_id or not snapshot_id.isascii():
            raise TransportError("CreateSnapshot", "UnreadableReply", "200 without a snapshotId")
        return snapshot_id

    def delete_snapshot(self, snapshot_id: str) -> None:
        """Delete a snapshot (BCC API, cjwvyo81w): ``NotFound`` once it is gone."""
        path = f"/v2/snapshot/{quote(snapshot_id, safe='')}"
        self._send(Call("DeleteSnapshot", "DELETE", path, replies=False))

    def modify_desc(self, snapshot_id: str, desc: str) -> None:
        """Replace a snapshot's description and nothing else (BCC API, 5m2tv8z6p).

        The API compares nothing before it writes: of two writers the later one wins. Asked twice it
        does the same, so an attempt whose answer was lost is repeated.
        """
        path = f"/v2/snapshot/{quote(snapshot_id, safe='')}"
        params = (("modifyAttribute", None),)
        body = json.dumps({"desc": desc}).encode()
        self._send(Call("ModifySnapshot", "PUT", path, params, body, replies=False))

    def snapshot(self, snapshot_id: str) -> Snapshot:
        """Return one snapshot (BCC API, Bjwvyo8dg)."""
        return self._detail("GetSnapshot", "snapshot", snapshot_id, wire.snapshot)

    def volume(self, volume_id: str) -> Volume:
        """Return one disk (BCC API, 1jwvyo4ly)."""
        return self._detail("GetVolume", "volume", volume_id, wire.volume)

    def instance(self, instance_id: str) -> Instance:
        """Return one instance (BCC API, sjwvyoeqr)."""
        return self._detail("GetInstance", "instance", instance_id, wire.instance)

    def snapshots(self, volume_id: str | None = None, pages: int = MAX_PAGES) -> list[Snapshot]:
        """Return all snapshots of the region, or of one disk (BCC API, Ujwvyo7qi).

        Raises:
            ListTooLong: if they are on more pages than that.
        """
        disk = ("volumeId", volume_id)
        return self._list("ListSnapshots", "snapshot", wire.snapshot, disk, pages=pages)

    def volumes(self) -> list[Volume]:
        """Return all disks of the region (BCC API, Sjwvyo5be)."""
        return self._list("ListVolumes", "volume", wire.volume)

    def instances(self) -> list[Instance]:
        """Return all instances of the region (BCC API, Xjwvyodmx)."""
        return self._list("ListInstances", "instance", wire.instance)

    def chains(self) -> list[Chain]:
        """Return the snapshot chain of every disk that has one (BCC API, 1kckej0zw)."""
        return self._chains(wire.chain)

    def export(self) -> dict[str, list[dict[str, Any]]]:
        """Return all disks, instances, snapshots and chains of the region as the API has them."""
        lists = {
            f"{noun}s": self._list(f"List{noun.capitalize()}s", noun, wire.raw)
            for noun in ("volume", "instance", "snapshot")
        }
        lists["chains"] = self._chains(wire.raw)
        return {key: [row.fields for row in rows] for key, rows in lists.items()}

    def snapshot_page(
        self, *, marker: str | None, max_keys: int, volume_id: str | None
    ) -> SnapshotPage:
        """Return one page of the snapshot list, as the API's own query does."""
        params = _given(("marker", marker), ("maxKeys", str(max_keys)), ("volumeId", volume_id))
        reply = self._send(Call("ListSnapshots", "GET", "/v2/snapshot", params))
        with self._named("ListSnapshots"):
            rows = page_rows(reply, "snapshots", wire.snapshot)
            return SnapshotPage(tuple(rows), next_marker(reply))

    def _list(
        self,
        operation: str,
        noun: str,
        parse: Callable[[object], Row],
        *filters: Pair,
        pages: int = MAX_PAGES,
    ) -> list[Row]:
        def fetch(marker: str | None) -> dict[str, Any]:
            params = _given(("marker", marker), ("maxKeys", str(MAX_KEYS)), *filters)
            return self._send(Call(operation, "GET", f"/v2/{noun}", params))

        with self._named(operation):
            return walk(fetch, f"{noun}s", parse, pages)

    def _chains(self, parse: Callable[[object], Row]) -> list[Row]:
        def fetch(number: int) -> dict[str, Any]:
            params = (("pageNo", str(number)), ("pageSize", str(MAX_KEYS)))
            return self._send(Call("ListChains", "GET", "/v2/snapshot/chain", params))

        with self._named("ListChains"):
            return walk_numbered(fetch, "snapchains", parse)

    def _detail(self, operation: str, noun: str, id_: str, parse: Callable[[object], Row]) -> Row:
        reply = self._send(Call(operation, "GET", f"/v2/{noun}/{quote(id_, safe='')}"))
        try:
            found = parse(reply.get(noun))
        except ListIncomplete as error:
            raise TransportError(operation, "UnreadableReply", str(error)) from error
        if found.id != id_:
            detail = f"asked for {id_}, got {found.id[:40]!r}"
            raise TransportError(operation, "UnreadableReply", detail)
        return found

    @contextmanager
    def _named(self, operation: str) -> Iterator[None]:
        try:
            yield
        except ListIncomplete as error:
            raise type(error)(f"{operation} in {self.region}: {error}") from error

    def _send(self, call: Call) -> dict[str, Any]:
        return self._transport.send(call, self._deadline)


def _given(*pairs: Pair) -> tuple[Pair, ...]:
    return tuple(pair for pair in pairs if pair[1] is not None)
