"""Whose message a request is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from snapkeep.errors import Unauthorized
from snapkeep.senders import Scheme, Sender
from snapkeep.signatures import Capability, HubSignature, Proof, StandardSignature
from snapkeep.webhook import HttpRequest

SNAPSHOTS_ROUTE = "POST /snapshots"
CAPABILITY_ROUTE = "POST /snapshots/{capability}"


@dataclass(frozen=True, slots=True)
class Message:
    """A request whose sender is known.

    Attributes:
        key_index: which of the sender's secrets it was; 0 is the first.
        id: the sender's id of the message, empty where it signs none.
    """

    sender: Sender
    key_index: int
    id: str
    request: HttpRequest

    def to_json(self) -> dict[str, Any]:
        return {"sender": self.sender.name, "key_index": self.key_index, "id": self.id}


def authenticate(request: HttpRequest, senders: Sequence[Sender], now: datetime) -> Message:
    """Return whose message the request is.

    The order is that of the cost of being wrong: the shape of the headers, the body's encoding,
    every active secret whether one has matched already or not, the time.

    Raises:
        Unauthorized: if no sender is known to have sent it.
        InvalidEvent: if the body is wrongly encoded or too large.
    """
    scheme, proof = _proof(request)
    content = request.signed
    verified = [
        (sender, index)
        for sender in senders
        if sender.scheme is scheme
        for index, secret in enumerate(sender.secrets)
        if proof.fits(secret.key, content) and (secret.until is None or now < secret.until)
    ]
    if not verified:
        raise Unauthorized("no secret matches" if senders else "no secret is configured")
    proof.check_time(now)
    return Message(*verified[0], proof.message_id, request)


def _proof(request: HttpRequest) -> tuple[Scheme, Proof]:
    """Return what the request brings; one scheme alone is looked at, so that none can replace
    another, and GitHub's, which signs no time, only where it cannot delete."""
    if request.route == CAPABILITY_ROUTE:
        return Scheme.CAPABILITY, Capability.of(request.capability)
    if "webhook-signature" in request.headers:
        return Scheme.STANDARD, StandardSignature.of(request.headers)
    if request.route == SNAPSHOTS_ROUTE and "x-hub-signature-256" in request.headers:
        return Scheme.GITHUB, HubSignature.of(request.headers)
    raise Unauthorized("no signature")
