"""How a run's end is told to a sender over HTTP."""

import json

import pytest

from snapkeep.bce.errors import DeadlineExceeded, EndpointRefused, ListIncomplete, NotFound
from snapkeep.errors import InvalidEvent, InvalidInput, InvalidPolicy, MissingKeys, RunFailed
from snapkeep.runtime import Runtime
from tests.client.running import HTTP, Json, emf, entered, failing

ANSWERS: dict[str, tuple[Exception, int, Json]] = {
    "unauthorized": (InvalidEvent("no", code="Unauthorized"), 401, {"code": "Unauthorized"}),
    "other-route": (InvalidEvent("no", code="NotFound"), 404, {"code": "NotFound"}),
    "too-large": (InvalidEvent("no", path="body", code="TooLarge"), 413, {"field": "body"}),
    "not-json": (InvalidEvent("no", code="MalformedJson"), 400, {"status": 400}),
    "wrong-media": (InvalidEvent("no", code="UnsupportedMediaType"), 415, {"detail": "no"}),
    "bad-field": (InvalidEvent("no", path="data.x", code="UnknownField"), 422, {"field": "data.x"}),
    "not-done": (RunFailed("1 of 2", {"counts": {"failed": 1}}), 503, {"counts": {"failed": 1}}),
    "no-keys": (MissingKeys("set BCE_..."), 503, {"code": "MissingKeys"}),
    "bad-policy": (InvalidPolicy("no", path="policy.x"), 503, {"code": "InvalidPolicy"}),
    "bad-setting": (InvalidInput("no", path="SNAPKEEP_X"), 503, {"code": "InvalidInput"}),
    "endpoint": (EndpointRefused("no"), 503, {"code": "EndpointRefused"}),
    "list": (ListIncomplete("no"), 503, {"code": "ListIncomplete"}),
    "late": (DeadlineExceeded("no"), 503, {"code": "DeadlineExceeded"}),
}


@pytest.mark.parametrize(("error", "status", "said"), ANSWERS.values(), ids=ANSWERS)
def test_over_http_a_failure_is_an_answer(
    runtime: Runtime,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    status: int,
    said: Json,
) -> None:
    answer = entered(failing(error), HTTP, None, runtime)
    body = json.loads(answer["body"])
    assert (answer["statusCode"], body | said) == (status, body)
    assert ("retry-after" in answer["headers"]) is (status == 503)
    kind = f"application/{'json' if isinstance(error, RunFailed) else 'problem+json'}"
    assert answer["headers"]["content-type"] == kind
    assert emf(capsys)["SnapshotsFailed"] == [2.0]


def test_what_the_cloud_does_not_find_is_not_found_and_not_to_be_asked_again(
    runtime: Runtime, capsys: pytest.CaptureFixture[str]
) -> None:
    error = NotFound("GetSnapshot", 404, "NoSuchObject", "it is gone", "r-1")
    answer = entered(failing(error), HTTP, None, runtime)
    assert answer["statusCode"] == 404
    assert "retry-after" not in answer["headers"]
    assert json.loads(answer["body"]) == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "code": "NoSuchObject",
        "detail": "GetSnapshot: 404 NoSuchObject: it is gone (request id r-1)",
    }
    assert emf(capsys)["SnapshotsFailed"] == [2.0]


def test_what_the_cloud_does_not_find_fails_a_run_that_is_no_request(runtime: Runtime) -> None:
    error = NotFound("GetSnapshot", 404, "NoSuchObject", "it is gone", "r-1")
    with pytest.raises(NotFound):
        entered(failing(error), {}, None, runtime)


def test_what_is_wrong_with_our_own_setup_is_not_told_to_the_sender(runtime: Runtime) -> None:
    answer = entered(failing(MissingKeys("look in secret bce/keys")), HTTP, None, runtime)
    assert json.loads(answer["body"]) == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "code": "MissingKeys",
        "detail": "not now; the log says why, send it again",
    }


def test_a_bug_is_no_answer_over_http(runtime: Runtime) -> None:
    with pytest.raises(ZeroDivisionError):
        entered(failing(ZeroDivisionError()), HTTP, None, runtime)
