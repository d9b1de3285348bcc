"""Calendar periods in a time zone: where the hour, day, week, month or year of an instant began.

A repeated local hour counts as one hour of the calendar, which began the first time round; an hour,
day or year whose first minutes do not exist began at the transition that skips them.
"""

from bisect import bisect_left
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

Start = Callable[[datetime, ZoneInfo], datetime]
# nights of a fleet share their slots, so that nearly every look-up is a repetition
_CACHED = 65_536


def _cached(first: Callable[[datetime], datetime]) -> Start:
    @lru_cache(_CACHED)
    def start(moment: datetime, zone: ZoneInfo) -> datetime:
        local = moment.astimezone(zone).replace(minute=0, second=0, microsecond=0, fold=0)
        return _existing(first(local), zone)

    return start


def _existing(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant of a local time, or the transition that skips it, in UTC."""
    late, early = local.astimezone(UTC), local.replace(fold=1).astimezone(UTC)
    # only of a time that does not exist the second reading is the earlier one
    seconds = range(int((late - early).total_seconds()))
    if not seconds:
        return late
    before = early.astimezone(zone).utcoffset()
    passed = bisect_left(
        seconds,
        True,
        key=lambda passed: (
            (early + timedelta(seconds=passed)).astimezone(zone).utcoffset() != before
        ),
    )
    return early + timedelta(seconds=passed)


def _monday(local: datetime) -> datetime:
    """Weeks are those of ISO 8601, so the week of a year's first days may begin in the year
    before."""
    return local.replace(hour=0) - timedelta(days=local.weekday())


hour_start = _cached(lambda local: local)
day_start = _cached(lambda local: local.replace(hour=0))
week_start = _cached(_monday)
month_start = _cached(lambda local: local.replace(day=1, hour=0))
year_start = _cached(lambda local: local.replace(month=1, day=1, hour=0))
