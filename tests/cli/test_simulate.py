"""Simulate: the days to come as a table, a chart and JSON."""

import json
import re
from typing import Any

import pytest

from tests.cli.conftest import OpenTerminal, Terminal, errors, one_error
from tests.fake_bce import Fault
from tests.functional.history import add_nights
from tests.world import POLICY

SCHEDULE = "cron(0 2 * * ? *)"


def _nights(
    open_terminal: OpenTerminal, number: int, policy: str = POLICY
) -> tuple[Terminal, list[str]]:
    """Return a terminal and that many nights of a disk, of which the policy keeps three."""
    terminal = open_terminal(policy)
    return terminal, add_nights(terminal.world, terminal.world.add_disks(1)[0], number)


def _simulated(terminal: Terminal, *words: str, columns: int = 120) -> list[str]:
    """Return the lines of a simulation, which must have changed nothing."""
    before = terminal.ids()
    result = terminal.type("simulate", *words, columns=columns)
    assert (result.exit_code, result.stderr) == (0, "")
    assert (terminal.ids(), terminal.world.writes()) == (before, [])
    return [line.rstrip() for line in result.stdout.splitlines()]


def _json(terminal: Terminal, *words: str) -> Any:
    (line,) = _simulated(terminal, "--format", "json", *words)
    return json.loads(line)


def _rows(lines: list[str]) -> list[list[str]]:
    return [re.split(r" {2,}", line) for line in lines if re.match(r"20\d\d-\d\d-\d\d  ", line)]


def test_the_table_has_a_row_for_today_and_for_each_day(open_terminal: OpenTerminal) -> None:
    terminal, _ = _nights(open_terminal, 6)
    rows = _rows(_simulated(terminal, "--days", "9"))
    assert rows[0] == ["2026-11-24", "+0", "-3", "3", "2026-11-22", "300"]
    assert rows[1] == ["2026-11-25", "+1", "-1", "3", "2026-11-23", "300"]
    days = [*(f"11-{day}" for day in range(24, 31)), "12-01", "12-02", "12-03"]
    assert [row[0] for row in rows] == [f"2026-{day}" for day in days]
    assert {tuple(row[1:4]) for row in rows[1:]} == {("+1", "-1", "3")}


def test_a_chart_shows_how_many_are_kept(open_terminal: OpenTerminal) -> None:
    terminal, _ = _nights(open_terminal, 1)
    lines = _simulated(terminal, "--days", "9")
    end = lines.index("  snapshots kept: 1 today, 3 at most, 3 at the end")
    chart = [line[2:] for line in lines[end - 4 : end]]
    assert [len(line) for line in chart] == [10, 10, 10, 10]
    # one, two, and three from the third day on
    assert [line[9] for line in chart] == ["█", "█", "█", "█"]
    assert [sum(line[place] != " " for line in chart) for place in (0, 1, 2)] == [2, 3, 4]


def test_json_has_every_day_with_what_comes_and_goes(open_terminal: OpenTerminal) -> None:
    terminal, nights = _nights(open_terminal, 6)
    (disk,) = terminal.world.cloud.region("bj").volumes
    days = _json(terminal, "--days", "40")["bj"]
    assert [day["at"] for day in days[:2]] == ["2026-11-23T18:00:30Z", "2026-11-24T18:00:30Z"]
    assert len(days) == 41
    assert [row["id"] for row in days[0]["deleted"]] == nights[:3]
    assert days[0]["created"] == []
    assert [row["id"] for day in days[1:4] for row in day["deleted"]] == nights[3:]
    (made,) = days[1]["created"]
    assert made == {
        "id": f"simulated-nightly-{disk}-2026-11-24T18:00:00Z",
        "policy": "nightly",
        "volume_id": disk,
        "slot": "2026-11-24T18:00:00Z",
    }
    assert made in days[4]["deleted"]
    kept = 6
    for day in days:
        kept += len(day["created"]) - len(day["deleted"])
        assert (day["kept"], day["size_gb_at_most"], day["refusals"]) == (kept, 100 * kept, {})


@pytest.mark.parametrize("days", [31, 60, 365, 3_660])
def test_any_number_of_days_fits_a_screen_and_none_is_lost(
    open_terminal: OpenTerminal, days: int
) -> None:
    terminal, _ = _nights(open_terminal, 6)
    lines = _simulated(terminal, "--days", str(days), columns=80)
    rows = _rows(lines)
    assert len(rows) <= 32
    assert sum(int(row[1]) for row in rows) == days
    assert sum(int(row[2]) for row in rows) == -days - 3
    assert max(len(line) for line in lines) <= 80
    assert "  snapshots kept: 3 today, 3 at most, 3 at the end" in lines


def test_a_table_over_the_caps_says_so_and_what_would_follow_an_approval(
    open_terminal: OpenTerminal,
) -> None:
    terminal, nights = _nights(open_terminal, 9)
    (disk,) = terminal.world.cloud.region("bj").volumes
    lines = _simulated(terminal, "--days", "5")
    assert [row[1:4] + row[6:] for row in _rows(lines)] == [
        [f"+{int(n > 0)}", "-0", str(9 + n), f"cap; {6 + n} stay"] for n in range(6)
    ]
    why = f"on 6 of 6 days, first on 2026-11-24: 6 of disk {disk} (cap 3)"
    assert f"mode auto is refused by cap {why}" in lines
    assert "(--approved shows what goes if somebody approves it)" in lines
    approved = _simulated(terminal, "--days", "5", "--approved")
    assert [row[2] + " ".join(row[6:]) for row in _rows(approved)] == [
        *("-6cap; approved", "-1", "-1", "-1", "-1", "-1")
    ]
    assert [row["id"] for row in _json(terminal, "--approved")["bj"][0]["deleted"]] == nights[:6]
    assert _json(terminal)["bj"][0]["refusals"] == {"cap": f"6 of disk {disk} (cap 3)"}
    assert _json(terminal)["bj"][0]["deleted"] == []


def test_the_simulation_of_a_file_is_that_of_the_cloud_at_its_export(
    open_terminal: OpenTerminal,
) -> None:
    terminal, _ = _nights(open_terminal, 6)
    assert _json(terminal, "--inventory", terminal.exported()) == _json(terminal)


def test_an_account_without_disks_is_an_empty_table(open_terminal: OpenTerminal) -> None:
    lines = _simulated(open_terminal(), "--days", "2")
    assert [row[1:] for row in _rows(lines)] == [["+0", "-0", "0", "none", "0"]] * 3
    assert "  snapshots kept: 0 today, 0 at most, 0 at the end" in lines


@pytest.mark.parametrize("days", ["0", "-1", "3661", "x", "1.5", ""])
def test_a_number_of_days_that_cannot_be_is_refused(open_terminal: OpenTerminal, days: str) -> None:
    result = open_terminal().type("simulate", "--days", days)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Invalid value for '--days'" in result.stderr


@pytest.mark.parametrize("format_", ["table", "json"])
@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ("cron(0 25 * * ? *)", "Invalid hour value '25'."),
        ("cron(0 2 LW * ? *)", "a field has a form that is not known"),
        ("cron(0 2 31 2 ? 2200)", "Invalid year value '2200'."),
    ],
)
def test_a_schedule_that_eventbridge_would_refuse_is_one_line(
    open_terminal: OpenTerminal, schedule: str, said: str, format_: str
) -> None:
    terminal, _ = _nights(open_terminal, 6, POLICY.replace(SCHEDULE, schedule))
    line = one_error(terminal.type("simulate", "--format", format_))
    assert line.startswith(f"snapkeep: policy.nightly.schedule: '{schedule}' is not EventBridge")
    assert line.endswith(said)


def test_a_schedule_beyond_the_calendar_never_runs(open_terminal: OpenTerminal) -> None:
    terminal, _ = _nights(open_terminal, 3, POLICY.replace(SCHEDULE, "rate(99999999999 days)"))
    assert {row[1] for row in _rows(_simulated(terminal))} == {"+0"}


def test_a_region_that_cannot_be_read_is_one_line(open_terminal: OpenTerminal) -> None:
    terminal, _ = _nights(open_terminal, 3)
    terminal.world.cloud.faults.add(Fault("before", "ListVolumes", times=1_000))
    assert "ListVolumes" in one_error(terminal.type("simulate"), code=1)
    assert errors(terminal.type("simulate", "--region", "mars")) == [
        "snapkeep: --region: 'mars' is not allowed here; one of bj"
    ]
