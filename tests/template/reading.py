"""Reads template.yaml as plain dictionaries, short forms such as ``!Ref`` written out."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FUNCTION = "AWS::Serverless::Function"
QUEUE = "AWS::SQS::Queue"
SCHEDULE = "AWS::Scheduler::Schedule"

Resource = dict[str, Any]
Template = dict[str, Any]


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader, which knows none of CloudFormation's tags."""


def _long_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _long_form)


@cache
def template() -> Template:
    loader = _Loader((ROOT / "template.yaml").read_text("utf-8"))
    loaded: Template = loader.get_single_data()
    return loaded


def resources(kind: str, given: Template | None = None) -> dict[str, Resource]:
    """Return the properties of every resource of that type, by logical id.

    Args:
        given: another template than ours.
    """
    found = (given or template())["Resources"].items()
    return {name: body.get("Properties", {}) for name, body in found if body["Type"] == kind}


def functions(given: Template | None = None) -> dict[str, Resource]:
    """Return the properties of the functions with those that all of them share."""
    shared = (given or template())["Globals"]["Function"]
    return {name: merged(shared, own) for name, own in resources(FUNCTION, given).items()}


def merged(shared: Resource, own: Resource) -> Resource:
    result = {**shared, **own}
    for key in shared.keys() & own.keys():
        if isinstance(shared[key], dict):
            result[key] = merged(shared[key], own[key])
    return result


def variables(function: Resource) -> dict[str, Any]:
    found: dict[str, Any] = function["Environment"]["Variables"]
    return found


def target(reference: Any) -> str:
    """Return the logical id that a ``Ref`` or ``GetAtt`` points at; of anything else, its text."""
    if isinstance(reference, dict) and "Ref" in reference:
        return str(reference["Ref"])
    if isinstance(reference, dict) and "Fn::GetAtt" in reference:
        return str(reference["Fn::GetAtt"][0])
    return json.dumps(reference)


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(document: Any) -> Iterator[dict[str, Any]]:
    """Yield every statement of a policy document, those under a condition too."""
    for entry in as_list(document["Statement"]):
        branches = entry["Fn::If"][1:] if "Fn::If" in entry else [entry]
        yield from (branch for branch in branches if "Effect" in branch)


def role_statements(role: Resource) -> list[dict[str, Any]]:
    documents = [policy["PolicyDocument"] for policy in role.get("Policies", [])]
    return [statement for document in documents for statement in statements(document)]
