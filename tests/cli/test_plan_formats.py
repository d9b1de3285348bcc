"""A plan for programs and for tickets, and whatever an account's own texts try to do to it."""

import json
import re
from typing import Any
from urllib.parse import quote

import pytest

from snapkeep.plan import canonical
from tests.cli.conftest import TWO_REGIONS, OpenTerminal, Terminal, errors
from tests.fake_bce import Fault
from tests.functional.history import DAY, add_nights, add_ours
from tests.world import SLOT

HOSTILE = {
    "a table's border": "a | b || c |",
    "HTML": "<script>alert(1)</script> <img src=x>",
    "a link": "[click](http://203.0.113.7/) ![](http://203.0.113.7/x.png)",
    "a line break": "one\ntwo\r\n# three\n| four |",
    "a terminal's commands": "\x1b[2J\x1b]0;title\x07\x9b31m",
    "emphasis": "**bold** _it_ `code` ~~gone~~ &amp;",
    "Rich's markup": "[red]alarm[/red] [link=http://203.0.113.7/]x[/link]",
    "another direction": "abc\u202e\u2066fed\u200b",
    "long": "why " * 40,
}

# a cell's border is escaped wherever it does not end a cell
_BORDER = re.compile(r"(?<!\\)\|")
FORMATS = ("table", "json", "markdown")


def _both(open_terminal: OpenTerminal) -> Terminal:
    """Return a terminal to two regions with five nights of one disk in each."""
    terminal = open_terminal(TWO_REGIONS)
    for region in ("gz", "bj"):
        add_nights(terminal.world, terminal.world.add_disks(1, region)[0], 5, region=region)
    return terminal


def _held(open_terminal: OpenTerminal, reason: str) -> Terminal:
    """Return a terminal to a disk whose oldest night is held for that reason."""
    terminal = open_terminal()
    (disk,) = terminal.world.add_disks(1)
    add_ours(terminal.world, disk, SLOT - 5 * DAY, hold=quote(reason, safe=""))
    add_nights(terminal.world, disk, 5)
    return terminal


def test_each_line_of_json_is_a_canonical_plan_of_one_region(open_terminal: OpenTerminal) -> None:
    terminal = _both(open_terminal)
    lines = terminal.type("plan", "--format", "json").stdout.splitlines()
    plans = terminal.plans()
    assert [canonical(plan) for plan in plans] == lines
    assert [(plan["region"], len(plan["delete"])) for plan in plans] == [("bj", 2), ("gz", 2)]
    assert terminal.plans("--region", "gz") == plans[1:]


@pytest.mark.parametrize("format_", FORMATS)
def test_all_regions_are_told_and_each_alone(open_terminal: OpenTerminal, format_: str) -> None:
    terminal = _both(open_terminal)
    both = terminal.type("plan", "--format", format_)
    alone = terminal.type("plan", "--format", format_, "--region", "gz")
    assert (both.exit_code, alone.exit_code) == (0, 0)
    bj, gz = terminal.plans()
    assert [plan["id"] in both.stdout for plan in (bj, gz)] == [True, True]
    assert [plan["id"] in alone.stdout for plan in (bj, gz)] == [False, True]
    assert both.stdout.endswith(alone.stdout)


@pytest.mark.parametrize("format_", FORMATS)
def test_a_region_that_cannot_be_read_does_not_hide_the_others(
    open_terminal: OpenTerminal, format_: str
) -> None:
    terminal = _both(open_terminal)
    _, gz = terminal.plans()
    terminal.world.cloud.faults.add(Fault("before", "ListSnapshots", region="bj", times=1_000))
    result = terminal.type("plan", "--format", format_)
    assert result.exit_code == 1
    (line,) = errors(result)
    assert line.startswith("snapkeep: bj: ListSnapshots")
    assert gz["id"] in result.stdout
    assert gz["delete"]
    assert all(id_ in result.stdout for id_ in gz["delete"])
    assert "bj" not in result.stdout


def test_an_unknown_region_is_one_line(open_terminal: OpenTerminal) -> None:
    result = open_terminal().type("plan", "--region", "mars")
    assert (result.exit_code, result.stdout) == (2, "")
    assert errors(result) == ["snapkeep: region: 'mars' is not allowed here; one of bj"]


def test_markdown_has_counts_the_id_and_a_table_of_each_kind(open_terminal: OpenTerminal) -> None:
    terminal = _held(open_terminal, "audit")
    (plan,) = terminal.plans()
    lines = terminal.type("plan", "--format", "markdown").stdout.splitlines()
    head = ["| snapshot | disk | policy | slot | gate | reasons |", "|---|---|---|---|---|---|"]
    held, first, second = (
        f"| {row['id']} | {row['volume_id']} | nightly | {row['slot']} | {row['gate'] or '-'} |"
        for row in plan["snapshots"][:3]
    )
    assert lines == [
        *("# Expiry plan for bj", ""),
        *("As of 2026-11-23T18:00:30Z: **2 to delete, 0 more if approved, 4 kept**", ""),
        *(f"- Plan: `{plan['id']}`", "- Kept: 3 by a rule, 1 by hold", ""),
        *("## To delete", "", *head),
        *(f"{first} no rule keeps it |", f"{second} no rule keeps it |", ""),
        *("## Held by a gate", "", *head, f"{held} no rule keeps it; held: audit |", ""),
    ]


def _reason(plan: dict[str, Any]) -> str:
    return str(plan["snapshots"][0]["reasons"][1])


@pytest.mark.parametrize("reason", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_reason_is_shown_whole_and_harmless(
    open_terminal: OpenTerminal, reason: str
) -> None:
    terminal = _held(open_terminal, reason)
    (plan,) = terminal.plans()
    assert _reason(plan) == f"held: {reason}"
    markdown = terminal.type("plan", "--format", "markdown").stdout
    table = terminal.type("plan", columns=400).stdout
    for text in (markdown, table):
        assert not [char for char in text if not (char.isprintable() or char == "\n")]
    rows = [line for line in markdown.splitlines() if line.startswith("|")]
    assert len(rows) == 2 + 2 + 2 + 1
    assert {len(_BORDER.findall(row)) for row in rows} == {7}
    assert not re.search(r"(?<!\\)[<>*_`\[\]!~&#]", rows[-1])
    shown = "".join(char if char.isprintable() else "�" for char in reason)
    assert shown in re.sub(r"\\(.)", r"\1", rows[-1])
    assert f"held: {shown}" in table


@pytest.mark.parametrize("reason", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_reason_stays_ascii_on_one_line_of_json(
    open_terminal: OpenTerminal, reason: str
) -> None:
    terminal = _held(open_terminal, reason)
    text = terminal.type("plan", "--format", "json").stdout
    assert text.isascii()
    assert text.count("\n") == 1
    assert _reason(json.loads(text)) == f"held: {reason}"
