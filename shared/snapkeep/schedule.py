"""When a schedule runs: EventBridge Scheduler's expressions, evaluated in a time zone.

Where the clocks go forward, a run that falls into the missing hour is skipped; where they go back,
a run in the repeated hour happens once (EventBridge Scheduler User Guide, schedule types).
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from aws_croniter import AwsCroniter
from aws_croniter.exceptions import AwsCroniterExpressionError

from snapkeep.errors import InvalidInput

_RATE = re.compile(r"rate\(([1-9][0-9]{0,18}) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((.+)\)")
_LAST_DAY_OF_WEEK = "7"


def runs(
    expression: str, zone: ZoneInfo, after: datetime, until: datetime, anchor: datetime
) -> Iterator[datetime]:
    """Yield the instants in (after, until] at which a schedule runs, in UTC, in order.

    Args:
        anchor: an earlier run, from which a ``rate`` counts on; a day of it is 24 hours.

    Raises:
        InvalidInput: if the expression is none of EventBridge Scheduler's.
    """
    if rate := _RATE.fullmatch(expression):
        yield from _beats(f"{rate[2]}s", int(rate[1]), after, until, anchor)
        return
    cron = _cron(expression)
    # the library knows no time zones: it is given local times and told that they are UTC
    local = _as_utc(after.astimezone(zone))
    while (found := cron.occurrence(local).next()) is not None:
        local = found
        moment = local.replace(tzinfo=zone).astimezone(UTC)
        if moment > until:
            return
        if moment > after and _as_utc(moment.astimezone(zone)) == local:
            yield moment


def check_schedule(expression: str, path: str) -> None:
    """Refuse what EventBridge Scheduler would not take.

    Raises:
        InvalidInput: says what is wrong with which field.
    """
    if _RATE.fullmatch(expression):
        return
    try:
        _cron(expression)
    except InvalidInput as error:
        raise InvalidInput(error.message, path=path) from error


def _beats(
    unit: str, number: int, after: datetime, until: datetime, anchor: datetime
) -> Iterator[datetime]:
    try:
        every = timedelta(**{unit: number})
        moment = anchor + every * ((after - anchor) // every + 1)
        while moment <= until:
            yield moment
            moment += every
    except OverflowError:
        return  # beyond the calendar's end


def _cron(expression: str) -> AwsCroniter:
    found = _CRON.fullmatch(expression)
    try:
        if not found:
            raise AwsCroniterExpressionError("it is neither cron(...) nor rate(...)")
        fields = found[1].split(" ")
        if fields[4:5] == ["L"]:
            # the last day of the week (EventBridge User Guide), which the library takes for none
            fields[4] = _LAST_DAY_OF_WEEK
        return AwsCroniter(" ".join(fields))
    except ValueError as error:
        is_told = isinstance(error, AwsCroniterExpressionError)
        why = error if is_told else "a field has a form that is not known"
        message = f"{expression!r} is not EventBridge Scheduler's: {why}"
        raise InvalidInput(message, path="schedule") from error


def _as_utc(local: datetime) -> datetime:
    return local.replace(tzinfo=UTC, fold=0)
