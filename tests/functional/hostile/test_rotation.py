"""Row 7: secrets that were replaced, and are taken for a while."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import OpenWorld
from tests.functional.hostile.cases import (
    ALERT,
    DEPLOYMENT,
    HUB_POLICY,
    alarm,
    github,
    stranger,
)
from tests.functional.hostile.checks import differences
from tests.functional.hostile.known import known, sender
from tests.functional.http import http_event, post_snapshots, wanted
from tests.functional.telemetry import lines
from tests.senders import hub, standard
from tests.world import NOW, POLICY

NEW, OLD, OLDEST = (f"whsec_{letter * 32}" for letter in "ABC")
HUB_OLD, PATH_OLD = "not-a-secret-that-github-had", "not-a-secret-that-a-path-had-once"
LATER = "2026-11-23T19:00:30Z"
MINUTES_61 = timedelta(minutes=61)


ROTATION = sender((NEW, None), (OLD, LATER))
# what the document says, who signs, how much later, and as which key it is taken, if it is
Rotated = tuple[dict[str, Any], str, timedelta, int | None]
NONE = timedelta()
ROTATED: dict[str, Rotated] = {
    "07 the new one": (ROTATION, NEW, NONE, 0),
    "07 the new one, later": (ROTATION, NEW, MINUTES_61, 0),
    "07 the old one in time": (ROTATION, OLD, NONE, 1),
    "07 the old one in its last second": (ROTATION, OLD, timedelta(seconds=3_599), 1),
    "07 the old one as it ends": (ROTATION, OLD, timedelta(hours=1), None),
    "07 the old one, later": (ROTATION, OLD, MINUTES_61, None),
    "07 one that was never known": (ROTATION, OLDEST, NONE, None),
    "07 the oldest of three": (
        sender((NEW, None), (OLD, LATER), (OLDEST, LATER)), OLDEST, NONE, 2,
    ),
    "07 the old one first": (sender((OLD, LATER), (NEW, None)), NEW, MINUTES_61, 1),
    "07 an end that is past": (
        sender((NEW, None), (OLD, "2026-11-23T18:00:29Z")), OLD, NONE, None,
    ),
    "07 an end in Beijing's time": (
        sender((NEW, None), (OLD, "2026-11-24T03:00:30+08:00")), OLD, MINUTES_61, None,
    ),
    "07 in Beijing's time and before it": (
        sender((NEW, None), (OLD, "2026-11-24T03:00:30+08:00")), OLD, NONE, 1,
    ),
    "07 none that is left": (sender((NEW, LATER), (OLD, LATER)), NEW, MINUTES_61, None),
}  # fmt: skip


@pytest.mark.parametrize("rotated", ROTATED.values(), ids=ROTATED)
def test_a_replaced_secret_is_taken_until_its_time_and_no_longer(
    open_world: OpenWorld, rotated: Rotated
) -> None:
    document, secret, later, index = rotated
    world = known(open_world(), {"senders": [document]})
    world.add_disks(1)
    world.clock.advance(later)
    event = http_event("POST", "/snapshots", wanted(), at=NOW + later, secret=secret)
    if index is None:
        assert differences(world, "rotated", stranger(event, reason(document, secret))) == []
        return
    assert world.create(event)["statusCode"] == 200
    assert [line["data"]["key_index"] for line in lines(world, "message")] == [index]


def reason(document: dict[str, Any], secret: str) -> str:
    """Return why a message with that secret is not taken, as the log says it."""
    known_ = [each["secret"] for each in document["secrets"]]
    if secret not in known_:
        return "no secret matches"
    return f"secret {known_.index(secret)} of rotating has ended"


@pytest.mark.parametrize("document", [ROTATION, sender((OLD, LATER), (NEW, None))])
def test_a_message_that_is_signed_with_both_keys_is_taken_before_and_after(
    open_world: OpenWorld, document: dict[str, Any]
) -> None:
    world = known(open_world(), {"senders": [document]})
    world.add_disks(1)
    for _ in range(2):
        both = [
            standard(key, json.dumps(wanted()).encode(), world.clock.now())["webhook-signature"]
            for key in (OLD, NEW)
        ]
        answer = post_snapshots(world, wanted(), headers={"webhook-signature": " ".join(both)})
        assert answer["statusCode"] == 200
        world.clock.advance(MINUTES_61)
    assert len(world.rows()) == 1


OTHER_SCHEMES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "07 GitHub's old one": (
        sender(("x" * 24, None), (HUB_OLD, LATER), scheme="github"),
        github(headers={**hub(json.dumps(DEPLOYMENT).encode(), HUB_OLD)}),
    ),
    "07 the old path": (
        sender(("x" * 32, None), (PATH_OLD, LATER), scheme="capability-url"),
        alarm(ALERT, f"/snapshots/{PATH_OLD}"),
    ),
}


@pytest.mark.parametrize(("document", "event"), OTHER_SCHEMES.values(), ids=OTHER_SCHEMES)
def test_a_secret_without_a_time_of_its_own_ends_as_well(
    open_world: OpenWorld, document: dict[str, Any], event: dict[str, Any]
) -> None:
    world = known(open_world(POLICY + HUB_POLICY), {"senders": [document]})
    world.add_disks(1)
    assert world.create(event)["statusCode"] in {200, 202}
    world.cloud.journal.clear()
    world.clock.advance(MINUTES_61)
    assert differences(world, "later", stranger(event, "secret 1 of rotating has ended")) == []


TABLES = (ROTATED, OTHER_SCHEMES)
