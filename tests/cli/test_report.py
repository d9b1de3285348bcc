"""snapkeep report: the same report as a table and in every form, on the screen and in a file."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from snapkeep.cli.screen import report_tables
from tests.cli.conftest import TWO_REGIONS, OpenTerminal, Terminal, errors, one_error
from tests.fake_bce import FakeCloud, Fault
from tests.functional.history import add_nights

LOCAL = ("--now", "2026-11-23T18:00:30Z")
STATES = ("unprotected", "stale", "failed", "protected", "excluded", "unsupported")
FORMS = ("json", "csv", "markdown", "html")
every_form = pytest.mark.parametrize("form", FORMS)


@pytest.fixture
def terminal(open_terminal: OpenTerminal) -> Terminal:
    """A terminal to two regions: in each one disk is protected and one is stale."""
    found = open_terminal(TWO_REGIONS)
    for region in ("bj", "gz"):
        disk, _ = found.world.add_disks(2, region)
        add_nights(found.world, disk, 5, region=region)
    return found


def disks_of(terminal: Terminal) -> set[str]:
    regions = terminal.world.cloud.regions.values()
    return {disk for region in regions for disk in region.volumes}


def test_the_table_shows_every_disk_the_urgent_first_and_what_to_do(
    run: Any, demo: FakeCloud
) -> None:
    result = run("report", *LOCAL)
    assert result.exit_code == 0
    rows = [line.split() for line in result.stdout.splitlines() if " v-" in line]
    first = {row[2]: STATES.index(row[0]) for row in reversed(rows)}
    assert set(first) == {disk for region in demo.regions.values() for disk in region.volumes}
    in_order = [first[disk] for disk in dict.fromkeys(row[2] for row in rows)]
    assert in_order == sorted(in_order)
    assert {"unprotected", "stale", "protected"} <= {row[0] for row in rows}
    assert "disks need attention: " in result.stdout.splitlines()[-1]
    assert " unprotected: Let a policy with an rpo select it" in result.stdout


@every_form
def test_each_form_names_every_disk_and_says_the_same(terminal: Terminal, form: str) -> None:
    result = terminal.type("report", "--format", form)
    assert (result.exit_code, result.stderr) == (0, "")
    needing = {"json": 4, "csv": 4, "html": 4, "markdown": 2}[form]
    assert sum(disk in result.stdout for disk in disks_of(terminal)) == needing
    if form == "csv":
        lines = list(csv.DictReader(io.StringIO(result.stdout.removeprefix("\ufeff"))))
        assert [line["state"] for line in lines] == ["stale", "stale", "protected", "protected"]
    elif form == "json":
        figures = json.loads(result.stdout)["summary"]["disks"]
        assert (figures["stale"], figures["protected"]) == (2, 2)
    else:
        assert "2 of 4 disks need attention" in result.stdout


@every_form
def test_a_file_is_what_the_screen_would_show_and_the_screen_says_where(
    terminal: Terminal, form: str
) -> None:
    path = terminal.folder / f"report.{form}"
    shown = terminal.type("report", "--format", form)
    result = terminal.type("report", "--format", form, "--out", str(path))
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"wrote {path}\n"
    # a terminal ends JSON, which is no file, with a line of its own
    end = b"\n" if form == "json" else b""
    assert path.read_bytes() + end == shown.stdout_bytes


def test_a_file_that_was_there_is_replaced(terminal: Terminal) -> None:
    path = terminal.save("report.html", "of yesterday" * 100_000)
    assert terminal.type("report", "--format", "html", "--out", path).exit_code == 0
    page = Path(path).read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "of yesterday" not in page


@every_form
def test_a_place_that_cannot_be_written_is_wrong_input(terminal: Terminal, form: str) -> None:
    path = terminal.folder / "nowhere" / "report"
    result = terminal.type("report", "--format", form, "--out", str(path))
    expected = f"snapkeep: --out: cannot write {path}: FileNotFoundError"
    assert one_error(result) == expected
    assert not path.parent.exists()


def test_a_table_goes_into_no_file_and_nothing_is_asked(terminal: Terminal) -> None:
    path = terminal.folder / "report.txt"
    calls = len(terminal.world.cloud.journal)
    for words in ((), ("--format", "table")):
        said = one_error(terminal.type("report", *words, "--out", str(path)))
        assert "--out: is for a file; add --format html, csv, markdown or json" in said
    assert not path.exists()
    assert len(terminal.world.cloud.journal) == calls


def test_no_other_form_is_known(terminal: Terminal) -> None:
    result = terminal.type("report", "--format", "pdf")
    assert (result.exit_code, result.stdout) == (2, "")


@pytest.mark.parametrize("form", ["table", *FORMS])
def test_a_region_that_cannot_be_read_is_shown_and_the_command_fails(
    terminal: Terminal, form: str
) -> None:
    refused = Fault("before", region="gz", status=403, code="AccessDenied", times=100)
    terminal.world.cloud.faults.add(refused)
    result = terminal.type("report", "--format", form)
    assert result.exit_code == 1
    (line,) = errors(result)
    assert "region gz: ListVolumes: 403 AccessDenied" in line
    assert "remedy: give the key's user the right" in line
    assert "all disks are protected" not in result.stdout
    assert sum(disk in result.stdout for disk in disks_of(terminal)) in {1, 2}
    if form != "csv":
        assert "incomplete: not every region could be read" in result.stdout


@pytest.mark.parametrize("form", ["table", *FORMS])
def test_a_hostile_name_does_nothing_to_the_terminal_in_any_form(
    open_terminal: OpenTerminal, form: str
) -> None:
    terminal = open_terminal()
    terminal.world.cloud.region("bj").add_volume("=1+1[red]\x1b[2J\u202e盘")
    result = terminal.type("report", "--format", form)
    assert result.exit_code == 0
    assert "盘" in result.stdout
    assert "\x1b" not in result.stdout
    # a program gets a name as it is
    assert ("\u202e" in result.stdout) is (form == "json")


def test_a_table_of_ids_fits_a_terminal_of_80_columns() -> None:
    under = {
        "policy": "nightly",
        "state": "stale",
        "newest_at": "2026-11-22T18:00:00Z",
        "age_seconds": 450_000,
        "good": 91,
    }
    disk = {
        "state": "unprotected",
        "region": "hkg",
        "volume_id": "v-IgJOjBWj",
        "name": "数据盘" * 9,
        "policies": [under, {**under, "state": None}],
    }
    result = {
        "now": "2026-11-23T18:00:00Z",
        "disks": [disk],
        "findings": [],
        "summary": {"disks": {"unprotected": 1}},
        "verdict": "1 of 1 disks need attention",
    }
    screen = Console(file=io.StringIO(), width=80)
    screen.print(*report_tables(result), sep="\n")
    text = screen.file.getvalue()  # type: ignore[attr-defined]
    assert text.count("v-IgJOjBWj") == 2
    assert "2026-11-22 18:00" in text
    assert "unprotected" in text
    assert "…" not in text
