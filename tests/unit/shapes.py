"""The events of create-on-event in the shapes in which AWS and the senders deliver them."""

import json
from datetime import datetime
from typing import Any

from snapkeep.authentication import Message
from snapkeep.events import SnapshotRequest
from snapkeep.policy import Policies
from snapkeep.senders import Scheme, Sender
from snapkeep.webhook import HttpRequest
from snapkeep.webhook_events import webhook_request

Json = dict[str, Any]
PIPELINE = Sender("pipeline", Scheme.STANDARD, ())
TIME = "2026-11-23T18:00:00Z"
DETAIL: Json = {"policy": "adhoc", "volumes": ["v-disk0001"], "reason": "release 1.4.2"}


def scheduler(**changes: object) -> Json:
    """Return EventBridge Scheduler's input, its context attribute filled in."""
    return {"policy": "nightly", "scheduled_time": TIME, **changes}


def scheduled_event(**changes: object) -> Json:
    """Return a classic EventBridge rule's event."""
    return {
        "version": "0",
        "id": "53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa",
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": "123456789012",
        "time": TIME,
        "region": "ap-northeast-1",
        "resources": ["arn:aws:events:ap-northeast-1:123456789012:rule/snapkeep-nightly"],
        "detail": {},
        **changes,
    }


def bus_event(detail: object = DETAIL, **changes: object) -> Json:
    """Return a custom bus's event."""
    ours = {"detail-type": "Snapshot Requested", "source": "ci.deploy", "resources": []}
    return {**scheduled_event(), **ours, "detail": detail, **changes}


def webhook(data: object = DETAIL, **changes: object) -> Json:
    """Return a Standard Webhooks envelope."""
    return {"type": "snapshot.requested", "timestamp": TIME, "data": data, **changes}


def message(body: object, id_: str = "msg_1", sender: Sender = PIPELINE) -> Message:
    """Return a message whose signature was verified."""
    text = json.dumps(body)
    return Message(sender, 0, id_, HttpRequest("POST /snapshots", "", "", {}, {}, text, False))


def over_http(body: object, id_: str, policies: Policies, now: datetime) -> SnapshotRequest:
    """Read what a sender that speaks our envelope asks for."""
    request = webhook_request(message(body, id_), policies, now)
    assert isinstance(request, SnapshotRequest)
    return request


def in_sqs(*events: object) -> Json:
    """Return the queue's event with one record for each."""
    return {
        "Records": [
            {
                "messageId": f"059f36b4-87a3-44ab-83d2-66197{place:07}",
                "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
                "body": event if isinstance(event, str) else json.dumps(event),
                "attributes": {"ApproximateReceiveCount": "1", "MessageGroupId": "nightly"},
                "messageAttributes": {},
                "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:ap-northeast-1:123456789012:create.fifo",
                "awsRegion": "ap-northeast-1",
            }
            for place, event in enumerate(events)
        ]
    }
