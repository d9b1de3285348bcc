"""What is known of an event besides its request: how it came, and what is logged of it."""

from dataclasses import replace

import pytest

from snapkeep.events import is_queued
from tests.unit.rows import DISK, SERVER
from tests.unit.shapes import in_sqs, scheduler
from tests.unit.test_event_shapes import ASKED


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (in_sqs(scheduler()), True),
        (in_sqs("not JSON"), True),
        (in_sqs(), False),
        (in_sqs(scheduler(), scheduler()), False),
        ({"Records": {"0": {}}}, False),
        ({"Records": [None]}, False),
        ({"Records": [{"eventSource": "aws:s3", "body": "{}"}]}, False),
        (scheduler(), False),
        ([], False),
        (None, False),
    ],
    ids=[
        "record",
        "poison",
        "none",
        "two",
        "no list",
        "no record",
        "not SQS",
        "bare",
        "list",
        "null",
    ],
)
def test_a_queued_event_is_known_whatever_its_body(event: object, expected: bool) -> None:
    assert is_queued(event) is expected


def test_a_request_is_logged_with_what_was_asked_and_why() -> None:
    assert replace(ASKED, named=frozenset({SERVER, DISK})).to_json() == {
        "policy": "adhoc",
        "source": "bus",
        "slot": "2026-11-23T18:00:00Z",
        "named": [SERVER, DISK],
        "reason": "release 1.4.2",
    }
