"""Three implementations of bce-auth-v1 agree: the vendor's, the fake's and ours."""

import string
from datetime import UTC, datetime
from urllib.parse import quote

from baidubce.auth.bce_credentials import BceCredentials
from baidubce.auth.bce_v1_signer import sign
from hypothesis import given, settings
from hypothesis import strategies as st

from snapkeep.bce.signing import Credentials, authorize
from snapkeep.model import iso
from tests.contract.sdk import SDK_HABITS
from tests.fake_bce import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from tests.fake_bce import signing as fake

pytestmark = SDK_HABITS
KEYS = Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SEGMENTS = TEXTS.filter(lambda text: text and "/" not in text)
NAMES = TEXTS.filter(lambda text: text and text.lower() != "authorization")
HEADERS = st.fixed_dictionaries(
    {
        "Host": st.sampled_from(["bcc.bj.baidubce.com", "bcc.gz.baidubce.com:8080", "127.0.0.1:1"]),
        "Content-Type": st.just("text/plain; charset=x"),
        "X-Bce-Meta": st.text(string.printable[:95], max_size=12),
    },
    optional={"Content-Length": st.integers(0, 999).map(str)},
)
METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE"])
INSTANTS = st.datetimes(datetime(1971, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - zone is given
LISTS = st.sampled_from([None, ("host", "x-bce-date"), ("host", "x-bce-date", "x-bce-meta")])

Params = dict[str, str | None]
Headers = dict[str, str]
Listed = tuple[str, ...] | None


@settings(max_examples=1000, deadline=None, derandomize=True, database=None)
@given(
    method=METHODS,
    segments=st.lists(SEGMENTS, min_size=1, max_size=3),
    params=st.dictionaries(NAMES, st.none() | TEXTS, max_size=4),
    headers=HEADERS,
    at=INSTANTS,
    listed=LISTS,
    seconds=st.sampled_from([300, 1800]),
)
def test_the_signers_agree_on_1000_random_requests(
    method: str,
    segments: list[str],
    params: Params,
    headers: Headers,
    at: datetime,
    listed: Listed,
    seconds: int,
) -> None:
    path = "/v2/" + "/".join(quote(segment, safe="~") for segment in segments)
    headers = {**headers, "x-bce-date": iso(at)}
    if listed and "x-bce-meta" not in listed:
        del headers["X-Bce-Meta"]  # a quirk: the vendor's signs every x-bce- header, listed or not

    ours = authorize(
        method, path, params.items(), headers, KEYS, at, signed=listed, expires_seconds=seconds
    )

    assert ours == _by_vendor(method, path, params, headers, at, listed, seconds)
    assert ours == _by_fake(method, path, params, headers, listed, seconds)


def _by_vendor(
    method: str,
    path: str,
    params: Params,
    headers: Headers,
    at: datetime,
    listed: Listed,
    seconds: int,
) -> str:
    signed: bytes = sign(
        BceCredentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY),
        method.encode(),
        path.encode(),
        {name.encode(): value.encode() for name, value in headers.items()},
        {name.encode(): (value or "").encode() for name, value in params.items()},
        timestamp=int(at.timestamp()),
        expiration_in_seconds=seconds,
        headers_to_sign=listed and [name.encode() for name in listed],
    )
    return signed.decode()


def _by_fake(
    method: str, path: str, params: Params, headers: Headers, listed: Listed, seconds: int
) -> str:
    query = "&".join(
        quote(key, safe="") + ("" if value is None else f"={quote(value, safe='')}")
        for key, value in params.items()
    )
    return fake.authorize(
        method,
        f"{path}?{query}",
        headers,
        access_key_id=ACCESS_KEY_ID,
        secret_access_key=SECRET_ACCESS_KEY,
        timestamp=headers["x-bce-date"],
        expiration_seconds=seconds,
        signed_headers=listed,
    )
