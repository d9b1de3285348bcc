"""Each function can do its own work and nothing else, and no secret is in sight."""

import inspect
import json
import re
from typing import Any

import pytest

from snapkeep.runtime import settings
from tests.template.reading import (
    as_list,
    functions,
    resources,
    role_statements,
    statements,
    target,
    template,
    variables,
)

ROLES = resources("AWS::IAM::Role")
QUEUE_POLICIES = resources("AWS::SQS::QueuePolicy")
ALL_STATEMENTS = [
    *(statement for role in ROLES.values() for statement in role_statements(role)),
    *(s for policy in QUEUE_POLICIES.values() for s in statements(policy["PolicyDocument"])),
    *(s for role in ROLES.values() for s in statements(role["AssumeRolePolicyDocument"])),
]
PLAIN_VARIABLES = {
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_LOG_LEVEL",
    "SNAPKEEP_SECRET_ID",
    "SNAPKEEP_WEBHOOK_SECRET_ID",
    "SNAPKEEP_REQUESTS_PER_SECOND",
}
OWN_VARIABLES = {
    "ListReportFunction": {
        "SNAPKEEP_CHANNELS_SECRET_ID",
        "SNAPKEEP_REPORT_BUCKET",
        "SNAPKEEP_REPORT_URL",
    },
    "DeleteExpiredFunction": {"SNAPKEEP_APPROVE_OVER_HTTP"},
}
# the function has its policies beside it, and a fake cloud is not for a stack
AT_A_TERMINAL = {"SNAPKEEP_POLICY", "SNAPKEEP_ENDPOINT", "SNAPKEEP_BOS_ENDPOINT"}


def role_of(function: dict[str, Any]) -> list[dict[str, Any]]:
    return role_statements(ROLES[target(function["Role"])])


def resources_for(function: dict[str, Any], action: str) -> list[str]:
    """Return the logical ids on which the function's role allows the action."""
    allowing = [s for s in role_of(function) if action in as_list(s["Action"])]
    return [target(resource) for s in allowing for resource in as_list(s["Resource"])]


@pytest.mark.parametrize("statement", ALL_STATEMENTS, ids=range(len(ALL_STATEMENTS)))
def test_no_statement_has_a_wildcard(statement: dict[str, Any]) -> None:
    assert statement["Effect"] == "Allow"
    assert not {"NotAction", "NotResource", "NotPrincipal"} & statement.keys()
    for part in ("Action", "Resource", "Principal"):
        assert "*" not in json.dumps(statement.get(part, ""))


def test_no_role_takes_a_managed_policy() -> None:
    assert not [name for name, role in ROLES.items() if role.get("ManagedPolicyArns")]
    assert not [name for name, function in functions().items() if function.get("Policies")]


def test_each_function_has_a_role_of_its_own() -> None:
    roles = [target(function["Role"]) for function in functions().values()]
    assert len(set(roles)) == len(roles) == 3


def test_approving_over_http_is_off_and_a_matter_of_delete_expired_alone() -> None:
    parameter = template()["Parameters"]["ApproveOverHttp"]
    assert (parameter["Default"], parameter["AllowedValues"]) == ("off", ["on", "off"])
    having = {n for n, f in functions().items() if "SNAPKEEP_APPROVE_OVER_HTTP" in variables(f)}
    assert having == {"DeleteExpiredFunction"}


@pytest.mark.parametrize("name", functions())
def test_a_function_writes_to_its_own_log_and_failure_queue_only(name: str) -> None:
    function, stem = functions()[name], name.removesuffix("Function")
    assert resources_for(function, "logs:PutLogEvents") == [f"{stem}Logs"]
    assert resources_for(function, "sqs:SendMessage") == [f"{stem}Failures"]
    assert target(function["LoggingConfig"]["LogGroup"]) == f"{stem}Logs"


def test_only_create_takes_from_the_queue() -> None:
    takers = {name: resources_for(f, "sqs:ReceiveMessage") for name, f in functions().items()}
    assert takers == {
        "CreateOnEventFunction": ["CreateQueue"],
        "ListReportFunction": [],
        "DeleteExpiredFunction": [],
    }


def test_whoever_sends_to_a_queue_is_named_by_arn() -> None:
    for policy in QUEUE_POLICIES.values():
        for statement in statements(policy["PolicyDocument"]):
            assert list(statement["Condition"]) == ["ArnEquals"]
    (trust,) = statements(ROLES["SchedulerRole"]["AssumeRolePolicyDocument"])
    assert set(trust["Condition"]["StringEquals"]) == {"aws:SourceAccount", "aws:SourceArn"}


@pytest.mark.parametrize("name", functions())
def test_the_environment_holds_names_and_numbers_but_no_secret(name: str) -> None:
    found = variables(functions()[name])
    assert set(found) == PLAIN_VARIABLES | OWN_VARIABLES.get(name, set())
    assert "resolve:" not in json.dumps(found)


def test_the_environment_has_the_names_that_the_settings_read() -> None:
    given = {name for function in functions().values() for name in variables(function)}
    read = set(re.findall(r"SNAPKEEP_[A-Z_]+", inspect.getsource(settings)))
    assert {name for name in given if name.startswith("SNAPKEEP_")} == read - AT_A_TERMINAL
