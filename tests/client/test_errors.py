"""Each answer gets the error that says what to do, with all that its support needs, and no key."""

import json
import traceback
from urllib.parse import quote

import pytest
from requests import PreparedRequest, Response

from snapkeep.bce import errors
from snapkeep.bce.errors import api_error
from snapkeep.bce.signing import Credentials
from tests.client.line import Line, Responder, respond
from tests.fake_bce import Fault

TABLE: dict[str, tuple[int, str, type[errors.ApiError]]] = {
    # codes decide first
    "denied": (403, "AccessDenied", errors.AccessDenied),
    "unknown-key": (403, "InvalidAccessKeyId", errors.AccessDenied),
    "bad-signature-400": (400, "SignatureDoesNotMatch", errors.AccessDenied),
    "bad-signature-403": (403, "SignatureDoesNotMatch", errors.AccessDenied),
    "bad-header": (400, "InvalidHTTPAuthHeader", errors.AccessDenied),
    "not-verified": (403, "QualifyNotPass", errors.AccessDenied),
    "not-opened": (403, "OptInRequired", errors.AccessDenied),
    "denied-in-other-case": (403, "accessdenied", errors.AccessDenied),
    "state-403": (403, "OperationDenied", errors.InvalidState),
    "state-409": (409, "OperationDenied", errors.InvalidState),
    "disk-state": (409, "Volume.DiskStatusCannotBeDeleted", errors.InvalidState),
    "server-state-400": (400, "Instance.InvalidStatus", errors.InvalidState),
    "mismatch-403": (403, "IdempotentParameterMismatch", errors.IdempotentMismatch),
    "mismatch-412": (412, "IdempotentParameterMismatch", errors.IdempotentMismatch),
    "expired": (400, "RequestExpired", errors.RequestExpired),
    "quota-413": (413, "Instance.SnapshotLimitExceeded", errors.QuotaExceeded),
    "quota-409": (409, "Instance.SnapshotLimitExceeded", errors.QuotaExceeded),
    "quota-bare": (403, "SnapshotLimitExceeded", errors.QuotaExceeded),
    "quota-word": (400, "Snapshot.QuotaExceeded", errors.QuotaExceeded),
    "arrears": (403, "AccountOverdue", errors.Arrears),
    "arrears-bill": (402, "Account.InsufficientBalance", errors.Arrears),
    "throttle-400": (400, "RequestLimitExceeded", errors.Throttled),
    "throttle-403": (403, "TooManyRequests", errors.Throttled),
    "throttle-503": (503, "Throttling", errors.Throttled),
    "flow": (400, "Bcc.FlowLimitExceeded", errors.Throttled),
    "gone-400": (400, "InvalidInstanceId.NotFound", errors.NotFound),
    "gone-403": (403, "InstanceNotFound", errors.NotFound),
    # then statuses
    "401": (401, "Whatever", errors.AccessDenied),
    "404": (404, "NoSuchObject", errors.NotFound),
    "404-any-code": (404, "AccessDenied", errors.NotFound),
    "409-any-code": (409, "Whatever", errors.InvalidState),
    "429-any-code": (429, "Whatever", errors.Throttled),
    "500": (500, "InternalError", errors.ServerError),
    "502": (502, "Http502", errors.ServerError),
    "503": (503, "Whatever", errors.ServerError),
    "504": (504, "Http504", errors.ServerError),
    "501": (501, "NotImplemented", errors.ServerError),
    "505": (505, "Whatever", errors.ServerError),
    "520": (520, "Http520", errors.ServerError),
    "599": (599, "Whatever", errors.ServerError),
    "520-known-code": (520, "AccessDenied", errors.AccessDenied),
    # and what fits neither stays plain
    "400": (400, "BadRequest", errors.ApiError),
    "403-unknown": (403, "snapshot.CannotCopy", errors.ApiError),
    "403-none": (403, "Http403", errors.ApiError),
    "499": (499, "Whatever", errors.ApiError),
    "no-part-match": (403, "NotAccessDenied", errors.ApiError),
    "no-part-match-state": (403, "OperationDeniedForever", errors.ApiError),
}


@pytest.mark.parametrize(("status", "code", "kind"), TABLE.values(), ids=TABLE)
def test_the_code_decides_before_the_status(
    status: int, code: str, kind: type[errors.ApiError]
) -> None:
    error = api_error("CreateSnapshot", status, code, "why", "r-1")
    assert type(error) is kind
    assert str(error) == f"CreateSnapshot: {status} {code}: why (request id r-1)"
    assert (error.operation, error.status, error.code) == ("CreateSnapshot", status, code)
    assert (error.message, error.request_id) == ("why", "r-1")


def test_an_error_of_the_cloud_shows_all_that_support_asks_for(line: Line) -> None:
    with pytest.raises(errors.NotFound) as caught:
        line.client().delete_snapshot("s-missing0")
    assert str(caught.value) == (
        "DeleteSnapshot: 404 NoSuchObject: The specified object is not found or resource do not"
        f" exist. (request id {line.cloud.journal[0].request_id})"
    )


@pytest.mark.parametrize(
    "body", ["", "<html>403 Forbidden</html>", "[]", '{"code": ""}', '{"message": null}'], ids=repr
)
def test_an_error_without_a_proper_body_keeps_status_and_request_id(line: Line, body: str) -> None:
    line.cloud.faults.add(Fault("before", status=403, body=body))
    with pytest.raises(errors.ApiError) as caught:
        line.client().snapshots()
    assert type(caught.value) is errors.ApiError
    assert str(caught.value) == (
        f"ListSnapshots: 403 Http403: no error body (request id {line.cloud.journal[0].request_id})"
    )


def test_an_error_with_no_request_id_at_all_says_so(inside: Line) -> None:
    inside.tap.inner = Responder(lambda _: respond(403))
    with pytest.raises(errors.ApiError, match="request id none"):
        inside.client().snapshots()


def test_a_long_message_is_cut(inside: Line) -> None:
    body = json.dumps({"code": "BadRequest", "message": "x" * 100_000})
    inside.cloud.faults.add(Fault("before", status=400, body=body))
    with pytest.raises(errors.ApiError) as caught:
        inside.client().snapshots()
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("member", ["code", "message", "requestId"])
def test_half_a_character_in_an_error_is_replaced_so_that_it_can_be_logged(
    inside: Line, member: str
) -> None:
    words = {"code": "BadRequest", "message": "m", "requestId": "r"}
    body = json.dumps(words | {member: "数\ud800"}).encode()
    inside.tap.inner = Responder(lambda _: respond(400, body))
    with pytest.raises(errors.ApiError) as caught:
        inside.client().snapshots()
    assert "数?" in str(caught.value)
    assert str(caught.value).encode()


def test_a_lost_answer_is_named_by_operation_and_reason(line: Line) -> None:
    line.cloud.faults.add(Fault("reset_before", times=4))
    with pytest.raises(errors.TransportError) as caught:
        line.create()
    said = str(caught.value)
    assert said.startswith("CreateSnapshot: the connection failed: ")
    assert "ConnectionFailed" in said


def test_a_lost_answer_never_quotes_the_connection() -> None:
    error = errors.TransportError("ListSnapshots", "Timeout", "no answer in time")
    assert str(error) == "ListSnapshots: no answer in time (Timeout; request id none)"


ECHOES = {
    "authorization": lambda request: request.headers["Authorization"],
    "all-headers": lambda request: str(dict(request.headers)),
    "encoded": lambda request: quote(request.headers["Authorization"], safe=""),
    "signature": lambda request: request.headers["Authorization"][-64:],
    "signature-in-text": lambda request: f"got '{request.headers['Authorization'][-64:]}'.",
    "secret": lambda request: "your key is the-secret-key, is it?",
    "token": lambda request: request.headers["x-bce-security-token"],
    "secret-at-the-cut": lambda request: "x" * 288 + "the-secret-key",
}


@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
@pytest.mark.parametrize("status", [200, 400], ids=["unreadable", "error without a body"])
def test_what_a_request_id_in_a_header_echoes_of_ours_is_taken_out(
    inside: Line, echo: type[str], status: int
) -> None:
    keys = Credentials("the-key-id", "the-secret-key", "the-session-token")
    inside.tap.inner = Responder(
        lambda request: respond(status, b"<html>", x_bce_request_id=echo(request))
    )
    with pytest.raises((errors.TransportError, errors.ApiError)) as caught:
        inside.client(credentials=keys).snapshots()

    said = repr(vars(caught.value)) + "".join(traceback.format_exception(caught.value))
    signature = inside.tap.requests[0].headers["Authorization"][-64:]
    assert "request id" in str(caught.value)
    for secret in ("the-secret", "the-session", signature, signature[:32], "bce-auth-v1/the"):
        assert secret not in said


@pytest.mark.parametrize("member", ["code", "message", "requestId"])
@pytest.mark.parametrize("echo", ECHOES.values(), ids=ECHOES)
def test_what_an_error_body_echoes_of_ours_is_taken_out(
    inside: Line, echo: type[str], member: str
) -> None:
    keys = Credentials("the-key-id", "the-secret-key", "the-session-token")

    def answer(request: PreparedRequest) -> Response:
        words = {"code": "SignatureDoesNotMatch", "message": "m", "requestId": "r"}
        return respond(400, json.dumps(words | {member: echo(request)}).encode())

    inside.tap.inner = Responder(answer)
    with pytest.raises(errors.ApiError) as caught:
        inside.client(credentials=keys).snapshots()

    signature = inside.tap.requests[0].headers["Authorization"][-64:]
    error = caught.value
    said = "".join((str(error), repr(error), repr(vars(error)), repr(error.args),
                    *traceback.format_exception(error)))  # fmt: skip
    assert "ListSnapshots: 400" in said
    for secret in ("the-secret", "the-session", signature, signature[:32], "bce-auth-v1/the"):
        assert secret not in said
