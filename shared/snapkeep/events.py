"""What an event asks for: every shape in which AWS and the senders deliver it, read strictly.

Identity and slot come from what the sender signed or the scheduler fixed, never from the moment
of delivery.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from snapkeep import ids
from snapkeep.errors import InvalidInput, of_events
from snapkeep.identity import cron_event, event_hash
from snapkeep.model import Source, iso
from snapkeep.policy import Policies, Policy
from snapkeep.shards import Shard
from snapkeep.strict import Table, read_json
from snapkeep.times import parse_duration, parse_instant, short

MAX_FUTURE = timedelta(minutes=5)
MAX_NAMED = 1_000
BUS_DETAIL_TYPE = "Snapshot Requested"


@dataclass(frozen=True, slots=True)
class SnapshotRequest:
    """One event for create-on-event; ``named`` is empty where the policy's selection is meant, and
    ``shard`` is ``None`` where all of that is."""

    policy: Policy
    source: Source
    slot: datetime
    event: str
    regions: tuple[str, ...]
    named: frozenset[str] = frozenset()
    keep_until: datetime | None = None
    reason: str = ""
    shard: Shard | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "policy": self.policy.name,
            "source": self.source.value,
            "slot": iso(self.slot),
            "named": sorted(self.named),
            "reason": self.reason,
            **({"shard": self.shard.to_json()} if self.shard else {}),
        }


@of_events()
def snapshot_requests(event: object, policies: Policies, now: datetime) -> list[SnapshotRequest]:
    """Read an event of the scheduler or the bus, bare or inside the records of an SQS queue.

    Raises:
        InvalidEvent: where it is no such event, names what does not exist, or is not of now.
    """
    return [_request(body, policies, now) for body in _unwrapped(event)]


def is_queued(event: object) -> bool:
    """Say whether the event is one record of an SQS queue."""
    records = event.get("Records") if isinstance(event, Mapping) else None
    if not isinstance(records, list) or len(records) != 1:
        return False
    return isinstance(records[0], Mapping) and records[0].get("eventSource") == "aws:sqs"


def ad_hoc_request(
    data: Table, source: Source, slot: datetime, event: str, policies: Policies, now: datetime
) -> SnapshotRequest:
    """Read what a bus event or a webhook asks for.

    Raises:
        InvalidInput: names the field that is wrong.
    """
    policy = policies.named(data.text("policy"), data.at("policy"))
    volumes = ids.check_ids(data.texts("volumes"), ids.VOLUME, data.at("volumes"))
    instances = ids.check_ids(data.texts("instances"), ids.INSTANCE, data.at("instances"))
    if len(volumes) + len(instances) > MAX_NAMED:
        raise InvalidInput(f"more than {MAX_NAMED} ids", path=data.at("volumes"), code="TooMany")
    keep_for = policy.ad_hoc_keep
    if data.has("keep_for"):
        keep_for = parse_duration(data.text("keep_for"), data.at("keep_for"))
    if keep_for is None:
        message = f"is required, since policy {policy.name} has no ad_hoc_keep"
        raise InvalidInput(message, path=data.at("keep_for"), code="MissingField")
    reason = data.maybe("reason", str) or ""
    data.done()
    _check_runnable(policy, slot, policies, now)
    return SnapshotRequest(
        policy, source, slot, event, policies.regions,
        frozenset((*volumes, *instances)), slot + keep_for, reason[:200],
    )  # fmt: skip


def _unwrapped(event: object) -> Sequence[object]:
    table = Table(event)
    if not table.has("Records"):
        return [event]
    records = table.tables("Records")
    if not records:
        raise InvalidInput("is empty", path="Records")
    bodies = []
    for record in records:
        if record.text("eventSource") != "aws:sqs":
            raise InvalidInput("must be 'aws:sqs'", path=record.at("eventSource"))
        bodies.append(read_json(record.text("body")))
    return bodies


def _request(event: object, policies: Policies, now: datetime) -> SnapshotRequest:
    table = Table(event)
    if table.has("detail-type"):
        return _bridge_event(table, policies, now)
    if table.has("policy"):
        policy = policies.named(table.text("policy"))
        slot = parse_instant(table.text("scheduled_time"), "scheduled_time")
        regions = _regions(table, policies)
        shard = Shard.of(table.table("shard")) if table.has("shard") else None
        table.done()
        return replace(_cron(policy, slot, regions, policies, now), shard=shard)
    message = (
        "not an event of create-on-event; send {'policy': ..., 'scheduled_time': ...}, an"
        f" EventBridge 'Scheduled Event' or {BUS_DETAIL_TYPE!r}, each also as an SQS record"
    )
    raise InvalidInput(message, code="UnknownEvent")


def _bridge_event(table: Table, policies: Policies, now: datetime) -> SnapshotRequest:
    """Read EventBridge's envelope, of which AWS may add fields; ours is what ``detail`` says."""
    slot = parse_instant(table.text("time"), "time")
    kind = table.text("detail-type")
    if kind == "Scheduled Event" and table.text("source") == "aws.events":
        policy = policies.named(_rule_policy(table), "resources")
        return _cron(policy, slot, policies.regions, policies, now)
    if kind != BUS_DETAIL_TYPE:
        message = f"{kind[:40]!r} is not asked for; send {BUS_DETAIL_TYPE!r}"
        raise InvalidInput(message, path="detail-type", code="UnknownEvent")
    detail, key = table.table("detail"), table.text("id")
    if detail.has("idempotency_key"):
        # a second PutEvents gets a new id and a new time: both have to come from the sender then
        key = detail.text("idempotency_key")
        slot = parse_instant(detail.text("timestamp"), "detail.timestamp")
    return ad_hoc_request(detail, Source.BUS, slot, event_hash(Source.BUS, key), policies, now)


def _rule_policy(table: Table) -> str:
    """The rule's name is the policy's, or ends in it: ``.../rule/snapkeep-nightly``."""
    resources = table.texts("resources", required=True)
    return resources[0].rpartition("/")[2].rpartition("-")[2]


def _cron(
    policy: Policy, slot: datetime, regions: tuple[str, ...], policies: Policies, now: datetime
) -> SnapshotRequest:
    _check_runnable(policy, slot, policies, now)
    return SnapshotRequest(policy, Source.CRON, slot, cron_event(policy.name, slot), regions)


def _regions(table: Table, policies: Policies) -> tuple[str, ...]:
    if not table.has("region"):
        return policies.regions
    return (ids.check_region(table.text("region"), policies.regions, "region"),)


def _check_runnable(policy: Policy, slot: datetime, policies: Policies, now: datetime) -> None:
    if not policy.enabled:
        raise InvalidInput(f"policy {policy.name} is disabled", code="PolicyDisabled")
    if now - slot > policies.max_event_age:
        message = (
            f"the event is of {slot:%Y-%m-%dT%H:%M:%SZ}, older than max_event_age"
            f" {short(policies.max_event_age)}: a late snapshot is not the one that was asked for"
        )
        raise InvalidInput(message, code="EventTooOld")
    if slot - now > MAX_FUTURE:
        message = f"the event is of {slot:%Y-%m-%dT%H:%M:%SZ}, more than {short(MAX_FUTURE)} ahead"
        raise InvalidInput(message, code="EventInFuture")
