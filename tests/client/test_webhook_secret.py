"""Who may send webhooks comes from the extension or the environment, and is looked up by age."""

import json
import socket
import traceback
from collections.abc import Callable, Iterator, Mapping

import pytest

from snapkeep.errors import Misconfigured, SnapkeepError
from snapkeep.runtime.aged import Aged
from snapkeep.runtime.secrets import find_senders
from snapkeep.senders import read_senders
from tests.client.extension import SECRET_ID, TOKEN, Extension, serving
from tests.client.line import RecordingClock
from tests.senders import BY_FUNCTION, SECRETS, environ_of

PORT = "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT"
DOCUMENT = json.dumps(BY_FUNCTION["create-on-event"])
SENDERS = read_senders(DOCUMENT)


@pytest.fixture
def extension() -> Iterator[Extension]:
    with serving() as server:
        server.hold(DOCUMENT)
        yield server


def failure(secret_id: str | None, environ: Mapping[str, str]) -> str:
    """Return what an operator is told, having looked for secrets in all of the exception."""
    with pytest.raises(Misconfigured) as caught:
        find_senders(secret_id, environ)
    error: BaseException | None = caught.value
    shown = "".join(traceback.format_exception(caught.value))
    while error is not None:
        shown += repr(error) + repr(vars(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    assert not [place for place, secret in enumerate((*SECRETS, TOKEN)) if secret in shown]
    return str(caught.value)


def test_the_extension_is_asked_for_the_senders(extension: Extension) -> None:
    environ = extension.environ | environ_of("list-report")
    assert find_senders(SECRET_ID, environ) == SENDERS
    assert extension.asked == [SECRET_ID]


@pytest.mark.parametrize("function", BY_FUNCTION)
def test_a_laptop_reads_the_environment(function: str) -> None:
    found = find_senders(None, environ_of(function))
    assert found == read_senders(json.dumps(BY_FUNCTION[function]))


@pytest.mark.parametrize("secret_id", [None, ""], ids=["none", "empty"])
@pytest.mark.parametrize("environ", [{}, {"SNAPKEEP_WEBHOOK_SECRET": ""}], ids=["unset", "empty"])
def test_where_nothing_is_configured_nobody_may_send(
    secret_id: str | None, environ: dict[str, str]
) -> None:
    assert find_senders(secret_id, environ) == ()


NO_JSON = "the webhook secret is refused: not JSON"
# what the secret holds, and what an operator is told
REFUSED: dict[str, tuple[object, str]] = {
    "empty": ("", NO_JSON),
    "blank": (" ", NO_JSON),
    "plain text": (SECRETS[0], NO_JSON),
    "cut short": (DOCUMENT[:-1], NO_JSON),
    "a list": (f"[{DOCUMENT}]", "refused: must be a table, not list"),
    "no senders": ("{}", "refused: senders: must name 1 to 8 senders"),
    "another field": (f'{DOCUMENT[:-1]}, "version": 1}}', "refused: (hidden): unknown"),
    "a bad secret": (DOCUMENT.replace("whsec_", "wrong_"),
                     "refused: senders[0].secrets[0].secret: must be whsec_"),
    "a sender twice": (DOCUMENT.replace("api-destination", "pipeline"),
                       "refused: senders: a name or a secret stands there twice"),
}  # fmt: skip


@pytest.mark.parametrize(("secret", "told"), REFUSED.values(), ids=REFUSED)
def test_a_secret_that_names_no_senders_is_told_by_its_field(
    extension: Extension, secret: str, told: str
) -> None:
    extension.hold(secret)
    assert told in failure(SECRET_ID, extension.environ)
    if secret:
        assert told in failure(None, {"SNAPKEEP_WEBHOOK_SECRET": secret})


@pytest.mark.parametrize("secret", [None, 7, json.loads(DOCUMENT), [DOCUMENT]], ids=type)
def test_a_secret_that_is_no_text_is_as_good_as_empty(extension: Extension, secret: object) -> None:
    extension.hold(secret)
    assert failure(SECRET_ID, extension.environ) == NO_JSON


@pytest.mark.parametrize("body", [b"", b"<html>", DOCUMENT.encode(), b"\xff", b"null"], ids=repr)
def test_an_answer_of_another_form_is_as_good_as_empty(extension: Extension, body: bytes) -> None:
    extension.body = body
    assert failure(SECRET_ID, extension.environ) == NO_JSON


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_an_error_of_the_extension_is_told_by_status(extension: Extension, status: int) -> None:
    extension.status, extension.body = status, DOCUMENT.encode()
    assert f"answered {status} for {SECRET_ID}" in failure(SECRET_ID, extension.environ)


def test_another_secret_is_not_found_and_the_environment_does_not_stand_in(
    extension: Extension,
) -> None:
    environ = extension.environ | environ_of("create-on-event")
    assert "answered 404 for other" in failure("other", environ)


def test_an_extension_that_is_not_there_is_told_by_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    said = failure(SECRET_ID, {PORT: port, "AWS_SESSION_TOKEN": TOKEN})
    assert f"does not answer on port {port}" in said


Found = str | SnapkeepError
DENIED = Misconfigured("denied")


def looking_up(*found: Found) -> tuple[Callable[[], str], list[Found]]:
    """Return a look-up that ends as given, one after the other, and what is left of that."""
    left = list(found)

    def look_up() -> str:
        value = left.pop(0)
        if isinstance(value, SnapkeepError):
            raise value
        return value

    return look_up, left


# what the look-ups end in; then after how many seconds what is had, and how many are left
STORIES: dict[str, tuple[list[Found], list[tuple[float, str | None, int]]]] = {
    "once in 300 s": (["a", "b"], [(0, "a", 1), (1, "a", 1), (299.9, "a", 1), (300, "b", 0),
                                   (599.9, "b", 0)]),
    "by its age and not by its use": (["a", "b"], [(100, "a", 1), (399, "a", 1), (400, "b", 0)]),
    "after a long sleep": (["a", "b"], [(0, "a", 1), (86_400, "b", 0), (86_699, "b", 0)]),
    "a failure for 5 s": ([DENIED, "a"], [(0, None, 1), (4.9, None, 1), (5, "a", 0),
                                          (304.9, "a", 0)]),
    "failures each for 5 s": ([DENIED, DENIED, "a"], [(0, None, 2), (5, None, 1), (9.9, None, 1),
                                                      (10, "a", 0)]),
    "a failure after a success": (["a", DENIED, "b"], [(0, "a", 2), (300, None, 1),
                                                       (304.9, None, 1), (305, "b", 0)]),
}  # fmt: skip


@pytest.mark.parametrize(("found", "story"), STORIES.values(), ids=STORIES)
def test_a_value_is_looked_up_by_its_age(
    found: list[Found], story: list[tuple[float, str | None, int]]
) -> None:
    clock = RecordingClock()
    look_up, left = looking_up(*found)
    aged = Aged(look_up, clock)
    for at, value, remaining in story:
        clock.advance(at - clock.monotonic())
        for _ in range(50):
            if value is None:
                with pytest.raises(Misconfigured, match="denied"):
                    aged.get()
            else:
                assert aged.get() == value
        assert len(left) == remaining
    assert clock.sleeps == []


def test_senders_who_were_replaced_are_known_after_300_seconds(extension: Extension) -> None:
    clock = RecordingClock()
    aged = Aged(lambda: find_senders(SECRET_ID, extension.environ), clock)
    assert [aged.get() for _ in range(5)] == [SENDERS] * 5
    extension.hold(json.dumps(BY_FUNCTION["list-report"]))
    clock.advance(299)
    assert aged.get() == SENDERS
    clock.advance(1)
    assert [sender.name for sender in aged.get()] == ["reader"]
    assert extension.asked == [SECRET_ID] * 2
