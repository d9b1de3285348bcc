"""What SAM makes of the template: who may start a function, and that everything has its tag."""

import json
from typing import Any

import pytest

from tests.template.reading import ROOT, as_list, functions, resources

EXPANDED = ROOT / "build/template.json"
TAG = {"application": {"Ref": "ApplicationTag"}}
WITHOUT_TAGS = {
    "AWS::Lambda::EventInvokeConfig",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::SQS::QueuePolicy",
    "AWS::Scheduler::Schedule",  # its group has them
}
# SAM hands no tags on to it; those of the stack reach it
LEFT_OUT_BY_SAM = {"AWS::Lambda::EventSourceMapping"}
HTTP_API = "AWS::ApiGatewayV2::Api"

pytestmark = pytest.mark.skipif(
    not EXPANDED.exists() or (ROOT / "template.yaml").stat().st_mtime > EXPANDED.stat().st_mtime,
    reason="the template was not expanded since it changed; make lint-template",
)


@pytest.fixture(scope="module")
def expanded() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(EXPANDED.read_text("utf-8"))["Resources"]
    return found


def tags(resource: dict[str, Any]) -> dict[str, Any]:
    """Return a resource's tags; an API writes them into the document that describes it."""
    if resource["Type"] == HTTP_API:
        listed = resource["Properties"]["Body"].get("tags", [])
        return {each["name"]: each["x-amazon-apigateway-tag-value"] for each in listed}
    given = resource.get("Properties", {}).get("Tags", {})
    return given if isinstance(given, dict) else {each["Key"]: each["Value"] for each in given}


def untagged(found: dict[str, Any]) -> set[str]:
    return {
        name
        for name, resource in found.items()
        if resource["Type"] not in WITHOUT_TAGS | LEFT_OUT_BY_SAM
        and not TAG.items() <= tags(resource).items()
    }


def test_everything_that_can_has_the_tag(expanded: dict[str, Any]) -> None:
    assert untagged(expanded) == set()


@pytest.mark.parametrize(
    "kind", ["AWS::SQS::Queue", "AWS::CloudWatch::Dashboard", "AWS::New::Kind"]
)
def test_a_resource_without_the_tag_is_found(kind: str, expanded: dict[str, Any]) -> None:
    assert untagged({**expanded, "New": {"Type": kind, "Properties": {}}}) == {"New"}


def test_what_cannot_have_tags_has_none(expanded: dict[str, Any]) -> None:
    kinds = {resource["Type"] for resource in expanded.values()}
    assert kinds >= WITHOUT_TAGS | LEFT_OUT_BY_SAM
    for resource in expanded.values():
        if resource["Type"] in WITHOUT_TAGS | LEFT_OUT_BY_SAM:
            assert "Tags" not in resource["Properties"]


def strangers(found: dict[str, Any]) -> set[str]:
    """Return the permissions that let in more than a route of our own API."""
    return {
        name
        for name, resource in found.items()
        if resource["Type"] == "AWS::Lambda::Permission"
        and (
            resource["Properties"]["Principal"] != "apigateway.amazonaws.com"
            or resource["Properties"]["Action"] != "lambda:InvokeFunction"
            or '{"Ref": "Api"}' not in json.dumps(resource["Properties"].get("SourceArn"))
        )
    }


def test_only_our_own_api_may_start_a_function_by_itself(expanded: dict[str, Any]) -> None:
    assert strangers(expanded) == set()
    kinds = {resource["Type"] for resource in expanded.values()}
    assert not {"AWS::Lambda::Url", "AWS::ApiGateway::RestApi"} & kinds


@pytest.mark.parametrize(
    "opened", [{"Principal": "*"}, {"Action": "lambda:InvokeFunctionUrl"}, {"SourceArn": "*"}]
)
def test_a_permission_for_a_stranger_is_found(
    opened: dict[str, str], expanded: dict[str, Any]
) -> None:
    name = "CreateOnEventFunctionWebhookPermission"
    properties = {**expanded[name]["Properties"], **opened}
    assert strangers({name: {**expanded[name], "Properties": properties}}) == {name}


def test_sam_adds_no_role_and_no_policy(expanded: dict[str, Any]) -> None:
    roles = [name for name, each in expanded.items() if each["Type"] == "AWS::IAM::Role"]
    assert sorted(roles) == sorted(resources("AWS::IAM::Role"))
    for name in roles:
        assert "ManagedPolicyArns" not in expanded[name]["Properties"]
        assert len(as_list(expanded[name]["Properties"]["Policies"])) == 1


def test_every_function_is_traced_and_encrypted_as_the_parameters_say(
    expanded: dict[str, Any],
) -> None:
    found = [each for each in expanded.values() if each["Type"] == "AWS::Lambda::Function"]
    assert len(found) == len(functions())
    for function in found:
        assert function["Properties"]["TracingConfig"] == {"Mode": {"Ref": "Tracing"}}
        assert function["Properties"]["KmsKeyArn"]["Fn::If"][0] == "HasEncryptionKey"
