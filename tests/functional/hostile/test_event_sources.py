"""Row 27: events of others, our own failures among them."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.conftest import OpenWorld
from tests.functional.hostile.cases import (
    OWN_FAILURE,
    Refused,
    by_row,
    from_the_queue,
    queued,
    record,
)
from tests.functional.hostile.checks import problems
from tests.functional.test_create_unclear import BUS
from tests.world import NIGHTLY

RULE: dict[str, Any] = {
    "detail-type": "Scheduled Event",
    "source": "aws.events",
    "time": NIGHTLY["scheduled_time"],
    "account": "999999999999",
    "resources": ["arn:aws:events:eu-west-1:999999999999:rule/somebody-elses"],
}
STATE_CHANGE = "EC2 Instance State-change Notification"
ELSEWHERE: dict[str, Refused] = {
    "27 nothing": ({}, "UnknownEvent", ""),
    "27 null": (None, "WrongType", ""),
    "27 a list of events": ([NIGHTLY], "WrongType", ""),
    "27 a text": (json.dumps(json.dumps(NIGHTLY)), "WrongType", ""),
    "27 another rule": (RULE, "UnknownPolicy", "resources"),
    "27 another source of the rule": ({**RULE, "source": "evil"}, "UnknownEvent", "detail-type"),
    "27 no source of the rule": (
        {key: RULE[key] for key in RULE if key != "source"}, "MissingField", "source",
    ),
    "27 a server's event": ({**BUS, "detail-type": STATE_CHANGE}, "UnknownEvent", "detail-type"),
    "27 our own failure": (OWN_FAILURE, "UnknownEvent", ""),
    "27 our own failure, twice": (
        {**OWN_FAILURE, "requestPayload": OWN_FAILURE}, "UnknownEvent", "",
    ),
    "27 an alarm": ({"source": "aws.cloudwatch", "alarmArn": "x"}, "UnknownEvent", ""),
    "27 a warm-up": ({"source": "serverless-plugin-warmup"}, "UnknownEvent", ""),
    "27 HTTP of version 1": (
        {"httpMethod": "POST", "path": "/snapshots", "requestContext": {"path": "/snapshots"}},
        "UnknownEvent", "",
    ),
    "27 a load balancer's": ({"requestContext": {"elb": {}}}, "UnknownEvent", ""),
    "27 another function's": ({"mode": "auto"}, "UnknownEvent", ""),
    "27 an account": ({**NIGHTLY, "account": "999999999999"}, "UnknownField", "account"),
    "27 a schedule": ({**NIGHTLY, "schedule": "somebody-elses"}, "UnknownField", "schedule"),
}  # fmt: skip


PLACE = "Records[0].eventSource"
RECORDS: dict[str, Refused] = {
    **{
        f"27 a record of {source!r}": (
            {"Records": [record(NIGHTLY, source)]}, "InvalidValue", PLACE,
        )
        for source in ("aws:s3", "aws:kinesis", "aws:dynamodb", "AWS:SQS", " ")
    },
    "27 a record of SNS": ({"Records": [{"EventSource": "aws:sns"}]}, "MissingField", PLACE),
    "27 no records": ({"Records": []}, "InvalidValue", "Records"),
    "27 records of null": ({"Records": None}, "WrongType", "Records"),
    "27 a record of null": ({"Records": [None]}, "WrongType", "Records[0]"),
    "27 one of two records": (
        {"Records": [record(NIGHTLY), record(NIGHTLY, "aws:s3")]}, "InvalidValue",
        "Records[1].eventSource",
    ),
}  # fmt: skip
# what only the queue can bring
UNREADABLE: dict[str, Refused] = {
    "27 records in a record": (queued(queued(NIGHTLY)), "UnknownEvent", ""),
    "27 no JSON in a record": (queued("nightly"), "MalformedJson", ""),
    "27 nothing in a record": (queued(" "), "InvalidValue", "Records[0].body"),
    "27 depth in a record": (queued("[" * 60_000), "TooDeep", ""),
    "27 a key twice in a record": (
        queued('{"policy": "a", "policy": "b"}'), "DuplicateKey", "policy",
    ),
    "27 half a character twice in a record": (
        queued('{"\\ud800": 1, "\\ud800": 2}'), "DuplicateKey", "?",
    ),
    "27 half a character in a record": (queued('{"\\ud800": "a"}'), "BadEncoding", ""),
}  # fmt: skip
QUEUED = from_the_queue({name: case for name, case in ELSEWHERE.items() if case[0] is not None})


TABLES = (ELSEWHERE, RECORDS, UNREADABLE, QUEUED)


@pytest.mark.parametrize("cases", by_row(*TABLES))
def test_an_event_that_is_not_ours_creates_nothing(
    open_world: OpenWorld, cases: Mapping[str, Refused]
) -> None:
    world = open_world()
    world.add_disks(1)
    found = [problems(world, "create-on-event", *each) for each in cases.items()]
    assert [line for each in found for line in each] == []
