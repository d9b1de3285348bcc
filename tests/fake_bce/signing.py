"""bce-auth-v1 as the server checks it; shares no code with the client under test."""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from urllib.parse import quote

from tests.fake_bce.errors import RefusedError
from tests.fake_bce.settings import FakeSettings
from tests.fake_bce.wire import Request

_SCHEME = "bce-auth-v1"
_DEFAULT_HEADERS = frozenset({"host", "content-length", "content-type", "content-md5"})
_TIMESTAMP = "%Y-%m-%dT%H:%M:%SZ"
_TOKEN_HEADER = "x-bce-security-token"

# Every signing key and signature of this process: a test run searches its output for them.
SEEN: set[str] = set()


@lru_cache(maxsize=4_096)
def uri_encode(text: str) -> str:
    """Encode all but ``A-Z a-z 0-9 - . _ ~`` as ``%XX`` (doc njwvz1yfu)."""
    return quote(text, safe="")


def canonical_request(
    method: str,
    path: str,
    pairs: Iterable[tuple[str, str]],
    headers: Mapping[str, str],
    signed_headers: Sequence[str] | None,
) -> str:
    """Return the text that is signed (doc njwvz1yfu).

    ``path`` and ``pairs`` are decoded; ``signed_headers`` ``None`` means the default set.
    """
    query = sorted(
        f"{uri_encode(key)}={uri_encode(value)}"
        for key, value in pairs
        if key.lower() != "authorization"
    )
    lines = sorted(
        f"{uri_encode(name)}:{uri_encode(value)}"
        for name, value in _trimmed(headers).items()
        if value and _is_signed(name, signed_headers)
    )
    uri = "/" + quote(path.lstrip("/"), safe="/")
    return "\n".join([method.upper(), uri, "&".join(query), "\n".join(lines)])


def signature(secret_access_key: str, prefix: str, canonical: str) -> str:
    """Return 64 hex characters; the key of the second HMAC is the first one's hex text."""
    key = hmac.new(secret_access_key.encode(), prefix.encode(), sha256).hexdigest()
    signed = hmac.new(key.encode(), canonical.encode(), sha256).hexdigest()
    SEEN.update((key, signed))
    return signed


def authorize(
    method: str,
    target: str,
    headers: Mapping[str, str],
    *,
    access_key_id: str,
    secret_access_key: str,
    timestamp: str,
    expiration_seconds: int = 1800,
    signed_headers: Sequence[str] | None = None,
) -> str:
    """Return an Authorization value, for tests that speak to the fake without a client."""
    request = Request("", method, target, headers)
    prefix = f"{_SCHEME}/{access_key_id}/{timestamp}/{expiration_seconds}"
    canonical = canonical_request(method, request.path, request.pairs, headers, signed_headers)
    listed = ";".join(sorted(signed_headers or ()))
    return f"{prefix}/{listed}/{signature(secret_access_key, prefix, canonical)}"


def verify(request: Request, settings: FakeSettings, now: datetime) -> None:
    """Check who sent a request and when.

    Raises:
        RefusedError: with the code the gateway gives for the first thing that is wrong.
    """
    value = request.headers.get("authorization") or _in_query(request)
    if not value:
        raise RefusedError(403, "AccessDenied")
    fields = value.split("/")
    if len(fields) != 6 or fields[0] != _SCHEME:
        raise RefusedError(400, "InvalidHTTPAuthHeader")
    _, key_id, timestamp, expiration, listed, given = fields
    signed_at, lifetime = _instant(timestamp), _lifetime(expiration)
    names = listed.split(";") if listed else None
    if names is not None and (names != sorted(names) or "host" not in names):
        raise RefusedError(400, "InvalidHTTPAuthHeader")
    if key_id != settings.access_key_id:
        raise RefusedError(403, "InvalidAccessKeyId")
    _check_time(request, signed_at + lifetime, settings.max_skew, now)
    if request.headers.get(_TOKEN_HEADER) != settings.session_token:
        raise RefusedError(403, "InvalidAccessKeyId")
    canonical = canonical_request(
        request.method, request.path, request.pairs, request.headers, names
    )
    prefix = "/".join(fields[:4])
    if not hmac.compare_digest(signature(settings.secret_access_key, prefix, canonical), given):
        raise RefusedError(settings.signature_mismatch_status, "SignatureDoesNotMatch")


def _trimmed(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.strip().lower(): str(value).strip() for name, value in headers.items()}


def _is_signed(name: str, signed_headers: Sequence[str] | None) -> bool:
    if signed_headers is None:
        return name in _DEFAULT_HEADERS or name.startswith("x-bce-")
    return name in signed_headers


def _in_query(request: Request) -> str | None:
    values = [value for key, value in request.pairs if key.lower() == "authorization"]
    return values[0] if values else None


@lru_cache(maxsize=4_096)
def _instant(text: str) -> datetime:
    try:
        return datetime.strptime(text, _TIMESTAMP).replace(tzinfo=UTC)
    except ValueError as error:
        raise RefusedError(400, "InvalidHTTPAuthHeader") from error


def _lifetime(text: str) -> timedelta:
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise RefusedError(400, "InvalidHTTPAuthHeader")
    return timedelta(seconds=int(text))


def _check_time(request: Request, expires: datetime, skew: timedelta, now: datetime) -> None:
    date = request.headers.get("x-bce-date")
    if date is None and "date" not in request.headers:
        raise RefusedError(400, "InvalidHTTPAuthHeader")
    late = f"Request has expired. Timestamp date is {date}."
    if now > expires or (date is not None and abs(now - _instant(date)) > skew):
        raise RefusedError(400, "RequestExpired", late)
