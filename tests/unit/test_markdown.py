import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapkeep.markdown import render_markdown, render_snapshots, text
from snapkeep.report import Report, build_report
from tests.unit.rows import HOUR, NIGHTLY, NOW, SLOT, inventory, policies, row, volume

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


def _built(name: str, *, errors: dict[str, str] | None = None) -> Report:
    found = inventory([volume(name=name)], snapshots=[row()])
    return build_report([found], policies(NIGHTLY), NOW, errors or {})


@pytest.mark.parametrize("name", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_name_stays_one_harmless_cell(name: str) -> None:
    page = _page(name)
    (line,) = [line for line in page.splitlines() if "v-disk0001" in line]
    assert len(re.findall(r"(?<!\\)(?:\\\\)*\|", line)) == 10
    assert len(page.splitlines()) == len(_page("plain").splitlines())
    assert not re.search(r"(?<!\\)(?:\\\\)*[<>`\[\]*_!&#~]", text(name))
    assert all(c.isprintable() for c in text(name))
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
    assert f"| {name} |" in _page(name)


def test_a_name_of_a_megabyte_is_cut() -> None:
    started = time.perf_counter()
    page = _page("<" * 1_000_000)
    assert len(page) < 1_000
    assert time.perf_counter() - started < 0.5
    assert text("a" * 60) == "a" * 60
    assert text("a" * 61) == "a" * 59 + "…"


def test_the_report_starts_with_the_verdict() -> None:
    page = _page("data").splitlines()
    assert page[0] == "# Backup report"
    assert page[2] == "As of 2026-11-23T18:00:30Z: **all disks are protected**"
    assert "- Disks: 1 protected" in page
    assert "- Snapshots: 1 good" in page
    assert (
        f"| protected | bj | v-disk0001 | data | nightly | {row().id} 2026-11-23T18:00:00Z |"
        in (page[-1])
    )
    assert page[-1].endswith("| 0.0 h | 26.0 h | 1 |")
    assert "## Needs attention" not in page


def test_what_needs_attention_stands_before_the_rest() -> None:
    disks = [volume(), volume("v-disk0002")]
    found = inventory(disks, snapshots=[row(NOW - 30 * HOUR), row(of={"volume_id": "v-disk0002"})])
    page = render_markdown(build_report([found], policies(NIGHTLY), NOW, {}))
    assert "**some disks need attention**" in page
    places = [page.index(part) for part in (
        "## Needs attention", "| stale | bj | v-disk0001", "30.0 h", "## The other disks",
        "| protected | bj | v-disk0002",
    )]  # fmt: skip
    assert places == sorted(places)


def test_a_disk_without_snapshots_says_none() -> None:
    found = inventory([volume()])
    page = render_markdown(build_report([found], policies(NIGHTLY), NOW, {}))
    assert "| stale | bj | v-disk0001 | data | nightly | none | - | 26.0 h | 0 |" in page


def test_a_region_that_could_not_be_read_is_named_and_its_error_is_harmless() -> None:
    page = render_markdown(_built("data", errors={"gz": "<html>\nlogin | here"}))
    assert "**incomplete: not every region could be read**" in page
    assert "- Region gz could not be read: \\<html\\>�login \\| here" in page.splitlines()


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
