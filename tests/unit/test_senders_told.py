"""What they are told who set up a sender wrongly, or whose message cannot be read."""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from snapkeep.errors import InvalidEvent, InvalidInput, Misconfigured
from snapkeep.events import SnapshotRequest
from snapkeep.senders import Scheme, Sender, _plain, parse_key, read_senders
from snapkeep.webhook_events import webhook_request
from tests.senders import ALARM, HUB, PIPELINE
from tests.unit.rows import DISK, NOW, SLOT, policies
from tests.unit.shapes import TIME, Json, message, webhook

ASK: Json = {"policy": "adhoc", "volumes": [DISK]}
GITHUB = Sender("deploy", Scheme.GITHUB, (), ASK)
MONITOR = Sender("monitor", Scheme.CAPABILITY, (), ASK)
CI: Json = {"name": "ci", "scheme": "standard-webhooks", "secrets": [{"secret": PIPELINE}]}
BCM: Json = {
    "name": "bcm", "scheme": "capability-url", "secrets": [{"secret": ALARM}], "request": {},
}  # fmt: skip
KEY = "must be whsec_ and 24 to 64 bytes in base64"
NAME = "must be 1 to 32 lower-case letters, digits or -, a letter first"
SCHEME = "must be one of standard-webhooks, github, capability-url"
UNTIL = "must be an instant with a zone, such as '2026-11-23T18:00:00Z'"
DOCUMENTS: dict[str, tuple[list[Json], str]] = {
    "no sender": ([], "must name 1 to 8 senders"),
    "the same twice": ([CI, CI], "a name or a secret stands there twice"),
    "a name": ([CI | {"name": "CI"}], NAME),
    "a scheme": ([CI | {"scheme": "basic"}], SCHEME),
    "no secret": ([CI | {"secrets": []}], "must be 1 to 3"),
    "a key": ([CI | {"secrets": [{"secret": "whsec_"}]}], KEY),
    "an end": ([CI | {"secrets": [{"secret": PIPELINE, "until": "tomorrow"}]}], UNTIL),
    "GitHub's": ([BCM | {"scheme": "github", "secrets": [{"secret": "short"}]}],
                 "must match [!-~]{24,256}"),
    "a segment": ([BCM | {"secrets": [{"secret": HUB}]}], "must match [A-Za-z0-9_-]{32,128}"),
}  # fmt: skip


@pytest.mark.parametrize(("senders", "said"), DOCUMENTS.values(), ids=DOCUMENTS)
def test_who_sets_up_a_sender_is_told_the_rule(senders: list[Json], said: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_senders(json.dumps({"senders": senders}))
    assert caught.value.message == said


def test_a_key_that_stands_nowhere_is_refused_without_a_place() -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_key("whsec_AAAA")
    assert (caught.value.path, caught.value.code, caught.value.message) == (
        "",
        "InvalidSecret",
        KEY,
    )


MESSAGES: dict[str, tuple[Sender, Any, tuple[str, str]]] = {
    "another type": (
        Sender("ci", Scheme.STANDARD, ()), webhook(type="snapshot.deleted"),
        ("type", "must be 'snapshot.requested'")),
    "no timestamp": (
        Sender("ci", Scheme.STANDARD, ()), {"type": "snapshot.requested", "data": {}},
        ("timestamp", "is required")),
    "a push": (GITHUB, {"ref": "refs/heads/main"},
               ("", "not a deployment event; let the webhook send Deployments alone")),
    "no deployment": (GITHUB, {"action": "created"},
                      ("", "not a deployment event; let the webhook send Deployments alone")),
    "half a ping": (GITHUB, {"hook_id": 1},
                    ("", "not a deployment event; let the webhook send Deployments alone")),
    "an empty id": (MONITOR, {"id": "", "startTime": TIME},
                    ("id", "must have 1 to 256 characters")),
    "a true id": (MONITOR, {"id": True, "startTime": TIME},
                  ("id", "no text or number; there are: id, startTime")),
    "no time": (MONITOR, {"id": "a"}, ("startTime", "no text or number; there are: id")),
    "a long list": (MONITOR, {f"key{n:03}": 1 for n in range(99)},
                    ("id", "no text or number; there are: "
                     + ", ".join(f"key{n:03}" for n in range(99))[:200])),
}  # fmt: skip


@pytest.mark.parametrize(("sender", "body", "said"), MESSAGES.values(), ids=MESSAGES)
def test_a_sender_is_told_what_its_message_lacks(
    sender: Sender, body: Any, said: tuple[str, str]
) -> None:
    with pytest.raises(InvalidEvent) as caught:
        webhook_request(message(body, "", sender), policies(), NOW)
    assert (caught.value.path, caught.value.message) == said


def test_an_unreadable_time_is_refused_where_it_stands() -> None:
    deployed = {"action": "created", "deployment": {"created_at": "yesterday"}}
    alarm = {"id": "a", "startTime": "yesterday"}
    bodies = ((GITHUB, deployed, "deployment.created_at"), (MONITOR, alarm, "startTime"))
    for sender, body, path in bodies:
        with pytest.raises(InvalidEvent) as caught:
            webhook_request(message(body, "", sender), policies(), NOW)
        assert caught.value.path == path


def test_an_id_may_have_256_characters_and_be_a_number() -> None:
    for id_ in ("a" * 256, "a", 7):
        asked = message({"id": id_, "startTime": TIME}, "", MONITOR)
        assert isinstance(webhook_request(asked, policies(), NOW), SnapshotRequest)


def test_an_operator_is_told_which_place_of_the_secret_is_wrong() -> None:
    wrong = replace(MONITOR, request={"policy": "unknown"})
    with pytest.raises(Misconfigured) as caught:
        webhook_request(message({"id": "a", "startTime": TIME}, "", wrong), policies(), NOW)
    said = "request.policy of sender monitor in the webhook secret: UnknownPolicy"
    assert str(caught.value) == said


def test_a_plain_secret_is_refused_by_its_shape_and_its_place() -> None:
    read = _plain(re.compile("[a-c]{3}"))  # made here, as the module makes its own on import
    assert read("abc", "secret") == b"abc"
    with pytest.raises(InvalidInput) as caught:
        read("abcd", "secret")
    assert (caught.value.path, caught.value.code) == ("secret", "InvalidSecret")
    assert caught.value.message == "must match [a-c]{3}"


@pytest.mark.parametrize(
    ("changes", "path", "code"),
    [
        ({"type": "snapshot.deleted"}, "type", "UnknownEvent"),
        ({"timestamp": "yesterday"}, "timestamp", "InvalidValue"),
    ],
    ids=["type", "timestamp"],
)
def test_an_envelope_is_refused_by_its_field(changes: Json, path: str, code: str) -> None:
    with pytest.raises(InvalidEvent) as caught:
        webhook_request(message(webhook(**changes)), policies(), NOW)
    assert (caught.value.path, caught.value.code) == (path, code)


@pytest.fixture
def in_shanghai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the machine's own zone be another than UTC."""
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("in_shanghai")
def test_a_time_in_seconds_is_the_same_whatever_the_zone_of_the_machine() -> None:
    asked = message({"id": "a", "startTime": int(SLOT.timestamp())}, "", MONITOR)
    found = webhook_request(asked, policies(), NOW)
    assert isinstance(found, SnapshotRequest)
    assert found.slot == SLOT
