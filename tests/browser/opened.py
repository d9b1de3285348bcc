"""A page that is open, and all that it did which a page of ours must not do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

from playwright.sync_api import Browser, Page


@dataclass(slots=True)
class Opened:
    """A loaded page with every message, error and request of it."""

    page: Page
    told: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def all(self, expression: str) -> Any:
        """Return what an expression of the page's document is."""
        return self.page.evaluate(expression)

    def check_quiet(self, url: str) -> None:
        """Check that it asked for itself alone, and that nothing was reported."""
        assert self.told == []
        assert self.requests == [url]


@contextmanager
def opened(
    browser: Browser,
    url: str,
    *,
    width: int = 1280,
    scheme: Literal["light", "dark"] = "light",
    media: Literal["screen", "print"] = "screen",
) -> Iterator[Opened]:
    """Load a page at a width, in a scheme and a medium."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.emulate_media(media=media)
    found = Opened(page)
    page.on("console", lambda message: found.told.append(message.text))
    page.on("pageerror", lambda error: found.told.append(str(error)))
    page.on("request", lambda request: found.requests.append(request.url))
    page.on("requestfailed", lambda request: found.told.append(f"failed: {request.url}"))
    try:
        page.goto(url, wait_until="load")
        yield found
    finally:
        page.close()
