"""What the documents promise of a reply, and damages that break just that."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shape:
    """What a true reply has under ``member``: rows, a row or a text; ``nothing`` is no body.

    Attributes:
        required: texts that no row is without.
        texts, lists: what else is a text or a list in a row where it is there.
    """

    kind: str
    member: str = ""
    required: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


_OF_SNAPSHOT = (("id", "name", "status", "createTime"), ("desc", "volumeId", "createMethod"))
_OF_VOLUME = (("id", "status", "type"), ("name",), ("tags", "attachments"))
SHAPES = {
    "ListSnapshots": Shape("rows", "snapshots", *_OF_SNAPSHOT),
    "ListVolumes": Shape("rows", "volumes", *_OF_VOLUME),
    "ListInstances": Shape("rows", "instances", ("id", "status"), ("name",), ("tags",)),
    "GetSnapshot": Shape("row", "snapshot", *_OF_SNAPSHOT),
    "CreateSnapshot": Shape("text", "snapshotId"),
    "DeleteSnapshot": Shape("nothing"),
}
ValueDamage = Callable[[Random, Json, Shape], bytes]
Values = tuple[object, ...]
_NO_TEXTS: Values = (True, False, 7, -1, 0.5, [], ["s-1"], {}, {"id": "s-1"})
_NO_LISTS: Values = (None, True, 7, 0.5, "", "[]", {}, {"0": {}}, [None], ["x"], [7], [[]])
_NO_ROWS: Values = (None, True, 7, 0.5, "", "s-1", [], ["id", "s-1"])
_NO_BOOLEANS: Values = ("true", "false", "False", "no", "", 0, 1, 2, 0.0, None, [], {}, [False])
_NO_MARKERS: Values = (None, "", 0, 7, True, [], ["s-1"], {}, "s-\ud800")
_STEPS = 1 << 20
_TWIN = "@twin"


def _dumped(value: object) -> bytes:
    return json.dumps(value).encode()


def _rows(reply: Json, shape: Shape) -> list[Any]:
    """Return the rows, or the one row in a list."""
    found = reply.get(shape.member)
    if shape.kind == "row":
        return [found if isinstance(found, dict) else {}]
    if not isinstance(found, list):
        found = reply[shape.member] = []
    if not found:
        # a row without anything is no row, whatever is done to it
        found.append({})
    return found


def _renamed(rng: Random, name: str) -> str:
    words = "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
    names = {name.lower(), name.upper(), name.capitalize(), f"{name}s", f" {name}", f"{words}_"}
    return rng.choice(sorted(names - {name}))


def _lose(rng: Random, table: Json, name: str) -> None:
    """Take a member away, make it null, or give it another name."""
    value, how = table.pop(name, None), rng.randrange(4)
    if how == 0:
        table[name] = None
    elif how > 1:
        table[_renamed(rng, name)] = value


def _no_flag(rng: Random, reply: Json, shape: Shape) -> bytes:
    reply["isTruncated"] = rng.choice((*_NO_BOOLEANS, bool(reply.get("isTruncated"))))
    if isinstance(reply["isTruncated"], bool):
        _lose(rng, reply, "isTruncated")
    return _dumped(reply)


def _no_marker(rng: Random, reply: Json, shape: Shape) -> bytes:
    reply |= {"isTruncated": True, "nextMarker": rng.choice(_NO_MARKERS)}
    if rng.random() < 0.2:
        _lose(rng, reply, "nextMarker")
    return _dumped(reply)


def _same_marker(rng: Random, reply: Json, shape: Shape) -> bytes:
    """Say that more follows, at the same place as the page before has said."""
    return _dumped(reply | {"isTruncated": True, "nextMarker": f"s-{rng.randrange(_STEPS):x}"})


def _lost_member(rng: Random, reply: Json, shape: Shape) -> bytes:
    _lose(rng, reply, shape.member)
    return _dumped(reply)


def _moved_member(rng: Random, reply: Json, shape: Shape) -> bytes:
    """Put everything one step further down or up."""
    value, name = reply.get(shape.member), rng.choice(("data", "result", "response", "body", "0"))
    moved: Values = (
        {name: reply},
        reply | {shape.member: {name: value}},
        reply | {shape.member: [[value]]},
        reply | {shape.member: json.dumps(value if value is not None else name)},
        value if not isinstance(value, dict) else {**value, name: 1},
    )
    if shape.kind == "text":
        # a text of a text would be one again
        moved = moved[:3]
    return _dumped(rng.choice(moved))


def _wrong_member(rng: Random, reply: Json, shape: Shape) -> bytes:
    wrong = {"rows": _NO_LISTS[:8], "row": _NO_ROWS, "text": (*_NO_TEXTS, "", "s-\u4e2d")}
    return _dumped(reply | {shape.member: rng.choice(wrong[shape.kind])})


def _alien_row(rng: Random, reply: Json, shape: Shape) -> bytes:
    rows = _rows(reply, shape)
    alien = rng.choice((*_NO_ROWS, rows[:1]))
    rows.insert(rng.randrange(len(rows) + 1), alien)
    return _dumped(reply)


def _lost_of_row(rng: Random, reply: Json, shape: Shape) -> bytes:
    row = rng.choice(_rows(reply, shape))
    _lose(rng, row, rng.choice(shape.required))
    return _dumped(reply)


def _wrong_of_row(rng: Random, reply: Json, shape: Shape) -> bytes:
    row = rng.choice(_rows(reply, shape))
    name = rng.choice(shape.required + shape.texts + shape.lists)
    row[name] = rng.choice(_NO_LISTS[1:] if name in shape.lists else _NO_TEXTS)
    return _dumped(reply)


def _empty_id(rng: Random, reply: Json, shape: Shape) -> bytes:
    row = rng.choice(_rows(reply, shape))
    row["id"] = ""
    row[f"other{rng.randrange(_STEPS)}"] = rng.randrange(_STEPS)
    return _dumped(reply)


def _other_than(value: object) -> object:
    """Return what contradicts a value and is of its type where that is easy."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return {"Available": "Creating", "": "x"}.get(value, f"{value}0")
    return [] if isinstance(value, list) and value else {}


def _twin(rng: Random, reply: Json, shape: Shape) -> bytes:
    """Say a thing twice, each time differently."""
    table = reply
    if shape.kind != "text" and rng.random() < 0.7:
        table = rng.choice(_rows(reply, shape))
    name = rng.choice(sorted(table) or ["id"])
    old, twin = {name: None} | table, {_TWIN: _other_than(table.get(name))}
    table.clear()
    table.update(twin | old if rng.random() < 0.5 else old | twin)
    return _dumped(reply).replace(_dumped(_TWIN), _dumped(name))


_OF_ROW: dict[str, ValueDamage] = {
    "something of a row is missing": _lost_of_row,
    "something of a row is of a wrong type": _wrong_of_row,
    "an id is empty": _empty_id,
}
_OF_ANY: dict[str, ValueDamage] = {
    "what it is about is missing": _lost_member,
    "what it is about is elsewhere": _moved_member,
    "what it is about is of a wrong type": _wrong_member,
    "a key twice": _twin,
}
VALUE_DAMAGES: dict[str, dict[str, ValueDamage]] = {
    "rows": {
        "isTruncated is no boolean": _no_flag,
        "nextMarker is none": _no_marker,
        "nextMarker comes again": _same_marker,
        "a row is none": _alien_row,
        **_OF_ROW,
        **_OF_ANY,
    },
    "row": {**_OF_ROW, **_OF_ANY},
    "text": _OF_ANY,
    "nothing": {},
}
