"""Signatures equal those of the published implementations, and change with every byte."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook

from snapkeep.authentication import Claim
from snapkeep.errors import Unauthorized
from snapkeep.senders import Scheme, Secret, Sender, parse_key
from snapkeep.signatures import Capability, HubSignature, StandardSignature, sign, sign_hub
from snapkeep.webhook import HttpRequest

# standard-webhooks, libraries/python/tests/test_webhooks.py
REFERENCE = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, BODY = "msg_p5jXN8AQM9LWM0D4loKWxJek", '{"test": 2432232314}'
TIMESTAMP, AT = 1614265330, datetime.fromtimestamp(1614265330, UTC)
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
WRONG = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA="
OTHERS = [f"{version},Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=" for version in ("v1", "v2")]
# GitHub Docs, "Validating webhook deliveries"
HUB_KEY, HUB_BODY = b"It's a Secret to Everybody", b"Hello, World!"
HUB_SIGNATURE = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"

HEADERS = {"webhook-id": ID, "webhook-timestamp": str(TIMESTAMP), "webhook-signature": SIGNATURE}
KEYS = st.binary(min_size=24, max_size=64)
IDS = st.from_regex("[A-Za-z0-9_-]{1,128}", fullmatch=True)


def _verdict(
    headers: dict[str, str], body: str = BODY, key: bytes = parse_key(REFERENCE), now: datetime = AT
) -> str:
    """Return the id of a message that is let in, else why it is not."""
    request = HttpRequest("POST /snapshots", "", "/snapshots", headers, {}, body, False)
    try:
        return Claim.of(request).verified([Sender("a", Scheme.STANDARD, (Secret(key),))], now).id
    except Unauthorized as error:
        return error.reason


def test_the_published_vectors_are_computed() -> None:
    assert sign(parse_key(REFERENCE), ID, TIMESTAMP, BODY.encode()) == SIGNATURE
    assert sign_hub(HUB_KEY, HUB_BODY) == HUB_SIGNATURE
    assert HubSignature.of({"x-hub-signature-256": HUB_SIGNATURE}).fits(HUB_KEY, HUB_BODY)


def test_a_delivery_without_its_header_is_refused() -> None:
    with pytest.raises(Unauthorized) as caught:
        HubSignature.of({})
    assert caught.value.reason == "signature format"


@pytest.mark.parametrize(
    ("changes", "seconds", "expected"),
    [
        ({}, 0, ID),
        ({"webhook-id": None}, 0, "id format"),
        ({"webhook-timestamp": None}, 0, "timestamp format"),
        ({"webhook-timestamp": "hello"}, 0, "timestamp format"),
        ({"webhook-signature": None}, 0, "no signature"),
        ({"webhook-signature": WRONG}, 0, "no secret matches"),
        ({}, 301, "stale"),
        ({}, -301, "future"),
        ({"webhook-signature": " ".join([*OTHERS, SIGNATURE, OTHERS[0]])}, 0, ID),
        ({"webhook-signature": " ".join(OTHERS)}, 0, "no secret matches"),
        ({"webhook-signature": SIGNATURE.replace("v1", "v2")}, 0, "no secret matches"),
        ({"webhook-signature": SIGNATURE.rstrip("=")}, 0, "no secret matches"),
        ({"webhook-signature": ""}, 0, "no secret matches"),
        ({"webhook-signature": f"{SIGNATURE}\ud800"}, 0, "no secret matches"),
    ],
    ids=[
        "valid", "no id", "no timestamp", "timestamp hello", "no signature", "wrong signature",
        "old", "new", "one of several", "none of several", "another version", "no padding",
        "empty signature", "half a character",
    ],
)  # fmt: skip
def test_the_cases_of_the_reference_implementation_end_as_they_do_there(
    changes: dict[str, str | None], seconds: int, expected: str
) -> None:
    headers = {name: value for name, value in {**HEADERS, **changes}.items() if value is not None}
    assert _verdict(headers, now=AT + timedelta(seconds=seconds)) == expected


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(300, ID), (300.001, "stale"), (301, "stale"), (-300, ID), (-300.001, "future"),
     (-301, "future")],
)  # fmt: skip
def test_a_message_is_of_now_for_five_minutes_either_way(seconds: float, expected: str) -> None:
    assert _verdict(HEADERS, now=AT + timedelta(seconds=seconds)) == expected


@pytest.mark.parametrize(("place", "expected"), [(1, ID), (10, ID), (11, "no secret matches")])
def test_ten_signatures_are_looked_at_and_no_more(place: int, expected: str) -> None:
    words = [WRONG] * (place - 1) + [SIGNATURE]
    assert _verdict({**HEADERS, "webhook-signature": " ".join(words)}) == expected


@settings(deadline=None)
@given(key=KEYS, id_=IDS, body=st.text())
def test_what_the_published_library_signs_is_let_in(key: bytes, id_: str, body: str) -> None:
    secret, now = f"whsec_{b64encode(key).decode()}", datetime.now(UTC)
    theirs = Webhook(secret).sign(id_, now, body)
    timestamp = str(int(now.timestamp()))
    headers = {"webhook-id": id_, "webhook-timestamp": timestamp, "webhook-signature": theirs}
    assert _verdict(headers, body, parse_key(secret), now) == id_


@settings(deadline=None)
@given(key=KEYS, id_=IDS, body=st.text())
def test_what_we_sign_is_let_in_by_the_published_library(key: bytes, id_: str, body: str) -> None:
    timestamp = int(datetime.now(UTC).timestamp())  # of now, since the library reads the clock
    ours = sign(key, id_, timestamp, body.encode())
    headers = {"webhook-id": id_, "webhook-timestamp": str(timestamp), "webhook-signature": ours}
    library = Webhook(f"whsec_{b64encode(key).decode()}")
    assert library.verify(body, headers, json_parse=False) is None


Parts = dict[str, bytes]


def _flipped(parts: Parts, part: str, place: int, flip: int) -> Parts:
    """Return the parts of a request with one byte of one of them changed."""
    changed = bytearray(parts[part])
    changed[place % len(changed)] ^= flip
    return {**parts, part: bytes(changed)}


def _fits_standard(parts: Parts) -> bool:
    names = ("id", "timestamp", "signature")
    headers = {f"webhook-{name}": parts[name].decode("latin-1") for name in names}
    try:
        return StandardSignature.of(headers).fits(parts["key"], parts["body"])
    except Unauthorized:
        return False


def _fits_hub(parts: Parts) -> bool:
    headers = {"x-hub-signature-256": parts["signature"].decode("latin-1")}
    try:
        return HubSignature.of(headers).fits(parts["key"], parts["body"])
    except Unauthorized:
        return False


BYTES = {"body": st.binary(min_size=1), "place": st.integers(0, 200), "flip": st.integers(1, 255)}


@pytest.mark.parametrize("part", ["key", "id", "timestamp", "body", "signature"])
@settings(deadline=None)
@given(key=KEYS, id_=IDS, timestamp=st.integers(10**9, 10**10 - 1), **BYTES)
def test_no_byte_of_a_standard_message_can_change(
    part: str, key: bytes, id_: str, timestamp: int, body: bytes, place: int, flip: int
) -> None:
    signature = sign(key, id_, timestamp, body).encode()
    parts = {"id": id_.encode(), "timestamp": b"%d" % timestamp, "key": key, "body": body}
    assert _fits_standard(parts | {"signature": signature})
    assert not _fits_standard(_flipped(parts | {"signature": signature}, part, place, flip))


@pytest.mark.parametrize("part", ["key", "body", "signature"])
@settings(deadline=None)
@given(key=KEYS, **BYTES)
def test_no_byte_of_a_delivery_of_github_can_change(
    part: str, key: bytes, body: bytes, place: int, flip: int
) -> None:
    parts = {"key": key, "body": body, "signature": sign_hub(key, body).encode()}
    assert _fits_hub(parts)
    assert not _fits_hub(_flipped(parts, part, place, flip))


TOKEN = "a-token-of-thirty-two-characters"


@pytest.mark.parametrize(
    "value",
    [
        StandardSignature.of(HEADERS),
        HubSignature.of({"x-hub-signature-256": HUB_SIGNATURE}),
        Capability.of(TOKEN),
        Secret(TOKEN.encode()),
        Sender("a", Scheme.CAPABILITY, (Secret(TOKEN.encode()), Secret(HUB_KEY, AT))),
        HttpRequest("POST /x", TOKEN, f"/{TOKEN}", HEADERS, {"q": TOKEN}, BODY, False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_nothing_secret_is_shown_in_a_traceback(value: object) -> None:
    shown = repr(value) + str(value)
    hidden = (TOKEN, SIGNATURE, HUB_SIGNATURE, HUB_KEY.decode(), BODY, "2432232314", SIGNATURE[3:])
    assert [text for text in hidden if text in shown] == []
