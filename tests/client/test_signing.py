"""The signature: fixed vectors, what is signed by default, and keys that are no keys."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from snapkeep.bce.signing import Credentials, authorize, canonical_query
from snapkeep.model import iso
from tests.client.line import KEYS, START

PATH = Path(__file__).parents[1] / "data" / "auth_vectors.json"
VECTORS: list[dict[str, Any]] = json.loads(PATH.read_text(encoding="utf-8"))
HOST = "bcc.bj.baidubce.com"


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


def test_a_path_loses_nothing_but_the_slashes_in_front() -> None:
    headers = {"Host": HOST, "x-bce-date": iso(START)}
    signed = [
        authorize("GET", path, (), headers, KEYS, START)
        for path in ("/XX/v2", "/v2", "//v2", "v2", "/X/v2")
    ]
    assert signed[1] == signed[2] == signed[3]
    assert len(set(signed)) == 3


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
