"""The channels' secret is read strictly, and nothing of it is ever shown."""

import json
import socket
import traceback
from collections.abc import Iterator

import pytest

from snapkeep.channels import MAX_CHANNELS, SCHEMES, Channel, read_channels
from snapkeep.errors import InvalidInput, Misconfigured
from snapkeep.runtime.secrets import find_channels
from tests.client.extension import SECRET_ID, TOKEN, Extension, serving
from tests.delivery.rooms import ADDRESSES

URL = ADDRESSES["slack"]
HIDDEN = "hushhush"
ONE = {"name": "ops", "url": URL}


def document(*channels: object, **more: object) -> str:
    return json.dumps({"channels": list(channels), **more})


def refused(text: str) -> InvalidInput:
    """Return what is said of a text that is refused, having looked for what stands in it."""
    with pytest.raises(InvalidInput) as caught:
        read_channels(text)
    shown = "".join(traceback.format_exception_only(caught.value)) + repr(vars(caught.value))
    assert HIDDEN not in shown
    assert URL not in shown
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value


def test_every_channel_has_a_name_and_an_address() -> None:
    found = read_channels(document(ONE, {"name": "on-call-2", "url": ADDRESSES["feishu"]}))
    assert found == (Channel("ops", URL), Channel("on-call-2", ADDRESSES["feishu"]))
    assert URL not in repr(found)


# a secret may stand in any wrong place, as a key or a name as well
FORMS = {
    "nothing": ("", "MalformedJson"),
    "the address alone": (f"slack://{HIDDEN}", "MalformedJson"),
    "cut short": (document(ONE)[:-1] + HIDDEN, "MalformedJson"),
    "a list": (json.dumps([ONE]), "WrongType"),
    "no list of channels": (json.dumps({"channels": HIDDEN}), "WrongType"),
    "channels by name": (json.dumps({"channels": {HIDDEN: URL}}), "WrongType"),
    "a text for a channel": (document(HIDDEN), "WrongType"),
    "null": (json.dumps({"channels": None}), "WrongType"),
    "another field": (document(ONE, **{HIDDEN: 1}), "UnknownField"),
    "another field of a channel": (document({**ONE, f"ur{HIDDEN}": "x"}), "UnknownField"),
    "no name": (document({"url": URL}), "MissingField"),
    "no address": (document({"name": "ops"}), "MissingField"),
    "an empty name": (document({**ONE, "name": ""}), "InvalidValue"),
    "a name in capitals": (document({**ONE, "name": f"A{HIDDEN}"}), "InvalidValue"),
    "an address for a name": (document({**ONE, "name": URL}), "InvalidValue"),
    "a long name": (document({**ONE, "name": HIDDEN * 5}), "InvalidValue"),
    "a number for a name": (document({**ONE, "name": 7}), "WrongType"),
    "an empty address": (document({**ONE, "url": " "}), "InvalidValue"),
    "a list of addresses": (document({**ONE, "url": [URL]}), "WrongType"),
    "a key twice": (f'{{"channels": [], "{HIDDEN}": 1, "{HIDDEN}": 2}}', "DuplicateKey"),
    "NaN": (document(ONE, weight=float("nan")), "BadNumber"),
    "too deep": ("[" * 20 + HIDDEN, "TooDeep"),
    "half a character": (document({**ONE, "url": f"slack://{HIDDEN}\ud800"}), "BadEncoding"),
}


@pytest.mark.parametrize(("text", "code"), FORMS.values(), ids=FORMS)
def test_another_form_is_refused(text: str, code: str) -> None:
    error = refused(text)
    assert error.code == code
    assert str(error) == f'must be {{"channels": [{{"name": "...", "url": "..."}}]}}: {code}'


def test_the_number_of_channels_has_bounds() -> None:
    many = [{"name": f"room-{i}", "url": URL} for i in range(MAX_CHANNELS + 1)]
    assert len(read_channels(document(*many[1:]))) == MAX_CHANNELS
    for channels in ([], many):
        assert str(refused(document(*channels))) == "channels: must name 1 to 20 channels"


def test_a_name_stands_there_once() -> None:
    text = document(ONE, {"name": "ops", "url": ADDRESSES["lark"]})
    assert str(refused(text)) == "channels: a name stands there twice"


OTHERS = {
    "a program of this machine": f"syslog://{HIDDEN}",
    "the desktop": f"dbus://{HIDDEN}",
    "any address": f"json://127.0.0.1/{HIDDEN}",
    "a file": f"file:///etc/{HIDDEN}",
    "in the clear": f"http://127.0.0.1/{HIDDEN}",
    "no scheme": f"//hooks.slack.com/{HIDDEN}",
    "an unknown scheme": f"{HIDDEN}://x",
    "two addresses": f"{URL}, json://127.0.0.1/{HIDDEN}",
    "a line break": f"slack://a/b/{HIDDEN}\n",
    "a look-alike": f"slackx://{HIDDEN}",
    "nothing behind it": "slack://",
}


@pytest.mark.parametrize("url", OTHERS.values(), ids=OTHERS)
def test_only_chat_and_mail_are_told(url: str) -> None:
    error = refused(document(ONE, {"name": "x", "url": url}))
    assert (error.code, error.path) == ("InvalidAddress", "channels[1].url")
    assert all(scheme in str(error) for scheme in SCHEMES)


@pytest.fixture
def extension() -> Iterator[Extension]:
    with serving() as server:
        yield server


def test_the_extension_is_asked_for_the_channels(extension: Extension) -> None:
    extension.hold(document(ONE))
    assert find_channels(SECRET_ID, extension.environ) == (Channel("ops", URL),)
    assert extension.asked == [SECRET_ID]


def test_a_laptop_reads_the_channels_of_the_environment() -> None:
    assert find_channels(None, {"SNAPKEEP_CHANNELS": document(ONE)}) == (Channel("ops", URL),)


@pytest.mark.parametrize("environ", [{}, {"SNAPKEEP_CHANNELS": ""}], ids=["unset", "empty"])
def test_where_nothing_is_configured_nobody_is_told(environ: dict[str, str]) -> None:
    assert find_channels(None, environ) == ()


@pytest.mark.parametrize("secret", ["", f"slack://{HIDDEN}", None, [URL]], ids=type)
def test_a_secret_that_names_no_channels_is_refused(extension: Extension, secret: object) -> None:
    extension.hold(secret)
    with pytest.raises(Misconfigured, match="the channels secret is refused: must be") as caught:
        find_channels(SECRET_ID, extension.environ)
    assert HIDDEN not in "".join(traceback.format_exception(caught.value))


def test_an_extension_that_does_not_answer_is_told_by_port() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    environ = {"PARAMETERS_SECRETS_EXTENSION_HTTP_PORT": port, "AWS_SESSION_TOKEN": TOKEN}
    with pytest.raises(Misconfigured, match=f"does not answer on port {port}"):
        find_channels(SECRET_ID, {**environ, "SNAPKEEP_CHANNELS": document(ONE)})
