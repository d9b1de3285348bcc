"""Simulate --against: what an edit of the policy file costs, before it is deployed."""

import json
import re
from typing import Any

import pytest

from tests.cli.conftest import TWO_REGIONS, OpenTerminal, Terminal, one_error
from tests.functional.history import add_nights
from tests.world import POLICY

FEW, MANY = "keep = { last = 2 }", "keep = { last = 4 }"


def _edited(open_terminal: OpenTerminal, old: str, new: str) -> tuple[Terminal, str, list[str]]:
    """Return a terminal whose policy file is the new one, the old file, and five nights."""
    terminal = open_terminal(POLICY.replace("keep = { last = 3 }", new))
    before = terminal.save("before.toml", POLICY.replace("keep = { last = 3 }", old))
    return terminal, before, add_nights(terminal.world, terminal.world.add_disks(1)[0], 5)


def _lines(terminal: Terminal, before: str, days: int) -> list[str]:
    result = terminal.type("simulate", "--against", before, "--days", str(days))
    assert (result.exit_code, result.stderr) == (0, "")
    assert terminal.world.writes() == []
    return [line.rstrip() for line in result.stdout.splitlines()]


def _json(terminal: Terminal, before: str, days: int) -> Any:
    words = ("simulate", "--against", before, "--days", str(days), "--format", "json")
    return json.loads(terminal.type(*words).stdout)


def test_an_edit_that_keeps_less_tells_what_it_deletes(open_terminal: OpenTerminal) -> None:
    terminal, before, nights = _edited(open_terminal, MANY, FEW)
    (disk,) = terminal.world.cloud.region("bj").volumes
    lines = _lines(terminal, before, 1)
    end = "2026-11-25"
    at = lines.index(
        f"The edit deletes 2 of today's snapshots that without it are still there on {end}."
    )
    assert lines[at + 1 : at + 3] == [
        f"  2026-11-24  bj  {nights[2]}  {disk}  of 2026-11-22",
        f"  2026-11-25  bj  {nights[3]}  {disk}  of 2026-11-23",
    ]
    assert lines[at + 3] == (
        f"The edit still keeps 0 of today's snapshots on {end} that without it are deleted by then."
    )
    assert "Today's plan deletes 3 snapshots, before the edit 1." in lines


def test_an_edit_that_keeps_more_tells_what_it_keeps(open_terminal: OpenTerminal) -> None:
    terminal, before, nights = _edited(open_terminal, FEW, MANY)
    lines = _lines(terminal, before, 1)
    assert [re.findall(r"s-\w+", line)[0] for line in lines[-2:]] == nights[2:4]
    assert lines[-3] == (
        "The edit still keeps 2 of today's snapshots on 2026-11-25"
        " that without it are deleted by then."
    )


def test_the_days_stand_side_by_side(open_terminal: OpenTerminal) -> None:
    terminal, before, _ = _edited(open_terminal, MANY, FEW)
    rows = [re.split(r" {2,}", line) for line in _lines(terminal, before, 3) if " -> 2 " in line]
    dates = [f"2026-11-{day}" for day in range(21, 28)]
    assert rows == [
        [dates[3], "4 -> 2", "1 -> 3", f"{dates[0]} -> {dates[2]}", "400 -> 200"],
        *(
            [dates[n], "4 -> 2", "1", f"{dates[n - 3]} -> {dates[n - 1]}", "400 -> 200"]
            for n in (4, 5, 6)
        ),
    ]


def test_json_has_both_and_the_difference(open_terminal: OpenTerminal) -> None:
    terminal, before, nights = _edited(open_terminal, MANY, FEW)
    (disk,) = terminal.world.cloud.region("bj").volumes
    found = _json(terminal, before, 1)
    assert found.keys() == {"before", "after", "lost", "saved"}
    assert [[day["kept"] for day in found[key]["bj"]] for key in ("before", "after")] == [
        *([4, 4], [2, 2])
    ]
    assert (found["lost"], found["saved"]) == (
        [
            {
                "region": "bj",
                "at": f"2026-11-{23 + place}T18:00:30Z",
                "id": nights[2 + place],
                "policy": "nightly",
                "volume_id": disk,
                "slot": f"2026-11-{21 + place}T18:00:00Z",
            }
            for place in (0, 1)
        ],
        [],
    )


def test_what_is_deleted_sooner_or_later_under_both_is_not_called_lost(
    open_terminal: OpenTerminal,
) -> None:
    terminal, before, _ = _edited(open_terminal, MANY, FEW)
    found = _json(terminal, before, 9)
    assert (found["lost"], found["saved"]) == ([], [])


def test_an_edit_that_changes_nothing_says_so(open_terminal: OpenTerminal) -> None:
    terminal, before, _ = _edited(open_terminal, MANY, MANY)
    lines = _lines(terminal, before, 9)
    assert "->" not in "\n".join(lines[1:])
    assert lines[-2].startswith("The edit deletes 0 of today's snapshots")
    assert lines[-1].startswith("The edit still keeps 0 of today's snapshots")
    found = _json(terminal, before, 9)
    assert found["before"] == found["after"]


def test_an_edit_over_the_caps_says_so(open_terminal: OpenTerminal) -> None:
    terminal = open_terminal()
    (disk,) = terminal.world.add_disks(1)
    add_nights(terminal.world, disk, 12)
    before = terminal.save("before.toml", POLICY.replace("last = 3", "last = 12"))
    lines = _lines(terminal, before, 3)
    why = f"on 4 of 4 days, first on 2026-11-24: 9 of disk {disk} (cap 3)"
    assert f"mode auto is refused by cap {why}" in lines
    assert "Today's plan deletes 9 snapshots, before the edit 0." in lines


def test_many_lost_snapshots_are_counted_and_the_first_are_named(
    open_terminal: OpenTerminal,
) -> None:
    terminal = open_terminal(TWO_REGIONS)
    for region in ("bj", "gz"):
        for disk in terminal.world.add_disks(9, region):
            add_nights(terminal.world, disk, 5, region=region)
    before = terminal.save("before.toml", TWO_REGIONS.replace("last = 3", "last = 9"))
    lines = _lines(terminal, before, 1)
    assert lines[-34].startswith("The edit deletes 54 of today's snapshots")
    assert len([line for line in lines if re.match(r"  2026-11-2\d  (bj|gz)  s-", line)]) == 31
    assert lines[-2] == "  and 23 more; --format json has them all"
    assert len(_json(terminal, before, 1)["lost"]) == 54


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "cannot read the policy file "),
        ("x = ", "not TOML: "),
        (POLICY.replace("rpo", "rpoo"), "policy.nightly.rpoo: unknown; did you mean 'rpo'?"),
        (POLICY.replace("cron(0 2", "cron(0 25"), "policy.nightly.schedule: 'cron(0 25"),
    ],
    ids=["no file", "no TOML", "an unknown key", "a schedule"],
)
def test_another_file_that_cannot_be_used_is_one_line(
    open_terminal: OpenTerminal, text: str | None, said: str
) -> None:
    terminal = open_terminal()
    path = f"{terminal.folder}/other.toml" if text is None else terminal.save("other.toml", text)
    assert said in one_error(terminal.type("simulate", "--against", path))
