"""The page loads from a file and through the HTTP API, and asks for nothing but itself."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from snapkeep.model import iso
from snapkeep.senders import parse_key
from snapkeep.signatures import sign_link
from tests.browser.conftest import Demo
from tests.browser.opened import opened
from tests.browser.pages import HOSTILE, Built
from tests.browser.running import running
from tests.senders import READER
from tests.world import NOW

ROWS = "document.querySelectorAll('table.disks tbody tr').length"
VISIBLE = """[...document.querySelectorAll('table.disks tbody tr')]
  .filter(row => row.checkVisibility())
  .map(row => row.querySelector('td').textContent)"""
SCRIPTS = "document.querySelectorAll('script,iframe,object,embed,form,[onerror],[style]').length"
IMAGES = "document.querySelectorAll('img').length"
MODES = {
    "light": {"scheme": "light"},
    "dark": {"scheme": "dark"},
    "print": {"media": "print", "width": 1032},
    "narrow": {"width": 400},
}


@pytest.mark.parametrize("mode", MODES)
def test_the_demo_page_loads_from_a_file_and_fits(
    mode: str, browser: Browser, demo_page: Demo, tmp_path: Path
) -> None:
    with opened(browser, demo_page.url, **MODES[mode]) as found:  # type: ignore[arg-type]
        found.check_quiet(demo_page.url)
        room = found.all("document.documentElement.clientWidth")
        assert found.all("document.documentElement.scrollWidth") <= room
        found.page.screenshot(path=tmp_path / f"{mode}.png", full_page=True)


def test_the_demo_page_opens_by_a_signed_link(browser: Browser) -> None:
    with running("tests.serve", "--now", iso(NOW)) as first_line:
        expires = int((NOW + timedelta(hours=1)).timestamp())
        link = sign_link(parse_key(READER), "/report?format=html", expires)
        url = f"{json.loads(first_line)['url']}{link}"
        with opened(browser, url) as found:
            found.check_quiet(url)
            assert found.page.title().startswith("Backup report: ")
            assert found.all(ROWS) > 30


def test_the_page_of_a_large_fleet_loads_from_a_file(browser: Browser, fleet: Built) -> None:
    url = fleet.path.as_uri()
    with opened(browser, url, width=400) as found:
        found.check_quiet(url)
        assert found.all(ROWS) == 10_000
        assert found.all("document.documentElement.scrollWidth") == 400


def test_the_page_of_a_large_fleet_loads_over_http_with_the_worst_first(
    browser: Browser, fleet: Built
) -> None:
    with running("tests.browser.served", str(fleet.path)) as url, opened(browser, url) as found:
        found.check_quiet(f"{url}/")
        assert found.page.title() == "Backup report: 1,000 of 10,000 disks need attention"
        assert found.all(VISIBLE) == ["stale"] * 50
        assert found.page.locator("summary").all_inner_texts()[:3] == [
            "990 more stale",
            "950 more that need attention",
            "9,000 protected",
        ]


def test_names_of_the_account_are_text_and_nothing_else(browser: Browser, demo_page: Demo) -> None:
    with opened(browser, demo_page.url) as found:
        assert found.all(SCRIPTS) == found.all(IMAGES) == 0
        text = found.page.locator("main").inner_text()
        assert HOSTILE[0] in text
        assert "�gpj.exe�" in text
        assert not {"\u202e", "\u200f"} & set(found.page.content())
