"""What crosses the wire: a request, a reply, and how a reply is delivered."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any
from urllib.parse import unquote

from tests.fake_bce.errors import RefusedError

Json = dict[str, Any]


class Delivery(Enum):
    """What becomes of a reply on its way to the client."""

    SENT = auto()
    CUT = auto()
    RESET = auto()
    TIMEOUT = auto()
    KILLED = auto()


@dataclass(frozen=True, slots=True)
class Drip:
    """A body that arrives in pieces; each piece takes ``seconds`` of the cloud's clock."""

    size: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; ``seconds`` is how long a client waits before it sees a timeout."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    delivery: Delivery = Delivery.SENT
    drip: Drip | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it came in; ``target`` is path and query, still percent-encoded."""

    region: str
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes = b""
    path: str = field(init=False)
    pairs: tuple[tuple[str, str], ...] = field(init=False)

    def __post_init__(self) -> None:
        path, _, query = self.target.partition("?")
        lowered = {name.lower(): str(value) for name, value in self.headers.items()}
        object.__setattr__(self, "headers", lowered)
        object.__setattr__(self, "path", unquote(path))
        object.__setattr__(self, "pairs", tuple(_pair(part) for part in query.split("&") if part))

    @property
    def query(self) -> dict[str, str]:
        """The decoded query without the ``authorization`` pair, which is no parameter."""
        return {key: value for key, value in self.pairs if key.lower() != "authorization"}

    def json(self) -> Json:
        """Return the body as a JSON object; an empty body is an empty object.

        Raises:
            RefusedError: MalformedJSON or InappropriateJSON (doc Ojwvyo6nc).
        """
        if not self.body:
            return {}
        try:
            value = json.loads(self.body)
        except ValueError as error:
            raise RefusedError(400, "MalformedJSON") from error
        if not isinstance(value, dict):
            raise RefusedError(400, "InappropriateJSON")
        return value


def _pair(part: str) -> tuple[str, str]:
    key, _, value = part.partition("=")
    return unquote(key), unquote(value)


def tags_out(tags: Mapping[str, str]) -> list[Json]:
    """Write tags as TagModel rows."""
    return [{"tagKey": key, "tagValue": value} for key, value in tags.items()]


def tags_in(value: object) -> dict[str, str]:
    """Read TagModel rows; ``None`` is no tags.

    Raises:
        RefusedError: InappropriateJSON for another shape.
    """
    rows = [] if value is None else value
    try:
        return {str(row["tagKey"]): str(row["tagValue"]) for row in rows}  # type: ignore[attr-defined]
    except (TypeError, KeyError) as error:
        raise RefusedError(400, "InappropriateJSON") from error
