"""The template starts what exists, when the policies say so."""

import contextlib
import importlib
import importlib.metadata
import json
import re
from hashlib import md5
from typing import Any

import pytest

from snapkeep.errors import InvalidInput
from snapkeep.policy import Policies
from snapkeep.policy_file import parse_policies
from snapkeep.runtime.settings import Settings
from tests.template.reading import (
    ROOT,
    SCHEDULE,
    as_list,
    functions,
    resources,
    target,
    template,
    variables,
)

ROUTES = {
    "CreateOnEventFunction": {("POST", "/snapshots"), ("POST", "/snapshots/{capability}")},
    "ListReportFunction": {("GET", "/report"), ("GET", "/health")},
    "DeleteExpiredFunction": {("POST", "/expirations")},
}


@pytest.fixture
def policies() -> Policies:
    return parse_policies((ROOT / "functions" / "policy.toml").read_text("utf-8"))


def chosen(value: Any, condition: str, *, holds: bool) -> Any:
    """Return what a value is where a condition holds, or does not."""
    name, *branches = value.get("Fn::If", [""]) if isinstance(value, dict) else [""]
    return branches[0 if holds else 1] if name == condition else value


def policy_schedules(*, fleet: bool = False) -> dict[str, dict[str, Any]]:
    """Return the targets and the schedules of policies, by the policy that their input names."""
    feeding = {}
    for schedule in resources(SCHEDULE).values():
        sink = {key: chosen(v, "HasFleet", holds=fleet) for key, v in schedule["Target"].items()}
        if target(sink["Arn"]) == ("FleetStateMachine" if fleet else "CreateQueue"):
            text = sink["Input"]["Fn::Sub"] if fleet else sink["Input"]
            event = json.loads(re.sub(r"\$\{\w+\}", "7", text))
            assert event["policy"] not in feeding, "two schedules name the same policy"
            feeding[event["policy"]] = {**schedule, "Target": sink, "Event": event}
    return feeding


@pytest.mark.parametrize("function", functions().values(), ids=functions().keys())
def test_every_handler_is_an_importable_function(function: dict[str, Any]) -> None:
    module, _, name = function["Handler"].rpartition(".")
    assert callable(getattr(importlib.import_module(module), name))


@pytest.mark.parametrize("function", functions().values(), ids=functions().keys())
def test_the_settings_accept_the_environment_of_the_template(function: dict[str, Any]) -> None:
    environment = {name: resolved(value) for name, value in variables(function).items()}
    settings = Settings.of(environment)
    assert settings.secret_id == environment["SNAPKEEP_SECRET_ID"]
    assert settings.webhook_secret_id is None
    assert not settings.approve_over_http
    assert (settings.channels_secret_id, settings.report_bucket, settings.report_url) == (None,) * 3
    assert settings.requests_per_second == float(environment["SNAPKEEP_REQUESTS_PER_SECOND"])


def resolved(value: Any) -> str:
    """Return what the function sees if the operator changes no parameter."""
    if isinstance(value, dict):
        value = template()["Parameters"][value["Ref"]].get("Default", value["Ref"])
    return str(value)


@pytest.mark.parametrize(
    ("parameter", "value", "is_taken"),
    [
        ("ReportBucket", "bj/my-backup-reports", True),
        ("ReportBucket", "bj/my.backup", False),
        ("ReportBucket", "my-backup-reports", False),
        ("ReportUrl", "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/report", True),
        ("ReportUrl", "http://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/report", False),
        ("ReportUrl", "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/", False),
    ],
)
def test_a_parameter_of_the_report_takes_what_the_settings_take(
    parameter: str, value: str, is_taken: bool
) -> None:
    assert (
        bool(re.fullmatch(template()["Parameters"][parameter]["AllowedPattern"], value)) is is_taken
    )
    found = variables(functions()["ListReportFunction"])
    (name,) = [name for name, given in found.items() if given == {"Ref": parameter}]
    with contextlib.nullcontext() if is_taken else pytest.raises(InvalidInput, match=name):
        assert value in (
            Settings.of({name: value}).report_bucket,
            Settings.of({name: value}).report_url,
        )


def test_every_entry_point_is_a_handler_of_the_template() -> None:
    entry_points = importlib.metadata.entry_points(group="snapkeep.functions")
    assert {point.value.replace(":", ".") for point in entry_points} == {
        function["Handler"] for function in functions().values()
    }


def test_each_policy_with_a_schedule_has_the_same_one_in_the_template(policies: Policies) -> None:
    wanted = {
        name: (policy.schedule, policies.timezone)
        for name, policy in policies.by_name.items()
        if policy.schedule is not None
    }
    assert {
        name: (each["ScheduleExpression"], each["ScheduleExpressionTimezone"])
        for name, each in policy_schedules().items()
    } == wanted


def test_a_schedule_sends_its_slot_to_the_group_of_its_policy() -> None:
    for name, schedule in policy_schedules().items():
        assert json.loads(schedule["Target"]["Input"]) == {
            "policy": name,
            "scheduled_time": "<aws.scheduler.scheduled-time>",
        }
        assert schedule["Target"]["SqsParameters"]["MessageGroupId"] == name


def test_every_schedule_has_a_window_and_the_time_zone_of_the_policies(policies: Policies) -> None:
    for schedule in resources(SCHEDULE).values():
        assert schedule["ScheduleExpressionTimezone"] == policies.timezone
        assert schedule["FlexibleTimeWindow"]["Mode"] == "FLEXIBLE"
        assert schedule["State"] == {"Ref": "ScheduleState"}


def test_the_report_is_delivered_and_deletion_only_planned_by_default() -> None:
    inputs = {
        target(schedule["Target"]["Arn"]): schedule["Target"]["Input"]
        for schedule in resources(SCHEDULE).values()
    }
    assert json.loads(inputs["ListReportFunction"]) == {"deliver": True}
    assert inputs["DeleteExpiredFunction"] == {"Fn::Sub": '{"mode": "${DeleteMode}"}'}
    mode = template()["Parameters"]["DeleteMode"]
    assert mode["Default"] == "plan"
    assert mode["AllowedValues"] == ["plan", "auto"]


def test_requests_on_the_bus_reach_the_queue() -> None:
    (rule,) = resources("AWS::Events::Rule").values()
    assert rule["EventPattern"] == {
        "source": [{"Ref": "RequestSource"}],
        "detail-type": ["Snapshot Requested"],
    }
    (sink,) = as_list(rule["Targets"])
    assert target(sink["Arn"]) == "CreateQueue"
    assert sink["SqsParameters"]["MessageGroupId"]


@pytest.mark.parametrize("name", ["bus-event", "bus-event-in-sqs"])
def test_the_sample_of_a_request_on_the_bus_is_one_that_the_rule_takes(name: str) -> None:
    event = json.loads((ROOT / f"events/create-on-event/{name}.json").read_text("utf-8"))
    (rule,) = resources("AWS::Events::Rule").values()
    (sink,) = as_list(rule["Targets"])
    if "Records" in event:
        (record,) = event["Records"]
        assert record["attributes"]["MessageGroupId"] == sink["SqsParameters"]["MessageGroupId"]
        assert (
            record["md5OfBody"] == md5(record["body"].encode(), usedforsecurity=False).hexdigest()
        )
        event = json.loads(record["body"])
    for key, taken in rule["EventPattern"].items():
        assert event[key] in [resolved(value) for value in taken]


def test_the_two_samples_of_a_request_on_the_bus_are_the_same_request() -> None:
    folder = ROOT / "events/create-on-event"
    bare, queued = (
        json.loads((folder / f"{name}.json").read_text("utf-8"))
        for name in ("bus-event", "bus-event-in-sqs")
    )
    assert json.loads(queued["Records"][0]["body"]) == bare


def test_each_function_has_its_routes_in_payload_version_2() -> None:
    found = {}
    for name, function in functions().items():
        routes = [e["Properties"] for e in function["Events"].values() if e["Type"] == "HttpApi"]
        found[name] = {(route["Method"], route["Path"]) for route in routes}
        for route in routes:
            assert route["PayloadFormatVersion"] == "2.0"
            assert target(route["ApiId"]) == "Api"
    assert found == ROUTES
