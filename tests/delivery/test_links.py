"""A signed link opens the report in a browser until it expires, and nothing else."""

import re
from datetime import datetime, timedelta

import pytest

from snapkeep.senders import parse_key
from snapkeep.signatures import LONGEST_LINK, sign_link
from tests.conftest import OpenWorld
from tests.delivery.conftest import NIGHTLY_ONLY
from tests.functional.http import body_of, http_event, link_event
from tests.senders import OPERATOR, PIPELINE, READER
from tests.world import HANDLERS, NOW, World

PAGE = "/report?format=html"
DAY = timedelta(days=1)


def link(
    target: str = PAGE, *, until: datetime = NOW + DAY, secret: str = READER, base: str = ""
) -> str:
    """Return a link; ``base`` is what is signed, if that is not what is opened."""
    signed = sign_link(parse_key(secret), base or target, int(until.timestamp()))
    return signed.replace(base, target, 1) if base else signed


def status(world: World, target: str, method: str = "GET") -> int:
    """Return how a request is answered whose only proof is its link."""
    answer = world.report(link_event(target, method), seconds=60)
    if answer["statusCode"] == 401:
        assert body_of(answer)["detail"] == "the request is not signed by a known sender"
    number: int = answer["statusCode"]
    return number


def test_the_page_opens_in_a_browser(open_world: OpenWorld) -> None:
    world = open_world(NIGHTLY_ONLY)
    world.add_disks(1)
    answer = world.report(link_event(link()), seconds=60)
    assert answer["statusCode"] == 200
    assert answer["body"] == world.report({"format": "html"})["html"]
    headers = answer["headers"]
    assert headers["content-type"] == "text/html; charset=utf-8"
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    policy = headers["content-security-policy"].split("; ")
    assert {"default-src 'none'", "frame-ancestors 'none'", "form-action 'none'"} <= set(policy)
    assert "script" not in headers["content-security-policy"]


def test_a_link_may_be_opened_again(open_world: OpenWorld) -> None:
    world = open_world(NIGHTLY_ONLY)
    world.add_disks(1)
    assert [status(world, link()) for _ in range(3)] == [200] * 3


@pytest.mark.parametrize(
    ("target", "kind"),
    {
        "/report": "text/html; charset=utf-8",
        "/report?format=json": "application/json",
        "/report?format=csv": "text/csv; charset=utf-8",
        "/report?format=markdown": "text/markdown; charset=utf-8",
        "/report?region=bj": "application/json",
    }.items(),
)
def test_every_form_has_its_link(open_world: OpenWorld, target: str, kind: str) -> None:
    world = open_world(NIGHTLY_ONLY)
    world.add_disks(1)
    answer = world.report(link_event(link(target)), seconds=60)
    assert (answer["statusCode"], answer["headers"]["content-type"]) == (200, kind)
    assert answer["headers"]["cache-control"] == "no-store"


TIMES = {
    "a second before its end": (timedelta(seconds=1), 200),
    "at its end": (timedelta(), 401),
    "after its end": (timedelta(seconds=-1), 401),
    "long after its end": (timedelta(days=-400), 401),
    "at the longest": (LONGEST_LINK, 200),
    "a second longer": (LONGEST_LINK + timedelta(seconds=1), 401),
    "for ever": (datetime(2286, 11, 20, tzinfo=NOW.tzinfo) - NOW, 401),
}


@pytest.mark.parametrize(("ahead", "expected"), TIMES.values(), ids=TIMES)
def test_a_link_opens_until_it_expires(
    open_world: OpenWorld, ahead: timedelta, expected: int
) -> None:
    world = open_world(NIGHTLY_ONLY)
    world.add_disks(1)
    assert status(world, link(until=NOW + ahead)) == expected


def test_an_open_link_expires_as_time_passes(open_world: OpenWorld) -> None:
    world = open_world(NIGHTLY_ONLY)
    world.add_disks(1)
    target = link()
    world.clock.advance(DAY - timedelta(seconds=1))
    assert status(world, target) == 200
    world.clock.advance(1)
    assert status(world, target) == 401


EXPIRES = f"expires={int((NOW + DAY).timestamp())}"
DIGEST = "signature=" + "[0-9a-f]{64}"
GOOD = link()
(SIGNATURE,) = re.findall(DIGEST, GOOD)
OTHER = link(until=NOW + 2 * DAY)
# what somebody made of a good link
FORGED: dict[str, str] = {
    "another format": link("/report?format=json", base=PAGE),
    "no format": link("/report?", base=PAGE),
    "another region": link("/report?region=bj", base=PAGE),
    "another expires": GOOD.replace(EXPIRES, f"{EXPIRES[:-1]}9"),
    "a digit more": GOOD.replace(EXPIRES, f"{EXPIRES}0"),
    "another digest": GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1"),
    "the digest of another": GOOD.replace(SIGNATURE, OTHER[-len(SIGNATURE) :]),
    "a digest in capitals": GOOD.replace(SIGNATURE, f"signature={SIGNATURE[10:].upper()}"),
    "a short digest": GOOD[:-1],
    "no digest": GOOD.replace(SIGNATURE, "signature="),
    "no signature": GOOD.replace(f"&{SIGNATURE}", ""),
    "no expires": GOOD.replace(f"&{EXPIRES}", ""),
    "expires twice": GOOD.replace(EXPIRES, f"{EXPIRES}&{EXPIRES}"),
    "signature twice": f"{GOOD}&{SIGNATURE}",
    "all twice": f"{GOOD}&{EXPIRES}&{SIGNATURE}",
    "two links": f"{GOOD}&{OTHER.partition('&')[2]}",
    "format twice": GOOD.replace("format=html", "format=html&format=json"),
    "format after": GOOD.replace("format=html&", "") + "&format=html",
    "signature first": f"{PAGE}&{SIGNATURE}&{EXPIRES}",
    "link first": f"/report?{EXPIRES}&{SIGNATURE}&format=html",
    "more after it": f"{GOOD}&format=json",
    "an empty parameter after it": f"{GOOD}&",
    "a fragment": f"{GOOD}%23",
    "a line break": f"{GOOD}%0A",
    "expires encoded": GOOD.replace("expires=", "%65xpires="),
    "a sign": GOOD.replace("expires=", "expires=+"),
    "other digits": GOOD.replace(EXPIRES, "expires=%D9%A1" + EXPIRES[9:]),
    "a question mark for the joint": GOOD.replace("&expires", "?expires"),
    "of the pipeline": link(secret=PIPELINE),
    "of the operator": link(secret=OPERATOR),
}


@pytest.mark.parametrize("target", FORGED.values(), ids=FORGED)
def test_what_is_made_of_a_link_does_not_open(open_world: OpenWorld, target: str) -> None:
    assert target != GOOD
    world = open_world(NIGHTLY_ONLY)
    world.add_disks(1)
    assert status(world, target) == 401
    assert world.cloud.journal == []


@pytest.mark.parametrize("path", ["/reports", "/report/", "/REPORT", "/"])
def test_another_path_is_not_there(open_world: OpenWorld, path: str) -> None:
    world = open_world(NIGHTLY_ONLY)
    world.add_disks(1)
    for target in (link(path), link(f"{path}?format=html", base=PAGE)):
        assert status(world, target) == 404


@pytest.mark.parametrize(
    ("function", "path", "secret"),
    [
        ("create-on-event", "/snapshots", PIPELINE),
        ("delete-expired", "/expirations", OPERATOR),
    ],
)
def test_a_link_does_nothing_but_show(
    open_world: OpenWorld, function: str, path: str, secret: str
) -> None:
    world = open_world()
    runtime = world.runtimes[function]
    for base in (path, f"{path}?format=html"):
        event = link_event(link(base, secret=secret), "POST")
        answer = HANDLERS[function](event | {"body": "{}"}, world.context(), runtime)
        assert answer["statusCode"] == 401
    assert world.cloud.journal == []


def test_a_link_is_for_get_alone(open_world: OpenWorld) -> None:
    assert status(open_world(NIGHTLY_ONLY), GOOD, "POST") == 405


def test_headers_that_are_wrong_are_not_mended_by_a_link(open_world: OpenWorld) -> None:
    world = open_world(NIGHTLY_ONLY)
    world.add_disks(1)
    event = link_event(GOOD)
    signed = http_event("GET", "/report", secret=OPERATOR)["headers"]
    answer = world.report(event | {"headers": signed}, seconds=60)
    assert answer["statusCode"] == 401
