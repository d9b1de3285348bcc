"""A link proves itself by its end: a digest over what stands before, and when it ends."""

import hmac
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from snapkeep.authentication import REPORT_ROUTE, SNAPSHOTS_ROUTE, Claim
from snapkeep.errors import Unauthorized
from snapkeep.senders import Scheme, Secret, Sender
from snapkeep.signatures import LONGEST_LINK, LinkSignature, sign_link
from snapkeep.webhook import HttpRequest
from tests.unit.rows import NOW, SECOND

KEY, OTHER = b"k" * 24, b"o" * 24
ENDS = int(NOW.timestamp())
DIGEST = hmac.new(KEY, f"link:{ENDS}:/report?format=html".encode(), "sha256").hexdigest()
LINK = f"/report?format=html&expires={ENDS}&signature={DIGEST}"


def _refusal(ends: int = ENDS, since: timedelta = timedelta()) -> str:
    """Return why a link is refused so long after NOW, empty if it is not."""
    proof = LinkSignature.of(sign_link(KEY, "/report", ends))
    try:
        proof.check_time(NOW + since)
    except Unauthorized as error:
        return error.reason
    return ""


def test_a_link_ends_with_its_end_and_the_digest_of_both() -> None:
    assert sign_link(KEY, "/report?format=html", ENDS) == LINK
    assert sign_link(KEY, "/report", ENDS).startswith(f"/report?expires={ENDS}&signature=")


def test_a_link_is_read_as_it_was_signed() -> None:
    proof = LinkSignature.of(LINK)
    assert (proof.base, proof.expires) == (b"/report?format=html", ENDS)
    assert proof.digest == DIGEST.encode()
    assert not proof.message_id


def test_a_link_fits_its_key_alone_whatever_the_content() -> None:
    proof = LinkSignature.of(LINK)
    assert proof.fits(KEY, b"")
    assert proof.fits(KEY, b"something")
    assert not proof.fits(OTHER, b"")


@pytest.mark.parametrize(
    "target",
    {
        "another base": LINK.replace("html", "json"),
        "another end": LINK.replace(str(ENDS), str(ENDS + 1)),
    }.values(),
    ids=["base", "end"],
)
def test_what_was_not_signed_does_not_fit(target: str) -> None:
    assert not LinkSignature.of(target).fits(KEY, b"")


@pytest.mark.parametrize(
    "target", ["", "/report", LINK[:-1], f"{LINK}0", LINK[1:], LINK.replace("expires", "ends")]
)
def test_what_does_not_end_as_a_link_is_refused(target: str) -> None:
    with pytest.raises(Unauthorized) as caught:
        LinkSignature.of(target)
    assert caught.value.reason == "link format"


def test_a_link_holds_until_its_end() -> None:
    assert _refusal(since=-SECOND) == ""
    assert _refusal() == "link expired"
    assert _refusal(since=SECOND) == "link expired"


def test_a_link_that_would_hold_longer_than_a_month_is_refused() -> None:
    assert _refusal(since=-LONGEST_LINK) == ""
    assert _refusal(since=-LONGEST_LINK - SECOND) == "link too long"


READER = Sender("reader", Scheme.STANDARD, (Secret(KEY),))


def _claim(target: str, route: str = REPORT_ROUTE) -> Claim:
    query = dict(parse_qsl(urlsplit(target).query))
    return Claim.of(HttpRequest(route, "", target, {}, query, "", False))


@pytest.mark.parametrize("target", ["/report", "/report?format=html"])
def test_a_link_to_the_report_shows_whose_it_is(target: str) -> None:
    claim = _claim(sign_link(KEY, target, ENDS + 60))
    assert claim.verified([READER], NOW).sender is READER


def test_a_link_shows_nothing_anywhere_else() -> None:
    with pytest.raises(Unauthorized) as caught:
        _claim(sign_link(KEY, "/snapshots", ENDS + 60), SNAPSHOTS_ROUTE)
    assert caught.value.reason == "no signature"


@pytest.mark.parametrize("query", ["", f"?expires={ENDS}", f"?signature={DIGEST}"])
def test_a_query_without_both_ends_of_a_link_is_none(query: str) -> None:
    with pytest.raises(Unauthorized) as caught:
        _claim(f"/report{query}")
    assert caught.value.reason == "no signature"
