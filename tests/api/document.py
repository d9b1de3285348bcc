"""``functions/openapi.yaml`` as something to hold answers against."""

import gzip
import json
from base64 import b64decode
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

FILE = Path(__file__).parents[2] / "functions/openapi.yaml"
DOCUMENT: dict[str, Any] = yaml.load(FILE.read_text("utf-8"), yaml.CSafeLoader)
_URI = "urn:openapi"
_REGISTRY = Registry().with_resource(_URI, DRAFT202012.create_resource(DOCUMENT))


def operations() -> dict[str, dict[str, Any]]:
    """Return every operation by its route."""
    return {
        f"{method.upper()} {path}": operation
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
    }


def resolved(value: dict[str, Any]) -> dict[str, Any]:
    """Return what a reference within the document refers to, or the value itself."""
    while "$ref" in value:
        found: Any = DOCUMENT
        for key in value["$ref"].removeprefix("#/").split("/"):
            found = found[key.replace("~1", "/")]
        value = found
    return value


def problems(pointer: str, value: object) -> list[str]:
    """Say what is wrong with a value, by the schema at a JSON pointer of the document."""
    return [f"{error.json_path}: {error.message[:200]}" for error in _validator(pointer)(value)]


def text_of(answer: dict[str, Any]) -> str:
    """Return the body as its reader has it, which may have come in gzip."""
    if not answer.get("isBase64Encoded"):
        return str(answer["body"])
    assert answer["headers"]["content-encoding"] == "gzip"
    return gzip.decompress(b64decode(answer["body"])).decode()


def check_answer(method: str, path: str, answer: dict[str, Any]) -> None:
    """Fail if the document has no such answer to a request of this method and path."""
    route = _route(method, path)
    kind = answer["headers"]["content-type"].partition(";")[0]
    text = text_of(answer)
    body = json.loads(text) if kind.endswith("json") else text
    if route is None:
        assert answer["statusCode"] in {404, 405}, answer
        assert not problems("/components/schemas/Problem", body), answer
        return
    responses = operations()[route]["responses"]
    status = str(answer["statusCode"])
    assert status in responses, f"{route} does not answer {status}: {text[:300]}"
    response = resolved(responses[status])
    assert kind in response["content"], f"{route} {status} is no {kind}"
    for name, header in response.get("headers", {}).items():
        assert name.lower() in answer["headers"], f"{route} {status} has no {name}"
        assert resolved(header)["required"]
    wrong = problems(_pointer(route, status, kind), body)
    assert not wrong, f"{route} {status}: {wrong}"


def _route(method: str, path: str) -> str | None:
    routes = operations()
    if f"{method} {path}" in routes:
        return f"{method} {path}"
    is_capability = path.startswith("/snapshots/") and path.count("/") == 2 and len(path) > 11
    return "POST /snapshots/{capability}" if is_capability and method == "POST" else None


@cache
def _pointer(route: str, status: str, kind: str) -> str:
    method, path = route.split(" ")
    steps = ["paths", path, method.lower(), "responses", status]
    response = operations()[route]["responses"][status]
    if "$ref" in response:
        steps = response["$ref"].removeprefix("#/").split("/")
    steps += ["content", kind, "schema"]
    return "".join(f"/{step.replace('~', '~0').replace('/', '~1')}" for step in steps)


@cache
def _validator(pointer: str) -> Any:
    return Draft202012Validator({"$ref": f"{_URI}#{pointer}"}, registry=_REGISTRY).iter_errors
