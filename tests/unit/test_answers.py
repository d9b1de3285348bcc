import json

import pytest

from snapkeep.errors import InvalidEvent
from snapkeep.webhook import answer, refusal


def test_an_answer_is_json_a_text_or_a_call_to_come_again() -> None:
    plain = answer(200, {"b": 1, "a": "中"})
    assert plain == {
        "statusCode": 200,
        "headers": {"content-type": "application/json", "cache-control": "no-store"},
        "body": '{"a": "中", "b": 1}',
    }
    page = answer(200, "# Report", content_type="text/markdown; charset=utf-8")
    assert page["body"] == "# Report"
    assert page["headers"]["content-type"] == "text/markdown; charset=utf-8"
    assert answer(503, {}, retry_after=60)["headers"]["retry-after"] == "60"


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("Unauthorized", 401),
        ("NotFound", 404),
        ("TooLarge", 413),
        ("UnsupportedMediaType", 415),
        ("MalformedJson", 400),
        ("BadEncoding", 400),
        ("UnknownField", 422),
        ("MissingField", 422),
        ("EventTooOld", 422),
        ("anything else", 422),
    ],
)
def test_a_refusal_names_the_field_as_problem_json(code: str, status: int) -> None:
    refused = refusal(InvalidEvent("is wrong", path="data.policy", code=code))
    assert refused["statusCode"] == status
    assert refused["headers"]["content-type"] == "application/problem+json"
    assert json.loads(refused["body"]) == {
        "title": "is wrong",
        "status": status,
        "code": code,
        "field": "data.policy",
    }
