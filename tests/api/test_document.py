"""The description of the API is of this API."""

import json
import re
from collections.abc import Hashable, Mapping
from typing import Any, cast
from urllib.parse import parse_qsl

import pytest
from openapi_spec_validator import validate

from snapkeep import answers
from snapkeep.authentication import CAPABILITY_ROUTE, SNAPSHOTS_ROUTE
from snapkeep.commands import FORMATS
from snapkeep.render.formats import FORMS
from snapkeep.runtime.http import HEALTH_ROUTE
from snapkeep.senders import parse_key
from snapkeep.signatures import LINK_FIELDS, sign_link
from tests.api.document import DOCUMENT, operations, problems, resolved
from tests.conftest import OpenWorld
from tests.events import requests
from tests.fake_bce import Fault
from tests.functional.http import Headers, body_of, get_report, http_event
from tests.senders import READER
from tests.template.reading import ROOT, functions

ROUTES = {SNAPSHOTS_ROUTE, CAPABILITY_ROUTE, "GET /report", "POST /expirations", HEALTH_ROUTE}
REPORT = operations()["GET /report"]
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


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("status", ["200", "503"])
def test_the_report_is_described_in_every_form(form: str, status: str) -> None:
    (parameter,) = [p for p in REPORT["parameters"] if p.get("name") == "format"]
    assert parameter["schema"]["enum"] == list(FORMATS)
    kind = FORMS[form].content_type.partition(";")[0]
    assert kind in REPORT["responses"][status]["content"]


@pytest.mark.parametrize("status", [200, 503])
@pytest.mark.parametrize("form", FORMATS)
def test_the_report_is_answered_as_it_is_described(
    open_world: OpenWorld, form: str, status: int
) -> None:
    world = open_world()
    world.add_disks(2)
    if status == 503:
        world.cloud.faults.add(Fault("before", "ListVolumes", status=403, times=100))
    # every answer of a world is checked
    answer = get_report(world, format=form)
    assert answer["statusCode"] == status
    assert answer["headers"]["content-type"] == FORMS[form].content_type
    assert ("retry-after" in answer["headers"]) is (status == 503)


def test_a_signed_link_is_described_and_opens_the_page(open_world: OpenWorld) -> None:
    scheme = DOCUMENT["components"]["securitySchemes"]["signedLink"]
    named = {scheme["name"], *(p["name"] for p in REPORT["parameters"] if p.get("in") == "query")}
    assert named >= LINK_FIELDS
    assert {"signedLink": []} in REPORT["security"]
    world = open_world()
    world.add_disks(1)
    link = sign_link(
        parse_key(READER), "/report?format=html", int(world.clock.now().timestamp()) + 60
    )
    query = dict(parse_qsl(link.partition("?")[2]))
    bare: Headers = dict.fromkeys(("webhook-id", "webhook-timestamp", "webhook-signature"))
    event = http_event("GET", "/report", query=query, headers=bare)
    assert event["rawQueryString"] == link.partition("?")[2]
    assert world.report(event)["statusCode"] == 200
    world.clock.sleep(60)
    assert world.report(event)["statusCode"] == 401


def test_document_and_schema_describe_the_same_report() -> None:
    schema = json.loads((ROOT / "docs/report.schema.json").read_text("utf-8"))
    own = DOCUMENT["components"]["schemas"]["Report"]
    assert fields(own, DOCUMENT) == fields(schema, schema)


def fields(schema: dict[str, Any], document: dict[str, Any]) -> Any:
    """Return the names of a schema's fields, with those of each; all of them are required."""
    if "$ref" in schema:
        found: Any = document
        for key in schema["$ref"].removeprefix("#/").split("/"):
            found = found[key]
        return fields(found, document)
    if "properties" in schema:
        assert set(schema["required"]) == set(schema["properties"])
        assert schema["additionalProperties"] is False
        return {name: fields(each, document) for name, each in schema["properties"].items()}
    return [fields(schema["items"], document)] if "items" in schema else None


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
