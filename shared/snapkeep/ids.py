"""What the cloud's ids and regions look like; ids are matched in full before they meet a URL."""

import re
from collections.abc import Iterable

from snapkeep.errors import InvalidInput

Shape = re.Pattern[str]
# Baidu's documents do not give the grammar; the examples are a letter, a dash and 8 alphanumerics
VOLUME = re.compile(r"v-[A-Za-z0-9]{4,32}")
INSTANCE = re.compile(r"i-[A-Za-z0-9]{4,32}")
VOLUME_OR_INSTANCE = re.compile(r"[vi]-[A-Za-z0-9]{4,32}")
SNAPSHOT = re.compile(r"s-[A-Za-z0-9]{4,32}")
POLICY_NAME = re.compile(r"[a-z][a-z0-9]{0,19}")
# BCC endpoints, ``bcc.<region>.baidubce.com`` (BCC API, general description; SDK's endpoint lists)
REGIONS = ("bj", "bd", "su", "gz", "cd", "hkg", "fwh", "fsh", "sin")


def check_ids(values: Iterable[str], shape: Shape, path: str) -> tuple[str, ...]:
    """Return the ids without repeats, in order.

    Raises:
        InvalidInput: for an id of another shape (``InvalidId``).
    """
    unique = tuple(dict.fromkeys(values))
    for value in unique:
        if not shape.fullmatch(value):
            message = f"{value[:40]!r} is not an id; it must match {shape.pattern}"
            raise InvalidInput(message, path=path, code="InvalidId")
    return unique


def check_region(value: str, allowed: Iterable[str], path: str) -> str:
    """Return the region.

    Raises:
        InvalidInput: if it is none of the allowed ones (``RegionNotAllowed``).
    """
    if value not in (names := tuple(allowed)):
        message = f"{value[:40]!r} is not allowed here; one of {', '.join(names)}"
        raise InvalidInput(message, path=path, code="RegionNotAllowed")
    return value
