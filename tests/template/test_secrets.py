"""Each function reads its own secrets and no other, and only those that the stack is given."""

import re
from itertools import combinations
from typing import Any

import pytest

from tests.template.reading import as_list, functions, resources, target, template, variables
from tests.template.test_permissions import resources_for, role_of

ROLES = resources("AWS::IAM::Role")
SECRET_VARIABLES = (
    "SNAPKEEP_SECRET_ID",
    "SNAPKEEP_WEBHOOK_SECRET_ID",
    "SNAPKEEP_CHANNELS_SECRET_ID",
)
# the parameters that may be left empty, and the condition that they are not
CONDITION_OF = {
    **{f"{who}WebhookSecretArn": f"Has{who}Webhooks" for who in ("Create", "Report", "Delete")},
    "ChannelsSecretArn": "HasChannels",
}


@pytest.mark.parametrize("name", functions())
def test_a_function_reads_its_own_secrets_only(name: str) -> None:
    function = functions()[name]
    own, *optional = own_secrets(function)
    assert resources_for(function, "secretsmanager:GetSecretValue") == [own, *optional]
    (decrypt,) = [s for s in role_of(function) if s["Action"] == "kms:Decrypt"]
    conditions = decrypt["Condition"]["StringEquals"]
    assert conditions["kms:EncryptionContext:SecretARN"] == [
        {"Ref": own},
        *({"Fn::If": [CONDITION_OF[s], {"Ref": s}, {"Ref": "AWS::NoValue"}]} for s in optional),
    ]
    assert "secretsmanager." in conditions["kms:ViaService"]["Fn::Sub"]


def own_secrets(function: dict[str, Any]) -> list[str]:
    """Return the parameters with the secrets that a function's environment names."""
    found = variables(function)
    return [target(found[name]) for name in SECRET_VARIABLES if name in found]


@pytest.mark.parametrize("given", [(), ("HasChannels",), tuple(CONDITION_OF.values())], ids=str)
def test_the_report_may_read_what_the_stack_is_given_and_no_more(given: tuple[str, ...]) -> None:
    assert granted("ListReportRole", given) == {
        "secretsmanager:GetSecretValue": {
            "ReportSecretArn",
            *(
                s
                for s in ("ReportWebhookSecretArn", "ChannelsSecretArn")
                if CONDITION_OF[s] in given
            ),
        },
        "logs:CreateLogStream": {"ListReportLogs"},
        "logs:PutLogEvents": {"ListReportLogs"},
        "sqs:SendMessage": {"ListReportFailures"},
    }


def granted(role: str, given: tuple[str, ...]) -> dict[str, set[str]]:
    """Return what a role allows, by action, where exactly the conditions that are given hold."""
    found: dict[str, set[str]] = {}
    for policy in ROLES[role]["Policies"]:
        for entry in policy["PolicyDocument"]["Statement"]:
            condition, *branches = entry.get("Fn::If", ["", entry, {}])
            statement = branches[0 if not condition or condition in given else 1]
            for action in as_list(statement.get("Action", [])):
                found.setdefault(action, set()).add(target(statement["Resource"]))
    return found


@pytest.mark.parametrize("kind", ["Secret", "WebhookSecret"])
def test_create_report_and_delete_use_three_secrets(kind: str) -> None:
    name = {"Secret": "SNAPKEEP_SECRET_ID", "WebhookSecret": "SNAPKEEP_WEBHOOK_SECRET_ID"}[kind]
    secrets = {variables(function)[name]["Ref"] for function in functions().values()}
    assert secrets == {f"{who}{kind}Arn" for who in ("Create", "Report", "Delete")}


@pytest.mark.parametrize(("parameter", "condition"), CONDITION_OF.items())
def test_a_secret_that_may_be_left_out_is_granted_only_if_it_is_given(
    parameter: str, condition: str
) -> None:
    assert template()["Parameters"][parameter]["Default"] == ""
    empty = {"Fn::Equals": [{"Ref": parameter}, ""]}
    assert template()["Conditions"][condition] == {"Fn::Not": [empty]}
    reading = [
        entry["Fn::If"][0]
        for role in ROLES.values()
        for policy in role["Policies"]
        for entry in policy["PolicyDocument"]["Statement"]
        for branch in entry.get("Fn::If", ["", entry])[1:]
        if branch.get("Resource") == {"Ref": parameter}
    ]
    assert reading == [condition]


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
    names = [f"{who}WebhookSecretArn" for who in ("Create", "Report", "Delete")]
    pairs = {frozenset(pair) for pair in combinations(names, 2)}
    assert differing("WebhookSecretsDiffer") == pairs


def test_the_channels_have_a_secret_of_their_own() -> None:
    names = [f"{who}WebhookSecretArn" for who in ("Create", "Report", "Delete")]
    pairs = {frozenset({"ChannelsSecretArn", name}) for name in names}
    assert differing("ChannelsSecretDiffers") == pairs


def differing(rule: str) -> set[frozenset[str]]:
    """Return the pairs of parameters that a rule wants to differ, unless the first is empty."""
    found = set()
    for assertion in template()["Rules"][rule]["Assertions"]:
        empty, unequal = assertion["Assert"]["Fn::Or"]
        pair = unequal["Fn::Not"][0]["Fn::Equals"]
        assert empty == {"Fn::Equals": [pair[0], ""]}
        found.add(frozenset(each["Ref"] for each in pair))
    return found
