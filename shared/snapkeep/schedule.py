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

_RATE = re.compile(r"rate\(([1-9]\d{0,6}) (minute|hour|day)s?\)")
_CRON = re.compile(r"cron\((.+)\)")


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
        every = timedelta(**{f"{rate[2]}s": int(rate[1])})
        moment = anchor + every * ((after - anchor) // every + 1)
        while moment <= until:
            yield moment
            moment += every
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


def _cron(expression: str) -> AwsCroniter:
    found = _CRON.fullmatch(expression)
    try:
        return AwsCroniter(found[1] if found else "")
    except (AwsCroniterExpressionError, ValueError) as error:
        message = f"{expression!r} is not EventBridge Scheduler's: {error}"
        raise InvalidInput(message, path="schedule") from error


def _as_utc(local: datetime) -> datetime:
    return local.replace(tzinfo=UTC, fold=0)
