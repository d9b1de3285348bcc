"""Signatures of webhooks: computed, and compared in constant time, over the bytes as sent.

Standard Webhooks (its specification, "Signature scheme") and GitHub's ``X-Hub-Signature-256``
(GitHub Docs, "Validating webhook deliveries"). A sender that cannot sign proves itself by a secret
segment of its URL.
"""

import hmac
import re
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from snapkeep.errors import Unauthorized

TOLERANCE = timedelta(minutes=5)
# a sender in the middle of a rotation signs with two or three keys
_MAX_CANDIDATES = 10
_ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
# not int(), which also reads other scripts' digits, spaces and underscores
_TIMESTAMP = re.compile(r"[0-9]{10}")
_HUB = re.compile(r"sha256=[0-9a-f]{64}")
_LINK = re.compile(
    r"(?P<base>/[!-~]*?)[?&]expires=(?P<expires>[0-9]{10})&signature=(?P<digest>[0-9a-f]{64})"
)
# what a link opens unless it is told otherwise
PAGE_TARGET = "/report?format=html"
LINK_FIELDS = frozenset({"expires", "signature"})
LONGEST_LINK = timedelta(days=32)
_CAPABILITY = re.compile(r"[A-Za-z0-9_-]{32,128}")


class Proof(Protocol):
    """What a request brings to show who sent it; of the right shape, and not yet verified."""

    @property
    def message_id(self) -> str:
        """The sender's own id of the message, empty where it signs none."""

    def fits(self, key: bytes, content: bytes) -> bool:
        """Say whether it was made with the key, over the content."""

    def check_time(self, now: datetime) -> None:
        """Refuse what was signed too long ago, or ahead of now; asked once it is verified.

        Raises:
            Unauthorized: ``stale`` or ``future``.
        """


@dataclass(frozen=True, slots=True)
class StandardSignature:
    """The three headers of Standard Webhooks; ``timestamp`` is in Unix seconds."""

    message_id: str
    timestamp: int
    candidates: tuple[bytes, ...] = field(repr=False)

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> "StandardSignature":
        """Read the headers.

        Raises:
            Unauthorized: if one of them is absent or has another shape.
        """
        message_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
        if not _ID.fullmatch(message_id):
            raise Unauthorized("id format")
        if not _TIMESTAMP.fullmatch(timestamp):
            raise Unauthorized("timestamp format")
        words = headers.get("webhook-signature", "").split(" ", _MAX_CANDIDATES)[:_MAX_CANDIDATES]
        candidates = tuple(word.encode(errors="replace") for word in words)
        return cls(message_id, int(timestamp), candidates)

    def fits(self, key: bytes, content: bytes) -> bool:
        expected = sign(key, self.message_id, self.timestamp, content).encode()
        # a sum, since any() would stop at the first that fits
        return sum(hmac.compare_digest(expected, each) for each in self.candidates) > 0

    def check_time(self, now: datetime) -> None:
        ahead = datetime.fromtimestamp(self.timestamp, UTC) - now
        if abs(ahead) > TOLERANCE:
            raise Unauthorized("future" if ahead > timedelta() else "stale")


@dataclass(frozen=True, slots=True)
class HubSignature:
    """GitHub's header; it signs neither an id nor a time, so a captured request stays valid."""

    digest: bytes = field(repr=False)
    message_id: str = ""

    @classmethod
    def of(cls, headers: Mapping[str, str]) -> "HubSignature":
        """Read the header.

        Raises:
            Unauthorized: if it has another shape.
        """
        text = headers.get("x-hub-signature-256", "")
        if not _HUB.fullmatch(text):
            raise Unauthorized("signature format")
        return cls(text.encode())

    def fits(self, key: bytes, content: bytes) -> bool:
        return hmac.compare_digest(sign_hub(key, content).encode(), self.digest)

    def check_time(self, now: datetime) -> None:
        """There is none to check; the slot in the body is checked as that of every event."""


@dataclass(frozen=True, slots=True)
class Capability:
    """The secret segment of a URL, which is all that the sender can show."""

    segment: bytes = field(repr=False)
    message_id: str = ""

    @classmethod
    def of(cls, segment: str) -> "Capability":
        """Read the segment.

        Raises:
            Unauthorized: if it has another shape.
        """
        if not _CAPABILITY.fullmatch(segment):
            raise Unauthorized("capability format")
        return cls(segment.encode())

    def fits(self, key: bytes, content: bytes) -> bool:  # noqa: ARG002 - it signs nothing
        return hmac.compare_digest(key, self.segment)

    def check_time(self, now: datetime) -> None:
        """There is none to check."""


@dataclass(frozen=True, slots=True)
class LinkSignature:
    """The end of a link that a browser may open until it expires; ``base`` is what is before it."""

    base: bytes = field(repr=False)
    expires: int
    digest: bytes = field(repr=False)
    message_id: str = ""

    @classmethod
    def of(cls, target: str) -> "LinkSignature":
        """Read path and query.

        Raises:
            Unauthorized: if they do not end as a link does.
        """
        found = _LINK.fullmatch(target)
        if not found:
            raise Unauthorized("link format")
        return cls(found["base"].encode(), int(found["expires"]), found["digest"].encode())

    def fits(self, key: bytes, content: bytes) -> bool:  # noqa: ARG002 - the base is part of it
        return hmac.compare_digest(_link_digest(key, self.base, self.expires).encode(), self.digest)

    def check_time(self, now: datetime) -> None:
        ends = datetime.fromtimestamp(self.expires, UTC)
        if not now < ends <= now + LONGEST_LINK:
            raise Unauthorized("link expired" if ends <= now else "link too long")


def sign_link(key: bytes, target: str, expires: int) -> str:
    """Return path and query with what lets a browser in.

    Args:
        target: path and query, such as ``/report?format=html``.
        expires: in Unix seconds.
    """
    joint = "&" if "?" in target else "?"
    digest = _link_digest(key, target.encode(), expires)
    return f"{target}{joint}expires={expires}&signature={digest}"


def _link_digest(key: bytes, base: bytes, expires: int) -> str:
    # no id of a Standard Webhooks message has a colon, so that neither can pass for the other
    return hmac.digest(key, b"link:%d:%b" % (expires, base), "sha256").hex()


def sign(key: bytes, message_id: str, timestamp: int, content: bytes) -> str:
    """Return the Standard Webhooks signature; ``timestamp`` is in Unix seconds."""
    signed = b"%b.%d.%b" % (message_id.encode(), timestamp, content)
    return f"v1,{b64encode(hmac.digest(key, signed, 'sha256')).decode()}"


def sign_hub(key: bytes, content: bytes) -> str:
    """Return GitHub's signature."""
    return f"sha256={hmac.digest(key, content, 'sha256').hex()}"
