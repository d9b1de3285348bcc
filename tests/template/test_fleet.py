"""The state machine of a fleet: what it may do, and what starts it where that is chosen."""

import json
from typing import Any

import pytest

from snapkeep.fleet import shard_events
from snapkeep.policy_file import parse_policies
from snapkeep.shards import MOST
from tests.fleet.execution import SUBSTITUTIONS, definition
from tests.template.reading import ROOT, as_list, functions, resources, target, template
from tests.template.test_permissions import ROLES
from tests.template.test_triggers import policy_schedules
from tests.world import SLOT

(MACHINE,) = resources("AWS::Serverless::StateMachine").values()


def tasks(states: dict[str, Any]) -> list[dict[str, Any]]:
    """Return every task of the definition, those inside of maps too."""
    inner = [each["ItemProcessor"]["States"] for each in states.values() if each["Type"] == "Map"]
    own = [each for each in states.values() if each["Type"] == "Task"]
    return own + [task for found in inner for task in tasks(found)]


def test_the_template_gives_the_definition_all_that_it_asks_for() -> None:
    assert set(MACHINE["DefinitionSubstitutions"]) == set(SUBSTITUTIONS)
    assert "${" not in json.dumps(definition())
    assert (ROOT / MACHINE["DefinitionUri"]).samefile(ROOT / "functions/fleet.asl.json")


def test_it_may_invoke_the_one_function_that_it_invokes() -> None:
    (policy,) = ROLES[target(MACHINE["Role"])]["Policies"]
    (allowed,) = as_list(policy["PolicyDocument"]["Statement"])
    assert (allowed["Action"], target(allowed["Resource"])) == (
        "lambda:InvokeFunction",
        "CreateOnEventFunction",
    )
    invoked = {task["Parameters"]["FunctionName"] for task in tasks(definition()["States"])}
    assert invoked == {SUBSTITUTIONS["CreateOnEventFunctionArn"]}


def test_dividing_is_tried_again_for_all_but_what_can_never_succeed() -> None:
    never, always = definition()["States"]["Divide"]["Retry"]
    assert set(never["ErrorEquals"]) == {"InvalidEvent", "InvalidPolicy"}
    assert never["MaxAttempts"] == 0
    assert always["ErrorEquals"] == ["States.ALL"]
    assert always["MaxAttempts"] > 3


def test_a_shard_that_fails_leaves_its_place_to_the_next_one() -> None:
    """Only what Lambda refuses is waited for where others wait behind it, and not for long."""
    (create,) = [task for task in tasks(definition()["States"]) if "Catch" in task]
    (retry,) = create["Retry"]
    assert all(name.startswith("Lambda.") for name in retry["ErrorEquals"])
    assert "Lambda.TooManyRequestsException" in retry["ErrorEquals"]
    assert retry["MaxAttempts"] * retry["MaxDelaySeconds"] <= 360
    assert create["Catch"][0]["ErrorEquals"] == ["States.ALL"]


def test_the_rounds_wait_for_less_than_an_event_is_taken() -> None:
    """Else the last of them would be refused as too old."""
    policies = parse_policies((ROOT / "functions/policy.toml").read_text("utf-8"))
    states = definition()["States"]
    rounds = states["Enough?"]["Choices"][0]["NumericGreaterThanEquals"]
    waits = (rounds - 1) * states["Wait"]["Seconds"]
    assert waits <= policies.max_event_age.total_seconds() / 2


@pytest.mark.parametrize("policy", ["nightly"])
def test_where_shards_are_set_a_schedule_starts_it_with_what_it_divides(policy: str) -> None:
    schedule = policy_schedules(fleet=True)[policy]
    event = schedule["Event"]
    assert {"policy", "scheduled_time", "shards", "concurrency"} == event.keys()
    assert "AWS::NoValue" in str(schedule["Target"]["SqsParameters"])
    policies = parse_policies((ROOT / "functions/policy.toml").read_text("utf-8"))
    passed = definition()["States"]["Divide"]["Parameters"]["Payload"]
    asked = {key.removesuffix(".$"): event[path[2:]] for key, path in passed.items()}
    divided = shard_events({**asked, "scheduled_time": SLOT.isoformat()}, policies, SLOT)
    assert divided is not None
    assert len(divided) == 7 * len(policies.regions)


def test_shards_are_off_and_no_more_than_the_function_takes() -> None:
    shards, at_once = (
        template()["Parameters"][name] for name in ("FleetShards", "FleetConcurrency")
    )
    assert (shards["Default"], shards["MaxValue"]) == (0, MOST)
    reserve = template()["Parameters"]["CreateConcurrency"]
    # two for the queue, and one at least for webhooks
    assert at_once["Default"] + 3 <= reserve["Default"]
    assert at_once["MaxValue"] + 3 <= reserve["MaxValue"]
    assert functions()["CreateOnEventFunction"]["ReservedConcurrentExecutions"] == {
        "Ref": "CreateConcurrency"
    }
