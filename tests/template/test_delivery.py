"""An event is delivered until it is done, or until a person is told."""

from datetime import timedelta
from typing import Any

import pytest

from snapkeep.policy_file import parse_policies
from tests.template.reading import QUEUE, ROOT, SCHEDULE, functions, resources, target, template

CREATE = functions()["CreateOnEventFunction"]
CREATE_QUEUE = resources(QUEUE)["CreateQueue"]


def redelivery() -> timedelta:
    receives = CREATE_QUEUE["RedrivePolicy"]["maxReceiveCount"]
    return timedelta(seconds=receives * CREATE_QUEUE["VisibilityTimeout"])


def test_the_queue_is_fifo_and_drops_what_is_sent_twice() -> None:
    assert CREATE_QUEUE["FifoQueue"] is True
    assert CREATE_QUEUE["ContentBasedDeduplication"] is True


def test_redelivery_lasts_three_hours_then_the_dead_letter_queue_takes_over() -> None:
    assert redelivery() == timedelta(hours=3)
    dead_letters = target(CREATE_QUEUE["RedrivePolicy"]["deadLetterTargetArn"])
    assert resources(QUEUE)[dead_letters]["FifoQueue"] is True


def test_even_the_last_delivery_is_younger_than_the_oldest_event_that_is_accepted() -> None:
    policies = parse_policies((ROOT / "functions" / "policy.toml").read_text("utf-8"))
    for schedule in resources(SCHEDULE).values():
        window = timedelta(minutes=schedule["FlexibleTimeWindow"]["MaximumWindowInMinutes"])
        retry = timedelta(seconds=schedule["Target"]["RetryPolicy"]["MaximumEventAgeInSeconds"])
        assert window + retry + redelivery() < policies.max_event_age


def test_the_message_outlives_its_redelivery() -> None:
    assert timedelta(seconds=CREATE_QUEUE["MessageRetentionPeriod"]) > 2 * redelivery()


def test_the_function_takes_one_message_and_leaves_room_for_webhooks() -> None:
    (queue,) = [e["Properties"] for e in CREATE["Events"].values() if e["Type"] == "SQS"]
    assert queue["BatchSize"] == 1
    assert target(queue["Queue"]) == "CreateQueue"
    parameter = target(CREATE["ReservedConcurrentExecutions"])
    assert queue["ScalingConfig"]["MaximumConcurrency"] < minimum(parameter)


def minimum(parameter: str) -> int:
    return int(template()["Parameters"][parameter]["MinValue"])


@pytest.mark.parametrize("function", functions().values(), ids=functions().keys())
def test_memory_is_stated_and_bounded(function: dict[str, Any]) -> None:
    assert 128 <= function["MemorySize"] <= 1024
