"""What the page shows is what the report says, for eyes, keyboards and screen readers alike."""

from typing import Any, Literal

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # has none
from playwright.sync_api import Browser

from tests.browser.conftest import Demo
from tests.browser.opened import opened
from tests.browser.pages import CHINESE

# each shape begins with one absolute move
DOTS = """Object.fromEntries([...document.querySelectorAll('tbody tr:has(.tl)')].map(row => [
  row.querySelector('code').textContent,
  [...row.querySelectorAll('.tl path')]
    .reduce((sum, path) => sum + path.getAttribute('d').split('M').length - 1, 0)]))"""
STATES = """Object.fromEntries([...document.querySelectorAll('table.disks tbody tr')].map(row => [
  row.querySelector('code').textContent, row.querySelector('td').textContent]))"""
TILES = """Object.fromEntries([...document.querySelectorAll('.tiles.main div')].map(tile => [
  tile.querySelector('dt').textContent.replace('Disks ', ''),
  Number(tile.querySelector('dd').textContent)]))"""
LEFTS = """[...document.querySelectorAll('table.disks')].map(table => [...new Set(
  [...table.querySelectorAll('.axis,.tl')].map(svg => svg.getBoundingClientRect().left))].length)"""
BARS = """[...document.querySelectorAll('table.disks tbody tr')].map(row => [
  row.querySelector('td').textContent, row.querySelector('.a path')])
  .filter(([, bar]) => bar)
  .map(([state, bar]) => [state, bar.getTotalLength(), bar.classList.contains('x')])"""
HIDDEN = """[...document.querySelectorAll('details > :not(summary)')]
  .filter(part => !part.checkVisibility()).length"""
LEGEND = """[...document.querySelectorAll('.legend path')].map(path => path.getAttribute('d'))"""
FOCUSED = """(() => { const at = document.activeElement;
  return at.tagName === 'SUMMARY' && !at.parentElement.open })()"""


def test_every_disk_is_a_row_with_its_state_and_a_dot_for_each_snapshot(
    browser: Browser, demo_page: Demo
) -> None:
    rows: list[dict[str, Any]] = demo_page.report["disks"]
    with opened(browser, demo_page.url) as found:
        assert found.all(STATES) == {row["volume_id"]: row["state"] for row in rows}
        gone = demo_page.report["orphans"]
        assert found.all(DOTS) == {row["volume_id"]: row["snapshots"] for row in (*rows, *gone)}
        assert found.page.locator("table.disks tbody tr").count() == len(rows)
        assert found.page.locator("tbody th", has_text=CHINESE).count() == 2


def test_the_tiles_count_what_the_report_counts(browser: Browser, demo_page: Demo) -> None:
    counts = demo_page.report["summary"]["disks"]
    with opened(browser, demo_page.url) as found:
        shown = found.all(TILES)
        assert shown == {state: counts[state] for state in shown}
        assert sum(shown.values()) == len(demo_page.report["disks"])
        assert found.page.locator(".verdict").inner_text() == demo_page.report["verdict"]


def test_the_bar_of_an_age_reaches_its_mark_when_the_disk_is_stale(
    browser: Browser, demo_page: Demo
) -> None:
    with opened(browser, demo_page.url) as found:
        bars = found.all(BARS)
        assert {state for state, *_ in bars} >= {"stale", "protected"}
        for state, length, is_over in bars:
            assert is_over is (state == "stale")
            assert length >= 24 if is_over else length <= 24


def test_the_dots_stand_under_the_axis(browser: Browser, demo_page: Demo) -> None:
    for width in (1280, 400):
        with opened(browser, demo_page.url, width=width) as found:
            assert set(found.all(LEFTS)) == {1}


def test_each_kind_has_a_shape_of_its_own(browser: Browser, demo_page: Demo) -> None:
    with opened(browser, demo_page.url) as found:
        shapes = found.all(LEGEND)
        assert len(shapes) == len(set(shapes)) == 7


def test_a_folded_part_is_opened_by_keyboard(browser: Browser, demo_page: Demo) -> None:
    with opened(browser, demo_page.url) as found:
        for _ in range(60):
            found.page.keyboard.press("Tab")
            if found.all(FOCUSED):
                break
        assert found.all(FOCUSED)
        found.page.keyboard.press("Enter")
        assert found.all("document.activeElement.parentElement.open")


def test_nothing_is_folded_on_paper(browser: Browser, demo_page: Demo) -> None:
    with opened(browser, demo_page.url) as screen:
        assert screen.all(HIDDEN) > 0
    with opened(browser, demo_page.url, media="print", width=1032) as paper:
        assert paper.all(HIDDEN) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_audit_finds_no_barrier(
    scheme: Literal["light", "dark"], browser: Browser, demo_page: Demo
) -> None:
    with opened(browser, demo_page.url, scheme=scheme) as found:
        violations = Axe().run(found.page).response["violations"]
    assert [(each["id"], each["impact"]) for each in violations] == []
