"""The state machine of a fleet: what it may do, and what starts it where that is chosen."""

import json
from typing import Any

import pytest

from snapkeep.events import shard_events
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
    given = {"AWS::Partition", *MACHINE["DefinitionSubstitutions"]}
    assert given == set(SUBSTITUTIONS)
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


def test_every_task_is_tried_again_for_all_but_what_can_never_succeed() -> None:
    for task in tasks(definition()["States"]):
        never, *_, last = task["Retry"]
        assert (set(never["ErrorEquals"]), never["MaxAttempts"]) == (
            {"InvalidEvent", "InvalidPolicy"},
            0,
        )
        assert last["ErrorEquals"] == ["States.ALL"]
        assert last["MaxAttempts"] > 3
        assert all(each.get("JitterStrategy") == "FULL" for each in task["Retry"][1:])


def test_a_shard_is_tried_again_for_less_than_its_event_is_taken() -> None:
    """Else the last attempts would be refused as too old."""
    policies = parse_policies((ROOT / "functions/policy.toml").read_text("utf-8"))
    (create,) = [task for task in tasks(definition()["States"]) if "Catch" in task]
    for retry in create["Retry"][1:]:
        waits = [
            min(retry["IntervalSeconds"] * retry["BackoffRate"] ** n, retry["MaxDelaySeconds"])
            for n in range(retry["MaxAttempts"])
        ]
        assert sum(waits) < policies.max_event_age.total_seconds() / 2


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
    # what is left of the reserve is for the queue
    assert at_once["Default"] + 2 <= reserve["Default"]
    assert at_once["MaxValue"] + 2 <= reserve["MaxValue"]
    assert functions()["CreateOnEventFunction"]["ReservedConcurrentExecutions"] == {
        "Ref": "CreateConcurrency"
    }
