"""snapkeep report from an exported inventory: as of its export, or of another time."""

import json
from pathlib import Path
from typing import Any

import pytest
from pytest_socket import disable_socket, enable_socket

from tests.cli.conftest import OpenTerminal, Terminal, one_error
from tests.functional.history import add_nights
from tests.world import KEYS

LATER = "2026-11-25T18:00:30Z"
FORMS = ("json", "csv", "markdown", "html")


@pytest.fixture
def terminal(open_terminal: OpenTerminal) -> Terminal:
    found = open_terminal()
    (disk,) = found.world.add_disks(1)
    add_nights(found.world, disk, 5)
    return found


@pytest.fixture
def cut_off(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the path of an export, after which there are neither keys nor sockets."""
    path = terminal.exported()
    for name in KEYS:
        monkeypatch.delenv(name)
    disable_socket()
    yield path
    enable_socket()


def told(terminal: Terminal, *words: str) -> dict[str, Any]:
    result = terminal.type("report", "--format", "json", *words)
    assert (result.exit_code, result.stderr) == (0, "")
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_report_of_a_file_is_that_of_the_cloud_at_its_export(terminal: Terminal) -> None:
    path = terminal.exported()
    online = told(terminal)
    terminal.world.clock.advance(400 * 86_400)
    assert told(terminal, "--inventory", path) == online
    assert online["summary"]["disks"]["protected"] == 1
    assert online["summary"]["size_gb"] > 0


@pytest.mark.parametrize("form", FORMS)
def test_a_report_of_a_later_time_is_written_without_keys_or_network(
    terminal: Terminal, cut_off: str, form: str
) -> None:
    path = terminal.folder / f"report.{form}"
    words = ("--inventory", cut_off, "--now", LATER, "--format", form, "--out", str(path))
    result = terminal.type("report", *words)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", f"wrote {path}\n")
    text = path.read_text(encoding="utf-8")
    assert "stale" in text
    # the page is in the time of the policy file
    now = {"html": "2026-11-26 02:00", "csv": "48.0"}.get(form, LATER)
    assert now in text


def test_with_now_the_age_grows_and_the_state_changes(terminal: Terminal, cut_off: str) -> None:
    then, later = (told(terminal, "--inventory", cut_off, *now) for now in ((), ("--now", LATER)))
    assert (then["now"], later["now"]) == ("2026-11-23T18:00:30Z", LATER)
    ages = [found["summary"]["oldest_age_seconds"] for found in (then, later)]
    assert ages == [30, 30 + 2 * 86_400]
    assert (then["well"], later["well"]) == (True, False)
    assert [disk["state"] for disk in later["disks"]] == ["stale"]


def test_a_file_without_a_region_of_the_policy_is_wrong_input(terminal: Terminal) -> None:
    path = terminal.exported()
    wider = terminal.policy.read_text().replace('["bj"]', '["bj", "gz"]')
    policy = terminal.save("wider.toml", wider)
    said = one_error(terminal.type("report", "--inventory", path, "--policy", policy))
    assert "--inventory: has no region gz" in said


def test_a_file_that_is_no_export_is_wrong_input(terminal: Terminal) -> None:
    path = terminal.save("inventory.json", "{}")
    out = terminal.folder / "report.html"
    words = ("--inventory", path, "--format", "html", "--out", str(out))
    assert f"{path} is no export of snapkeep" in one_error(terminal.type("report", *words))
    assert not Path(out).exists()
