"""Reading TOML and JSON tables so that nothing is guessed: each key is named, typed and used."""

import json
import re
from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any, TypeVar

from snapkeep.errors import InvalidInput

T = TypeVar("T")
_MAX_DEPTH = 16
# a key of the sender's is repeated as far as this
_MAX_KEY = 40
# also matches a text that never ends, so that one scan is enough
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"?', re.DOTALL)
_NO_BRACKETS = re.compile(r"[^][{}]+")
# no number of a sender's is as long, and Python takes its time over much longer ones
_LONG_NUMBER = re.compile(r"(?<![.\d])\d{100}")
_KINDS = {
    str: "a text",
    int: "a whole number",
    bool: "true or false",
    dict: "a table",
    datetime: "a date and time with a zone",
}


class Table:
    """A mapping that is read key by key; ``done`` refuses the keys nobody asked for.

    Every method raises ``InvalidInput`` whose ``path`` is the key and whose ``code`` is
    ``MissingField``, ``WrongType`` or ``UnknownField``.
    """

    def __init__(self, value: object, path: str = "") -> None:
        self.path = path
        self._known: list[str] = []
        self._value: Mapping[str, Any] = self._typed(value, dict, path)

    def at(self, key: str) -> str:
        """Return the dotted path of a key of this table."""
        return f"{self.path}.{key}" if self.path else key

    def has(self, key: str) -> bool:
        self._known.append(key)
        return key in self._value

    def items(self) -> list[tuple[str, Any]]:
        """Return all there is, unread, for a table that others define."""
        return list(self._value.items())

    def names(self) -> list[str]:
        """Return every key, for a table whose keys are the user's own; none of them is unknown."""
        self._known.extend(self._value)
        return list(self._value)

    def get(self, key: str, kind: type[T]) -> T:
        """Return the value of a required key."""
        value = self.maybe(key, kind)
        if value is None:
            raise InvalidInput("is required", path=self.at(key), code="MissingField")
        return value

    def maybe(self, key: str, kind: type[T]) -> T | None:
        """Return the value of a key, ``None`` if it is absent; a null is of the wrong type."""
        return self._typed(self._value[key], kind, self.at(key)) if self.has(key) else None

    def text(self, key: str) -> str:
        """Return a required text that is not empty."""
        return self._filled(self.get(key, str), self.at(key))

    def table(self, key: str) -> "Table":
        """Return a required table."""
        return Table(self.get(key, dict), self.at(key))

    def texts(self, key: str, *, required: bool = False) -> tuple[str, ...]:
        """Return a list of texts, none empty; one text alone stands for a list of one."""
        if not self.has(key) and not required:
            return ()
        value, path = self.get(key, object), self.at(key)
        if isinstance(value, str):
            return (self._filled(value, path),)
        items = self._typed(value, list, path)
        if not items:
            raise InvalidInput("is empty; remove it or name something", path=path)
        return tuple(self._filled(self._typed(item, str, path), path) for item in items)

    def tables(self, key: str) -> list["Table"]:
        """Return a list of tables, each with its place in the path (``hold[0]``)."""
        items: list[object] = self.get(key, list) if self.has(key) else []
        return [Table(item, f"{self.at(key)}[{i}]") for i, item in enumerate(items)]

    def done(self) -> None:
        """Refuse whatever was not read."""
        for unknown in self._value:
            if unknown not in self._known:
                key = str(unknown)[:_MAX_KEY]
                near = get_close_matches(key, self._known, 1)
                hint = (
                    f"did you mean {near[0]!r}?" if near else f"known: {sorted(set(self._known))}"
                )
                raise InvalidInput(f"unknown; {hint}", path=self.at(key), code="UnknownField")

    @staticmethod
    def _filled(value: str, path: str) -> str:
        if not value.strip():
            raise InvalidInput("is empty", path=path)
        return value

    @staticmethod
    def _typed(value: object, kind: type[T], path: str) -> T:
        # bool is an int in Python, but true is no number in TOML or JSON
        if isinstance(value, kind) and (kind is bool or not isinstance(value, bool)):
            return value
        wanted = _KINDS.get(kind, "a list")
        message = f"must be {wanted}, not {type(value).__name__}"
        raise InvalidInput(message, path=path, code="WrongType")


def read_json(text: str) -> object:
    """Read JSON that says each thing once.

    Raises:
        InvalidInput: (``MalformedJson``) for what is no JSON, and for what Python would let pass:
            a key twice (``DuplicateKey``), NaN, an infinite number or one of 100 digits
            (``BadNumber``), half a character (``BadEncoding``), nesting deeper than 16
            (``TooDeep``).
    """
    bare = _TEXT.sub("", text)
    if _depth(bare) > _MAX_DEPTH:
        raise InvalidInput(f"nested deeper than {_MAX_DEPTH}", code="TooDeep")
    if _LONG_NUMBER.search(bare):
        raise InvalidInput("a number has 100 digits or more", code="BadNumber")
    try:
        value = load_json(text)
        # a lone surrogate could not be written into any log or answer
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise InvalidInput("half a character", code="BadEncoding") from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput("not JSON", code="MalformedJson") from error
    return value


def load_json(text: str) -> Any:
    """Read JSON in which no key stands twice and every number is one.

    Raises:
        InvalidInput: for what Python would let pass.
        ValueError: for what is no JSON.
        RecursionError: for what is nested too deep for Python.
    """
    return json.loads(
        text, object_pairs_hook=_once, parse_constant=_no_constant, parse_float=_finite
    )


def _depth(bare: str) -> int:
    depth = deepest = 0
    for character in _NO_BRACKETS.sub("", bare):
        depth += 1 if character in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    table = dict(pairs)
    if len(table) < len(pairs):
        twice = next(key for key, number in Counter(key for key, _ in pairs).items() if number > 1)
        # half a character in it could not be written into any log or answer
        path = twice[:_MAX_KEY].encode(errors="replace").decode()
        raise InvalidInput("stands there twice", path=path, code="DuplicateKey")
    return table


def _no_constant(name: str) -> object:
    raise InvalidInput(f"{name} is not a number", code="BadNumber")


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise InvalidInput("a number is too large", code="BadNumber")
    return number
