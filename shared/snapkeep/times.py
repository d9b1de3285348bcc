"""Instants, durations and deadlines: how they are written and how they are injected."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from snapkeep.errors import InvalidInput

# so that no sum or difference of an instant and a duration leaves the calendar
LONGEST = timedelta(days=36_500)
YEARS = range(1970, 3_000)
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_DURATION = re.compile(r"([1-9][0-9]{0,4})([mhdw])")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})")


class Clock(Protocol):
    """Time as the impure rooms see it; tests and demos bring their own."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""

    def monotonic(self) -> float:
        """Return seconds that never go backwards."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """The instant, on one clock, after which no work may be under way."""

    clock: Clock
    at: float

    @classmethod
    def after(cls, clock: Clock, seconds: float) -> "Deadline":
        return cls(clock, clock.monotonic() + seconds)

    @property
    def remaining(self) -> float:
        """Seconds left, negative once it has passed."""
        return self.at - self.clock.monotonic()


def parse_duration(text: str, path: str = "") -> timedelta:
    """Read ``90m``, ``26h``, ``7d`` or ``4w``.

    Raises:
        InvalidInput: for anything else, zero included.
    """
    match = _DURATION.fullmatch(text)
    if not match:
        raise InvalidInput(
            f"{text[:40]!r} is not a duration; write a whole number and m, h, d or w: '26h'",
            path=path,
        )
    duration = timedelta(**{_UNITS[match[2]]: int(match[1])})
    if duration > LONGEST:
        raise InvalidInput(f"{text!r} is longer than {short(LONGEST)}", path=path)
    return duration


def parse_instant(text: str, path: str = "") -> datetime:
    """Read an ISO 8601 instant with a zone and return it in UTC, cut to the second.

    Raises:
        InvalidInput: where the zone is missing or the text is no instant.
    """
    if not _INSTANT.fullmatch(text):
        raise InvalidInput(
            f"{text[:40]!r} is not an instant with a zone; write it as '2026-11-23T18:00:00Z'",
            path=path,
        )
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError) as error:
        raise InvalidInput(f"{text!r} is not a date that exists", path=path) from error
    if moment.year not in YEARS:
        raise InvalidInput(f"{text!r} is outside of {YEARS[0]} to {YEARS[-1]}", path=path)
    return moment


def parse_day(text: str, zone: ZoneInfo, path: str = "") -> datetime:
    """Read ``2026-11-01`` as the instant that day began in a zone, or an instant as it is, in UTC.

    Raises:
        InvalidInput: for anything else.
    """
    if not _DAY.fullmatch(text):
        return parse_instant(text, path)
    utc = parse_instant(f"{text}T00:00:00Z", path)
    return utc.replace(tzinfo=zone).astimezone(UTC)


def short(duration: timedelta) -> str:
    """Write a duration as policies do, in the largest unit that leaves no remainder: ``26h``."""
    minutes = int(duration.total_seconds()) // 60
    for size, unit in ((1440, "d"), (60, "h")):
        if minutes and minutes % size == 0:
            return f"{minutes // size}{unit}"
    return f"{minutes}m"
