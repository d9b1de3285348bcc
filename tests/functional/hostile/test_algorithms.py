"""Row 8: weaker algorithms, weaker keys, and one scheme in the place of another."""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Mapping

import pytest

from snapkeep.senders import parse_key
from snapkeep.signatures import sign
from tests.conftest import OpenWorld
from tests.functional.hostile.cases import (
    BODY,
    DEPLOYMENT,
    UNSIGNED,
    Case,
    by_row,
    github,
    post,
    stranger,
)
from tests.functional.hostile.checks import differences
from tests.senders import HUB, PIPELINE, hub, standard
from tests.world import NOW

RAW = json.dumps(BODY).encode()
STAMP = int(NOW.timestamp())
T = str(STAMP)


GOOD = standard(PIPELINE, RAW, NOW)["webhook-signature"]


def v1(digest: bytes) -> str:
    return f"v1,{b64encode(digest).decode()}"


SIGNED = f"msg_1.{T}.".encode() + RAW
WEAKER = {
    "version 0": GOOD.replace("v1", "v0"),
    "version 1a": GOOD.replace("v1", "v1a"),
    "version 2": GOOD.replace("v1", "v2"),
    "none": "none",
    "version none": "none,",
    "SHA-1": v1(hmac.digest(parse_key(PIPELINE), SIGNED, "sha1")),
    "MD5": v1(hmac.digest(parse_key(PIPELINE), SIGNED, "md5")),
    "SHA-512": v1(hmac.digest(parse_key(PIPELINE), SIGNED, "sha512")),
    "a hash without a key": v1(hashlib.sha256(SIGNED).digest()),
    "an empty key": sign(b"", "msg_1", STAMP, RAW),
    "a key of zeros": sign(bytes(32), "msg_1", STAMP, RAW),
    "the secret's text as the key": sign(PIPELINE.encode(), "msg_1", STAMP, RAW),
    "the body alone": v1(hmac.digest(parse_key(PIPELINE), RAW, "sha256")),
    "an empty body": sign(parse_key(PIPELINE), "msg_1", STAMP, b""),
    "a digest of zeros": v1(bytes(32)),
    "GitHub's form": hub(RAW)["x-hub-signature-256"],
}
WITHOUT = {
    "SHA-1 of GitHub": {"x-hub-signature": "sha1=" + hmac.digest(HUB.encode(), RAW, "sha1").hex()},
    "alg none": {"authorization": "Bearer eyJhbGciOiJub25lIn0.e30."},
}
HUB_WEAKER: dict[str, tuple[str, str]] = {
    "sha1": ("sha1=" + "0" * 40, "signature format"),
    "sha512": ("sha512=" + "0" * 128, "signature format"),
    "none": ("none", "signature format"),
    "an empty key": (hub(RAW, "")["x-hub-signature-256"], "no secret matches"),
    "our key": (hub(RAW, PIPELINE)["x-hub-signature-256"], "no secret matches"),
}
DOWNGRADED: dict[str, Case] = {
    **{
        f"08 {name}": stranger(post(headers={"webhook-signature": text}))
        for name, text in WEAKER.items()
    },
    **{
        f"08 {name}": stranger(post(headers={**UNSIGNED, **headers}), "no signature")
        for name, headers in WITHOUT.items()
    },
    **{
        f"08 GitHub's {name}": stranger(github(BODY, {"x-hub-signature-256": text}), reason)
        for name, (text, reason) in HUB_WEAKER.items()
    },
    "08 a bad one of ours beside GitHub's good one": stranger(
        github(headers={**standard(PIPELINE, b"", NOW)})
    ),
    "08 an empty one of ours beside GitHub's": stranger(
        github(DEPLOYMENT, {"webhook-signature": ""}), "id format"
    ),
    "08 GitHub's key as ours": stranger(
        post(headers={"webhook-signature": sign(HUB.encode(), "msg_1", STAMP, RAW)})
    ),
}
TABLES = (DOWNGRADED,)


@pytest.mark.parametrize("cases", by_row(*TABLES))
def test_a_weaker_signature_is_no_signature(
    open_world: OpenWorld, cases: Mapping[str, Case]
) -> None:
    world = open_world()
    world.add_disks(1)
    assert [line for each in cases.items() for line in differences(world, *each)] == []
