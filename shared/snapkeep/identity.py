"""Who a snapshot belongs to: the token, name and marker that one event gives one disk.

All of them are pure functions of (region, policy, disk, source, slot, event), so a redelivered
event asks for byte-identical work. The formulas are frozen by golden vectors; a new formula gets a
new ``FORMAT``.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from urllib.parse import quote, unquote

from snapkeep.errors import InvalidInput
from snapkeep.model import Snapshot, Source, iso
from snapkeep.times import parse_instant

FORMAT = "snapkeep/1"
MAX_GENERATION = 3
_PREFIX = 20
_NAME = re.compile(r"sk_[a-z][a-z0-9]{0,19}_\d{8}T\d{6}Z_(?P<id>[0-9a-f]{20})(?:_g[1-3])?")
_ID = re.compile(r"(?<= id=)[0-9a-f]{20}\b")
_GENERATION = re.compile(r"(?<= gen=)[1-3]\b")
_FIELDS = frozenset(
    {"region", "policy", "slot", "volume", "source", "event", "gen", "keep_until", "id"}
    | {"hold", "hold_until"}
)


def event_hash(*parts: str) -> str:
    """Return 32 hex characters for an event's identity, length-delimited so that parts never run
    into each other."""
    return sha256(_encode(*parts)).hexdigest()[:32]


def cron_event(policy: str, slot: datetime) -> str:
    """Return the event hash of a cron event, which is (policy, slot) whatever shape carries it."""
    return event_hash(Source.CRON, policy, iso(slot))


@dataclass(frozen=True)
class Identity:
    """One (policy, disk, event) in one region; ``event`` is the event hash."""

    region: str
    policy: str
    volume_id: str
    source: Source
    slot: datetime
    event: str

    @cached_property
    def digest(self) -> str:
        """64 hex characters; the first 20 stand in the name and in the marker."""
        fields = (self.region, self.policy, self.volume_id, self.source, iso(self.slot), self.event)
        return sha256(_encode(FORMAT, *fields)).hexdigest()

    @property
    def id(self) -> str:
        """The digest's prefix, by which rows of any generation are found."""
        return self.digest[:_PREFIX]

    def client_token(self, generation: int = 0) -> str:
        """At most 63 ASCII characters (BCC API, create snapshot: 64 at most)."""
        return f"sk1_{self.digest[:48]}{_suffix(generation)}"

    def name(self, generation: int = 0) -> str:
        """At most 65 characters of ``[A-Za-z0-9_]`` (BCC API, ``snapshotName``)."""
        return f"sk_{self.policy}_{self.slot:%Y%m%dT%H%M%SZ}_{self.id}{_suffix(generation)}"

    def desc(self, generation: int = 0, keep_until: datetime | None = None) -> str:
        """The marker: every input of the digest, so that anyone can recompute it from the row."""
        fields = {
            "region": self.region,
            "policy": self.policy,
            "slot": iso(self.slot),
            "volume": self.volume_id,
            "source": self.source.value,
            "event": self.event,
        }
        if generation:
            fields["gen"] = str(generation)
        if keep_until:
            fields["keep_until"] = iso(keep_until)
        return _write(fields | {"id": self.id})


@dataclass(frozen=True, slots=True)
class Marker:
    """What a row's ``desc`` says about it, once its digest has been recomputed and found equal.

    ``hold`` is why it must not be deleted, until ``hold_until`` if that is given.
    """

    identity: Identity
    generation: int
    keep_until: datetime | None
    hold: str | None
    hold_until: datetime | None


def read_marker(snapshot: Snapshot, region: str) -> Marker | None:
    """Return the row's marker, or ``None`` unless the row is provably ours.

    Ours means: made by hand or API, no part of an instance snapshot or image, the digest of the
    marker's own fields equals its ``id`` and the name, and the marker's region is this one.
    """
    fields = _read(snapshot.desc)
    if fields is None or not snapshot.is_manual or fields.get("region") != region:
        return None
    try:
        marker = _marker(fields)
    except (KeyError, ValueError, InvalidInput):
        return None
    named = snapshot.name == marker.identity.name(marker.generation)
    return marker if named and fields.get("id") == marker.identity.id else None


def with_hold(desc: str, reason: str | None, until: datetime | None = None) -> str:
    """Return the marker with this hold instead of the one it has, without one for ``None``.

    Raises:
        ValueError: if ``desc`` is no marker.
    """
    fields = _read(desc)
    if fields is None or "id" not in fields:
        raise ValueError("no marker")
    kept = {key: value for key, value in fields.items() if key not in {"hold", "hold_until", "id"}}
    if reason:
        # a word of the marker has no spaces, and what lies beyond ASCII might not come back
        kept["hold"] = quote(reason, safe="")
        if until:
            kept["hold_until"] = iso(until)
    return _write(kept | {"id": fields["id"]})


def claimed_ids(snapshot: Snapshot) -> frozenset[str]:
    """Return the digest prefixes that a row's name and marker carry.

    Look-before uses it: a snapshot whose name or marker somebody edited still answers the event.
    """
    ids = set(_ID.findall(snapshot.desc)) if snapshot.desc.startswith(FORMAT) else set()
    match = _NAME.fullmatch(snapshot.name)
    return frozenset(ids | {match["id"]} if match else ids)


def generation_of(snapshot: Snapshot) -> int:
    """Return the highest generation that the row's name or marker speaks of, else 0."""
    found = [*_GENERATION.findall(snapshot.desc), snapshot.name.rpartition("_g")[2]]
    return max((int(text) for text in found if text in {"1", "2", "3"}), default=0)


def _marker(fields: dict[str, str]) -> Marker:
    generations = [str(number) for number in range(MAX_GENERATION + 1)]
    generation = generations.index(fields.get("gen", "0"))
    identity = Identity(
        region=fields["region"],
        policy=fields["policy"],
        volume_id=fields["volume"],
        source=Source(fields["source"]),
        slot=parse_instant(fields["slot"]),
        event=fields["event"],
    )
    hold = fields.get("hold")
    if hold is None and "hold_until" in fields:
        raise ValueError
    keep_until, hold_until = (_instant(fields.get(key)) for key in ("keep_until", "hold_until"))
    return Marker(identity, generation, keep_until, unquote(hold) if hold else None, hold_until)


def _instant(text: str | None) -> datetime | None:
    return parse_instant(text) if text else None


def _read(desc: str) -> dict[str, str] | None:
    head, *words = desc.split(" ")
    if head != FORMAT:
        return None
    pairs = [word.partition("=") for word in words]
    fields = {key: value for key, _, value in pairs}
    well_formed = len(fields) == len(pairs) and all(value for _, _, value in pairs)
    return fields if well_formed and fields.keys() <= _FIELDS else None


def _write(fields: dict[str, str]) -> str:
    return " ".join([FORMAT, *(f"{key}={value}" for key, value in fields.items())])


def _suffix(generation: int) -> str:
    return f"_g{generation}" if generation else ""


def _encode(*parts: str) -> bytes:
    return json.dumps(parts, ensure_ascii=True, separators=(",", ":")).encode()
