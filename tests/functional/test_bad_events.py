"""What is no event of ours is refused by name, field and code, and no call is made for it."""

from collections.abc import Callable
from typing import Any

import pytest

from snapkeep.errors import InvalidEvent
from tests.conftest import OpenWorld
from tests.functional.test_create_unclear import BUS
from tests.world import NIGHTLY, POLICY, World

Case = tuple[object, str, str]


def nightly(**change: object) -> dict[str, object]:
    return {**NIGHTLY, **change}


def bus(**detail: object) -> dict[str, object]:
    return {**BUS, "detail": {"policy": "adhoc", **detail}}


RULE = {
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "time": "2026-11-23T18:00:00Z",
    "resources": ["arn:aws:events:x:1:rule/snapkeep-nightly"],
}
NO_ZONE = {"scheduled_time": "2026-11-23T18:00:00"}
CREATE: dict[str, Case] = {
    "nothing": (None, "", "WrongType"),
    "a list": ([], "", "WrongType"),
    "a text": ("nightly", "", "WrongType"),
    "an empty object": ({}, "", "UnknownEvent"),
    "an event of another function": ({"mode": "auto"}, "", "UnknownEvent"),
    "an unknown policy": (nightly(policy="hourly"), "policy", "UnknownPolicy"),
    "an empty policy": (nightly(policy=" "), "policy", "InvalidValue"),
    "a policy that is a number": (nightly(policy=7), "policy", "WrongType"),
    "no time": ({"policy": "nightly"}, "scheduled_time", "MissingField"),
    "a time without zone": (nightly(**NO_ZONE), "scheduled_time", "InvalidValue"),
    "a time that is none": (nightly(scheduled_time="now"), "scheduled_time", "InvalidValue"),
    "30 February": (
        nightly(scheduled_time="2026-02-30T18:00:00Z"),
        "scheduled_time",
        "InvalidValue",
    ),
    "year 1970": (nightly(scheduled_time="1970-01-01T00:00:00Z"), "", "EventTooOld"),
    "year 9999": (
        nightly(scheduled_time="9999-12-31T23:59:59Z"),
        "scheduled_time",
        "InvalidValue",
    ),
    "year 2999": (nightly(scheduled_time="2999-12-31T23:59:59Z"), "", "EventInFuture"),
    "6 minutes ahead": (nightly(scheduled_time="2026-11-23T18:06:30Z"), "", "EventInFuture"),
    "an unfilled template": (
        nightly(scheduled_time="<aws.scheduler.scheduled-time>"),
        "scheduled_time",
        "InvalidValue",
    ),
    "a region that is not allowed": (nightly(region="gz"), "region", "RegionNotAllowed"),
    "an endpoint": (nightly(endpoint="https://evil.example"), "endpoint", "UnknownField"),
    "a token": (nightly(clientToken="mine"), "clientToken", "UnknownField"),
    "a disabled policy": (nightly(policy="paused"), "", "PolicyDisabled"),
    "no records": ({"Records": []}, "Records", "InvalidValue"),
    "a record of another source": (
        {"Records": [{"eventSource": "aws:s3", "body": "{}"}]},
        "Records[0].eventSource",
        "InvalidValue",
    ),
    "a rule without time": ({**RULE, "time": None}, "time", "WrongType"),
    "a rule without resources": ({**RULE, "resources": []}, "resources", "InvalidValue"),
    "a rule of no policy": ({**RULE, "resources": ["rule/x"]}, "resources", "UnknownPolicy"),
    "a rule's event from elsewhere": (
        {**RULE, "source": "example.app"},
        "detail-type",
        "UnknownEvent",
    ),
    "a bus event of another kind": (
        {**BUS, "detail-type": "EC2 Instance State-change Notification"},
        "detail-type",
        "UnknownEvent",
    ),
    "a bus event without id": ({**BUS, "id": ""}, "id", "InvalidValue"),
    "a bus event without policy": ({**BUS, "detail": {}}, "detail.policy", "MissingField"),
    "a bad disk id": (bus(volumes=["../v1/x"]), "detail.volumes", "InvalidId"),
    "a disk id with a query": (bus(volumes=["v-1234?x="]), "detail.volumes", "InvalidId"),
    "a disk id with a line end": (bus(volumes=["v-12345678\n"]), "detail.volumes", "InvalidId"),
    "an instance among disks": (bus(volumes=["i-12345678"]), "detail.volumes", "InvalidId"),
    "a full-width id": (bus(volumes=["v-１２３４"]), "detail.volumes", "InvalidId"),
    "disks that are a number": (bus(volumes=7), "detail.volumes", "WrongType"),
    "no disks": (bus(volumes=[]), "detail.volumes", "InvalidValue"),
    "1001 disks": (bus(volumes=[f"v-{n:08}" for n in range(1001)]), "detail.volumes", "TooMany"),
    "a bad duration": (bus(keep_for="-7d"), "detail.keep_for", "InvalidValue"),
    "a duration of zero": (bus(keep_for="0d"), "detail.keep_for", "InvalidValue"),
    "no duration at all": (
        {**BUS, "detail": {"policy": "nightly"}},
        "detail.keep_for",
        "MissingField",
    ),
    "a key without its time": (bus(idempotency_key="k"), "detail.timestamp", "MissingField"),
    "a retention": (bus(retentionDays=1), "detail.retentionDays", "UnknownField"),
}
EXPIRE: dict[str, Case] = {
    "nothing": (None, "", "WrongType"),
    "an empty object": ({}, "mode", "MissingField"),
    "an unknown mode": ({"mode": "delete"}, "mode", "InvalidValue"),
    "a mode that is true": ({"mode": True}, "mode", "WrongType"),
    "force": ({"mode": "auto", "force": True}, "force", "UnknownField"),
    "dryRun as text": ({"mode": "auto", "dryRun": "false"}, "dryRun", "UnknownField"),
    "ids": ({"mode": "auto", "ids": ["s-1"]}, "ids", "UnknownField"),
    "an unknown region": ({"mode": "auto", "region": "gz"}, "region", "RegionNotAllowed"),
    "an event of another function": (NIGHTLY, "mode", "MissingField"),
}
REPORT: dict[str, Case] = {
    "nothing": (None, "", "WrongType"),
    "an unknown format": ({"format": "pdf"}, "format", "InvalidValue"),
    "deliver as text": ({"deliver": "yes"}, "deliver", "WrongType"),
    "an unknown field": ({"deliverr": True}, "deliverr", "UnknownField"),
    "a query without region": ({"query": {}}, "query.region", "MissingField"),
    "an unknown region": ({"query": {"region": "gz"}}, "query.region", "RegionNotAllowed"),
    "max_keys 0": ({"query": {"region": "bj", "max_keys": 0}}, "query.max_keys", "InvalidValue"),
    "max_keys 1001": (
        {"query": {"region": "bj", "max_keys": 1001}},
        "query.max_keys",
        "InvalidValue",
    ),
    "max_keys as text": ({"query": {"region": "bj", "max_keys": "7"}}, "query.max_keys", ""),
    "a bad snapshot id": (
        {"query": {"region": "bj", "snapshot_id": "s-1/../v-1"}},
        "query.snapshot_id",
        "InvalidId",
    ),
    "a bad disk id": ({"query": {"region": "bj", "volume_id": "x"}}, "query.volume_id", ""),
    "an event of another function": (NIGHTLY, "policy", "UnknownField"),
}
Run = Callable[[World, object], dict[str, Any]]
RUNS: dict[str, tuple[Run, dict[str, Case]]] = {
    "create": (World.create, CREATE),
    "expire": (World.expire, EXPIRE),
    "report": (World.report, REPORT),
}
CASES = [
    pytest.param(run, *case, id=f"{function}: {name}")
    for function, (run, cases) in RUNS.items()
    for name, case in cases.items()
]
PAUSED = "[policy.paused]\nselect = { all = true }\nenabled = false\n"


@pytest.mark.parametrize(("run", "event", "field", "code"), CASES)
def test_an_event_is_refused_by_field_and_code_and_nothing_happens(
    open_world: OpenWorld, run: Run, event: object, field: str, code: str
) -> None:
    world = open_world(POLICY + PAUSED)
    world.add_disks(2)
    with pytest.raises(InvalidEvent) as refused:
        run(world, event)
    assert refused.value.path == field
    assert code in {"", refused.value.code}
    assert field in str(refused.value)
    assert world.cloud.journal == []
    line = world.log_lines()[-1]
    assert (line["level"], line["field"], line["code"]) == ("ERROR", field, refused.value.code)
