"""Inventory files that cannot be used, and options that do not go together."""

import json
from collections.abc import Callable
from operator import methodcaller
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import TWO_REGIONS, OpenTerminal, Terminal, one_error
from tests.functional.history import add_nights
from tests.world import POLICY

COMMANDS = ("plan", "simulate", "lint")
every_command = pytest.mark.parametrize("command", COMMANDS)
TEXTS = {
    "empty": (b"", "is no export of snapkeep: not JSON"),
    "half of it": (b'{"exported_at": "2026-11-23T18:0', "is no export of snapkeep: not JSON"),
    "a list": (b"[]", "is no export of snapkeep: must be a table, not list"),
    "a plan": (b'{"format": "snapkeep-plan/1"}', "is no export of snapkeep: exported_at: is req"),
    "not UTF-8": (b"\xff\xfe{}", "cannot read {path}: UnicodeDecodeError"),
    "deep": (b"[" * 99_999, "is no export of snapkeep: nested deeper than 16"),
    "NaN": (b'{"exported_at": NaN}', "is no export of snapkeep: NaN is not a number"),
}


def _of_bj(change: Callable[[dict[str, Any]], object]) -> Callable[[dict[str, Any]], object]:
    return lambda file: change(file["regions"]["bj"])


SHAPES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "no time": (methodcaller("pop", "exported_at"), "exported_at: is required"),
    "no instant": (methodcaller("update", exported_at="noon"), "exported_at: 'noon' is not an"),
    "a time without a zone": (
        methodcaller("update", exported_at="2026-11-23T18:00:30"),
        "exported_at: '2026-11-23T18:00:30' is not an instant with a zone",
    ),
    "no regions": (methodcaller("pop", "regions"), "regions: is required"),
    "regions as a list": (methodcaller("update", regions=[]), "regions: must be a table, not list"),
    "another key": (methodcaller("update", exportedAt=1), "exportedAt: unknown; did you mean"),
    "a region as a list": (lambda file: file["regions"].update(bj=[]), "regions.bj: must be a tab"),
    "no chains": (_of_bj(methodcaller("pop", "chains")), "regions.bj.chains: is required"),
    "a list as null": (
        _of_bj(methodcaller("update", volumes=None)),
        "regions.bj.volumes: must be a list, not NoneType",
    ),
    "another list": (_of_bj(methodcaller("update", images=[])), "regions.bj.images: unknown"),
}


def _row(key: str, change: Callable[[Any], object]) -> Callable[[dict[str, Any]], object]:
    return _of_bj(lambda lists: change(lists[key][0]))


DAMAGED: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "a snapshot without a status": (
        _row("snapshots", methodcaller("pop", "status")),
        "ListSnapshots in bj: a row has no status",
    ),
    "a snapshot whose id is a number": (
        _row("snapshots", methodcaller("update", id=7)),
        "ListSnapshots in bj: a row's id is int, not str",
    ),
    "a disk without a type": (
        _row("volumes", methodcaller("pop", "type")),
        "ListVolumes in bj: a row has no type",
    ),
    "a server without an id": (
        _row("instances", methodcaller("pop", "id")),
        "ListInstances in bj: a row has no id",
    ),
    "a chain whose size is a word": (
        _row("chains", methodcaller("update", chainSize="big")),
        "ListChains in bj: a row's chainSize is no number: 'big'",
    ),
    "a row that is a text": (
        _of_bj(lambda lists: lists["snapshots"].append("s-1")),
        "ListSnapshots in bj: a row is str, not an object",
    ),
}


@pytest.fixture
def terminal(open_terminal: OpenTerminal) -> Terminal:
    found = open_terminal()
    found.world.cloud.region("bj").add_instance()
    add_nights(found.world, found.world.add_disks(1)[0], 5)
    return found


def _edited(terminal: Terminal, change: Callable[[dict[str, Any]], object]) -> str:
    path = terminal.exported()
    file = json.loads(Path(path).read_text(encoding="utf-8"))
    change(file)
    return terminal.save("edited.json", json.dumps(file))


@every_command
@pytest.mark.parametrize(("content", "said"), TEXTS.values(), ids=TEXTS)
def test_what_is_no_export_is_one_line_that_names_the_file(
    terminal: Terminal, command: str, content: bytes, said: str
) -> None:
    path = terminal.folder / "inventory.json"
    path.write_bytes(content)
    line = one_error(terminal.type(command, "--inventory", str(path)))
    assert line.startswith("snapkeep: --inventory: ")
    assert said.format(path=path) in line
    assert str(path) in line


@every_command
def test_a_file_that_is_not_there_is_one_line(terminal: Terminal, command: str) -> None:
    line = one_error(terminal.type(command, "--inventory", "no/such.json"))
    assert line == "snapkeep: --inventory: cannot read no/such.json: FileNotFoundError"


@every_command
@pytest.mark.parametrize(("change", "said"), SHAPES.values(), ids=SHAPES)
def test_a_file_of_another_shape_is_refused_by_its_key(
    terminal: Terminal, command: str, change: Callable[[Any], object], said: str
) -> None:
    path = _edited(terminal, change)
    line = one_error(terminal.type(command, "--inventory", path))
    assert line.startswith(f"snapkeep: --inventory: {path} is no export of snapkeep: {said}")


@every_command
@pytest.mark.parametrize(("change", "said"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_row_is_refused_since_the_list_might_lack_a_good_one(
    terminal: Terminal, command: str, change: Callable[[Any], object], said: str
) -> None:
    path = _edited(terminal, change)
    line = one_error(terminal.type(command, "--inventory", path))
    assert line == f"snapkeep: --inventory: is damaged: {said}; export again"


@every_command
def test_a_region_that_is_not_in_the_file_is_named(terminal: Terminal, command: str) -> None:
    path = terminal.exported()
    two = terminal.save("two.toml", TWO_REGIONS)
    line = one_error(terminal.type(command, "--inventory", path, "--policy", two))
    assert line == (
        "snapkeep: --inventory: has no region gz; export with a policy file that names it"
    )


@pytest.mark.parametrize("command", ["plan", "simulate"])
def test_a_region_that_is_not_in_the_policy_file_is_named(terminal: Terminal, command: str) -> None:
    path = terminal.exported()
    line = one_error(terminal.type(command, "--inventory", path, "--region", "gz"))
    assert line.endswith("egion: 'gz' is not allowed here; one of bj")


@pytest.mark.parametrize("command", ["plan", "simulate"])
def test_a_file_and_a_cloud_do_not_go_together(terminal: Terminal, command: str) -> None:
    path = terminal.exported()
    fake = ("--endpoint", "bj=http://127.0.0.1:9")
    line = one_error(terminal.type(command, "--inventory", path, *fake))
    assert line.endswith("leave out one of --inventory and --endpoint")


@every_command
def test_now_needs_a_file_or_a_fake_cloud(terminal: Terminal, command: str) -> None:
    words = (command, "--now", "2026-11-23T18:00:30Z", "--policy", str(terminal.policy))
    line = one_error(terminal.without_a_cloud(*words))
    assert line.endswith("--now goes with --inventory, or with --endpoint and a fake cloud")


@every_command
def test_a_now_that_is_no_instant_is_one_line(terminal: Terminal, command: str) -> None:
    words = ("--inventory", terminal.exported(), "--now", "noon")
    line = one_error(terminal.type(command, *words))
    assert line.startswith("snapkeep: --now: 'noon' is not an instant with a zone")


def test_a_policy_file_that_is_refused_is_one_line(terminal: Terminal) -> None:
    path = terminal.exported()
    wrong = terminal.save("wrong.toml", POLICY.replace("rpo", "rpoo"))
    for command in COMMANDS:
        line = one_error(terminal.type(command, "--inventory", path, "--policy", wrong))
        assert "policy.nightly.rpoo: unknown; did you mean 'rpo'?" in line
