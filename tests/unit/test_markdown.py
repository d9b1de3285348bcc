import re
import time
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapkeep.markdown import render_snapshots, text
from snapkeep.policy import Selector
from snapkeep.report.as_markdown import MAX_TOLD, render_markdown
from snapkeep.report.build import build_report
from snapkeep.report.model import Report
from tests.unit.rows import ADHOC, HOUR, NIGHTLY, NOW, SLOT, inventory, policies, row, volume

HOSTILE = {
    "pipe": "a|b",
    "newline": "a\nb",
    "carriage return": "a\r\n| x |",
    "script": "<script>alert(1)</script>",
    "image": "![x](https://evil.example/a.png)",
    "link": "[click](javascript:alert(1))",
    "code": "`rm -rf`",
    "emphasis": "**bold** __b__ ~~s~~",
    "heading": "# title",
    "entity": "&lt;b&gt;",
    "backslash": "a\\|b",
    "right to left": "abc\u202egpj.exe",
    "isolates": "\u2066abc\u2069",
    "marks": "a\u200eb\u200fc\u061cd",
    "zero width": "a\u200bb\ufeffc",
    "lines": "a\u2028b\u2029c\x85d\x0be",
    "escape": "\x1b[31mred\x07",
    "NUL": "a\x00b",
    "half a character": "a\ud800b",
}


def _page(name: str) -> str:
    return render_markdown(_built(name))


def _built(name: str = "data", *, errors: dict[str, str] | None = None) -> Report:
    """Return a report that has something to say of a disk with a name."""
    return build_report([inventory([volume(name=name)])], policies(NIGHTLY), NOW, errors or {})


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_name_stays_harmless_and_in_its_line(name: str) -> None:
    page = _page(name)
    (line,) = [line for line in page.splitlines() if "v-disk0001" in line]
    assert line.startswith("- v-disk0001 ")
    assert line.endswith(": no good snapshot of nightly")
    assert len(page.splitlines()) == len(_page("plain").splitlines())
    assert not re.search(r"(?<!\\)(?:\\\\)*[<>`\[\]*_!&#~|]", line)
    assert not re.search(r"(?<!\\)(?:\\\\)*[<>`\[\]*_!&#~]", text(name))
    assert all(c.isprintable() for c in line + text(name))
    assert page.encode()


@given(st.text(max_size=80))
def test_any_name_is_printable_and_short(name: str) -> None:
    shown = text(name)
    unsafe = {"Cc", "Cs", "Zl", "Zp"}
    assert not any(unicodedata.category(character) in unsafe for character in shown)
    assert not any(unicodedata.bidirectional(c) in {"RLO", "LRO", "RLE", "RLI"} for c in shown)
    assert len(shown) <= 120
    assert not re.search(r"(?<!\\)(?:\\\\)*[|<>`\[\]*_!&#~]", shown)


@pytest.mark.parametrize("name", ["data", "数据盘-1", "Диск 2", "a.b:c/d", "😀", "é"])
def test_an_ordinary_name_is_shown_as_it_is(name: str) -> None:
    assert text(name) == name
    assert f"- v-disk0001 {name}: no good snapshot of nightly" in _page(name).splitlines()


def test_a_name_of_a_megabyte_is_cut() -> None:
    started = time.perf_counter()
    page = _page("<" * 1_000_000)
    assert len(page) < 1_500
    assert time.perf_counter() - started < 0.5
    assert text("a" * 60) == "a" * 60
    assert text("a" * 61) == "a" * 59 + "…"


def test_the_report_starts_with_the_verdict() -> None:
    found = inventory([volume()], snapshots=[row()])
    page = render_markdown(build_report([found], policies(NIGHTLY), NOW, {})).splitlines()
    assert page[0] == "# Backup report"
    assert page[2] == "As of 2026-11-23T18:00:30Z: **all disks are protected**"
    assert "- Disks: 1 protected" in page
    assert "- Snapshots: 1 good" in page
    assert "- The oldest of the newest good ones: 0.0 h" in page
    assert not [line for line in page if line.startswith("## ")]


def test_what_is_urgent_is_said_in_the_order_of_urgency_and_each_remedy_once() -> None:
    names = Selector(names=("data",))
    disks = [volume(), volume("v-disk0002"), volume("v-disk0003"), volume("v-bare0001", name="x")]
    rows = [row(NOW - 30 * HOUR), row(of={"volume_id": "v-disk0002"})]
    given = policies(replace(NIGHTLY, select=names))
    page = render_markdown(build_report([inventory(disks, snapshots=rows)], given, NOW, {}))
    assert "**3 of 4 disks need attention**" in page
    lines = page.splitlines()
    places = [lines.index(line) for line in (
        "## Urgent",
        "- v-bare0001 x: no policy with an rpo covers it",
        "- v-disk0001 data: newest good one of nightly is 30.0 h old, rpo 26h",
        "- v-disk0003 data: no good snapshot of nightly",
        "## What to do",
    )]  # fmt: skip
    assert places == sorted(places)
    remedies = lines[places[-1] :]
    assert [line.partition(":")[0] for line in remedies if line.startswith("- ")] == [
        "- unprotected", "- stale",
    ]  # fmt: skip
    assert "v-disk0002" not in page


def test_of_many_findings_the_first_are_told_and_the_rest_counted() -> None:
    disks = [volume(f"v-disk{place:04}") for place in range(MAX_TOLD + 7)]
    page = render_markdown(build_report([inventory(disks)], policies(NIGHTLY), NOW, {}))
    assert sum("v-disk" in line for line in page.splitlines()) == MAX_TOLD
    assert "- and 7 more stale" in page.splitlines()
    assert len(page) < 2_000


def test_an_ad_hoc_policy_alone_is_said_to_protect_nothing() -> None:
    found = inventory([volume()], snapshots=[row()])
    page = render_markdown(build_report([found], policies(ADHOC), NOW, {}))
    assert "- v-disk0001 data: no policy with an rpo covers it" in page.splitlines()


def test_a_region_that_could_not_be_read_is_named_and_its_error_is_harmless() -> None:
    page = render_markdown(_built(errors={"gz": "<html>\nlogin | here"}))
    assert "**incomplete: not every region could be read**" in page
    said = "- region gz could not be read: \\<html\\>�login \\| here"
    assert said in page.splitlines()


def test_no_disks_are_no_good_news() -> None:
    page = render_markdown(build_report([], policies(), NOW, {}))
    assert "**no disk was found; check the keys and the regions**" in page
    assert "- Disks: none" in page
    assert "- Snapshots: none" in page


def test_the_clouds_own_list_is_shown_row_by_row() -> None:
    rows = [row(), row(SLOT - HOUR, name="a|b\n", volume_id=None, create_time=None, id="s-0002")]
    lines = render_snapshots(rows, None).splitlines()
    assert lines[2].startswith(f"| {row().id} | sk\\_nightly\\_20261123T180000Z\\_")
    assert lines[2].endswith("| Available | v-disk0001 | 2026-11-23T18:00:00Z | manual | 40 |")
    assert lines[3] == "| s-0002 | a\\|b� | Available | - | - | manual | 40 |"
    assert lines[-1] == "End of the list."
    assert "More follow: marker s-0003" in render_snapshots(rows, "s-0003")
    assert len(render_snapshots([], None).splitlines()) == 4
