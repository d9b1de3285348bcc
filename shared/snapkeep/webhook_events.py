"""What a webhook asks for, by the scheme of its sender."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from snapkeep.authentication import CAPABILITY_ROUTE, Message
from snapkeep.errors import InvalidInput, Misconfigured, of_events
from snapkeep.events import SnapshotRequest, ad_hoc_request
from snapkeep.identity import event_hash
from snapkeep.model import Source, iso
from snapkeep.policy import Policies
from snapkeep.senders import Scheme
from snapkeep.strict import Table
from snapkeep.times import parse_instant
from snapkeep.webhook import json_body

WEBHOOK_TYPE = "snapshot.requested"
_MAX_ID = 256
# Cloud Monitor writes a time as ISO 8601 or in milliseconds (BCM, alarm history, zmqudlvad and
# glzhtpljl)
_UNIX = re.compile(r"[0-9]{10}(?:[0-9]{3})?")


@dataclass(frozen=True, slots=True)
class Ignored:
    """A message of a known sender that asks for nothing, and why."""

    reason: str


@of_events()
def webhook_request(
    message: Message, policies: Policies, now: datetime
) -> SnapshotRequest | Ignored:
    """Read the body of a message to ``POST /snapshots``.

    Raises:
        InvalidEvent: where it is of another form, names what does not exist, or is not of now.
        Misconfigured: where the sender is set up to ask for what does not exist.
    """
    body = json_body(message.request)
    return _READERS[message.sender.scheme](message, body, policies, now)


def _standard(message: Message, body: object, policies: Policies, now: datetime) -> SnapshotRequest:
    """Read the envelope that is ours."""
    envelope = Table(body)
    kind = envelope.text("type")
    if kind != WEBHOOK_TYPE:
        raise InvalidInput(f"must be {WEBHOOK_TYPE!r}", path="type", code="UnknownEvent")
    slot = parse_instant(envelope.text("timestamp"), "timestamp")
    data = envelope.table("data")
    envelope.done()
    hashed = event_hash(Source.WEBHOOK, message.id)
    return ad_hoc_request(data, Source.WEBHOOK, slot, hashed, policies, now)


def _github(
    message: Message, body: object, policies: Policies, now: datetime
) -> SnapshotRequest | Ignored:
    """Read GitHub's ``deployment`` event (GitHub Docs, "Webhook events and payloads").

    The header that names the event is not signed, so the body has to tell.
    """
    event = Table(body)
    if event.has("zen") and event.has("hook_id"):
        return Ignored("ping")
    is_other = event.has("deployment_status") or event.maybe("action", object) != "created"
    if is_other or not event.has("deployment"):
        text = "not a deployment event; let the webhook send Deployments alone"
        raise InvalidInput(text, code="UnknownEvent")
    if ignored := _ignored(message, event):
        return ignored
    deployment = event.table("deployment")
    slot = parse_instant(deployment.text("created_at"), deployment.at("created_at"))
    signed = sha256(message.request.body).hexdigest()
    hashed = event_hash(Source.WEBHOOK, Scheme.GITHUB, signed)
    return _on_behalf(message, slot, hashed, policies, now)


def _alarm(
    message: Message, body: object, policies: Policies, now: datetime
) -> SnapshotRequest | Ignored:
    """Read an alarm of Baidu Cloud Monitor, or whatever else has an id and a time."""
    event, sender = Table(body), message.sender
    if ignored := _ignored(message, event):
        return ignored
    id_, time = (str(_at(event, key)) for key in (sender.id_field, sender.time_field))
    if not 1 <= len(id_) <= _MAX_ID:
        raise InvalidInput(f"must have 1 to {_MAX_ID} characters", path=sender.id_field)
    if _UNIX.fullmatch(time):
        time = iso(datetime.fromtimestamp(int(time[:10]), UTC))
    slot = parse_instant(time, sender.time_field)
    hashed = event_hash(Source.WEBHOOK, CAPABILITY_ROUTE, id_, iso(slot))
    return _on_behalf(message, slot, hashed, policies, now)


def _ignored(message: Message, event: Table) -> Ignored | None:
    """Say why a message does not meet the sender's conditions, if it does not."""
    for key, wanted in message.sender.only_if.items():
        if (found := str(_at(event, key))) != wanted:
            return Ignored(f"{key} is {found[:40]!r}, not {wanted!r}")
    return None


def _on_behalf(
    message: Message, slot: datetime, hashed: str, policies: Policies, now: datetime
) -> SnapshotRequest:
    """Ask for what the sender is set up to ask for.

    Raises:
        Misconfigured: if that is wrong, which is no fault of the message; without any value of the
            webhook secret.
    """
    data = Table({"reason": message.sender.name, **message.sender.request}, "request")
    try:
        return ad_hoc_request(data, Source.WEBHOOK, slot, hashed, policies, now)
    except InvalidInput as error:
        if not error.path.startswith("request"):
            raise
        place = "request" if error.code == "UnknownField" else error.path
        text = f"{place} of sender {message.sender.name} in the webhook secret: {error.code}"
        raise Misconfigured(text) from None


def _at(event: Table, path: str) -> str | int:
    """Return the text or number at a dotted path.

    Raises:
        InvalidInput: names the fields that are there, since a sender's documents may not.
    """
    value: object = dict(event.items())
    for key in path.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    if isinstance(value, str | int) and not isinstance(value, bool):
        return value
    there = ", ".join(sorted(str(key) for key, _ in event.items()))[:200]
    raise InvalidInput(f"no text or number; there are: {there}", path=path, code="MissingField")


_Reader = Callable[[Message, object, Policies, datetime], SnapshotRequest | Ignored]
_READERS: Mapping[Scheme, _Reader] = {
    Scheme.STANDARD: _standard,
    Scheme.GITHUB: _github,
    Scheme.CAPABILITY: _alarm,
}
