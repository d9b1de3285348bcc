"""Every form of the report: what it is called, what it is sent as, and what writes it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from snapkeep.answers import RETRY_AFTER_SECONDS, answer
from snapkeep.render.as_csv import to_csv
from snapkeep.render.page import CSP, render_page
from snapkeep.report.as_json import to_json
from snapkeep.report.as_markdown import render_markdown
from snapkeep.report.model import Report

_UNAVAILABLE = 503


@dataclass(frozen=True, slots=True)
class Form:
    """One form; ``headers`` are those of HTTP besides the content type, with ``_`` for ``-``."""

    content_type: str
    write: Callable[[Report], str]
    headers: Mapping[str, str]

    def answered(self, status: int, body: object) -> dict[str, Any]:
        """Return the answer over HTTP."""
        later = {"retry_after": str(RETRY_AFTER_SECONDS)} if status == _UNAVAILABLE else {}
        return answer(status, body, content_type=self.content_type, **self.headers, **later)


def _json(report: Report) -> str:
    return json.dumps(to_json(report), ensure_ascii=False)


def written(report: Report, form: str, *, whole: bool) -> dict[str, Any]:
    """Return the report as a function's result: the JSON itself, or a text under its form.

    Args:
        whole: else the JSON without its lists; nobody reads the result of a scheduled run, which
            would fail for one of more than 6 MB.
    """
    if form != "json":
        return {form: FORMS[form].write(report)}
    told = to_json(report)
    return told if whole else {key: told[key] for key in _SHORT}


_SHORT = ("format", "now", "timezone", "well", "verdict", "summary", "errors")
_NO_SNIFFING = {"x_content_type_options": "nosniff"}
_PAGE_HEADERS = {
    **_NO_SNIFFING,
    "content_security_policy": f"{CSP}; frame-ancestors 'none'; form-action 'none'",
    "referrer_policy": "no-referrer",
}
FORMS: Mapping[str, Form] = {
    "json": Form("application/json", _json, _NO_SNIFFING),
    "csv": Form("text/csv; charset=utf-8", to_csv, _NO_SNIFFING),
    "markdown": Form("text/markdown; charset=utf-8", render_markdown, _NO_SNIFFING),
    "html": Form("text/html; charset=utf-8", render_page, _PAGE_HEADERS),
}
