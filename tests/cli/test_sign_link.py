"""snapkeep sign --link: a link that lets a browser into the report, for a while."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import Result

from tests.cli.conftest import typed
from tests.conftest import OpenWorld
from tests.fake_bce import OffsetClock
from tests.functional.http import link_event
from tests.senders import OPERATOR, READER
from tests.world import NOW, World

API = "https://a1b2c3d4e5.execute-api.ap-southeast-1.amazonaws.com"
PAGE = "text/html; charset=utf-8"


def sign(*words: str, secret: str = READER) -> Result:
    env = {"SNAPKEEP_SIGNING_SECRET": secret}
    return typed(["sign", *words], 120, env=env, obj=OffsetClock(NOW))


def link(*words: str, secret: str = READER) -> str:
    """Return the printed link, which is all that is printed."""
    result = sign(*words, secret=secret)
    assert (result.exit_code, result.stderr) == (0, "")
    (line,) = result.stdout.splitlines()
    assert line.startswith(f"{API}/report?")
    return line


def opened(world: World, line: str) -> tuple[int, str]:
    """Return status and type of the answer to a browser that opens the link."""
    answer = world.report(link_event(line.removeprefix(API)), seconds=60)
    return answer["statusCode"], answer["headers"]["content-type"]


@pytest.fixture
def world(open_world: OpenWorld) -> World:
    made = open_world()
    made.add_disks(1)
    return made


@pytest.mark.parametrize(
    ("lives", "seconds"), {"7d": 604_800, "32d": 2_764_800, "1h": 3_600}.items()
)
def test_a_link_opens_the_page_until_its_time_is_over(
    world: World, lives: str, seconds: int
) -> None:
    line = link(f"{API}/report", "--link", lives)
    expires = int(parse_qs(urlsplit(line).query)["expires"][0])
    assert expires == int((NOW + timedelta(seconds=seconds)).timestamp())
    world.clock.advance(seconds - 31 if lives == "1h" else 60)
    assert opened(world, line) == (200, PAGE)
    world.clock.advance(seconds)
    assert opened(world, line) == (401, "application/problem+json")


@pytest.mark.parametrize(
    ("query", "kind"),
    [
        ("", PAGE),
        ("?format=html", PAGE),
        ("?format=csv", "text/csv; charset=utf-8"),
        ("?format=json", "application/json"),
        ("?region=bj&max_keys=5", "application/json"),
    ],
)
def test_a_link_opens_what_the_url_says_and_without_a_query_the_page(
    world: World, query: str, kind: str
) -> None:
    assert opened(world, link(f"{API}/report{query}", "--link", "7d")) == (200, kind)


def test_a_link_of_another_secret_or_that_was_changed_opens_nothing(world: World) -> None:
    line = link(f"{API}/report", "--link", "7d")
    other = link(f"{API}/report", "--link", "7d", secret=OPERATOR)
    changed = line.replace("format=html", "format=json")
    assert [opened(world, each)[0] for each in (line, other, changed)] == [200, 401, 401]
    assert READER.removeprefix("whsec_")[:20] not in line


REFUSED: dict[str, tuple[tuple[str, ...], str]] = {
    "snapshots": ((f"{API}/snapshots", "--link", "7d"), "--link: goes with /report alone"),
    "expirations": ((f"{API}/expirations", "--link", "7d"), "--link: goes with /report alone"),
    "another path": ((f"{API}/reports", "--link", "7d"), "is no path of the API, which has"),
    "plain http": (("http://example.com/report", "--link", "7d"), "URL: must begin with https://"),
    "too long": ((f"{API}/report", "--link", "33d"), "--link: may be at most 32d"),
    "too long in hours": ((f"{API}/report", "--link", "769h"), "--link: may be at most 32d"),
    "no time": ((f"{API}/report", "--link", ""), "--link: "),
    "no unit": ((f"{API}/report", "--link", "7"), "--link: "),
    "of the past": ((f"{API}/report", "--link", "-7d"), "--link: "),
    "nothing long": ((f"{API}/report", "--link", "0d"), "--link: "),
    "with data": ((f"{API}/report", "{}", "--link", "7d"), "--link: takes a URL and nothing else"),
    "with an id": ((f"{API}/report", "--link", "7d", "--id", "run-1"), "--link: takes a URL and"),
}


@pytest.mark.parametrize(("words", "said"), REFUSED.values(), ids=REFUSED)
def test_what_could_not_be_opened_is_not_signed(words: tuple[str, ...], said: str) -> None:
    result = sign(*words)
    assert (result.exit_code, result.stdout) == (2, "exit 2\n")
    assert said in result.stderr


@pytest.mark.parametrize("secret", ["", "whsec_", "not-a-secret"])
def test_a_wrong_secret_is_named_and_signs_no_link(secret: str) -> None:
    result = sign(f"{API}/report", "--link", "7d", secret=secret)
    assert result.exit_code == 2
    assert "SNAPKEEP_SIGNING_SECRET: must be whsec_" in result.stderr
