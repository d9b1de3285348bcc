"""Approving a plan from its file: what the file says goes."""

import json

import pytest

from tests.cli.approving import Plan, account, due, saved
from tests.cli.conftest import OpenTerminal, errors
from tests.fake_bce import Fault
from tests.functional.deliver import before_call
from tests.functional.history import add_nights
from tests.functional.test_holds import hold


def test_exactly_the_deletes_and_approvals_of_the_file_go(open_terminal: OpenTerminal) -> None:
    terminal = open_terminal()
    account(terminal)
    before = terminal.ids()
    text = terminal.type("plan", "--format", "json").stdout
    plan = json.loads(text)
    assert (len(plan["delete"]), len(plan["approve"])) == (3, 2)
    result = terminal.type("approve", terminal.save("plan.json", text))
    assert (result.exit_code, result.stderr) == (0, "")
    assert sorted(result.stdout.splitlines()) == sorted(f"bj: deleted {i}" for i in due(plan))
    assert terminal.ids() == before - set(due(plan))


def test_a_plan_over_the_caps_goes_as_well(open_terminal: OpenTerminal) -> None:
    terminal = open_terminal()
    nights = add_nights(terminal.world, terminal.world.add_disks(1)[0], 9)
    (plan,) = terminal.plans()
    assert plan["refusals"].keys() == {"cap"}
    assert terminal.type("approve", saved(terminal)).exit_code == 0
    assert terminal.ids() == set(nights[6:])


@pytest.mark.parametrize("places", [[0], [4], [3, 1]], ids=str)
def test_only_the_snapshots_that_are_named_go(
    open_terminal: OpenTerminal, places: list[int]
) -> None:
    terminal = open_terminal()
    account(terminal)
    before = terminal.ids()
    (plan,) = terminal.plans()
    named = [due(plan)[place] for place in places]
    words = [word for id_ in named for word in ("--only", id_)]
    result = terminal.type("approve", saved(terminal), *words)
    assert (result.exit_code, result.stderr) == (0, "")
    assert terminal.ids() == before - set(named)


def test_what_somebody_took_out_of_the_file_stays(open_terminal: OpenTerminal) -> None:
    terminal = open_terminal()
    account(terminal)
    before = terminal.ids()
    (plan,) = terminal.plans()
    left = {plan["delete"][1], plan["approve"][0]}

    def take_out(plan: Plan) -> None:
        for key in ("delete", "approve"):
            plan[key] = [id_ for id_ in plan[key] if id_ in left]

    assert terminal.type("approve", saved(terminal, take_out)).exit_code == 0
    assert terminal.ids() == before - left


def test_of_a_file_without_any_id_left_nothing_goes(open_terminal: OpenTerminal) -> None:
    terminal = open_terminal()
    account(terminal)
    before = terminal.ids()
    file = saved(terminal, lambda plan: plan.update(delete=[], approve=[]))
    result = terminal.type("approve", file)
    assert (result.exit_code, result.stdout) == (0, "")
    assert errors(result) == ["bj: nothing to delete"]
    assert (terminal.ids(), terminal.world.writes()) == (before, [])


def test_a_snapshot_that_is_held_just_before_its_delete_is_kept(
    open_terminal: OpenTerminal,
) -> None:
    terminal = open_terminal()
    account(terminal)
    file, before = saved(terminal), terminal.ids()
    (plan,) = terminal.plans()
    first = plan["delete"][0]
    before_call(terminal.world, 1, lambda: hold(terminal.world, first, "wait"), "GetSnapshot")
    result = terminal.type("approve", file, "--only", first)
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.startswith(f"bj: kept {first}: now kept: no rule keeps it; held: wait")
    assert terminal.ids() == before


def test_a_delete_that_fails_does_not_stop_the_others(open_terminal: OpenTerminal) -> None:
    terminal = open_terminal()
    account(terminal)
    file, before = saved(terminal), terminal.ids()
    (plan,) = terminal.plans()
    stuck = plan["delete"][1]
    fault = Fault("before", "DeleteSnapshot", match=stuck, times=100)
    terminal.world.cloud.faults.add(fault)
    result = terminal.type("approve", file)
    assert result.exit_code == 1
    (line,) = errors(result)
    assert line.startswith(f"snapkeep: {stuck}: DeleteSnapshot")
    assert terminal.ids() == before - set(due(plan)) | {stuck}
