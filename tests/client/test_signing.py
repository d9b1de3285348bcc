"""The signature: fixed vectors, the vendor's own signer, and keys that are no keys."""

import json
import string
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from baidubce.auth.bce_credentials import BceCredentials
from baidubce.auth.bce_v1_signer import sign
from hypothesis import given, settings
from hypothesis import strategies as st

from snapkeep.bce.signing import Credentials, authorize, canonical_query
from snapkeep.model import iso
from tests.client.line import KEYS, START
from tests.contract.sdk import SDK_HABITS

pytestmark = SDK_HABITS
PATH = Path(__file__).parents[1] / "data" / "auth_vectors.json"
VECTORS: list[dict[str, Any]] = json.loads(PATH.read_text(encoding="utf-8"))
HOST = "bcc.bj.baidubce.com"

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SEGMENTS = TEXTS.filter(lambda text: text and "/" not in text)
NAMES = TEXTS.filter(lambda text: text and text.lower() != "authorization")
HEADER_VALUES = st.text(string.printable[:95], max_size=12)
METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE"])
INSTANTS = st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
LISTS = st.sampled_from([None, ("host", "x-bce-date"), ("host", "x-bce-date", "x-bce-meta")])


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["name"]))
def test_every_published_vector_is_reproduced(vector: dict[str, Any]) -> None:
    authorization = authorize(
        vector["method"],
        vector["path"],
        [(key, value) for key, value in vector["params"]],
        vector["headers"],
        Credentials(vector["access_key_id"], vector["secret_access_key"]),
        datetime.fromisoformat(vector["timestamp"]),
        signed=vector["signed_headers"],
        expires_seconds=vector["expiration_seconds"],
    )
    assert authorization == vector["authorization"]


def test_there_are_22_vectors_and_three_of_them_are_quirks() -> None:
    names = [vector["name"] for vector in VECTORS]
    assert len(set(names)) == 22
    assert sum(name.startswith("sdk-quirk-") for name in names) == 3


@settings(max_examples=1000, deadline=None, derandomize=True, database=None)
@given(
    method=METHODS,
    path=st.lists(SEGMENTS, min_size=1, max_size=3),
    params=st.dictionaries(NAMES, st.none() | TEXTS, max_size=4),
    meta=HEADER_VALUES,
    at=INSTANTS,
    listed=LISTS,
)
def test_the_vendors_signer_agrees_on_1000_random_requests(
    method: str,
    path: list[str],
    params: dict[str, str | None],
    meta: str,
    at: datetime,
    listed: tuple[str, ...] | None,
) -> None:
    sent_path = "/v2/" + "/".join(quote(part, safe="~") for part in path)
    headers = {"Host": HOST, "x-bce-date": iso(at), "Content-Type": "text/plain; charset=x"}
    if listed is None or "x-bce-meta" in listed:
        headers["X-Bce-Meta"] = meta

    ours = authorize(method, sent_path, params.items(), headers, KEYS, at, signed=listed)

    assert ours == _by_vendor(method, sent_path, params, headers, at, listed)


def _by_vendor(
    method: str,
    path: str,
    params: dict[str, str | None],
    headers: dict[str, str],
    at: datetime,
    listed: tuple[str, ...] | None,
) -> str:
    signed: bytes = sign(
        BceCredentials(KEYS.access_key_id, KEYS.secret_access_key),
        method.encode(),
        path.encode(),
        {name.encode(): value.encode() for name, value in headers.items()},
        {name.encode(): (value or "").encode() for name, value in params.items()},
        timestamp=int(at.timestamp()),
        expiration_in_seconds=300,
        headers_to_sign=listed and [name.encode() for name in listed],
    )
    return signed.decode()


def test_host_and_date_are_signed_for_300_seconds_unless_told_otherwise() -> None:
    headers = {"Host": HOST, "x-bce-date": iso(START)}
    fields = authorize("GET", "/v2/snapshot", (), headers, KEYS, START).split("/")
    assert fields[:5] == [
        "bce-auth-v1",
        KEYS.access_key_id,
        "2026-11-23T18:00:30Z",
        "300",
        "host;x-bce-date",
    ]


def test_a_path_is_encoded_once() -> None:
    headers = {"Host": HOST, "x-bce-date": iso(START)}
    plain, encoded = (
        authorize("GET", path, (), headers, KEYS, START)
        for path in ("/v2/数据 ~", "/v2/%E6%95%B0%E6%8D%AE%20~")
    )
    assert plain == encoded


def test_an_authorization_parameter_takes_no_part_whatever_its_case() -> None:
    pairs = [("b", "2"), ("Authorization", "x"), ("a", "1"), ("authorizations", "3")]
    assert canonical_query(pairs) == "a=1&authorizations=3&b=2"


@pytest.mark.parametrize("part", ["access_key_id", "secret_access_key", "session_token"])
@pytest.mark.parametrize(
    "value", ["", "ab\ncd", "ab cd", "abcd\r", "ab\tcd", "ab\x00cd", "钥匙", "ab\x7f", "ab\u2028"]
)
def test_a_key_with_a_character_no_key_has_is_refused_unquoted(part: str, value: str) -> None:
    parts = {"access_key_id": "goodid", "secret_access_key": "goodkey", "session_token": "good"}
    with pytest.raises(ValueError, match=part) as caught:
        Credentials(**(parts | {part: value}))
    said = str(caught.value)
    assert not any(bit in said for bit in ("ab", "cd", "钥匙", "good"))


def test_printing_keys_shows_no_secret() -> None:
    keys = Credentials("the-id", "the-secret", "the-token")
    for text in (repr(keys), str(keys), f"{keys}"):
        assert "the-id" in text
        assert "the-secret" not in text
        assert "the-token" not in text
