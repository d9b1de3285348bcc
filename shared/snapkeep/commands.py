"""What list-report and delete-expired are asked, read strictly."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from snapkeep import ids
from snapkeep.errors import InvalidInput, of_events
from snapkeep.policy import Policies
from snapkeep.signatures import LINK_FIELDS
from snapkeep.strict import Table
from snapkeep.times import parse_instant

FORMATS = ("json", "csv", "markdown", "html")
# of the cloud's own list
QUERY_FORMATS = ("json", "markdown")
# the first that a browser or a program says it takes
_ACCEPTED = {"text/html": "html", "text/csv": "csv", "text/markdown": "markdown"}
MODES = ("plan", "auto", "approve")
_PLAN_ID = re.compile(r"[0-9a-f]{64}")
MAX_MARKER = 200
EXPIRE_TYPE = "expirations.requested"


@dataclass(frozen=True, slots=True)
class ReportCommand:
    """The report as a whole; ``deliver`` is set by the schedule."""

    format: str = "json"
    deliver: bool = False


@dataclass(frozen=True, slots=True)
class QueryCommand:
    """The API's own list query in one region, or its detail query if ``snapshot_id`` is set."""

    region: str
    marker: str | None = None
    max_keys: int = 1_000
    volume_id: str | None = None
    snapshot_id: str | None = None
    format: str = "json"


@dataclass(frozen=True, slots=True)
class ExpireCommand:
    """``plan`` only says what would be deleted; ``auto`` deletes it within the caps; ``approve``
    deletes what the plan with this id deletes, or ``only`` a part of it."""

    mode: str
    regions: tuple[str, ...]
    plan_id: str = ""
    as_of: datetime | None = None
    only: frozenset[str] = frozenset()


@of_events()
def report_command(event: object, policies: Policies) -> ReportCommand | QueryCommand:
    """Read ``{"deliver": true}``, ``{"format": "markdown"}`` or ``{"query": {"region": ...}}``.

    Raises:
        InvalidEvent: for anything else.
    """
    table = Table(event)
    if table.has("query"):
        query = _query(table.table("query"), _format(table, QUERY_FORMATS), policies)
        table.done()
        return query
    command = ReportCommand(_format(table), table.maybe("deliver", bool) is True)
    table.done()
    return command


def report_query(
    parameters: Mapping[str, str], accept: str, policies: Policies
) -> ReportCommand | QueryCommand:
    """Read the query string of ``GET /report``, where every value is a text.

    Raises:
        InvalidEvent: as ``report_command``.
    """
    rest = {key: value for key, value in parameters.items() if key not in LINK_FIELDS}
    is_query = bool(rest.keys() - {"format"})
    preferred = next((form for kind, form in _ACCEPTED.items() if kind in accept), "json")
    if is_query and preferred not in QUERY_FORMATS:
        preferred = "json"
    event: dict[str, Any] = {"format": rest.pop("format", preferred)}
    if rest:
        query: dict[str, Any] = {**rest}
        number = rest.get("max_keys")
        if isinstance(number, str) and re.fullmatch("[0-9]{1,4}", number):
            query["max_keys"] = int(number)
        event["query"] = query
    return report_command(event, policies)


@of_events()
def expire_command(event: object, policies: Policies) -> ExpireCommand:
    """Read ``{"mode": "plan"}`` or ``{"mode": "auto"}``, both with an optional ``region``; or
    ``{"mode": "approve", "region", "plan_id", "as_of"}``, optionally with the ids to ``delete``.

    Raises:
        InvalidEvent: for anything else.
    """
    return _expire(Table(event), MODES, policies)


@of_events()
def expire_webhook(body: object, policies: Policies, *, approve: bool) -> ExpireCommand:
    """Read the body of ``POST /expirations``, a Standard Webhooks envelope.

    Args:
        approve: whether it may approve a plan, and not only ask for one.

    Raises:
        InvalidEvent: as ``expire_command``; ``ApproveDisabled``.
    """
    envelope = Table(body)
    _one_of(envelope.text("type"), (EXPIRE_TYPE,), "type")
    parse_instant(envelope.text("timestamp"), "timestamp")
    data = envelope.table("data")
    envelope.done()
    if not approve and data.maybe("mode", str) == "approve":
        message = "is switched off over HTTP; set ApproveOverHttp, or approve at a terminal"
        raise InvalidInput(message, path="data.mode", code="ApproveDisabled")
    return _expire(data, ("plan", "approve"), policies)


def _expire(table: Table, modes: tuple[str, ...], policies: Policies) -> ExpireCommand:
    mode = _one_of(table.text("mode"), modes, table.at("mode"))
    regions = policies.regions
    if table.has("region"):
        regions = (ids.check_region(table.text("region"), regions, table.at("region")),)
    command = ExpireCommand(mode, regions)
    if mode == "approve":
        command = _approve(table, regions)
    table.done()
    return command


def _approve(table: Table, regions: tuple[str, ...]) -> ExpireCommand:
    if len(regions) > 1:
        message = f"is required, since a plan is of one region; one of {', '.join(regions)}"
        raise InvalidInput(message, path=table.at("region"), code="MissingField")
    plan_id = table.text("plan_id")
    if not _PLAN_ID.fullmatch(plan_id):
        message = f"{plan_id[:40]!r} is not the id of a plan, which has 64 hex characters"
        raise InvalidInput(message, path=table.at("plan_id"), code="InvalidId")
    as_of = parse_instant(table.text("as_of"), table.at("as_of"))
    only = ids.check_ids(table.texts("delete"), ids.SNAPSHOT, table.at("delete"))
    return ExpireCommand("approve", regions, plan_id, as_of, frozenset(only))


def _query(table: Table, format_: str, policies: Policies) -> QueryCommand:
    region = ids.check_region(table.text("region"), policies.regions, table.at("region"))
    max_keys = table.get("max_keys", int) if table.has("max_keys") else 1_000
    if not 1 <= max_keys <= 1_000:
        raise InvalidInput("must be from 1 to 1000", path=table.at("max_keys"))
    command = QueryCommand(
        region,
        _marker(table),
        max_keys,
        _id(table, "volume_id", ids.VOLUME_OR_INSTANCE),
        _id(table, "snapshot_id", ids.SNAPSHOT),
        format_,
    )
    table.done()
    return command


def _marker(table: Table) -> str | None:
    if len(marker := table.maybe("marker", str) or "") > MAX_MARKER:
        raise InvalidInput(f"is longer than {MAX_MARKER} characters", path=table.at("marker"))
    return marker or None


def _id(table: Table, key: str, shape: ids.Shape) -> str | None:
    return ids.check_ids([table.text(key)], shape, table.at(key))[0] if table.has(key) else None


def _format(table: Table, known: tuple[str, ...] = FORMATS) -> str:
    return _one_of(table.get("format", str) if table.has("format") else "json", known, "format")


def _one_of(value: str, known: tuple[str, ...], path: str) -> str:
    if value not in known:
        raise InvalidInput(f"{value[:40]!r} is none of {', '.join(known)}", path=path)
    return value
