"""Reading the tables of ``policy.toml``: one policy, one hold."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from snapkeep import ids
from snapkeep.errors import InvalidInput
from snapkeep.money import Price
from snapkeep.policy import COUNTS, WITHINS, Adopt, Hold, Keep, Policy, Selector
from snapkeep.strict import Table
from snapkeep.times import parse_day, parse_duration

_DEAREST = 1_000_000
# EventBridge Scheduler: a cron expression has six fields; a rate is a number and a unit
_SCHEDULE = re.compile(r"cron\((\S+ ){5}\S+\)|rate\([1-9]\d* (minute|hour|day)s?\)")


def policy_table(name: str, table: Table, zone: ZoneInfo) -> Policy:
    """Read ``[policy.NAME]``.

    Args:
        zone: in which days begin.

    Raises:
        InvalidInput: for the first thing that is wrong.
    """
    if not ids.POLICY_NAME.fullmatch(name):
        message = "a policy's name is a lower-case letter and up to 19 lower-case letters or digits"
        raise InvalidInput(message, path=table.path)
    policy = Policy(
        name=name,
        select=_selector(table.table("select")),
        exclude=_selector(table.table("exclude")) if table.has("exclude") else Selector(),
        keep=_keep(table.table("keep")) if table.has("keep") else Keep(),
        adopt=_adopt(table.table("adopt"), zone) if table.has("adopt") else None,
        schedule=table.maybe("schedule", str),
        rpo=duration(table, "rpo"),
        ad_hoc_keep=duration(table, "ad_hoc_keep"),
        enabled=table.maybe("enabled", bool) is not False,
    )
    table.done()
    if policy.exclude.all:
        message = "would leave no disk; remove it, or disable the policy with enabled = false"
        raise InvalidInput(message, path=table.at("exclude"))
    if policy.schedule is not None:
        _check_schedule(policy.schedule, table)
    return policy


def _check_schedule(schedule: str, table: Table) -> None:
    if not _SCHEDULE.fullmatch(schedule):
        message = "must be cron(...) with six fields or rate(...), as EventBridge Scheduler has it"
        raise InvalidInput(message, path=table.at("schedule"))
    for needed in ("rpo", "keep"):
        if not table.has(needed):
            message = "is required with a schedule"
            raise InvalidInput(message, path=table.at(needed), code="MissingField")


def _selector(table: Table) -> Selector:
    tags = table.table("tags") if table.has("tags") else Table({})
    selector = Selector(
        tags=tuple((key, tags.texts(key)) for key in tags.names()),
        volumes=ids.check_ids(table.texts("volumes"), ids.VOLUME, table.at("volumes")),
        instances=ids.check_ids(table.texts("instances"), ids.INSTANCE, table.at("instances")),
        names=table.texts("names"),
        system=table.maybe("system", bool),
        all=table.maybe("all", bool) is True,
    )
    table.done()
    if selector == Selector():
        message = "names no disk; give tags, volumes, instances, names, system, or all = true"
        raise InvalidInput(message, path=table.path)
    if selector.all and selector != Selector(all=True):
        raise InvalidInput("stands alone: it already means every disk", path=table.at("all"))
    return selector


def _keep(table: Table) -> Keep:
    rules: dict[str, Any] = {
        rule: _count(table, rule) if rule in COUNTS else duration(table, rule)
        for rule in (*COUNTS, *WITHINS)
    }
    keep = Keep(**rules, exclusive=table.maybe("exclusive", bool) is True)
    table.done()
    if keep.is_empty:
        raise InvalidInput("keeps nothing; give a rule such as last = 7", path=table.path)
    return keep


def _count(table: Table, rule: str) -> int:
    number = table.maybe(rule, int) or 0
    if number < 0:
        raise InvalidInput("must not be negative", path=table.at(rule))
    return number


def _adopt(table: Table, zone: ZoneInfo) -> Adopt:
    prefix = table.text("name_prefix")
    adopt = Adopt(prefix, parse_day(table.text("created_before"), zone, table.at("created_before")))
    table.done()
    return adopt


def hold_table(table: Table) -> Hold:
    """Read one ``[[hold]]``.

    Raises:
        InvalidInput: for the first thing that is wrong.
    """
    (snapshot_id,) = ids.check_ids([table.text("snapshot")], ids.SNAPSHOT, table.at("snapshot"))
    until = table.maybe("until", datetime)
    if until is not None and until.tzinfo is None:
        message = "needs a time and a zone, such as 2027-01-01T00:00:00Z"
        raise InvalidInput(message, path=table.at("until"))
    if until is not None:
        until = until.astimezone(UTC).replace(microsecond=0)
    hold = Hold(snapshot_id, table.text("reason"), until)
    table.done()
    return hold


def report_table(table: Table) -> tuple[Price | None, int | None]:
    """Read ``[report]``: what a GB costs a month, and how many manual snapshots a disk may have.

    Raises:
        InvalidInput: for the first thing that is wrong.
    """
    price = None
    if table.has("price_per_gb_month"):
        low, high = _prices(table)
        price = Price(low, high, table.text("currency"))
    quota = table.maybe("quota_per_disk", int)
    if quota is not None and quota < 1:
        raise InvalidInput("must be 1 or more", path=table.at("quota_per_disk"))
    table.done()
    return price, quota


def _prices(table: Table) -> tuple[Decimal, Decimal]:
    key = "price_per_gb_month"
    value: Any = table.get(key, object)
    given = value if isinstance(value, list) else [value, value]
    are_numbers = [isinstance(each, int | Decimal) and each is not True for each in given]
    prices = [Decimal(each) for each in given] if all(are_numbers) else []
    are_sound = len(prices) == 2 and not any(each.is_nan() for each in prices)
    if not (are_sound and 0 < prices[0] <= prices[1] < _DEAREST):
        message = "must be a price such as 0.12, or the least and the most: [0.1, 0.15]"
        raise InvalidInput(message, path=table.at(key))
    return prices[0], prices[1]


def duration(table: Table, key: str) -> timedelta | None:
    """Return a duration, ``None`` if the key is absent.

    Raises:
        InvalidInput: if it is no duration.
    """
    text = table.maybe(key, str)
    return None if text is None else parse_duration(text, table.at(key))
