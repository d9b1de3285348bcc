"""Keys come from the secrets extension or the environment, and show in no error."""

import json
import socket
import traceback
from collections.abc import Iterator, Mapping

import pytest

from snapkeep.bce.signing import Credentials
from snapkeep.errors import MissingKeys
from snapkeep.runtime.secrets import find_credentials
from tests.client.extension import KEYS, SECRET_ID, TOKEN, Extension, serving

PORT = "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT"
FOUND = Credentials(KEYS["access_key_id"], KEYS["secret_access_key"])
HIDDEN = ("the-secret", "the-lambda-session", "the-sts")


@pytest.fixture
def extension() -> Iterator[Extension]:
    with serving() as server:
        yield server


def failure(secret_id: str | None, environ: Mapping[str, str]) -> str:
    """Return what an operator is told, having looked for secrets in all of the exception."""
    with pytest.raises(MissingKeys) as caught:
        find_credentials(secret_id, environ)
    error: BaseException | None = caught.value
    shown = "".join(traceback.format_exception(caught.value))
    while error is not None:
        shown += repr(error) + repr(vars(error))
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    assert not [word for word in HIDDEN if word in shown]
    return str(caught.value)


def test_the_extension_is_asked_with_the_functions_own_token(extension: Extension) -> None:
    assert find_credentials(SECRET_ID, extension.environ) == FOUND
    assert extension.asked == [SECRET_ID]


def test_a_session_token_in_the_secret_is_taken(extension: Extension) -> None:
    extension.hold(json.dumps(KEYS | {"session_token": "the-sts-token"}))
    found = find_credentials(SECRET_ID, extension.environ)
    assert found.session_token == "the-sts-token"


def test_a_named_secret_goes_before_keys_in_the_environment(extension: Extension) -> None:
    environ = extension.environ | {"BCE_ACCESS_KEY_ID": "x", "BCE_SECRET_ACCESS_KEY": "y"}
    assert find_credentials(SECRET_ID, environ) == FOUND


def test_an_odd_name_of_a_secret_stays_one_value(extension: Extension) -> None:
    failure("a/b?c=d&secretId=x 密", extension.environ)
    assert extension.asked == ["a/b?c=d&secretId=x 密"]


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_an_error_of_the_extension_is_told_by_status(extension: Extension, status: int) -> None:
    extension.status, extension.body = status, b"the-secret-key in an error page"
    said = failure(SECRET_ID, extension.environ)
    assert f"answered {status} for {SECRET_ID}" in said


def test_the_wrong_token_is_an_error_of_the_extension(extension: Extension) -> None:
    said = failure(SECRET_ID, extension.environ | {"AWS_SESSION_TOKEN": "other"})
    assert "answered 400" in said
    environ = {name: value for name, value in extension.environ.items() if value != TOKEN}
    assert "answered 400" in failure(SECRET_ID, environ)


BODIES = {
    "empty": b"",
    "html": b"<html>the-secret-key</html>",
    "not-json": b'{"SecretString": "the-secret-key',
    "not-utf8": b"\xffthe-secret-key",
    "list": b'["the-secret-key"]',
    "null": b"null",
    "no-string": b'{"Other": "the-secret-key"}',
    "binary-secret": b'{"SecretBinary": "dGhlLXNlY3JldA=="}',
}
SECRETS = {
    "plain-text": "the-secret-key",
    "number": 7,
    "null": None,
    "object": {"secret_access_key": "the-secret-key"},
    "json-list": '["the-secret-key"]',
    "json-text": '"the-secret-key"',
    "cut-json": '{"secret_access_key": "the-secret-key',
    "no-id": '{"secret_access_key": "the-secret-key"}',
    "no-key": '{"access_key_id": "the-key-id"}',
    "nulls": '{"access_key_id": null, "secret_access_key": null}',
    "line-break": '{"access_key_id": "a", "secret_access_key": "the-secret-key\\n"}',
    "space": '{"access_key_id": "a", "secret_access_key": "the-secret key"}',
    "nested": '{"access_key_id": "a", "secret_access_key": {"value": "the-secret-key"}}',
    "bad-token": '{"access_key_id": "a", "secret_access_key": "b", "session_token": "the-sts\\n"}',
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_an_answer_that_is_no_secret_is_told_with_the_remedy(
    extension: Extension, body: bytes
) -> None:
    extension.body = body
    said = failure(SECRET_ID, extension.environ)
    assert "JSON object with access_key_id and secret_access_key" in said


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_a_secret_without_usable_keys_is_told_with_the_remedy(
    extension: Extension, secret: object
) -> None:
    extension.hold(secret)
    said = failure(SECRET_ID, extension.environ)
    assert "JSON object with access_key_id and secret_access_key" in said


def test_an_extension_that_is_not_there_is_told_by_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    said = failure(SECRET_ID, {PORT: port, "AWS_SESSION_TOKEN": TOKEN})
    assert f"does not answer on port {port}" in said
    assert "layer" in said


@pytest.mark.parametrize("port", ["", "x", "-1", "0", "65536", "2773.0", "٢", "9" * 5000])
def test_a_port_that_is_none_is_told_by_name(port: str) -> None:
    said = failure(SECRET_ID, {PORT: port})
    assert PORT in said
    assert len(said) < 200


def test_a_line_break_in_our_own_token_is_not_quoted(extension: Extension) -> None:
    failure(SECRET_ID, extension.environ | {"AWS_SESSION_TOKEN": "the-lambda-session\n"})
    assert extension.asked == []


def test_a_laptop_reads_the_environment() -> None:
    environ = {"BCE_ACCESS_KEY_ID": "the-key-id", "BCE_SECRET_ACCESS_KEY": "the-secret-key"}
    assert find_credentials(None, environ) == FOUND
    assert find_credentials(None, environ | {"BCE_SESSION_TOKEN": ""}) == FOUND
    with_token = find_credentials(None, environ | {"BCE_SESSION_TOKEN": "the-sts-token"})
    assert with_token.session_token == "the-sts-token"


@pytest.mark.parametrize(
    "environ",
    [
        {},
        {"BCE_ACCESS_KEY_ID": "the-key-id"},
        {"BCE_SECRET_ACCESS_KEY": "the-secret-key"},
        {"BCE_ACCESS_KEY_ID": "", "BCE_SECRET_ACCESS_KEY": ""},
        {"BCE_ACCESS_KEY_ID": "a", "BCE_SECRET_ACCESS_KEY": "the-secret-key\n"},
        {"BCE_ACCESS_KEY_ID": "a b", "BCE_SECRET_ACCESS_KEY": "the-secret-key"},
    ],
    ids=["none", "no-secret", "no-id", "empty", "line-break", "space"],
)
def test_a_laptop_without_usable_keys_is_told_what_to_set(environ: dict[str, str]) -> None:
    assert "set BCE_ACCESS_KEY_ID and BCE_SECRET_ACCESS_KEY" in failure(None, environ)
