"""A key of the operator and traces are options: neither is used nor allowed unless it is chosen."""

import re

import pytest

from tests.template.reading import as_list, functions, role_statements, target, template
from tests.template.test_permissions import ROLES, role_of

KEY = {"kms:Decrypt", "kms:GenerateDataKey"}
TRACES = {"xray:PutTraceSegments", "xray:PutTelemetryRecords"}
OPTIONS = [((), set()), (("HasEncryptionKey",), KEY), (("HasTracing",), TRACES)]
ROLE_NAMES = sorted(ROLES)
KEY_ARN = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def allowed(role: str, chosen: tuple[str, ...]) -> set[str]:
    """Return the actions that a role allows where exactly the conditions that are chosen hold."""
    found: set[str] = set()
    for policy in ROLES[role]["Policies"]:
        for entry in as_list(policy["PolicyDocument"]["Statement"]):
            condition, *branches = entry.get("Fn::If", ["", entry, {}])
            statement = branches[0 if not condition or condition in chosen else 1]
            found |= set(as_list(statement.get("Action", [])))
    return found


# who runs, and who sends to a queue or takes from one
OF_FUNCTIONS = {target(function["Role"]) for function in functions().values()}
OF_QUEUES = {role for role in ROLE_NAMES if any("sqs:" in action for action in allowed(role, ()))}


def test_the_functions_and_the_schedules_use_queues() -> None:
    assert {*OF_FUNCTIONS, "SchedulerRole"} <= OF_QUEUES


@pytest.mark.parametrize("role", ROLE_NAMES)
@pytest.mark.parametrize(("chosen", "actions"), OPTIONS, ids=["none", "a key", "traces"])
def test_what_an_option_needs_is_allowed_only_where_it_is_chosen(
    role: str, chosen: tuple[str, ...], actions: set[str]
) -> None:
    if role not in OF_FUNCTIONS:
        actions = actions - TRACES
    if role not in OF_QUEUES:
        actions = actions - KEY
    assert allowed(role, chosen) - allowed(role, ()) == actions
    assert not allowed(role, ()) & (KEY | TRACES)


@pytest.mark.parametrize("role", sorted(OF_QUEUES))
def test_the_key_is_used_through_the_services_that_need_it(role: str) -> None:
    (entry,) = [s for s in role_statements(ROLES[role]) if set(as_list(s["Action"])) == KEY]
    assert entry["Resource"] == {"Ref": "EncryptionKeyArn"}
    services = as_list(entry["Condition"]["StringEquals"]["kms:ViaService"])
    wanted = ["sqs", "lambda"] if role in OF_FUNCTIONS else ["sqs"]
    assert [each["Fn::Sub"].partition(".")[0] for each in services] == wanted


def test_only_traces_are_sent_to_no_resource_in_particular() -> None:
    for function in functions().values():
        (entry,) = [s for s in role_of(function) if s["Resource"] == "*"]
        assert set(entry["Action"]) == TRACES
        assert entry["Sid"] == "SendTraces"


def test_tracing_is_off_and_every_function_takes_the_parameter() -> None:
    parameter = template()["Parameters"]["Tracing"]
    assert (parameter["Default"], parameter["AllowedValues"]) == (
        "PassThrough",
        ["PassThrough", "Active"],
    )
    assert template()["Conditions"]["HasTracing"] == {"Fn::Equals": [{"Ref": "Tracing"}, "Active"]}
    assert all(function["Tracing"] == {"Ref": "Tracing"} for function in functions().values())


def test_the_key_is_that_of_aws_unless_one_is_given() -> None:
    parameter = template()["Parameters"]["EncryptionKeyArn"]
    assert parameter["Default"] == ""
    for value, is_taken in {"": True, KEY_ARN: True, "alias/mine": False}.items():
        assert bool(re.fullmatch(parameter["AllowedPattern"], value)) is is_taken
    empty = {"Fn::Equals": [{"Ref": "EncryptionKeyArn"}, ""]}
    assert template()["Conditions"]["HasEncryptionKey"] == {"Fn::Not": [empty]}


def test_no_role_uses_any_other_key() -> None:
    keys = [
        target(statement["Resource"])
        for role in ROLES.values()
        for statement in role_statements(role)
        if any(action.startswith("kms:") for action in as_list(statement["Action"]))
    ]
    assert set(keys) == {"SecretsKeyArn", "EncryptionKeyArn"}
