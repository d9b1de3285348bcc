"""Where in a TOML file a key is written, which its reader does not tell."""

import tomllib
from collections import Counter
from collections.abc import Iterator
from typing import Any


def line_of(text: str, path: str) -> int | None:
    """Return the 1-based line where the key of that path, or its nearest parent, is written."""
    best, line = "", None
    for number, found in _key_lines(text):
        is_parent = path == found or path.startswith((f"{found}.", f"{found}["))
        if is_parent and len(found) > len(best):
            best, line = found, number
    return line


def _key_lines(text: str) -> Iterator[tuple[int, str]]:
    table, seen = "", Counter[str]()
    for number, line in enumerate(text.split("\n"), 1):
        head = line.strip()
        if head.startswith("["):
            table = _dotted(head.partition("]")[0].strip("[ ") + "=0")
            if head.startswith("[["):
                seen[table] += 1
                table = f"{table}[{seen[table] - 1}]"
            yield number, table
        elif "=" in head and (key := _dotted(head.partition("=")[0] + "=0")):
            yield number, f"{table}.{key}" if table else key


def _dotted(assignment: str) -> str:
    """Let the TOML reader itself take a key apart, quotes and dots included."""
    try:
        node: Any = tomllib.loads(assignment)
    except tomllib.TOMLDecodeError:
        return ""
    parts = []
    while isinstance(node, dict) and node:  # a comment is an empty table
        key, node = next(iter(node.items()))
        parts.append(key)
    return ".".join(parts)
