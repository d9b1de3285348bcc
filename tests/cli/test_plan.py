"""A plan as a person reads it: what goes, what stays, and why."""

import re
from datetime import timedelta
from itertools import pairwise

import pytest

from tests.cli.conftest import OpenTerminal, Terminal
from tests.fake_bce import Fault
from tests.functional.history import DAY, add_nights, add_ours
from tests.world import SLOT, World

LEGEND = "● kept by a rule  ◆ held by a gate  ? deleted if approved  ✕ to be deleted"


def _account(open_terminal: OpenTerminal) -> tuple[Terminal, dict[str, list[str]]]:
    """Return a terminal and the nights of four disks: ordinary, one held, released, nothing due."""
    terminal = open_terminal()
    world = terminal.world
    plain, held, released, quiet = world.add_disks(4)
    nights = {plain: add_nights(world, plain, 6), quiet: add_nights(world, quiet, 3)}
    nights[released] = add_nights(world, released, 5)
    world.cloud.region("bj").release_volume(released)
    nights[held] = [add_ours(world, held, SLOT - 4 * DAY, hold="audit")]
    nights[held] += add_nights(world, held, 4)
    return terminal, nights


def _table(terminal: Terminal, *words: str, columns: int = 120) -> list[str]:
    """Return the lines of a plan, which must have changed nothing."""
    result = terminal.type("plan", *words, columns=columns)
    assert (result.exit_code, result.stderr) == (0, "")
    assert terminal.world.writes() == []
    return [line.strip() for line in result.stdout.splitlines()]


def _columns(lines: list[str], id_: str) -> list[str]:
    return re.split(r" {2,}", _line(lines, id_))


def _line(lines: list[str], id_: str) -> str:
    (line,) = (line for line in lines if id_ in line)
    return line


def test_each_delete_hold_and_approval_stands_with_its_reasons(open_terminal: OpenTerminal) -> None:
    terminal, nights = _account(open_terminal)
    lines = _table(terminal)
    plain, quiet, released, held = nights.values()
    for place, id_ in enumerate(plain[:3]):
        when = f"2026-11-{19 + place} 02:00"
        assert _columns(lines, id_) == [when, id_, "✕ delete", "no rule keeps it"]
    for id_ in released[:2]:
        assert _columns(lines, id_)[1:] == [
            *(id_, "? approve [released]", "no rule keeps it; its disk has been released")
        ]
    assert _columns(lines, held[0])[1:] == [
        *(held[0], "◆ keep [hold]", "no rule keeps it; held: audit")
    ]
    assert not [id_ for id_ in quiet if any(id_ in line for line in lines)]
    assert lines[0] == "Plan for bj as of 2026-11-24 02:00, Asia/Shanghai"


def test_kept_neighbours_are_told_together(open_terminal: OpenTerminal) -> None:
    terminal, nights = _account(open_terminal)
    lines = _table(terminal)
    together = ["2026-11-22 ... 2026-11-24", "3 snapshots", "● keep", "last n of 3"]
    assert [re.split(r" {2,}", line) for line in lines].count(together) == 3
    assert not [id_ for ids in nights.values() for id_ in ids[-3:] if id_ in "\n".join(lines)]


def test_a_disk_has_a_line_of_time_from_its_oldest_snapshot_to_now(
    open_terminal: OpenTerminal,
) -> None:
    terminal, nights = _account(open_terminal)
    lines = _table(terminal, "--all")
    times = dict(pairwise(lines))
    marks = [times[f"{disk}  nightly  {len(ids)} snapshots"] for disk, ids in nights.items()]
    # evenly spaced nights, the newest half a minute ago
    places = [place for place, mark in enumerate(marks[0]) if mark != "·"]
    assert places == [0, 11, 23, 35, 47, 58]
    assert [mark.replace("·", "") for mark in marks] == ["✕✕✕●●●", "●●●", "??●●●", "◆✕●●●"]
    assert {len(mark) for mark in marks} == {60}


def test_a_place_on_the_line_shows_what_matters_most_there(open_terminal: OpenTerminal) -> None:
    terminal = open_terminal()
    (disk,) = terminal.world.add_disks(1)
    add_nights(terminal.world, disk, 3)
    for seconds in range(4):
        slot = SLOT - 300 * DAY + timedelta(seconds=seconds)
        add_ours(terminal.world, disk, slot, hold="audit" if seconds else None)
    (line,) = (line for line in _table(terminal) if "···" in line)
    assert line.strip("·")[0] == "✕"
    assert line.count("◆") == 0


def test_disk_shows_every_snapshot_of_that_disk_and_of_no_other(
    open_terminal: OpenTerminal,
) -> None:
    terminal, nights = _account(open_terminal)
    disk, ids = next(iter(nights.items()))
    lines = _table(terminal, "--disk", disk)
    assert [line.split()[2] for line in lines if line.startswith("2026-")] == ids
    assert [_columns(lines, id_)[-1] for id_ in ids[3:]] == [f"last {n} of 3" for n in (3, 2, 1)]
    assert not [other for other in list(nights)[1:] if other in "\n".join(lines)]
    assert "--all" not in "\n".join(lines)


def test_a_disk_without_snapshots_is_said_to_have_none(open_terminal: OpenTerminal) -> None:
    terminal, _ = _account(open_terminal)
    lines = _table(terminal, "--disk", "v-nowhere1")
    assert "no snapshot of ours is of disk v-nowhere1" in lines
    assert LEGEND not in lines


def test_disks_of_which_nothing_goes_are_counted_and_shown_on_request(
    open_terminal: OpenTerminal,
) -> None:
    terminal, nights = _account(open_terminal)
    quiet = list(nights)[1]
    hidden = "1 more (disk, policy): all kept by a rule; --all shows them"
    few, everything = _table(terminal), _table(terminal, "--all")
    assert (hidden in few, f"{quiet}  nightly  3 snapshots" in few) == (True, False)
    assert (hidden in everything, f"{quiet}  nightly  3 snapshots" in everything) == (False, True)
    assert few.count(LEGEND) == everything.count(LEGEND) == 1


def test_the_end_has_totals_and_the_id_that_the_json_has(open_terminal: OpenTerminal) -> None:
    terminal, _ = _account(open_terminal)
    (plan,) = terminal.plans()
    totals = "bj: 4 to delete, 2 to delete if approved, 13 to keep"
    assert _table(terminal)[-2:] == [totals, f"plan {plan['id']} as of {plan['now']}"]


def _over_cap(world: World) -> str:
    (disk,) = world.add_disks(1)
    add_nights(world, disk, 7)
    return f"cap: 4 of disk {disk} (cap 3)"


def _wrong_clock(world: World) -> str:
    world.cloud.faults.add(Fault("skew", seconds=600, times=100))
    return "clock: our clock is +600 s off the API's"


@pytest.mark.parametrize("spoil", [_over_cap, _wrong_clock])
def test_what_forbids_the_whole_plan_is_shown(open_terminal: OpenTerminal, spoil: object) -> None:
    terminal = open_terminal()
    assert callable(spoil)
    why = spoil(terminal.world)
    assert f"auto deletes nothing, refused by {why}" in _table(terminal)


def test_on_80_columns_nothing_but_the_reasons_is_broken(open_terminal: OpenTerminal) -> None:
    terminal, nights = _account(open_terminal)
    lines = _table(terminal, columns=80)
    for id_ in [ids[0] for ids in nights.values() if len(ids) > 3]:
        assert re.match(r"2026-11-\d\d 02:00 +s-\w+ +. (keep|delete|approve)", _line(lines, id_))
    assert max(len(line) for line in lines) <= 80
    assert "…" not in "\n".join(lines)
