"""Whose message a request is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from snapkeep.errors import Unauthorized
from snapkeep.senders import Scheme, Sender
from snapkeep.signatures import (
    LINK_FIELDS,
    Capability,
    HubSignature,
    LinkSignature,
    Proof,
    StandardSignature,
)
from snapkeep.webhook import HttpRequest

SNAPSHOTS_ROUTE = "POST /snapshots"
CAPABILITY_ROUTE = "POST /snapshots/{capability}"
REPORT_ROUTE = "GET /report"


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


@dataclass(frozen=True, slots=True)
class Claim:
    """What a request says about its sender, of the right shape and not verified yet.

    To be made before the senders are looked up, so that who shows nothing causes nothing.
    """

    request: HttpRequest
    scheme: Scheme
    proof: Proof
    content: bytes

    @classmethod
    def of(cls, request: HttpRequest) -> "Claim":
        """Read the claim.

        Raises:
            Unauthorized: if there is none, or it has another shape.
            InvalidEvent: if the body is wrongly encoded or too large.
        """
        scheme, proof = _proof(request)
        return cls(request, scheme, proof, request.signed)

    def verified(self, senders: Sequence[Sender], now: datetime) -> Message:
        """Return whose message the request is.

        Every secret is tried, whether one has matched already or not, and then the time.

        Raises:
            Unauthorized: if no sender is known to have sent it.
        """
        fitting = [
            (sender, index, secret)
            for sender in senders
            if sender.scheme is self.scheme
            for index, secret in enumerate(sender.secrets)
            if self.proof.fits(secret.key, self.content)
        ]
        if not fitting:
            raise Unauthorized("no secret matches" if senders else "no secret is configured")
        valid = [each for each in fitting if each[2].until is None or now < each[2].until]
        if not valid:
            sender, index, _ = fitting[0]
            raise Unauthorized(f"secret {index} of {sender.name} has ended")
        self.proof.check_time(now)
        sender, index, _ = valid[0]
        return Message(sender, index, self.proof.message_id, self.request)


def _proof(request: HttpRequest) -> tuple[Scheme, Proof]:
    """Return what the request brings; one scheme alone is looked at, so that none can replace
    another, and GitHub's, which signs no time, only where it cannot delete."""
    if request.route == CAPABILITY_ROUTE:
        return Scheme.CAPABILITY, Capability.of(request.capability)
    if "webhook-signature" in request.headers:
        return Scheme.STANDARD, StandardSignature.of(request.headers)
    if request.route == REPORT_ROUTE and request.query.keys() >= LINK_FIELDS:
        return Scheme.STANDARD, LinkSignature.of(request.target)
    if request.route == SNAPSHOTS_ROUTE and "x-hub-signature-256" in request.headers:
        return Scheme.GITHUB, HubSignature.of(request.headers)
    raise Unauthorized("no signature")
