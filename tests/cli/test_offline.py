"""Plan, report, simulate and lint from an exported inventory: without keys, cloud or clock."""

import json
from pathlib import Path
from typing import Any

import pytest
from pytest_socket import disable_socket, enable_socket

from tests.cli.conftest import TWO_REGIONS, OpenTerminal, Terminal
from tests.functional.history import add_nights
from tests.world import KEYS, NOW

COMMANDS = {
    "plan": ("plan",),
    "plan as JSON": ("plan", "--format", "json"),
    "plan as Markdown": ("plan", "--format", "markdown"),
    "report": ("report",),
    "report as JSON": ("report", "--format", "json"),
    "report as CSV": ("report", "--format", "csv"),
    "report as a page": ("report", "--format", "html"),
    "simulate": ("simulate", "--days", "9"),
    "simulate as JSON": ("simulate", "--days", "9", "--format", "json"),
    "lint": ("lint",),
}
LATER = "2026-11-25T18:00:30Z"
every_command = pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)


@pytest.fixture
def terminal(open_terminal: OpenTerminal) -> Terminal:
    """A terminal to two regions; a disk in each has five nights, of which two are due."""
    found = open_terminal(TWO_REGIONS)
    for region in ("bj", "gz"):
        add_nights(found.world, found.world.add_disks(1, region)[0], 5, region=region)
    return found


@pytest.fixture
def cut_off(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that takes away the keys and every socket."""

    def cut() -> None:
        for name in (*KEYS, "SNAPKEEP_ENDPOINT"):
            monkeypatch.delenv(name, raising=False)
        disable_socket()

    yield cut
    enable_socket()


@every_command
def test_no_keys_are_needed_and_no_connection_is_opened(
    terminal: Terminal, cut_off: Any, words: tuple[str, ...]
) -> None:
    path = terminal.exported()
    calls = len(terminal.world.cloud.journal)
    cut_off()
    result = terminal.type(*words, "--inventory", path)
    assert (result.exit_code, result.stderr) == (0, "")
    assert "bj" in result.stdout
    assert "gz" in result.stdout
    assert len(terminal.world.cloud.journal) == calls


def test_the_plan_of_a_file_is_the_plan_of_the_cloud_at_its_export(terminal: Terminal) -> None:
    path = terminal.exported()
    offline = terminal.type("plan", "--format", "json", "--inventory", path)
    online = terminal.type("plan", "--format", "json")
    assert offline.stdout == online.stdout
    assert [len(json.loads(line)["delete"]) for line in offline.stdout.splitlines()] == [2, 2]


@every_command
def test_the_same_file_gives_the_same_bytes_in_every_time_zone(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    path, told = terminal.exported(), set()
    for zone in ("UTC", "UTC", "Asia/Tokyo", "America/St_Johns"):
        monkeypatch.setenv("TZ", zone)
        told.add(terminal.type(*words, "--inventory", path).stdout_bytes)
    assert len(told) == 1


def test_a_file_is_taken_as_of_its_export_however_much_later(terminal: Terminal) -> None:
    path = terminal.exported()
    terminal.world.clock.advance(400 * 86_400)
    (plan, _) = terminal.plans("--inventory", path)
    assert plan["now"] == "2026-11-23T18:00:30Z"
    days = terminal.type("simulate", "--format", "json", "--inventory", path).stdout
    assert json.loads(days)["bj"][0]["at"] == "2026-11-23T18:00:30Z"


def test_now_takes_a_file_as_of_another_instant(terminal: Terminal) -> None:
    path = terminal.exported()
    (plan, _) = terminal.plans("--inventory", path, "--now", LATER)
    assert plan["now"] == LATER
    days = terminal.type("simulate", "--format", "json", "--inventory", path, "--now", LATER)
    assert json.loads(days.stdout)["bj"][0]["at"] == LATER
    # five days without a backup: nothing goes any more
    (plan, _) = terminal.plans("--inventory", path, "--now", "2026-11-28T18:00:30Z")
    assert {row["gate"] for row in plan["snapshots"]} == {None, "freshness"}
    lint = terminal.type("lint", "--inventory", path, "--now", "2026-11-28T18:00:30Z")
    assert "bj: today this deletes 0 of 5 snapshots" in lint.stdout


def test_one_region_of_a_file_can_be_looked_at_alone(terminal: Terminal) -> None:
    path = terminal.exported()
    both = [terminal.type(*words, "--inventory", path).stdout for words in COMMANDS.values()]
    assert len(terminal.plans("--inventory", path, "--region", "gz")) == 1
    days = terminal.type("simulate", "--inventory", path, "--region", "gz").stdout
    assert ("gz: what is there" in days, "bj: what is there" in days) == (True, False)
    assert all("bj" in text for text in both)


def test_a_plan_that_was_made_from_a_file_can_be_approved_in_the_cloud(terminal: Terminal) -> None:
    plans = terminal.plans("--inventory", terminal.exported())
    before = {region: terminal.ids(region) for region in ("bj", "gz")}
    file = terminal.save("plan.json", "\n".join(map(json.dumps, plans)))
    terminal.world.clock.advance(3_600)
    assert terminal.type("approve", file).exit_code == 0
    for plan in plans:
        assert terminal.ids(plan["region"]) == before[plan["region"]] - set(plan["delete"])


def test_nothing_is_changed_in_the_file(terminal: Terminal) -> None:
    path = terminal.exported()
    before = Path(path).read_bytes()
    for words in COMMANDS.values():
        assert terminal.type(*words, "--inventory", path).exit_code == 0
    assert Path(path).read_bytes() == before
    assert str(NOW.date()) in before.decode()
