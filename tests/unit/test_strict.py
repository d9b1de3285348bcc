import json
import time
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapkeep.errors import InvalidInput
from snapkeep.strict import Table, read_json


def _refused(read: Any) -> tuple[str, str]:
    with pytest.raises(InvalidInput) as caught:
        read()
    assert caught.value.message
    return caught.value.path, caught.value.code


@pytest.mark.parametrize("value", [None, [], "text", 1, True], ids=str)
def test_what_is_no_table_is_refused(value: object) -> None:
    assert _refused(lambda: Table(value, "data")) == ("data", "WrongType")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (True, int), (False, int), ("7", int), (7.0, int), (None, int),
        (1, bool), (0, bool), ("true", bool), (None, bool),
        (1, str), (None, str), (["a"], str), (True, str),
        ([], dict), ({}, list), ("a", list),
    ],
    ids=str,
)  # fmt: skip
def test_a_value_of_another_type_is_refused(value: object, kind: type) -> None:
    table = Table({"key": value}, "a[0]")
    assert _refused(lambda: table.get("key", kind)) == ("a[0].key", "WrongType")
    assert _refused(lambda: table.maybe("key", kind)) == ("a[0].key", "WrongType")


def test_a_required_key_that_is_absent_is_named() -> None:
    assert _refused(lambda: Table({}).text("policy")) == ("policy", "MissingField")
    assert _refused(lambda: Table({}).texts("a", required=True)) == ("a", "MissingField")
    assert Table({}).maybe("policy", str) is None
    assert Table({}).texts("volumes") == ()
    assert Table({}).tables("hold") == []


@pytest.mark.parametrize("value", ["", " ", "\t\n", "\u3000"], ids=repr)
def test_an_empty_text_is_refused(value: str) -> None:
    table = Table({"one": value, "many": ["a", value]})
    assert _refused(lambda: table.text("one"))[0] == "one"
    assert _refused(lambda: table.texts("one"))[0] == "one"
    assert _refused(lambda: table.texts("many"))[0] == "many"


@pytest.mark.parametrize("value", [[], [1], [None], [["a"]], {"a": 1}, 1, True, None], ids=str)
def test_what_is_no_list_of_texts_is_refused(value: object) -> None:
    assert _refused(lambda: Table({"ids": value}).texts("ids"))[0] == "ids"


def test_one_text_stands_for_a_list_of_one() -> None:
    assert Table({"names": "web"}).texts("names") == ("web",)
    assert Table({"names": ["web", "db"]}).texts("names") == ("web", "db")


def test_tables_of_a_list_know_their_place() -> None:
    first, second = Table({"hold": [{"a": "x"}, {}]}).tables("hold")
    assert first.text("a") == "x"
    assert second.at("a") == "hold[1].a"
    assert _refused(lambda: Table({"hold": [{}, 5]}).tables("hold"))[0] == "hold[1]"


def test_a_key_that_nobody_read_is_refused_with_the_nearest_known_one() -> None:
    table = Table({"polcy": "nightly"}, "data")
    assert not table.has("policy")
    with pytest.raises(InvalidInput, match="did you mean 'policy'") as caught:
        table.done()
    assert (caught.value.path, caught.value.code) == ("data.polcy", "UnknownField")


def test_reading_every_key_satisfies_the_table() -> None:
    table = Table({"a": "x", "b": {"c": 1}})
    table.text("a")
    table.table("b")
    table.done()
    tags = Table({"any": "x", "key": "y"})
    assert tags.names() == ["any", "key"]
    tags.done()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "MalformedJson"),
        ("{", "MalformedJson"),
        ("nul", "MalformedJson"),
        ("{'a': 1}", "MalformedJson"),
        ('{"a": 1,}', "MalformedJson"),
        ('{"a": 1} {}', "MalformedJson"),
        ('{"a": 1, "a": 1}', "DuplicateKey"),
        ('{"a": {"b": 1, "c": 2, "b": 3}}', "DuplicateKey"),
        ('{"a": NaN}', "BadNumber"),
        ('{"a": Infinity}', "BadNumber"),
        ('{"a": -Infinity}', "BadNumber"),
        ('{"a": 1e999}', "BadNumber"),
        ('{"a": -1e999}', "BadNumber"),
        ('{"a": ' + "9" * 100 + "}", "BadNumber"),
        ('{"a": ' + "9" * 5_000 + "}", "BadNumber"),
        ('{"a": "\\ud800"}', "BadEncoding"),
        ('{"\\udfff": 1}', "BadEncoding"),
        ("\ufeff{}", "MalformedJson"),
        ('{"a": "\x01"}', "MalformedJson"),
        ("[" * 17 + "]" * 17, "TooDeep"),
        ("[" * 65_000, "TooDeep"),
        ('{"a":' * 9_000, "TooDeep"),
        ('["' + "]" * 20 + '", ' + "[" * 17 + "]" * 18, "TooDeep"),
        ('["' + '\\"' * 9_000, "MalformedJson"),
    ],
    ids=lambda text: f"{text[:24]!r} {len(text)}",
)
def test_json_that_python_would_let_pass_is_refused(text: str, code: str) -> None:
    started = time.perf_counter()
    assert _refused(lambda: read_json(text))[1] == code
    assert time.perf_counter() - started < 0.5


@pytest.mark.parametrize(
    "text",
    [
        "[" * 16 + "]" * 16,
        '{"reason": "' + "[" * 30 + '"}',
        '{"reason": "\\"' + "{" * 30 + '\\\\"}',
        '{"a": 1e308, "b": -0.5, "c": "\\ud83d\\ude00 \\u0000"}',
    ],
    ids=["16 deep", "brackets in a text", "quotes in a text", "numbers and pairs"],
)
def test_json_that_says_each_thing_once_is_read(text: str) -> None:
    assert read_json(text) == json.loads(text)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_every_plain_value_is_read_as_it_was_written(value: object) -> None:
    assert read_json(json.dumps(value)) == value
    assert read_json(json.dumps(value, ensure_ascii=False)) == value


@given(st.text(alphabet='{}[]":,\\ \nabtruefalsn019.-', max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(InvalidInput):
        assert json.dumps(read_json(text))
