"""Rows 16 to 19: JSON that Python would let pass, or would fall over."""

import json
from collections.abc import Mapping
from time import process_time

import pytest

from tests.conftest import OpenWorld
from tests.functional.hostile.cases import (
    Case,
    alarm,
    by_row,
    encoded,
    get,
    github,
    post,
)
from tests.functional.hostile.checks import differences
from tests.functional.http import wanted

DATA = '{"type": "snapshot.requested", "timestamp": "2026-11-23T18:00:19Z", "data": %s}'


def bad(body: object, code: str, field: str = "") -> Case:
    event = encoded(body) if isinstance(body, bytes) else post(body)
    return Case(event, 400, code, field)


def everywhere(text: str, code: str, field: str = "") -> dict[str, Case]:
    """Return the body as each sender would send it."""
    return {
        "from GitHub": Case(github(text), 400, code, field),
        "in an alarm": Case(alarm(text), 400, code, field),
        "in an expiration": Case(post(text, path="/expirations"), 400, code, field),
    }


LONG = "a" * 20_000
TWICE: dict[str, tuple[str, str]] = {
    "the type": ('{"type": "a", "type": "b"}', "type"),
    "the same value": ('{"type": "a", "type": "a"}', "type"),
    "the data": ('{"data": {}, "data": {"policy": "adhoc"}}', "data"),
    "the disks": (DATA % '{"volumes": ["v-12345678"], "volumes": ["v-87654321"]}', "volumes"),
    "volumeId": (DATA % '{"volumeId": "v-12345678", "volumeId": "v-87654321"}', "volumeId"),
    "the policy, once escaped": (DATA % '{"policy": "adhoc", "p\\u006flicy": "nightly"}', "policy"),
    "three times": ('{"a": 1, "a": 2, "a": 3}', "a"),
    "in the depth": ('{"a": [[{"b": [{"c": 1, "c": 2}]}]]}', "c"),
    "no name": ('{"": 1, "": 2}', ""),
    "far apart": ('{"a": 1, "b": 1, "c": 2, "d": 3, "e": 4, "a": 2}', "a"),
    "a Chinese key": ('{"键": 1, "键": 2}', "键"),
    "a key of 20 000 letters": (f'{{"{LONG}": 1, "{LONG}": 2}}', LONG[:40]),
    "the last of 7 000": (
        "{" + ",".join(f'"{number:x}":1' for number in range(7_000)) + ',"z":1,"z":2}',
        "z",
    ),
    "2 000 times": ("{" + ", ".join(['"a": 1'] * 2_000) + "}", "a"),
}
KEYS: dict[str, Case] = {
    **{f"16 {name}": bad(text, "DuplicateKey", field) for name, (text, field) in TWICE.items()},
    "16 half a character": bad('{"\\ud800": 1, "\\ud800": 2}', "DuplicateKey", "?"),
    **{
        f"16 {name}": case
        for name, case in everywhere('{"a": 1, "a": 2}', "DuplicateKey", "a").items()
    },
}
NUMBERS = (
    "NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1e309", "1.0e+400", "9" * 5_000,
    "-" + "9" * 5_000, "9" * 100, "1e" + "9" * 5_000, "9" * 60_000, "9" * 400 + ".0", "1E400",
)  # fmt: skip
NO_NUMBERS = ("nan", "inf", "+1", "01", "0x10", ".5", "1.", "1_000", "１", "1e", "--1", "1,0")
FIGURES: dict[str, Case] = {
    **{
        f"17 {text[:12]} of {len(text)}": bad(DATA % f'{{"keep_for": {text}}}', "BadNumber")
        for text in NUMBERS
    },
    **{
        f"17 {text} is no JSON": bad(DATA % f'{{"keep_for": {text}}}', "MalformedJson")
        for text in NO_NUMBERS
    },
    "17 a key beside NaN": bad('{"type": "a", "b": [1, {"c": NaN}]}', "BadNumber"),
    "17 digits and no more": bad("9" * 60_000, "BadNumber"),
    "17 a fraction of 5 000 digits": Case(
        post(DATA % f'{{"policy": 0.{"9" * 5_000}}}'), 422, "WrongType", "data.policy"
    ),
    **{f"17 {name}": case for name, case in everywhere('{"a": NaN}', "BadNumber").items()},
}  # fmt: skip
DEEP = {
    "60 000 lists": "[" * 60_000,
    "10 000 objects": '{"a":' * 10_000,
    "lists and objects": '[{"a":' * 9_000,
    "60 000 braces": "{" * 60_000,
    "30 000 lists that end": "[" * 30_000 + "]" * 30_000,
    "17 lists": "[" * 17 + "]" * 17,
    "17 objects": '{"a":' * 17 + "1" + "}" * 17,
    "at the end": "[1," * 2_000 + '"a"' + "]" * 2_000,
    "in the reason": DATA % ('{"reason": ' + "[" * 1_000 + "]" * 1_000 + "}"),
    "with texts between": '["]",' * 9_000,
    "with escaped quotes between": '["\\"]",' * 8_000,
}
NESTED: dict[str, Case] = {
    **{f"18 {name}": bad(text, "TooDeep") for name, text in DEEP.items()},
    "18 100 000 lists": Case(post("[" * 100_000), 413, "TooLarge", "body"),
    "18 60 000 ends": bad("]" * 60_000, "MalformedJson"),
    "18 ends and beginnings": bad("][" * 30_000, "MalformedJson"),
    "18 brackets in a text": Case(post(json.dumps("[" * 60_000)), 422, "WrongType"),
    "18 16 lists": Case(post("[" * 16 + "]" * 16), 422, "WrongType"),
    "18 a text without end": bad('"' + "\\" * 60_000, "MalformedJson"),
    "18 60 000 quotes": bad('"' * 60_000, "MalformedJson"),
    **{f"18 {name}": case for name, case in everywhere("[" * 60_000, "TooDeep").items()},
}
TEXT = json.dumps(wanted(reason="发布"), ensure_ascii=False)
BYTES: dict[str, bytes] = {
    "no UTF-8": b"\xff\xfe{}",
    "an overlong NUL": b'{"a": "\xc0\x80"}',
    "an overlong slash": b'{"a": "\xc0\xaf"}',
    "half a letter": TEXT.encode()[:-4] + b"\xe4\xbd",
    "a surrogate": b'{"a": "\xed\xa0\x80"}',
    "a pair of surrogates": b'{"a": "\xed\xa0\xbd\xed\xb4\x91"}',
    "beyond Unicode": b'{"a": "\xf4\x90\x80\x80"}',
    "Latin-1": '{"a": "é"}'.encode("latin-1"),
    "GBK": TEXT.encode("gbk"),
    "UTF-16": TEXT.encode("utf-16"),
    "UTF-16 without a mark": TEXT.encode("utf-16-le"),
    "UTF-32": TEXT.encode("utf-32-be"),
    "a byte order mark": b"\xef\xbb\xbf" + TEXT.encode(),
    "a NUL": b'{"a": "\0"}',
    "a NUL at the end": TEXT.encode() + b"\0",
    "NULs alone": bytes(1_000),
}
TEXTS = {
    "half a character": '{"a": "\\ud800"}',
    "the other half": '{"a": "\\udc00"}',
    "two halves in the wrong order": '{"a": "\\udc11\\ud83d"}',
    "half a character as a key": '{"\\ud800": 1}',
    "half a character in the depth": '{"a": [{"b": ["\\uD800"]}]}',
    "half a character as a policy": DATA % '{"policy": "\\ud800"}',
    "an escaped NUL": '{"a": "\\u0000"}',
    "an escaped NUL in a key": '{"a\\u0000": 1}',
    "an escaped NUL after backslashes": '{"a": "\\\\\\u0000"}',
    "an escaped NUL in an id": DATA % '{"volumes": ["v-12345678\\u0000"]}',
    "a byte order mark": "\ufeff" + TEXT,
}
# as an event's JSON may say it, though no bytes could
HALF = json.loads('"\\ud800"')
ENCODED: dict[str, Case] = {
    **{f"19 {name}, in base64": bad(raw, "BadEncoding") for name, raw in BYTES.items()},
    **{f"19 {name}, as text": bad(text, "BadEncoding") for name, text in TEXTS.items()},
    "19 half a character outside of JSON": Case(
        post() | {"body": f'{{"a": "{HALF}"}}'}, 400, "BadEncoding", "body"
    ),
    "19 half a character in a query": Case(
        get() | {"rawQueryString": f"a={HALF}"}, 400, "BadEncoding", "path"
    ),
    "19 a backslash before u0000": Case(
        post('{"type": "\\\\u0000"}'), 422, "UnknownEvent", "type"
    ),
    **{f"19 {name}": case for name, case in everywhere('{"a": "\\ud800"}', "BadEncoding").items()},
}  # fmt: skip
TABLES = (KEYS, FIGURES, NESTED, ENCODED)


@pytest.mark.parametrize("cases", by_row(*TABLES))
def test_json_that_says_a_thing_twice_or_nothing_at_all_is_refused(
    open_world: OpenWorld, cases: Mapping[str, Case]
) -> None:
    world = open_world()
    world.add_disks(1)
    assert [line for each in cases.items() for line in differences(world, *each)] == []


@pytest.mark.parametrize("cases", by_row(KEYS, FIGURES, NESTED))
def test_no_body_costs_much_time(open_world: OpenWorld, cases: Mapping[str, Case]) -> None:
    world = open_world()
    slow = {}
    for name, case in cases.items():
        started = process_time()
        differences(world, name, case)
        slow[name] = process_time() - started
    assert {name: seconds for name, seconds in slow.items() if seconds > 0.5} == {}
