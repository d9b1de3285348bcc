"""Row 6: signatures of another form."""

import hmac
import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

import pytest

from snapkeep.senders import parse_key
from tests.conftest import OpenWorld
from tests.functional.hostile.cases import (
    BODY,
    Case,
    alarm,
    by_row,
    get,
    github,
    post,
    stranger,
)
from tests.functional.hostile.checks import differences
from tests.senders import PIPELINE, hub, standard
from tests.world import NOW

RAW = json.dumps(BODY).encode()
STAMP = int(NOW.timestamp())
T = str(STAMP)


GOOD = standard(PIPELINE, RAW, NOW)["webhook-signature"]
BYTES = hmac.digest(parse_key(PIPELINE), f"msg_1.{T}.".encode() + RAW, "sha256")
FORMS = {
    "not ASCII": "v1,é",
    "Chinese": "v1,签名",
    "an emoji": "🔑",
    "half a character": "v1,\ud800",
    "the right one and half a character": f"{GOOD}\udfff",
    "v1 and nothing": "v1,",
    "v1 without a comma": "v1",
    "nothing": "",
    "blanks": " " * 20,
    "10 000 candidates": "v1,AAAA " * 10_000 + GOOD,
    "the right one as the eleventh": "v1,AAAA " * 10 + GOOD,
    "two joined by a comma": f"v1,AAAA,{GOOD}",
    "two joined by a tab": f"v1,AAAA\t{GOOD}",
    "a capital V": GOOD.replace("v1", "V1"),
    "no version": GOOD.removeprefix("v1,"),
    "a line end": f"{GOOD}\n",
    "a NUL": f"{GOOD}\0",
    "quotes": f'"{GOOD}"',
    "no padding": GOOD.rstrip("="),
    "padding twice": f"{GOOD}=",
    "a letter more": f"{GOOD}A",
    "a letter less": GOOD[:-2] + "=",
    "hexadecimal": f"v1,{BYTES.hex()}",
    "URL-safe": f"v1,{urlsafe_b64encode(BYTES).decode()}?",
    "half of the digest": f"v1,{b64encode(BYTES[:16]).decode()}",
    "60 KB": "v1," + "A" * 60_000,
}
HUB_FORMS = {
    "not ASCII": "sha256=" + "é" * 64,
    "capitals": hub(RAW)["x-hub-signature-256"].upper(),
    "63 digits": "sha256=" + "0" * 63,
    "65 digits": "sha256=" + "0" * 65,
    "full-width digits": "sha256=" + "０" * 64,
    "a line end": hub(RAW)["x-hub-signature-256"] + "\n",
    "nothing": "",
}
SIGNATURES: dict[str, Case] = {
    **{
        f"06 {name}": stranger(post(headers={"webhook-signature": text}))
        for name, text in FORMS.items()
    },
    **{
        f"06 GitHub's with {name}": stranger(
            github(BODY, {"x-hub-signature-256": text}), "signature format"
        )
        for name, text in HUB_FORMS.items()
    },
    "06 a report that is not ASCII": stranger(get(headers={"webhook-signature": "v1,签名"})),
    "06 a path that is not ASCII": stranger(
        alarm(path="/snapshots/" + "é" * 40), "capability format"
    ),
    "06 a path of half a character": stranger(alarm(path="/snapshots/\ud800"), "capability format"),
    "06 a path of 129 letters": stranger(
        alarm(path="/snapshots/" + "a" * 129), "capability format"
    ),
}  # fmt: skip


TABLES = (SIGNATURES,)


@pytest.mark.parametrize("cases", by_row(*TABLES))
def test_a_signature_of_another_form_is_no_signature(
    open_world: OpenWorld, cases: Mapping[str, Case]
) -> None:
    world = open_world()
    world.add_disks(1)
    assert [line for each in cases.items() for line in differences(world, *each)] == []


TAKEN: dict[str, Any] = {
    "the tenth of ten": "v1,AAAA " * 9 + GOOD,
    "the first of 10 000": GOOD + " v1,AAAA" * 10_000,
    "beside one that is not ASCII": f"v1,签名 {GOOD}",
}


@pytest.mark.parametrize("signature", TAKEN.values(), ids=TAKEN)
def test_the_right_one_among_the_first_ten_is_enough(open_world: OpenWorld, signature: str) -> None:
    world = open_world()
    world.add_disks(1)
    answer = world.create(post(headers={"webhook-signature": signature}))
    assert answer["statusCode"] == 200
