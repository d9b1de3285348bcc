"""What a scheduled report does: store it, and tell what is new in it."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

from snapkeep.bce.bos import Bucket
from snapkeep.channels import Channel
from snapkeep.errors import SnapkeepError
from snapkeep.render.formats import FORMS
from snapkeep.report.as_markdown import render_markdown
from snapkeep.report.model import Report
from snapkeep.report.news import news_of, told_of_json, told_to_json

T = TypeVar("T")
STORED = ("html", "json")
_TOLD = "told.json"
Tell = Callable[[Iterable[Channel], str, str], dict[str, str]]


@dataclass(frozen=True)
class Publication:
    """Where a report goes; each place is looked up when its turn comes, so that one that cannot be
    had leaves the others theirs.

    Attributes:
        bucket: returns ``None`` where none is set; then nothing is remembered, and each report is
            told whole.
        tell: sends title and body to channels; returns why some did not take them.
        link: to the page, empty if there is none to give.
        failures: what failed, and why.
    """

    bucket: Callable[[], Bucket | None]
    channels: Callable[[], Sequence[Channel]]
    tell: Tell
    link: Callable[[datetime], str]
    failures: dict[str, str] = field(default_factory=dict)

    def publish(self, report: Report) -> dict[str, str]:
        """Store and tell the report; return what failed and why.

        What a channel was told is written as soon as it took it: whatever happens then, those are
        not told again, and the others are.
        """
        bucket = self._had("bucket", self.bucket, None)
        before = self._had("bucket", lambda: _before(bucket), None)
        if bucket:
            self._store(bucket, report)
        channels = self._had("channels", self.channels, None)
        link = self._had("link", lambda: self.link(report.now), "")
        told = {c.name: (before or {}).get(c.name, {}) for c in channels or ()}
        for channel in channels or ():
            told[channel.name] = self._tell(channel, report, before, link)
            if bucket and before is not None and told != before:
                text = json.dumps(told, sort_keys=True)
                self._had("bucket", partial(bucket.put, _TOLD, text, "application/json"), None)
                before = dict(told)
        return self.failures

    def _had(self, what: str, get: Callable[[], T], default: T) -> T:
        try:
            return get()
        except SnapkeepError as error:
            self.failures[what] = str(error)
            return default

    def _store(self, bucket: Bucket, report: Report) -> None:
        """Store the forms; one that fails leaves the others theirs."""
        for name in STORED:
            text, kind = FORMS[name].write(report), FORMS[name].content_type
            dated = f"reports/{report.now:%Y/%m/%d/%H%M%SZ}.{name}"
            self._had("bucket", partial(bucket.put, dated, text, kind, once=True), None)
            self._had("bucket", partial(bucket.put, f"latest.{name}", text, kind), None)

    def _tell(
        self, channel: Channel, report: Report, before: dict[str, Any] | None, link: str
    ) -> dict[str, str]:
        """Tell a channel what it has not been told; return what it has been told by now."""
        known = told_of_json((before or {}).get(channel.name))
        news = news_of(report, known)
        body = news.body(link)
        if before is None:
            body = render_markdown(report) + (f"\nThe report: {link}\n" if link else "")
        elif not news.is_any:
            return told_to_json(news.told)
        failed = self.tell([channel], news.title, body)
        self.failures.update({f"channel {name}": why for name, why in failed.items()})
        return told_to_json(known if failed else news.told)


def _before(bucket: Bucket | None) -> dict[str, Any] | None:
    """Return what was told before; without a bucket nobody knows."""
    return None if bucket is None else bucket.get_json(_TOLD) or {}
