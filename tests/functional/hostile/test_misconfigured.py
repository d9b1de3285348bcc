"""Row 8: a webhook secret by which nobody can be known."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.client import extension
from tests.conftest import OpenWorld
from tests.functional.hostile.cases import (
    Case,
    by_row,
    post,
    stranger,
)
from tests.functional.hostile.checks import MISCONFIGURED, differences, secrets_in, told
from tests.functional.hostile.known import known, sender
from tests.senders import PIPELINE
from tests.world import World


def one(**changes: object) -> dict[str, Any]:
    return {"senders": [sender((PIPELINE, None)) | changes]}


def secret(*values: object) -> dict[str, Any]:
    return one(secrets=[{"secret": value} for value in values])


UNREADABLE: dict[str, object] = {
    "08 no JSON": "whsec_",
    "08 the secret alone": PIPELINE,
    "08 a blank": " ",
    "08 an empty object": {},
    "08 a list": [sender((PIPELINE, None))],
    "08 no senders": {"senders": []},
    "08 senders of null": {"senders": None},
    "08 nine senders": {
        "senders": [sender((f"whsec_{c * 32}", None)) | {"name": c} for c in "abcdefghi"]
    },
    "08 no secrets": one(secrets=[]),
    "08 four secrets": secret(*(f"whsec_{letter * 32}" for letter in "ABCD")),
    "08 an empty secret": secret(""),
    "08 a secret of blanks": secret(" " * 32),
    "08 a secret of null": secret(None),
    "08 a prefix alone": secret("whsec_"),
    "08 23 bytes": secret("whsec_" + "A" * 28 + "AAA="),
    "08 65 bytes": secret("whsec_" + "A" * 88),
    "08 no prefix": secret("A" * 32),
    "08 a secret that is no base64": secret("whsec_" + "-" * 32),
    "08 the same secret twice": secret(PIPELINE, PIPELINE),
    "08 another scheme": one(scheme="none"),
    "08 an algorithm": one(algorithm="none"),
    "08 a tolerance": one(tolerance="1d"),
    "08 an end without a zone": one(secrets=[{"secret": PIPELINE, "until": "2026-11-24T00:00:00"}]),
    "08 a key twice": '{"senders": [], "senders": []}',
    "08 GitHub's of 23 letters": {"senders": [sender(("x" * 23, None), scheme="github")]},
    "08 a path of 31 letters": {"senders": [sender(("x" * 31, None), scheme="capability-url")]},
}  # fmt: skip


def misconfigured(world: World, name: str) -> list[str]:
    """Return what is not as it is where nobody can be known."""
    answer, line = world.create(post()), world.log_lines()[-1]
    logged = (line["level"], line["message"], line["error"])
    return told(
        name,
        {
            "the answer": (answer, MISCONFIGURED),
            "the log": (logged, ("ERROR", "run failed", "Misconfigured")),
            "the calls to the cloud": (world.cloud.journal, []),
            "the secrets that were said": (secrets_in(world.log.getvalue(), str(answer)), []),
        },
    )


def test_a_webhook_secret_that_cannot_be_read_lets_nobody_in(open_world: OpenWorld) -> None:
    world = open_world()
    found = [misconfigured(known(world, text), name) for name, text in UNREADABLE.items()]
    assert [line for each in found for line in each] == []


IN_THE_STORE: dict[str, object] = {
    "08 an empty text in the store": "",
    "08 null in the store": None,
    "08 an object in the store": {"senders": []},
}


def test_an_empty_secret_in_the_store_lets_nobody_in(open_world: OpenWorld) -> None:
    world = open_world().deployed(webhook_secret_id=extension.SECRET_ID)
    with extension.serving() as server:
        for name, held in IN_THE_STORE.items():
            server.hold(held)
            assert misconfigured(known(world, "", **server.environ), name) == []
        server.status = 500
        assert misconfigured(known(world, "", **server.environ), "500") == []


NOBODY: dict[str, Case] = {"08 no senders at all": stranger(post(), "no secret is configured")}


@pytest.mark.parametrize("cases", by_row(NOBODY))
def test_where_no_sender_is_set_up_everyone_is_a_stranger(
    open_world: OpenWorld, cases: Mapping[str, Case]
) -> None:
    world = known(open_world(), "")
    assert [line for each in cases.items() for line in differences(world, *each)] == []


TABLES = (UNREADABLE, IN_THE_STORE, NOBODY)
