"""Names that somebody may give a disk or a snapshot, and what none of them may become."""

import json
import re

from snapkeep.render.formats import FORMS
from snapkeep.report.model import Report
from tests.report.reading import Page, csv_rows

MARKUP = "<script>alert(1)</script>"
NAMES: dict[str, str] = {
    "a formula": '=HYPERLINK("http://x")',
    "plus": "+1",
    "minus": "-1+1",
    "at": "@SUM(A1)",
    "a tab": "\t=1+1",
    "a carriage return": "\r=1+1",
    "full-width": "＝1+1",
    "a quote and a formula": '"=1+1',
    "a command": "=cmd|' /C calc'!A0",
    "a script": MARKUP,
    "an image": '"><img src=x onerror=alert(1)>',
    "the end of a style": "</style></title></svg><svg onload=alert(1)>",
    "a template": "{{ 7*7 }}{% for x in y %}",
    "an entity": "&lt;b&gt;&#60;i&#62;",
    "right to left": "\u202egnp.exe\u2066\u200f",
    "line breaks": "one\r\ntwo\nthree\x0b\x0c\x85four",
    "a line separator": "one\u2028two\u2029three",
    "NUL": "one\x00two\x1b[31mthree",
    "half a character": "one\ud800two\udfff",
    "a link": "[click](http://x) ![i](http://x) <http://x>",
    "a heading": "\n# All is well\n- none\n| a | b |",
    "separators": "a,b;c\"d',e",
    "a megabyte": "x" * 1_000_000,
    "a megabyte of formulas": "=1+1," * 200_000,
    "a megabyte of markup": "<b>" * 330_000,
}
HEADINGS = {"# Backup report", "## Urgent", "## Attention", "## Note", "## What to do"}
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f]")
_ACTIVE = re.compile(r"(?<!\\)[<>`\[\]|]")
LARGEST = 100_000


def check_all(report: Report, harmless: Report) -> None:
    """Check every form.

    Args:
        harmless: the report of the same account with plain names.
    """
    check_csv(FORMS["csv"].write(report), len(csv_rows(FORMS["csv"].write(harmless))))
    check_page(FORMS["html"].write(report), FORMS["html"].write(harmless))
    check_markdown(FORMS["markdown"].write(report))
    assert json.loads(FORMS["json"].write(report).encode()) is not None


def check_csv(text: str, number: int) -> None:
    """No cell is a formula, and no name makes or moves a line."""
    rows = csv_rows(text)
    assert len(rows) == number
    assert text.count("\r\n") == number + 1
    for cell in (cell for row in rows for cell in row.values()):
        assert not _FORMULA.match(cell), cell[:80]
        assert not _UNSEEN.search(cell), cell[:80]
        assert len(cell) <= 250
    check_small(text)


def check_page(text: str, harmless: str) -> None:
    """A browser finds the elements, attributes and tables that it finds with plain names."""
    found, plain = Page(text), Page(harmless)
    assert found.used <= plain.used
    assert found.declarations == ["doctype html"]
    assert {"script", "img", "iframe", "object", "form"}.isdisjoint(tag for tag, _ in found.used)
    assert not [name for _, name in found.used if name.startswith("on")]
    links = {value for _, name, value in found.values if name in {"href", "src"}}
    assert all(link == "data:," or link.startswith("#") for link in links)
    assert {k: len(rows) for k, rows in found.tables.items()} == {
        k: len(rows) for k, rows in plain.tables.items()
    }
    assert not _UNSEEN.search(text)
    check_small(text)


def check_markdown(text: str) -> None:
    """Every line is one of ours, and nothing in it is active."""
    assert not _UNSEEN.search(text)
    for line in text.splitlines():
        if line.startswith("- ") and "`" not in line:
            assert not _ACTIVE.search(line.replace("\\\\", "")), line
        elif line.startswith("#"):
            assert line in HEADINGS
        else:
            assert not line or line.startswith(("As of ", "- ")), line
        assert len(line) < 1_000
    check_small(text)


def check_small(text: str) -> None:
    """The text is valid UTF-8 and not as long as the names."""
    assert len(text.encode()) < LARGEST
