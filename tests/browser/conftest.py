"""One browser for all tests of the page, and the pages that it looks at."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.pages import Built, built, demo, shared

_NAMES = ("chromium", "chromium-browser", "google-chrome")
# nothing of its own may reach for the network
_ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        pytest.skip("no Chromium; apt-get install chromium fonts-wqy-zenhei")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        yield started
        started.close()


@dataclass(frozen=True, slots=True)
class Demo:
    """The page of the demo fleet, and the same report as JSON."""

    url: str
    page: str
    report: dict[str, Any]


@pytest.fixture(scope="session")
def demo_page(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    folder = tmp_path_factory.mktemp("demo")
    with demo(folder) as world:
        page = world.report({"format": "html"})["html"]
        report = world.report({"format": "json"})
    path = folder / "report.html"
    path.write_text(page, encoding="utf-8")
    return Demo(path.as_uri(), page, report)


@pytest.fixture(scope="session")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The page of 10,000 disks with 100,000 snapshots; a thousand of them are stale."""
    return built(shared(tmp_path_factory.getbasetemp()))
