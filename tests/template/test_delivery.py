"""An event is delivered until it is done, or until a person is told."""

from datetime import timedelta
from typing import Any

import pytest

from snapkeep.policy_file import parse_policies
from tests.template.reading import QUEUE, ROOT, SCHEDULE, functions, resources, target, template

CREATE = functions()["CreateOnEventFunction"]
CREATE_QUEUE = resources(QUEUE)["CreateQueue"]
RULE_TARGET = resources("AWS::Events::Rule")["SnapshotRequestedRule"]["Targets"][0]
SCHEDULE_TARGETS = {name: each["Target"] for name, each in resources(SCHEDULE).items()}
HANDED_OVER = {**SCHEDULE_TARGETS, "SnapshotRequestedRule": RULE_TARGET}


def redelivery() -> timedelta:
    receives = CREATE_QUEUE["RedrivePolicy"]["maxReceiveCount"]
    return timedelta(seconds=receives * CREATE_QUEUE["VisibilityTimeout"])


def test_the_queue_is_fifo_and_drops_what_is_sent_twice() -> None:
    assert CREATE_QUEUE["FifoQueue"] is True
    assert CREATE_QUEUE["ContentBasedDeduplication"] is True


def test_a_message_stays_hidden_six_times_as_long_as_the_function_may_run() -> None:
    assert CREATE_QUEUE["VisibilityTimeout"] >= 6 * CREATE["Timeout"]


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


@pytest.mark.parametrize("sink", HANDED_OVER.values(), ids=HANDED_OVER.keys())
def test_what_cannot_be_handed_over_is_tried_again_then_kept(sink: dict[str, Any]) -> None:
    assert 0 < sink["RetryPolicy"]["MaximumEventAgeInSeconds"] <= 3600
    assert sink["RetryPolicy"]["MaximumRetryAttempts"] > 0
    # neither Scheduler nor a rule writes to a FIFO queue when it gives up
    dead_letters = resources(QUEUE)[target(sink["DeadLetterConfig"]["Arn"])]
    assert "FifoQueue" not in dead_letters


@pytest.mark.parametrize("name", functions())
def test_a_failed_asynchronous_run_ends_in_a_queue_of_its_own(name: str) -> None:
    config = functions()[name]["EventInvokeConfig"]
    assert config["MaximumRetryAttempts"] in range(3)
    assert 60 <= config["MaximumEventAgeInSeconds"] <= 21600
    failures = target(config["DestinationConfig"]["OnFailure"]["Destination"])
    assert failures == name.replace("Function", "Failures")
    # Lambda refuses FIFO queues as destinations
    assert "FifoQueue" not in resources(QUEUE)[failures]


@pytest.mark.parametrize("queue", resources(QUEUE).values(), ids=resources(QUEUE).keys())
def test_every_queue_is_encrypted_and_keeps_for_a_stated_time(queue: dict[str, Any]) -> None:
    assert queue["SqsManagedSseEnabled"] is True
    assert queue["MessageRetentionPeriod"] <= 1209600


def test_one_deleter_at_a_time() -> None:
    assert functions()["DeleteExpiredFunction"]["ReservedConcurrentExecutions"] == 1


@pytest.mark.parametrize("function", functions().values(), ids=functions().keys())
def test_time_memory_and_concurrency_are_stated_and_bounded(function: dict[str, Any]) -> None:
    assert 0 < function["Timeout"] <= 900
    assert 128 <= function["MemorySize"] <= 1024
    assert function["ReservedConcurrentExecutions"]
