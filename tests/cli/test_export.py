"""Export: the lists of the API in a file, as the API has them."""

import json
from pathlib import Path
from typing import Any

import pytest

from snapkeep.model import iso
from tests.cli.conftest import TWO_REGIONS, OpenTerminal, Terminal, errors, one_error
from tests.fake_bce import Fault
from tests.functional.history import add_nights
from tests.world import NOW

LISTS = {"volumes", "instances", "snapshots", "chains"}


def _account(open_terminal: OpenTerminal, **settings: Any) -> Terminal:
    terminal = open_terminal(TWO_REGIONS, **settings)
    for region in ("bj", "gz"):
        store = terminal.world.cloud.region(region)
        server = store.add_instance("订单服务", tags={"backup": "nightly"})
        for disk in (store.add_volume(instance_id=server), *terminal.world.add_disks(2, region)):
            add_nights(terminal.world, disk, 4, region=region)
        store.add_snapshot(disk, "by-hand", desc="升级前")
    return terminal


def _read(path: str) -> Any:
    with Path(path).open(encoding="utf-8") as file:
        return json.load(file)


def test_the_file_has_every_row_of_every_region_and_the_instant(
    open_terminal: OpenTerminal,
) -> None:
    terminal = _account(open_terminal)
    path = f"{terminal.folder}/inventory.json"
    result = terminal.type("export", path)
    assert (result.exit_code, result.stdout) == (0, "")
    exported = _read(path)
    assert exported["exported_at"] == iso(NOW)
    assert exported["regions"].keys() == {"bj", "gz"}
    for region, lists in exported["regions"].items():
        store = terminal.world.cloud.region(region)
        assert lists.keys() == LISTS
        assert [row["id"] for row in lists["snapshots"]] == sorted(store.snapshots)
        assert {row["id"] for row in lists["volumes"]} == set(store.volumes)
        assert {row["id"] for row in lists["instances"]} == set(store.instances)
        assert {row["chainId"] for row in lists["chains"]} <= set(store.chains)
        assert len(lists["chains"]) == 4
    assert errors(result) == [
        f"{region}: 4 volumes, 1 instances, 13 snapshots, 4 chains" for region in ("bj", "gz")
    ]
    assert terminal.world.writes() == []


def test_rows_are_written_as_the_api_has_them(open_terminal: OpenTerminal) -> None:
    terminal = _account(open_terminal)
    seen: list[dict[str, Any]] = []

    def keep(reply: dict[str, Any]) -> None:
        reply["snapshots"][0]["newField"] = {"x": [1, None, True, "审计"]}
        seen.extend(reply["snapshots"])

    fault = Fault("transform", "ListSnapshots", region="bj", transform=keep)
    terminal.world.cloud.faults.add(fault)
    rows = _read(terminal.exported())["regions"]["bj"]["snapshots"]
    assert rows == seen
    assert rows[0]["newField"] == {"x": [1, None, True, "审计"]}
    assert len(rows[0]) > 8


def test_lists_of_many_pages_are_whole(open_terminal: OpenTerminal) -> None:
    terminal = _account(open_terminal, max_keys=3)
    lists = _read(terminal.exported())["regions"]["gz"]
    ids = [row["id"] for row in lists["snapshots"]]
    assert len(ids) == len(set(ids)) == 13
    assert len(lists["volumes"]) == 4


def test_half_a_character_in_a_name_does_not_stop_it(open_terminal: OpenTerminal) -> None:
    terminal = _account(open_terminal)
    terminal.world.cloud.region("bj").add_volume("broken \ud83d name")
    path = terminal.exported()
    names = [row["name"] for row in _read(path)["regions"]["bj"]["volumes"]]
    assert "broken ? name" in names
    assert terminal.type("plan", "--inventory", path).exit_code == 0


@pytest.mark.parametrize("path", [".", "no/such/folder/inventory.json"])
def test_a_file_that_cannot_be_written_is_one_line(open_terminal: OpenTerminal, path: str) -> None:
    terminal = _account(open_terminal)
    line = one_error(terminal.type("export", path))
    assert line.startswith(f"snapkeep: FILE: cannot write {path}: ")


@pytest.mark.parametrize("operation", ["Volumes", "Instances", "Snapshots", "Chains"])
def test_of_lists_that_are_not_complete_no_file_is_written(
    open_terminal: OpenTerminal, operation: str
) -> None:
    terminal = _account(open_terminal)
    fault = Fault("before", f"List{operation}", region="gz", times=1_000)
    terminal.world.cloud.faults.add(fault)
    path = terminal.folder / "inventory.json"
    line = one_error(terminal.type("export", str(path)), code=1)
    assert f"List{operation}" in line
    assert not path.exists()
