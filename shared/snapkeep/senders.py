"""Who may send webhooks to a function: its webhook secret, read strictly."""

import base64
import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from snapkeep.errors import InvalidInput
from snapkeep.strict import Table, read_json
from snapkeep.times import parse_instant

MAX_SENDERS = 8
MAX_SECRETS = 3
_PREFIX = "whsec_"
_KEYS = re.compile(r"|(senders|secrets)(\[\d+\])?|name|scheme|secret|until|request|only_if|id|time")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
_PLAIN = re.compile(r"[!-~]{24,256}")
_SEGMENT = re.compile(r"[A-Za-z0-9_-]{32,128}")


class Scheme(StrEnum):
    """How a sender proves who it is."""

    STANDARD = "standard-webhooks"
    GITHUB = "github"
    CAPABILITY = "capability-url"


@dataclass(frozen=True, slots=True)
class Secret:
    """A key that a sender uses, ``until`` it was replaced by another."""

    key: bytes = field(repr=False)
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """One sender.

    Attributes:
        request: what its messages ask for, as the ``data`` of a Standard Webhooks message would say
            it; empty for a sender that says it itself.
        only_if: fields of its body, dotted, and the values they must have; else it is ignored.
        id_field, time_field: where the body of a capability URL has its id and its time, dotted.
    """

    name: str
    scheme: Scheme
    secrets: tuple[Secret, ...]
    request: Mapping[str, Any] = field(default_factory=dict)
    only_if: Mapping[str, str] = field(default_factory=dict)
    id_field: str = "id"
    time_field: str = "startTime"


def read_senders(text: str) -> tuple[Sender, ...]:
    """Read the webhook secret, a JSON object with the list ``senders``.

    Raises:
        InvalidInput: with the path of what is wrong, never with what stands there: a secret may
            stand in any wrong place, as a key as well.
    """
    try:
        return _senders(Table(read_json(text)))
    except InvalidInput as error:
        path = ".".join(p if _KEYS.fullmatch(p) else "(hidden)" for p in error.path.split("."))
        raise InvalidInput(error.message, path=path, code=error.code) from None


def _senders(table: Table) -> tuple[Sender, ...]:
    senders = tuple(_sender(each) for each in table.tables("senders"))
    table.done()
    if not 1 <= len(senders) <= MAX_SENDERS:
        raise InvalidInput(f"must name 1 to {MAX_SENDERS} senders", path="senders")
    keys = [secret.key for sender in senders for secret in sender.secrets]
    names = [sender.name for sender in senders]
    if len(set(keys)) < len(keys) or len(set(names)) < len(names):
        raise InvalidInput("a name or a secret stands there twice", path="senders")
    return senders


def parse_key(text: str, path: str = "") -> bytes:
    """Return the key of a ``whsec_`` secret (Standard Webhooks: 24 to 64 bytes in base64).

    Raises:
        InvalidInput: for any other text, which it does not repeat.
    """
    try:
        key = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not text.startswith(_PREFIX) or not 24 <= len(key) <= 64:
        message = f"must be {_PREFIX} and 24 to 64 bytes in base64"
        raise InvalidInput(message, path=path, code="InvalidSecret")
    return key


def _sender(table: Table) -> Sender:
    name, scheme = table.text("name"), table.text("scheme")
    if not _NAME.fullmatch(name):
        message = "must be 1 to 32 lower-case letters, digits or -, a letter first"
        raise InvalidInput(message, path=table.at("name"))
    if scheme not in set(Scheme):
        raise InvalidInput(f"must be one of {', '.join(Scheme)}", path=table.at("scheme"))
    secrets = tuple(_secret(each, Scheme(scheme)) for each in table.tables("secrets"))
    if not 1 <= len(secrets) <= MAX_SECRETS:
        raise InvalidInput(f"must be 1 to {MAX_SECRETS}", path=table.at("secrets"))
    if scheme == Scheme.STANDARD:
        table.done()
        return Sender(name, Scheme.STANDARD, secrets)
    conditions = table.table("only_if") if table.has("only_if") else Table({})
    sender = Sender(
        name,
        Scheme(scheme),
        secrets,
        dict(table.table("request").items()),
        {key: conditions.text(key) for key in conditions.names()},
        *(table.text(key) if table.has(key) else default for key, default in _FIELDS.items()),
    )
    table.done()
    return sender


def _secret(table: Table, scheme: Scheme) -> Secret:
    key = _KEY_OF[scheme](table.text("secret"), table.at("secret"))
    until = None
    if table.has("until"):
        text = table.text("until")
        try:
            until = parse_instant(text)
        except InvalidInput:
            message = "must be an instant with a zone, such as '2026-11-23T18:00:00Z'"
            raise InvalidInput(message, path=table.at("until")) from None
    table.done()
    return Secret(key, until)


def _plain(shape: re.Pattern[str]) -> Callable[[str, str], bytes]:
    def read(text: str, path: str) -> bytes:
        if not shape.fullmatch(text):
            raise InvalidInput(f"must match {shape.pattern}", path=path, code="InvalidSecret")
        return text.encode()

    return read


_FIELDS = {"id": "id", "time": "startTime"}
_KEY_OF: Mapping[Scheme, Callable[[str, str], bytes]] = {
    Scheme.STANDARD: parse_key,
    Scheme.GITHUB: _plain(_PLAIN),
    Scheme.CAPABILITY: _plain(_SEGMENT),
}
