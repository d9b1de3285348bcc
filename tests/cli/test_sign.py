"""snapkeep sign: what it prints is a command that a function takes as it is."""

import json
import shlex
from datetime import timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

import pytest
from standardwebhooks import Webhook
from typer.testing import Result

from tests.cli.conftest import typed
from tests.conftest import OpenWorld
from tests.fake_bce import OffsetClock
from tests.functional.http import body_of, http_event
from tests.senders import OPERATOR, PIPELINE, READER
from tests.world import NOW, World

API = "https://a1b2c3d4e5.execute-api.ap-southeast-1.amazonaws.com"
ASKED = '{"policy": "adhoc", "reason": "it\'s 1.4.2; rm -rf / $(x) 发布"}'
TIME = "2026-11-23T18:00:00Z"
LATER = timedelta(seconds=90)


def sign(
    *words: str, secret: str = PIPELINE, later: timedelta = timedelta(), **more: Any
) -> Result:
    env = {"SNAPKEEP_SIGNING_SECRET": secret}
    return typed(["sign", *words], 120, env=env, obj=OffsetClock(NOW + later), **more)


def delivered(result: Result) -> dict[str, Any]:
    """Return the event that the printed command becomes."""
    assert (result.exit_code, result.stderr) == (0, "")
    words = shlex.split(result.stdout)
    assert words[0] == "curl"
    url = urlsplit(next(word for word in words if word.startswith("http")))
    pairs = list(pairwise(words))
    headers = dict(value.split(": ", 1) for flag, value in pairs if flag == "--header")
    bodies = [value for flag, value in pairs if flag == "--data-raw"]
    event = http_event("POST" if bodies else "GET", url.path, *bodies)
    query = dict(pair.split("=") for pair in url.query.split("&") if pair)
    more = {"rawQueryString": url.query, "queryStringParameters": query} if query else {}
    return {**event, "headers": headers, **more}


@pytest.fixture
def world(open_world: OpenWorld) -> World:
    made = open_world()
    made.add_disks(2)
    return made


def test_a_printed_request_is_taken_and_so_is_the_same_one_signed_later(world: World) -> None:
    words = (f"{API}/snapshots", ASKED, "--id", "run-4711", "--time", TIME)
    first = world.create(delivered(sign(*words)), seconds=60)
    again = world.create(delivered(sign(*words, later=LATER)), seconds=60)
    assert (first["statusCode"], again["statusCode"]) == (200, 200)
    assert body_of(first)["counts"]["created"] == body_of(again)["counts"]["existing"] == 2


def test_without_id_and_time_each_request_is_an_event_of_its_own(world: World) -> None:
    for _ in range(2):
        world.create(delivered(sign(f"{API}/snapshots", ASKED)), seconds=60)
    assert len(world.rows()) == 4


def test_the_published_library_accepts_what_is_signed() -> None:
    env = {"SNAPKEEP_SIGNING_SECRET": PIPELINE}
    event = delivered(typed(["sign", f"{API}/snapshots", ASKED], 120, env=env))
    envelope = Webhook(PIPELINE).verify(event["body"], event["headers"])
    assert envelope["type"] == "snapshot.requested"
    assert envelope["data"] == json.loads(ASKED)


def test_a_plan_and_a_report_are_signed_as_well(world: World) -> None:
    plan = delivered(sign(f"{API}/expirations", '{"mode": "plan"}', secret=OPERATOR))
    assert body_of(world.expire(plan))["mode"] == "plan"
    page = world.report(delivered(sign(f"{API}/report?format=markdown", secret=READER)))
    assert page["body"].startswith("# Backup report")


def test_the_data_may_come_from_standard_input(world: World) -> None:
    event = delivered(sign(f"{API}/snapshots", "-", input=ASKED))
    assert json.loads(event["body"])["data"] == json.loads(ASKED)


def named(id_: str, time: str) -> tuple[str, ...]:
    return f"{API}/snapshots", "{}", "--id", id_, "--time", time


REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "plain http": (("http://example.com/snapshots", "{}"), "URL: must begin with https://"),
    "no URL": (("snapshots", "{}"), "URL: must begin with https://"),
    "another path": ((f"{API}/snapshot", "{}"), "'/snapshot' is no path of the API, which has"),
    "no data": ((f"{API}/snapshots",), "DATA: is missing, such as"),
    "no JSON": ((f"{API}/snapshots", "policy=adhoc"), "not JSON"),
    "a list": ((f"{API}/snapshots", "[]"), "DATA: must be a table, not list"),
    "data for a report": ((f"{API}/report", "{}"), "put ?format=markdown into the URL"),
    "a bad time": (named("run-1", "today"), "--time: 'today' is not an instant"),
    "an empty time": (named("run-1", ""), "--time: '' is not an instant"),
    "a bad id": (named("run 1", TIME), "--id: must be 1 to 128 letters"),
    "an id with a dot": (named("run.1", TIME), "--id: must be 1 to 128 letters"),
    "an empty id": (named("", TIME), "--id: must be 1 to 128 letters"),
    "an id alone": (named("run-1", TIME)[:4], "--id and --time: go together"),
    "a time alone": ((f"{API}/snapshots", "{}", "--time", TIME), "--id and --time: go together"),
}


@pytest.mark.parametrize(("words", "said"), REFUSED.values(), ids=REFUSED)
def test_what_could_not_be_taken_is_not_signed(words: tuple[str, ...], said: str) -> None:
    result = sign(*words)
    # a shell that is fed with it has to fail as well
    assert (result.exit_code, result.stdout) == (2, "exit 2\n")
    assert said in result.stderr


@pytest.mark.parametrize("secret", ["", "whsec_", "not-a-secret", PIPELINE.replace("whsec_", "")])
def test_a_wrong_secret_is_named_by_its_variable_and_not_shown(secret: str) -> None:
    result = sign(f"{API}/snapshots", "{}", secret=secret)
    assert result.exit_code == 2
    assert "SNAPKEEP_SIGNING_SECRET: must be whsec_ and 24 to 64 bytes in base64" in result.stderr


def test_the_secret_is_not_in_what_is_printed() -> None:
    assert PIPELINE.removeprefix("whsec_")[:20] not in sign(f"{API}/snapshots", "{}").output
