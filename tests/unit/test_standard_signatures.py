"""The header of a Standard Webhooks message may bring several signatures, and one has to fit."""

import pytest

from snapkeep.signatures import StandardSignature, sign

KEY, BODY, ID, AT = b"k" * 24, b'{"a": 1}', "msg_1", 1_795_456_830
GOOD = sign(KEY, ID, AT, BODY)
WRONG = sign(b"o" * 24, ID, AT, BODY)


def _fits(signatures: str | None) -> bool:
    headers = {"webhook-id": ID, "webhook-timestamp": str(AT)}
    given = {} if signatures is None else {"webhook-signature": signatures}
    return StandardSignature.of(headers | given).fits(KEY, BODY)


@pytest.mark.parametrize(("place", "fits"), [(0, True), (8, True), (9, True), (10, False)])
def test_one_of_the_first_ten_signatures_has_to_fit(place: int, fits: bool) -> None:
    words = [WRONG] * 14
    words[place] = GOOD
    assert _fits(" ".join(words)) is fits


@pytest.mark.parametrize("joint", ["\t", "\n", ",", ";", "\u3000"])
def test_nothing_but_a_space_parts_two_signatures(joint: str) -> None:
    assert _fits(f"{WRONG} {GOOD}")
    assert not _fits(f"{WRONG}{joint}{GOOD}")


@pytest.mark.parametrize("signatures", [None, "", " ", "v1,", GOOD[3:]])
def test_without_a_signature_nothing_fits(signatures: str | None) -> None:
    assert not _fits(signatures)
