"""Reading ``policy.toml``: strictly, and with the line of what is wrong."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from snapkeep import ids
from snapkeep.errors import InvalidInput, InvalidPolicy
from snapkeep.policy import DEFAULT_MAX_EVENT_AGE, Hold, Keep, Policies, Policy, Selector
from snapkeep.strict import Table
from snapkeep.times import parse_duration

# EventBridge Scheduler: a cron expression has six fields; a rate is a number and a unit
_SCHEDULE = re.compile(r"cron\((\S+ ){5}\S+\)|rate\([1-9]\d* (minute|hour|day)s?\)")
_SYNTAX_LINE = re.compile(r"at line (\d+)")
_MAX_BYTES = 65_536


def parse_policies(text: str) -> Policies:
    """Read the text of a policy file.

    Raises:
        InvalidPolicy: for the first thing that is wrong, with the key's path and line.
    """
    if len(text) > _MAX_BYTES:
        raise InvalidPolicy(f"is larger than {_MAX_BYTES} characters")
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also a number or a nesting without end
        found = _SYNTAX_LINE.search(str(error))
        line = int(found[1]) if found else None
        raise InvalidPolicy(f"not TOML: {error}", line=line, code="NotToml") from error
    try:
        return _policies(Table(tables))
    except InvalidInput as error:
        line = line_of(text, error.path)
        raise InvalidPolicy(error.message, path=error.path, line=line, code=error.code) from error


def _policies(root: Table) -> Policies:
    timezone = root.text("timezone")
    try:
        ZoneInfo(timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"{timezone!r} is not an IANA time zone such as 'Asia/Shanghai'"
        raise InvalidInput(message, path="timezone") from error
    regions = root.texts("regions", required=True)
    for region in regions:
        ids.check_region(region, ids.REGIONS, "regions")
    if len(set(regions)) < len(regions):
        raise InvalidInput("names a region twice", path="regions")
    tables = root.table("policy")
    policies = {name: _policy(name, tables.table(name)) for name in tables.names()}
    if not policies:
        raise InvalidInput("holds no policy; add a [policy.NAME]", path="policy")
    age = _duration(root, "max_event_age") or DEFAULT_MAX_EVENT_AGE
    holds = tuple(_hold(table) for table in root.tables("hold"))
    root.done()
    return Policies(timezone, regions, policies, holds, age)


def _policy(name: str, table: Table) -> Policy:
    if not ids.POLICY_NAME.fullmatch(name):
        message = "a policy's name is a lower-case letter and up to 19 lower-case letters or digits"
        raise InvalidInput(message, path=table.path)
    policy = Policy(
        name=name,
        select=_selector(table.table("select")),
        exclude=_selector(table.table("exclude")) if table.has("exclude") else Selector(),
        keep=_keep(table.table("keep")) if table.has("keep") else Keep(),
        schedule=table.maybe("schedule", str),
        rpo=_duration(table, "rpo"),
        ad_hoc_keep=_duration(table, "ad_hoc_keep"),
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
    last = table.maybe("last", int) or 0
    if last < 0:
        raise InvalidInput("must not be negative", path=table.at("last"))
    keep = Keep(last=last, within=_duration(table, "within"))
    table.done()
    if keep == Keep():
        raise InvalidInput("keeps nothing; give a rule such as last = 7", path=table.path)
    return keep


def _hold(table: Table) -> Hold:
    (snapshot_id,) = ids.check_ids([table.text("snapshot")], ids.SNAPSHOT, table.at("snapshot"))
    until = table.maybe("until", datetime)
    if until is not None and until.tzinfo is None:
        message = "needs a time and a zone, such as 2027-01-01T00:00:00Z"
        raise InvalidInput(message, path=table.at("until"))
    hold = Hold(snapshot_id, table.text("reason"), until)
    table.done()
    return hold


def _duration(table: Table, key: str) -> timedelta | None:
    text = table.maybe(key, str)
    return None if text is None else parse_duration(text, table.at(key))


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
