"""Breaks a reply so that it is certainly none any more: a grammar of damages, drawn by a seed.

A damage starts from the true reply: those of its text in here, those of its values in ``values``.
"""

import base64
import gzip
import json
import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.proof.replies.values import SHAPES, VALUE_DAMAGES

TextDamage = Callable[[Random, bytes], bytes]


@dataclass(frozen=True, slots=True)
class Broken:
    """What is answered instead of a true reply; ``damage`` says how it differs."""

    damage: str
    status: int
    body: bytes


# what a reply is taken for that has no body: nothing that is made of it is a success either
ERROR = b'{"requestId": "7bf73129", "code": "InternalError", "message": "Try again [later]."}'
_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[][{},:]')
_BAD_NUMBERS = (
    *(b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"0x1f", b"017", b"+1", b".5"),
    *(b"1.", b"1_000", b"1e", b"--1", b"9" * 5_000),
)
_BAD_BYTES = (b"\xff", b"\x80", b"\xc0\x80", b"\xed\xa0\x80", b"\xf5\x80\x80\x80", b"\xe4\xb8")
_TRAILERS = (b"}", b"]", b"x", b"{}", b"\0", b"<!-- 7 -->", b",", b'"', b";", b"null", b"\x1a")
_LETTERS = b"ABCDEFGHKMNPQRSTUVWXYZ23456789"
_CODES = (b"InternalError", b"AccessDenied", b"RequestExpired", b"NoSuchObject")
# 200 is the one success that is documented
_STATUSES = (
    *(201, 202, 203, 205, 206, 207, 226, 299, 300, 301, 302, 304, 307, 308, 400, 401, 403, 404),
    *(409, 410, 413, 418, 429, 451, 500, 501, 502, 503, 504, 507, 520, 599),
)


def _places(text: bytes, kinds: bytes) -> list[int]:
    """Return where a JSON text has such brackets, commas and colons, or its strings begin."""
    return [found.start() for found in _TOKEN.finditer(text) if found[0][:1] in kinds]


def _after(rng: Random, text: bytes, kinds: bytes, put: bytes) -> bytes:
    """Insert something after one of these."""
    place = rng.choice(_places(text, kinds)) + 1
    return text[:place] + put + text[place:]


def _removed(rng: Random, text: bytes) -> bytes:
    place = rng.choice(_places(text, b'{}[],:"'))
    return text[:place] + text[place + 1 :]


def _more(rng: Random, text: bytes) -> bytes:
    return _after(rng, text, b"{}[],:", rng.choice((b",", b":", b"[", b"{", b'"')))


def _comment(rng: Random, text: bytes) -> bytes:
    return _after(rng, text, b"{}[],:", rng.choice((b"/* 7 */", b"// 7\n", b"# 7\n", b"<!-- -->")))


def _number(rng: Random, text: bytes) -> bytes:
    return _after(rng, text, b"{", b'"total": %s, ' % rng.choice(_BAD_NUMBERS))


def _deep(rng: Random, text: bytes) -> bytes:
    depth = rng.randrange(50_000, 60_000)
    return _after(rng, text, b"{", b'"deep": ' + b"[" * depth + b"]" * depth + b", ")


def _encoded(rng: Random, text: bytes) -> bytes:
    names = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig", "cp037")
    return text.decode().encode(rng.choice(names))


def _framed(rng: Random, text: bytes) -> bytes:
    frames = (
        (b"%x\r\n" % len(text), b"\r\n0\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(text), b""),
        (b"data: ", b"\n\n"),
        (b"callback(", b");"),
        (b")]}',\n", b""),
        (b"[", b"]"),
        (b"<pre>", b"</pre>"),
    )
    before, after = rng.choice(frames)
    return before + text + after


def _packed(rng: Random, text: bytes) -> bytes:
    level, stamp = rng.randrange(1, 10), rng.randrange(1 << 31)
    packed = (
        gzip.compress(text, level, mtime=stamp),
        zlib.compress(text, level),
        base64.b64encode(text),
        json.dumps(text.decode()).encode(),
    )
    return rng.choice(packed)


def _other(rng: Random, text: bytes) -> bytes:
    """Return what has nothing to do with the reply."""
    word, number = bytes(rng.choices(_LETTERS, k=8)), b"%d" % rng.randrange(1_000)
    code = rng.choice(_CODES)
    others = (
        b"",
        b" \r\n",
        b"<html><head><title>%s Bad Gateway</title></head></html>" % number,
        b"<!DOCTYPE html><form action=/login><input value=%s></form>" % word,
        b"<?xml version='1.0'?><Error><Code>%s</Code><HostId>%s</HostId></Error>" % (code, word),
        b'{"requestId": "%s", "code": "%s", "message": "try again"}' % (word, code),
        b'"%s"' % word,
        b"-%s" % number,
        rng.choice((b"null", b"true", b"[]", b"OK", b"None", b"{", b"}")),
        b"\0" * rng.randrange(1, 64),
        bytes(rng.choices(range(128, 256), k=40)),
        b"id,status\n%s,Available\n" % word,
        b"PHP Warning: %s on line %s" % (word, number),
    )
    return rng.choice(others)


TEXT_DAMAGES: dict[str, TextDamage] = {
    "cut short": lambda rng, text: text[: rng.randrange(len(text))],
    "followed by more": lambda rng, text: text + rng.choice(_TRAILERS) * rng.randrange(1, 4),
    "there twice": lambda rng, text: text + rng.choice((b"", b"\n", b", ", b"\x1e")) + text,
    "a mark is missing": _removed,
    "a mark too many": _more,
    "with a comment": _comment,
    "a raw control character": lambda rng, text: _after(rng, text, b'"', b"%c" % rng.randrange(32)),
    "other quotes": lambda rng, text: text.replace(b'"', rng.choice((b"'", b"`", b"", b'""'))),
    "a bad number": _number,
    "nested too deep": _deep,
    "another encoding": _encoded,
    "bad UTF-8": lambda rng, text: _after(rng, text, b'"', rng.choice(_BAD_BYTES)),
    "framed": _framed,
    "packed": _packed,
    "something else": _other,
}


def damage_of(operation: str, number: int) -> str:
    """Return the name of the damage that a number stands for."""
    names = [*TEXT_DAMAGES, *VALUE_DAMAGES[SHAPES[operation].kind], "another status"]
    return names[number % len(names)]


def broken(operation: str, number: int, seed: int, reply: bytes) -> Broken:
    """Break the true reply to an operation, the same way for the same number and seed."""
    rng, shape = Random(f"{seed} {operation} {number}"), SHAPES[operation]
    text, is_empty = reply or ERROR, shape.kind == "nothing"
    name = damage_of(operation, number)
    if name == "another status":
        lies = _STATUSES[8:] if is_empty else _STATUSES
        return Broken(name, rng.choice(lies), text)
    if name in TEXT_DAMAGES:
        body = TEXT_DAMAGES[name](rng, text)
    else:
        body = VALUE_DAMAGES[shape.kind][name](rng, json.loads(text), shape)
    # no body is the success of what has none
    return Broken(name, 200, body if body.strip() or not is_empty else b"<html></html>")


def distinct(operation: str, number: int, seed: int, reply: bytes) -> list[int]:
    """Return so many numbers by which this reply is broken into answers that all differ."""
    found: dict[tuple[int, bytes], int] = {}
    for candidate in range(20 * number):
        if len(found) == number:
            break
        made = broken(operation, candidate, seed, reply)
        found.setdefault((made.status, made.body), candidate)
    return list(found.values())
