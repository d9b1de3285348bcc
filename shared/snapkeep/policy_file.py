"""Reading ``policy.toml``: strictly, and with the line of what is wrong."""

import re
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from snapkeep import ids
from snapkeep.errors import InvalidInput, InvalidPolicy
from snapkeep.policy import DEFAULT_MAX_EVENT_AGE, Hold, Policies, Policy
from snapkeep.policy_tables import duration, hold_table, policy_table, report_table
from snapkeep.strict import Table
from snapkeep.toml_lines import line_of

_SYNTAX_LINE = re.compile(r"at line (\d+)")
_MAX_BYTES = 65_536


def parse_policies(text: str) -> Policies:
    """Read the text of a policy file.

    Raises:
        InvalidPolicy: for the first thing that is wrong, with the key's path and line.
    """
    policies, problems = read_policies(text)
    if policies is None:
        raise problems[0]
    return policies


def read_policies(text: str) -> tuple[Policies | None, list[InvalidPolicy]]:
    """Read the text of a policy file and go on after a problem, so that each part tells its first.

    Returns:
        the policies, or ``None`` and the problems in the order of their lines.
    """
    if len(text) > _MAX_BYTES:
        return None, [InvalidPolicy(f"is larger than {_MAX_BYTES} characters")]
    try:
        tables = tomllib.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:  # also a number or a nesting without end
        found = _SYNTAX_LINE.search(str(error))
        line = int(found[1]) if found else None
        return None, [InvalidPolicy(f"not TOML: {error}", line=line, code="NotToml")]
    problems = Problems()
    policies = _policies(Table(tables), problems)
    placed = [
        InvalidPolicy(e.message, path=e.path, line=line_of(text, e.path), code=e.code)
        for e in problems.found
    ]
    return policies if not placed else None, sorted(placed, key=lambda e: e.line or 0)


@dataclass(slots=True)
class Problems:
    """What is wrong so far."""

    found: list[InvalidInput] = field(default_factory=list)

    @contextmanager
    def noted(self) -> Iterator[None]:
        """Note what a block raises and go on behind it."""
        try:
            yield
        except InvalidInput as error:
            self.found.append(error)


def _policies(root: Table, problems: Problems) -> Policies:
    zone, age = ZoneInfo("UTC"), DEFAULT_MAX_EVENT_AGE
    regions: tuple[str, ...] = ()
    policies: dict[str, Policy] = {}
    holds: list[Hold] = []
    with problems.noted():
        zone = _zone(root.text("timezone"))
    with problems.noted():
        regions = _regions(root)
    with problems.noted():
        tables = root.table("policy")
        for name in tables.names():
            with problems.noted():
                policies[name] = policy_table(name, tables.table(name), zone)
        if not tables.names():
            raise InvalidInput("holds no policy; add a [policy.NAME]", path="policy")
    with problems.noted():
        age = duration(root, "max_event_age") or DEFAULT_MAX_EVENT_AGE
    with problems.noted():
        for table in root.tables("hold"):
            with problems.noted():
                holds.append(hold_table(table))
    price, quota = None, None
    with problems.noted():
        if root.has("report"):
            price, quota = report_table(root.table("report"))
    with problems.noted():
        root.done()
    return Policies(zone.key, regions, policies, tuple(holds), age, price, quota)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        message = f"{name!r} is not an IANA time zone such as 'Asia/Shanghai'"
        raise InvalidInput(message, path="timezone") from error


def _regions(root: Table) -> tuple[str, ...]:
    regions = root.texts("regions", required=True)
    for region in regions:
        ids.check_region(region, ids.REGIONS, "regions")
    if len(set(regions)) < len(regions):
        raise InvalidInput("names a region twice", path="regions")
    return regions
