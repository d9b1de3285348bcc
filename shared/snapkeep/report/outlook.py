"""What a forecast says, as values; apart from what makes it, which only list-report can import."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Day:
    """What there is after one day's delete-expired, if somebody approves what a cap refuses."""

    at: datetime
    created: int
    deleted: int
    kept: int
    size_gb: int


@dataclass(frozen=True, slots=True)
class Forecast:
    """Today and the next days; ``goes`` maps a snapshot that will be deleted to when."""

    days: tuple[Day, ...]
    goes: Mapping[str, datetime] = field(default_factory=dict)
