"""Files that somebody approves and that are no plan: refused before anything is asked."""

import json
from collections.abc import Callable
from operator import methodcaller
from pathlib import Path
from typing import Any

import pytest

from snapkeep.plan import DIGESTS
from tests.cli.approving import account, due, saved
from tests.cli.conftest import OpenTerminal, Terminal, one_error
from tests.world import KEYS

Edit = Callable[[dict[str, Any]], object]
WRONG = {
    "no JSON": ("hello", "it is not JSON in one line"),
    "a plan over several lines": (None, "it is not JSON in one line"),
    "a list": ("[]", "must be a table, not list"),
    "null": ("null", "must be a table, not NoneType"),
    "a number": ("7", "must be a table, not int"),
    "a key twice": ('{"format": "a", "format": "b"}', "format: stands there twice"),
    "another format": ('{"format": "snapkeep-plan/2"}', "format: must be 'snapkeep-plan/1'"),
    "an export": ('{"exported_at": "2026-11-23T18:00:30Z"}', "format: is required"),
}
EDITS: dict[str, tuple[Edit, str]] = {
    **{
        f"no {key}": (methodcaller("pop", key), f"{key}: is required")
        for key in ("format", "id", "region", "now", "delete", "approve", "snapshots", *DIGESTS)
    },
    "an empty id": (lambda plan: plan.update(id=" "), "id: is empty"),
    "a number as id": (lambda plan: plan.update(id=7), "id: must be a text, not int"),
    "delete as a text": (lambda plan: plan.update(delete="s-1"), "delete: must be a list, not str"),
    "an id that is a list": (lambda plan: plan["delete"].append([]), "delete: must be a text"),
    "an id of a disk": (lambda plan: plan["approve"].append("v-6r3dam6F"), "approve: 'v-6r3dam6F'"),
    "an id with a path": (lambda plan: plan["delete"].append("s-1/../x"), "delete: 's-1/../x'"),
    "a row that is a text": (
        lambda plan: plan["snapshots"].append("s-1"),
        "snapshots[11]: must be a table, not str",
    ),
    "a row without an id": (
        lambda plan: plan["snapshots"][0].pop("id"),
        "snapshots[0].id: is required",
    ),
    "a row without reasons": (
        lambda plan: plan["snapshots"][2].pop("reasons"),
        "snapshots[2].reasons: is required",
    ),
}


def _nothing_was_done(terminal: Terminal, before: set[str]) -> bool:
    return (terminal.ids(), terminal.world.writes()) == (before, [])


@pytest.mark.parametrize(("text", "said"), WRONG.values(), ids=WRONG)
def test_what_is_no_plan_is_refused_by_its_line(
    open_terminal: OpenTerminal, text: str | None, said: str
) -> None:
    terminal = open_terminal()
    account(terminal)
    (plan,) = terminal.plans()
    file = terminal.save("plan.json", json.dumps(plan, indent=2) if text is None else f"\n{text}\n")
    before, calls = terminal.ids(), len(terminal.world.cloud.journal)
    line = one_error(terminal.type("approve", file))
    place = 1 if text is None else 2
    assert line.startswith(f"snapkeep: FILE: line {place} of {file} is no plan: {said}")
    assert line.endswith("; write one with snapkeep plan --format json")
    assert len(terminal.world.cloud.journal) == calls
    assert _nothing_was_done(terminal, before)


@pytest.mark.parametrize(("change", "said"), EDITS.values(), ids=EDITS)
def test_a_plan_that_was_damaged_is_refused_by_its_key(
    open_terminal: OpenTerminal, change: Edit, said: str
) -> None:
    terminal = open_terminal()
    account(terminal)
    file = saved(terminal, change)
    before, calls = terminal.ids(), len(terminal.world.cloud.journal)
    line = one_error(terminal.type("approve", file))
    assert line.startswith(f"snapkeep: FILE: line 1 of {file} is no plan: {said}")
    assert len(terminal.world.cloud.journal) == calls
    assert _nothing_was_done(terminal, before)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda plan: plan.update(id="0" * 63), "plan_id: '000"),
        (lambda plan: plan.update(now="yesterday"), "as_of: 'yesterday' is not an instant"),
        (lambda plan: plan.update(region="gz"), "region: 'gz' is not allowed here; one of bj"),
    ],
    ids=["the id", "the time", "the region"],
)
def test_a_value_that_cannot_be_is_refused(
    open_terminal: OpenTerminal, change: Edit, said: str
) -> None:
    terminal = open_terminal()
    account(terminal)
    file, before = saved(terminal, change), terminal.ids()
    assert said in one_error(terminal.type("approve", file))
    assert _nothing_was_done(terminal, before)


@pytest.mark.parametrize("content", [b"", b"\n \n", None, b"\xff\xfe{}"], ids=repr)
def test_a_file_that_is_empty_or_cannot_be_read_is_named(
    open_terminal: OpenTerminal, tmp_path: Path, content: bytes | None
) -> None:
    terminal = open_terminal()
    path = tmp_path / "plan.json"
    if content is not None:
        path.write_bytes(content)
    line = one_error(terminal.type("approve", str(path)))
    assert line.startswith("snapkeep: FILE: ")
    assert str(path) in line
    assert one_error(terminal.type("approve", str(tmp_path))).endswith("IsADirectoryError")


def test_a_snapshot_that_no_plan_of_the_file_deletes_is_refused(
    open_terminal: OpenTerminal,
) -> None:
    terminal = open_terminal()
    account(terminal)
    (plan,) = terminal.plans()
    file, before = saved(terminal), terminal.ids()
    kept = plan["snapshots"][-1]["id"]
    line = one_error(terminal.type("approve", file, "--only", due(plan)[0], "--only", kept))
    assert line == f"snapkeep: --only: {file} does not delete {kept}"
    assert _nothing_was_done(terminal, before)


def test_an_id_that_was_written_into_the_file_is_refused(open_terminal: OpenTerminal) -> None:
    terminal = open_terminal()
    account(terminal)
    (plan,) = terminal.plans()
    kept = plan["snapshots"][-1]["id"]
    file, before = saved(terminal, lambda plan: plan["delete"].append(kept)), terminal.ids()
    assert f"the plan does not delete {kept}" in one_error(terminal.type("approve", file))
    assert _nothing_was_done(terminal, before)


def test_without_keys_it_is_one_line(
    open_terminal: OpenTerminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal = open_terminal()
    account(terminal)
    file = saved(terminal)
    for name in KEYS:
        monkeypatch.delenv(name)
    assert "set BCE_ACCESS_KEY_ID" in one_error(terminal.type("approve", file), code=1)
