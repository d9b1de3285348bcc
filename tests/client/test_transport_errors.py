"""What is said when no usable answer comes, and that its connection is given back all the same."""

import json
import socket
import threading
from contextlib import suppress

import pytest
from requests import PreparedRequest, Response
from requests.exceptions import ConnectionError as Disconnected
from requests.exceptions import ConnectTimeout, ReadTimeout

from snapkeep.bce import errors
from snapkeep.bce.endpoint import check_endpoint
from snapkeep.bce.reply import Call, parse_reply
from snapkeep.bce.retry import RateLimit, RetryBudget
from snapkeep.bce.transport import MAX_REPLY_BYTES, new_adapter
from snapkeep.times import Deadline
from tests.client.line import Line, RecordingClock, Responder, respond, transport_to
from tests.fake_bce import Fault

ENDPOINT = "https://bcc.bj.baidubce.com"
LIST = Call("ListSnapshots", "GET", "/v2/snapshot")
EMPTY = b'{"isTruncated": false, "snapshots": []}'


class Closing(Response):
    """Remembers that it was closed."""

    was_closed = False

    def close(self) -> None:
        self.was_closed = True
        super().close()


def _closing(status: int, body: bytes) -> Closing:
    answer = Closing()
    answer.__dict__.update(respond(status, body).__dict__)
    return answer


def test_an_endpoint_is_refused_with_its_beginning_and_the_remedy() -> None:
    with pytest.raises(errors.EndpointRefused) as caught:
        check_endpoint("https://" + "x" * 99)
    assert str(caught.value) == (
        f"'https://{'x' * 72}' is no endpoint that keys may be sent to: use"
        " https://bcc.<region>.baidubce.com, or a loopback address for a fake cloud"
    )


@pytest.mark.parametrize(
    ("failure", "said"),
    {
        ReadTimeout(): "no answer in time (Timeout; request id none)",
        ConnectTimeout(): "no answer in time (Timeout; request id none)",
        Disconnected(): "the connection failed: ConnectionError"
        " (ConnectionFailed; request id none)",
        OSError(): "the connection failed: OSError (ConnectionFailed; request id none)",
    }.items(),
    ids=lambda given: type(given).__name__,
)
def test_a_lost_answer_is_told_without_what_the_library_says(failure: Exception, said: str) -> None:
    def lose(request: PreparedRequest) -> Response:
        raise failure

    clock = RecordingClock()
    transport = transport_to(ENDPOINT, clock, Responder(lose))
    with pytest.raises(errors.TransportError) as caught:
        transport.send(LIST, Deadline.after(clock, 600))
    assert str(caught.value) == f"ListSnapshots: {said}"
    assert caught.value.__cause__ is failure


def test_a_request_that_there_is_no_time_for_is_told_as_such(inside: Line) -> None:
    with pytest.raises(errors.DeadlineExceeded) as caught:
        inside.client(0).snapshots()
    assert str(caught.value) == "ListSnapshots: no time left to send it"


def test_a_turn_that_comes_too_late_is_told_as_such(inside: Line) -> None:
    client = inside.client(5, rate=RateLimit(0.1, inside.clock))
    client.snapshots()
    with pytest.raises(errors.DeadlineExceeded) as caught:
        client.snapshots()
    assert str(caught.value) == "ListSnapshots: no time left to send it"


def test_an_answer_that_does_not_end_in_time_is_told_as_such(inside: Line) -> None:
    inside.cloud.faults.add(Fault("drip", size=4, seconds=10))
    with pytest.raises(errors.DeadlineExceeded) as caught:
        inside.client(25).snapshots()
    assert str(caught.value) == "ListSnapshots: the answer did not end in time"


def test_an_answer_that_is_too_large_is_told_as_such() -> None:
    clock = RecordingClock()
    adapter = Responder(lambda _: respond(200, EMPTY.ljust(MAX_REPLY_BYTES + 1)))
    with pytest.raises(errors.Refused) as caught:
        transport_to(ENDPOINT, clock, adapter).send(LIST, Deadline.after(clock, 600))
    said = "ListSnapshots: the answer is too large (ReplyTooLarge; request id none)"
    assert str(caught.value) == said


def test_a_redirect_is_told_as_such() -> None:
    with pytest.raises(errors.Refused) as caught:
        parse_reply(LIST, respond(302), b"", ())
    said = "ListSnapshots: redirected (302) (RedirectRefused; request id none)"
    assert str(caught.value) == said


def test_a_delete_that_is_answered_with_an_error_has_not_succeeded() -> None:
    delete = Call("DeleteSnapshot", "DELETE", "/v2/snapshot/s-1", replies=False)
    for good in (b"", b"{}", b'{"requestId": "r-1"}'):
        parse_reply(delete, respond(200, good), good, ())
    bad = b'{"code": "InternalError", "requestId": "r-1"}'
    with pytest.raises(errors.TransportError, match="UnreadableReply"):
        parse_reply(delete, respond(200, bad), bad, ())


@pytest.mark.parametrize("status", [200, 302, 403])
def test_every_answer_is_closed(status: int) -> None:
    clock, answer = RecordingClock(), _closing(status, EMPTY)
    transport = transport_to(ENDPOINT, clock, Responder(lambda _: answer))
    try:
        transport.send(LIST, Deadline.after(clock, 600))
    except errors.BceError:
        assert status != 200
    assert answer.was_closed


def test_no_answer_is_read_into_memory_before_it_is_measured() -> None:
    asked: list[dict[str, object]] = []

    class Options(Responder):
        def send(self, request: PreparedRequest, *args: object, **options: object) -> Response:
            asked.append(options)
            return super().send(request)

    clock = RecordingClock()
    transport = transport_to(ENDPOINT, clock, Options(lambda _: respond(200, EMPTY)))
    transport.send(LIST, Deadline.after(clock, 600))
    assert [options["stream"] for options in asked] == [True]


@pytest.mark.parametrize(
    ("message", "told"),
    [
        ("your key is not-a-secret, is it?", "your key is [secret], is it?"),
        (f"got {'0a' * 32} instead", "got [signature] instead"),
        ("bce-auth-v1/a/b/300/host/c1 is wrong", "[signature] is wrong"),
        ("x" * 301, "x" * 300),
        ("half \ud800", "half ?"),
    ],
    ids=["secret", "signature", "header", "long", "half"],
)
def test_what_the_api_says_is_told_without_what_is_ours(message: str, told: str) -> None:
    body = json.dumps({"code": "BadRequest", "message": message, "requestId": "r-1"}).encode()
    with pytest.raises(errors.ApiError) as caught:
        parse_reply(LIST, respond(400, body), body, ("not-a-secret", None))
    assert caught.value.message == told
    assert (caught.value.code, caught.value.request_id) == ("BadRequest", "r-1")


def test_the_library_does_not_ask_again_on_its_own() -> None:
    asked: list[bytes] = []
    clock, adapter = RecordingClock(), new_adapter()
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def hang_up() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    asked.append(connection.recv(65_536))
                    connection.close()

        server = threading.Thread(target=hang_up)
        server.start()
        endpoint = f"http://127.0.0.1:{listener.getsockname()[1]}"
        transport = transport_to(endpoint, clock, adapter, budget=RetryBudget(0))
        with pytest.raises(errors.TransportError):
            transport.send(LIST, Deadline.after(clock, 600))
        listener.shutdown(socket.SHUT_RDWR)
        server.join()
    adapter.close()
    assert len(asked) == 1
