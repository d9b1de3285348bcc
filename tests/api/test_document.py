"""The description of the API is of this API."""

import json
import re
from collections.abc import Hashable, Mapping
from typing import Any, cast

import pytest
from openapi_spec_validator import validate

from snapkeep import answers
from snapkeep.authentication import CAPABILITY_ROUTE, SNAPSHOTS_ROUTE
from snapkeep.runtime.http import HEALTH_ROUTE
from tests.api.document import DOCUMENT, operations, problems, resolved
from tests.conftest import OpenWorld
from tests.events import requests
from tests.functional.http import body_of, http_event
from tests.template.reading import functions

ROUTES = {SNAPSHOTS_ROUTE, CAPABILITY_ROUTE, "GET /report", "POST /expirations", HEALTH_ROUTE}
REQUESTS = {f"{path.parent.name}/{path.stem}": event for path, event in requests()}
BODIES = {
    route: operation["requestBody"]["content"]["application/json"]
    for route, operation in operations().items()
    if "requestBody" in operation
}
EXAMPLES = {
    f"{route} {name}": (route, example["value"])
    for route, body in BODIES.items()
    for name, example in body["examples"].items()
}


def test_the_document_is_valid_openapi_3_1() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")
    validate(cast(Mapping[Hashable, Any], DOCUMENT))


def test_document_template_and_handlers_have_the_same_routes() -> None:
    routed = {
        f"{event['Properties']['Method']} {event['Properties']['Path']}"
        for function in functions().values()
        for event in function["Events"].values()
        if event["Type"] == "HttpApi"
    }
    assert set(operations()) == ROUTES == routed


def test_every_status_of_a_refusal_is_described_with_its_codes() -> None:
    told = json.dumps(DOCUMENT)
    described = {int(status) for each in operations().values() for status in each["responses"]}
    for code, status in answers._STATUS.items():
        # what has no route is in no operation
        if code != "MethodNotAllowed":
            assert status in described, code
        if status in {400, 403, 409}:
            assert f"`{code}`" in told, code


def test_every_operation_but_health_and_the_capability_is_signed() -> None:
    unsigned = {route for route, operation in operations().items() if not operation["security"]}
    assert unsigned == {HEALTH_ROUTE, CAPABILITY_ROUTE}


@pytest.mark.parametrize(("route", "value"), EXAMPLES.values(), ids=EXAMPLES)
def test_an_example_is_of_its_schema(route: str, value: object) -> None:
    schema = BODIES[route]["schema"]
    assert problems(schema["$ref"].removeprefix("#"), value) == []


def test_a_sample_event_is_of_its_schema() -> None:
    checked = 0
    for name, event in REQUESTS.items():
        # GitHub's body is GitHub's
        if event["routeKey"] in BODIES and not name.endswith("github-deployment"):
            schema = BODIES[event["routeKey"]]["schema"]
            assert problems(schema["$ref"].removeprefix("#"), json.loads(event["body"])) == [], name
            checked += 1
    assert checked == 4


@pytest.mark.parametrize(
    "wrong",
    [{}, {"counts": {}, "disks": []}, {"ignored": 1}, {"counts": None}],
    ids=["empty", "no counts", "a number", "null"],
)
def test_a_wrong_answer_is_seen(wrong: dict[str, Any]) -> None:
    pointer = "/components/responses/Done/content/application~1json/schema"
    assert problems(pointer, wrong)


def test_health_asks_nobody(open_world: OpenWorld) -> None:
    world = open_world()
    answer = world.report(http_event("GET", "/health", headers={"webhook-signature": None}))
    assert (answer["statusCode"], body_of(answer)) == (200, {"status": "ok"})
    assert world.cloud.journal == []


def test_health_tells_a_policy_file_that_cannot_be_read(open_world: OpenWorld) -> None:
    world = open_world("timezone = 1")
    answer = world.report(http_event("GET", "/health"))
    assert (answer["statusCode"], body_of(answer)["code"]) == (503, "InvalidPolicy")
    assert re.fullmatch("[0-9]+", answer["headers"]["retry-after"])


def test_parameters_are_referred_to_by_name() -> None:
    for operation in operations().values():
        for parameter in operation.get("parameters", []):
            assert {"name", "in", "schema"} <= resolved(parameter).keys()
