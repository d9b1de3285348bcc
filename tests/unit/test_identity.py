import json
import re
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapkeep.identity import MAX_GENERATION, Identity, cron_event, event_hash
from snapkeep.ids import POLICY_NAME
from snapkeep.model import Source
from snapkeep.times import parse_instant
from tests.unit.rows import SLOT, identity

VECTORS = json.loads(
    (Path(__file__).parents[1] / "data/identity_vectors.json").read_text(encoding="utf-8")
)
# separators, quotes, escapes and letters outside ASCII, where an encoding could run together
HOSTILE = st.text(alphabet=',"[]\\= \n\x00_ab中\U0001f600\ud800', max_size=6)
POLICY = st.from_regex(POLICY_NAME, fullmatch=True)


def _of(vector: dict[str, Any]) -> Identity:
    return Identity(
        vector["region"],
        vector["policy"],
        vector["volume_id"],
        Source(vector["source"]),
        parse_instant(vector["slot"]),
        vector["event"],
    )


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["case"])
def test_token_name_and_marker_equal_the_frozen_vectors(vector: dict[str, Any]) -> None:
    mine, generation = _of(vector), vector["generation"]
    until = parse_instant(vector["keep_until"]) if vector["keep_until"] else None
    assert mine.digest == vector["digest"]
    assert mine.client_token(generation) == vector["token"]
    assert mine.name(generation) == vector["name"]
    assert mine.desc(generation, until) == vector["desc"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["case"])
def test_the_vectors_are_plain_hashes_of_the_texts_beside_them(vector: dict[str, Any]) -> None:
    event, digest = vector["event_text"], vector["digest_text"]
    assert sha256(event.encode()).hexdigest()[:32] == vector["event"]
    assert sha256(digest.encode()).hexdigest() == vector["digest"]
    assert event_hash(*json.loads(event)) == vector["event"]
    inputs = ["region", "policy", "volume_id", "source", "slot", "event"]
    assert json.loads(digest) == ["snapkeep/1", *(vector[key] for key in inputs)]


def test_a_cron_event_is_its_policy_and_its_slot() -> None:
    assert cron_event("nightly", SLOT) == event_hash("cron", "nightly", "2026-11-23T18:00:00Z")
    assert cron_event("nightly", SLOT) != cron_event("hourly", SLOT)


@settings(deadline=None)
@given(policy=POLICY, generation=st.integers(0, MAX_GENERATION), region=HOSTILE, disk=HOSTILE)
def test_token_and_name_fit_what_the_api_takes(
    policy: str, generation: int, region: str, disk: str
) -> None:
    mine = identity(policy=policy, region=region, volume_id=disk)
    assert re.fullmatch(r"[A-Za-z0-9_]{1,65}", mine.name(generation), re.ASCII)
    token = mine.client_token(generation)
    assert token.isascii()
    assert token.isprintable()
    assert len(token) <= 63


def test_the_longest_name_and_token_fit() -> None:
    mine = identity(policy="a" * 20)
    assert len(mine.name(3)) == 64
    assert len(mine.client_token(3)) == 55


@given(st.lists(HOSTILE, max_size=4), st.lists(HOSTILE, max_size=4))
def test_different_parts_never_hash_alike(left: list[str], right: list[str]) -> None:
    assert (event_hash(*left) == event_hash(*right)) is (left == right)


FIELDS = st.tuples(
    HOSTILE, HOSTILE, HOSTILE, st.sampled_from(Source), st.sampled_from([SLOT]), HOSTILE
)


@given(FIELDS, FIELDS)
def test_different_events_never_share_a_digest(left: Any, right: Any) -> None:
    assert (Identity(*left).digest == Identity(*right).digest) is (left == right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (("ab", "c"), ("a", "bc")),
        (("a", ""), ("a",)),
        (('a","b',), ("a", "b")),
        (("a,b",), ("a", "b")),
        (("é",), ("e\u0301",)),
        (("\\u00e9",), ("é",)),
    ],
    ids=["moved border", "empty part", "quotes", "comma", "normal forms", "escape"],
)
def test_parts_do_not_run_into_each_other(left: tuple[str, ...], right: tuple[str, ...]) -> None:
    assert event_hash(*left) != event_hash(*right)


def test_every_generation_has_its_own_token_and_name_and_the_same_id() -> None:
    mine = identity()
    generations = range(MAX_GENERATION + 1)
    assert len({mine.client_token(each) for each in generations}) == 4
    assert len({mine.name(each) for each in generations}) == 4
    assert all(mine.id in mine.name(each) for each in generations)
    assert all(mine.desc(each).endswith(f" id={mine.id}") for each in generations)


def test_an_identity_speaks_of_its_first_generation_unless_told() -> None:
    mine = identity()
    assert mine.client_token() == mine.client_token(0)
    assert mine.name() == mine.name(0)
    assert mine.desc() == mine.desc(0)
