"""bce-auth-v1: the signature of one request, a pure function (Reference, njwvz1yfu and Gjwvz1xez).

Only ``host`` and ``x-bce-date`` are signed, and the session token where there is one: the API asks
for no more (BCC, ojwvynrqn), and no header that the HTTP library writes later can break it.
"""

import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from urllib.parse import quote, unquote

from snapkeep.model import iso

EXPIRES_SECONDS = 300
TOKEN_HEADER = "x-bce-security-token"
_DEFAULT_SIGNED = frozenset({"host", "content-length", "content-type", "content-md5"})


@dataclass(frozen=True, slots=True)
class Credentials:
    """An access key pair, with a session token if it is temporary.

    Raises:
        ValueError: if a part is empty or has a character that no key has; the message never quotes
            it. A stray line break would otherwise reach an error text of the HTTP library.
    """

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        for name in ("access_key_id", "secret_access_key", "session_token"):
            value = getattr(self, name)
            if name == "session_token" and value is None:
                continue
            if not value or not (value.isascii() and value.isprintable()) or " " in value:
                raise ValueError(f"{name} is empty or has a character that no key has")


Pair = tuple[str, str | None]


def canonical_query(params: Iterable[Pair]) -> str:
    """Return the query as it is signed and as it is sent: encoded, then sorted as text."""
    pairs = [
        f"{_encode(key)}={quote(value or '', safe='~')}"
        for key, value in params
        if key.lower() != "authorization"
    ]
    return "&".join(sorted(pairs))


def authorize(
    method: str,
    path: str,
    params: Iterable[Pair],
    headers: Mapping[str, str],
    credentials: Credentials,
    at: datetime,
    *,
    signed: Iterable[str] | None = ("host", "x-bce-date"),
    expires_seconds: int = EXPIRES_SECONDS,
) -> str:
    """Return the value of the ``Authorization`` header.

    Args:
        path: the path as sent; percent-encoding in it is not encoded again.
        signed: names of the headers to sign; ``None`` is the API's default set.
    """
    names = None if signed is None else {name.lower() for name in signed}
    prefix = f"bce-auth-v1/{credentials.access_key_id}/{iso(at)}/{expires_seconds}"
    canonical = "\n".join(
        (method.upper(), _uri(path), canonical_query(params), _canonical_headers(headers, names))
    )
    signature = _hmac(_key(credentials.secret_access_key, prefix), canonical)
    return f"{prefix}/{';'.join(sorted(names or ()))}/{signature}"


def _canonical_headers(headers: Mapping[str, str], names: set[str] | None) -> str:
    lines = []
    for header, value in headers.items():
        name = header.strip().lower()
        is_signed = _is_default(name) if names is None else name in names
        if is_signed and (trimmed := value.strip()):
            lines.append(f"{_encode(name)}:{_encode(trimmed)}")
    return "\n".join(sorted(lines))


def _is_default(name: str) -> bool:
    return name in _DEFAULT_SIGNED or name.startswith("x-bce-")


# names, hosts, paths and the second come again with each request
@lru_cache(maxsize=64)
def _encode(text: str) -> str:
    return quote(text, safe="~")


@lru_cache(maxsize=64)
def _uri(path: str) -> str:
    return "/" + quote(unquote(path).lstrip("/"), safe="/~")


@lru_cache(maxsize=4)
def _key(secret: str, prefix: str) -> bytes:
    """Return the key of a second: the hex text of its digest, not the digest's bytes."""
    return _hmac(secret.encode(), prefix).encode()


def _hmac(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()
