"""Who may do what, what stands in the environment, and what is encrypted."""

import json
from collections.abc import Iterator
from typing import Any

from tests.template.reading import (
    QUEUE,
    Resource,
    Template,
    as_list,
    functions,
    resources,
    role_statements,
    statements,
    target,
    variables,
)

ROLE = "AWS::IAM::Role"
EVERY_FUNCTION = {
    "secretsmanager:GetSecretValue",
    "kms:Decrypt",
    "kms:GenerateDataKey",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "sqs:SendMessage",
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
}
FROM_A_QUEUE = {
    "sqs:ReceiveMessage",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ChangeMessageVisibility",
}
# X-Ray knows no resource that a policy could name
WITHOUT_RESOURCE = {
    "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    "Resource": "*",
}
PLAIN = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_LOG_LEVEL"}
SWITCHES = {"SNAPKEEP_APPROVE_OVER_HTTP", "SNAPKEEP_REQUESTS_PER_SECOND"}
PLACES = {"SNAPKEEP_REPORT_BUCKET", "SNAPKEEP_REPORT_URL"}


def encrypted(default: Any) -> dict[str, Any]:
    """Return the property that is the operator's key if there is one."""
    return {"Fn::If": ["HasEncryptionKey", {"Ref": "EncryptionKeyArn"}, default]}


NO_VALUE = {"Ref": "AWS::NoValue"}


def role_of(function: Resource, given: Template) -> list[dict[str, Any]]:
    role = resources(ROLE, given).get(target(function.get("Role")), {})
    return role_statements(role)


def granting(function: Resource, given: Template, action: str) -> Iterator[str]:
    """Yield the logical ids on which the function's role allows the action."""
    for statement in role_of(function, given):
        if action in as_list(statement["Action"]):
            yield from (target(each) for each in as_list(statement["Resource"]))


def roles_are_not_shared(given: Template) -> Iterator[str]:
    found = [target(function.get("Role")) for function in functions(given).values()]
    yield from (f"{role}: not of one function" for role in found if found.count(role) > 1)
    yield from (f"{role}: not ours" for role in found if role not in resources(ROLE, given))


def no_policy_is_managed_elsewhere(given: Template) -> Iterator[str]:
    for name, role in resources(ROLE, given).items():
        if role.get("ManagedPolicyArns"):
            yield f"{name}: a managed policy"
    for name, function in functions(given).items():
        if function.get("Policies"):
            yield f"{name}: a policy beside that of its role"


def nothing_is_allowed_by_wildcard(given: Template) -> Iterator[str]:
    roles, policies = resources(ROLE, given), resources("AWS::SQS::QueuePolicy", given)
    documents = {
        **{f"{name}'s trust": role["AssumeRolePolicyDocument"] for name, role in roles.items()},
        **{name: policy["PolicyDocument"] for name, policy in policies.items()},
    }
    found = [(name, each) for name, document in documents.items() for each in statements(document)]
    found += [(name, each) for name, role in roles.items() for each in role_statements(role)]
    for name, statement in found:
        if {"NotAction", "NotResource", "NotPrincipal"} & statement.keys():
            yield f"{name}: all but something"
        if WITHOUT_RESOURCE.items() <= statement.items():
            continue
        parts = [statement.get(part) for part in ("Action", "Resource", "Principal")]
        if "*" in json.dumps(parts):
            yield f"{name}: a wildcard"


def functions_do_nothing_else(given: Template) -> Iterator[str]:
    for name, function in functions(given).items():
        queued = any(event["Type"] == "SQS" for event in function["Events"].values())
        known = EVERY_FUNCTION | (FROM_A_QUEUE if queued else set())
        for statement in role_of(function, given):
            if others := set(as_list(statement["Action"])) - known:
                yield f"{name}: {sorted(others)}"


def functions_read_their_own_secrets(given: Template) -> Iterator[str]:
    """A role reads what the environment names, and a secret of its own parameter each."""
    read = {
        name: set(granting(function, given, "secretsmanager:GetSecretValue"))
        for name, function in functions(given).items()
    }
    for name, function in functions(given).items():
        named = {
            target(value)
            for variable, value in variables(function).items()
            if variable.endswith("SECRET_ID")
        }
        if read[name] != named:
            yield f"{name}: reads {sorted(read[name])}, is told of {sorted(named)}"
        others = set().union(*(secrets for other, secrets in read.items() if other != name))
        if shared := read[name] & others:
            yield f"{name}: shares {sorted(shared)}"


def functions_write_where_they_belong(given: Template) -> Iterator[str]:
    for name, function in functions(given).items():
        stem = name.removesuffix("Function")
        for action, place in (("logs:PutLogEvents", "Logs"), ("sqs:SendMessage", "Failures")):
            if (found := list(granting(function, given, action))) != [f"{stem}{place}"]:
                yield f"{name}: {action} on {found}"


def keys_are_used_through_a_service(given: Template) -> Iterator[str]:
    for name, role in resources(ROLE, given).items():
        for statement in role_statements(role):
            if any(action.startswith("kms:") for action in as_list(statement["Action"])):
                condition = statement.get("Condition", {}).get("StringEquals", {})
                if "kms:ViaService" not in condition:
                    yield f"{name}: a key for whatever it likes"


def services_are_let_in_by_source(given: Template) -> Iterator[str]:
    """A service that acts for anybody must act for this stack."""
    for name, policy in resources("AWS::SQS::QueuePolicy", given).items():
        for statement in statements(policy["PolicyDocument"]):
            if "aws:SourceArn" not in statement.get("Condition", {}).get("ArnEquals", {}):
                yield f"{name}: any rule of anybody"
    for role, keys in {
        "SchedulerRole": {"aws:SourceAccount", "aws:SourceArn"},
        "FleetRole": {"aws:SourceAccount"},
    }.items():
        (trust,) = statements(resources(ROLE, given)[role]["AssumeRolePolicyDocument"])
        if not keys <= trust.get("Condition", {}).get("StringEquals", {}).keys():
            yield f"{role}: taken by what is somebody else's"


def environments_hold_no_secret(given: Template) -> Iterator[str]:
    for name, function in functions(given).items():
        for variable, value in variables(function).items():
            if variable not in PLAIN | SWITCHES | PLACES and not variable.endswith("_SECRET_ID"):
                yield f"{name}: nobody knows {variable}"
            if "resolve:" in json.dumps(value):
                yield f"{name}: {variable} is the secret itself"
            if variable.endswith("_SECRET_ID") and not target(value).endswith("SecretArn"):
                yield f"{name}: {variable} is not the name of a secret"
    for name, parameter in given["Parameters"].items():
        if parameter.get("NoEcho"):
            yield f"{name}: a parameter that is a secret"


def data_is_encrypted(given: Template) -> Iterator[str]:
    for name, queue in resources(QUEUE, given).items():
        wanted = {
            "SqsManagedSseEnabled": {"Fn::If": ["HasEncryptionKey", NO_VALUE, True]},
            "KmsMasterKeyId": encrypted(NO_VALUE),
        }
        if not wanted.items() <= queue.items():
            yield f"{name}: not encrypted, or not with the operator's key"
    for name, group in resources("AWS::Logs::LogGroup", given).items():
        if group.get("KmsKeyId") != encrypted(NO_VALUE):
            yield f"{name}: not with the operator's key"
    for name, function in functions(given).items():
        if function.get("KmsKeyArn") != encrypted(NO_VALUE):
            yield f"{name}: its environment not with the operator's key"
