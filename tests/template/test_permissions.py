"""Each function can do its own work and nothing else, and no secret is in sight."""

import json
import re
from itertools import combinations
from typing import Any

import pytest

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


@pytest.mark.parametrize("name", functions())
def test_a_function_reads_its_own_two_secrets_only(name: str) -> None:
    function = functions()[name]
    own = target(variables(function)["SNAPKEEP_SECRET_ID"])
    senders = target(variables(function)["SNAPKEEP_WEBHOOK_SECRET_ID"])
    assert resources_for(function, "secretsmanager:GetSecretValue") == [own, senders]
    (decrypt,) = [s for s in role_of(function) if s["Action"] == "kms:Decrypt"]
    conditions = decrypt["Condition"]["StringEquals"]
    key, webhooks = conditions["kms:EncryptionContext:SecretARN"]
    assert key == {"Ref": own}
    assert webhooks["Fn::If"][1:] == [{"Ref": senders}, {"Ref": "AWS::NoValue"}]
    assert "secretsmanager." in conditions["kms:ViaService"]["Fn::Sub"]


@pytest.mark.parametrize("kind", ["Secret", "WebhookSecret"])
def test_create_report_and_delete_use_three_secrets(kind: str) -> None:
    name = {"Secret": "SNAPKEEP_SECRET_ID", "WebhookSecret": "SNAPKEEP_WEBHOOK_SECRET_ID"}[kind]
    secrets = {variables(function)[name]["Ref"] for function in functions().values()}
    assert secrets == {f"{who}{kind}Arn" for who in ("Create", "Report", "Delete")}


def test_without_a_webhook_secret_no_function_may_read_one() -> None:
    for who in ("Create", "Report", "Delete"):
        parameter = template()["Parameters"][f"{who}WebhookSecretArn"]
        condition = template()["Conditions"][f"Has{who}Webhooks"]
        assert parameter["Default"] == ""
        assert json.dumps({"Ref": f"{who}WebhookSecretArn"}) in json.dumps(condition)


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


@pytest.mark.parametrize("function", functions().values(), ids=functions().keys())
def test_the_environment_holds_names_and_numbers_but_no_secret(function: dict[str, Any]) -> None:
    assert set(variables(function)) - {"SNAPKEEP_APPROVE_OVER_HTTP"} == PLAIN_VARIABLES
    assert "resolve:" not in json.dumps(variables(function))


def test_no_parameter_asks_for_a_secret_value() -> None:
    parameters = template()["Parameters"]
    for name in parameters:
        assert not re.search(r"(?i)password|accesskey|secretkey|token", name)
        assert not parameters[name].get("NoEcho")
    assert all(
        "secretsmanager" in body["AllowedPattern"]
        for name, body in parameters.items()
        if name.endswith("SecretArn")
    )


def test_no_two_functions_may_share_a_webhook_secret() -> None:
    compared = {
        frozenset(
            each["Ref"] for each in assertion["Assert"]["Fn::Or"][1]["Fn::Not"][0]["Fn::Equals"]
        )
        for assertion in template()["Rules"]["WebhookSecretsDiffer"]["Assertions"]
    }
    names = [f"{who}WebhookSecretArn" for who in ("Create", "Report", "Delete")]
    assert compared == {frozenset(pair) for pair in combinations(names, 2)}
