"""Approving a plan that is the plan no more: nothing goes, and the difference is told."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from snapkeep.identity import with_hold
from tests.cli.approving import Plan, account, due, saved
from tests.cli.conftest import OpenTerminal, Terminal, errors, one_error
from tests.functional.history import DAY, add_ours, edit, word
from tests.functional.test_holds import hold
from tests.world import POLICY, SLOT


def _hold(terminal: Terminal, plan: Plan) -> str:
    hold(terminal.world, plan["delete"][1], "audit")
    return f"bj: {plan['delete'][1]}: was delete (no rule keeps it); is keep ("


def _fail(terminal: Terminal, plan: Plan) -> str:
    edit(status="NotAvailable")(terminal.world.cloud.region("bj").snapshots[plan["delete"][2]])
    return f"bj: {plan['delete'][2]}: was delete (no rule keeps it); is keep ("


def _deface(terminal: Terminal, plan: Plan) -> str:
    row = terminal.world.cloud.region("bj").snapshots[plan["delete"][0]]
    word("policy=nightly", "policy=adhoc")(row)
    return f"bj: {plan['delete'][0]}: no longer listed as ours, was delete (no rule keeps it)"


def _backdate(terminal: Terminal, plan: Plan) -> str:
    add_ours(terminal.world, plan["snapshots"][-1]["volume_id"], SLOT - 9 * DAY, id="s-backdate")
    return "bj: s-backdate: new, delete (no rule keeps it)"


def _release(terminal: Terminal, plan: Plan) -> str:
    row = next(row for row in plan["snapshots"] if row["id"] == plan["delete"][0])
    terminal.world.cloud.region("bj").release_volume(row["volume_id"])
    return f"bj: {row['id']}: was delete (no rule keeps it); is approve ("


def _keep_more(terminal: Terminal, plan: Plan) -> str:
    terminal.save("policy.toml", POLICY.replace("last = 3", "last = 4"))
    return f"bj: {plan['delete'][2]}: was delete (no rule keeps it); is keep (last 4 of 4)"


def _new_rpo(terminal: Terminal, plan: Plan) -> str:
    terminal.save("policy.toml", POLICY.replace("26h", "27h"))
    return "bj: the policy file decides otherwise: a rule, an rpo, a hold or the time zone"


@pytest.mark.parametrize(
    "meanwhile", [_hold, _fail, _deface, _backdate, _release, _keep_more, _new_rpo]
)
def test_nothing_goes_once_something_has_changed_and_the_change_is_named(
    open_terminal: OpenTerminal, meanwhile: Callable[[Terminal, Plan], str]
) -> None:
    terminal = open_terminal()
    account(terminal)
    file, (plan,) = saved(terminal), terminal.plans()
    said = meanwhile(terminal, plan)
    before, writes = terminal.ids(), len(terminal.world.writes())
    result = terminal.type("approve", file)
    assert result.exit_code == 2
    assert [line for line in result.stdout.splitlines() if line.startswith(said)]
    (line,) = errors(result)
    assert line.startswith("snapkeep: bj: plan_id: rows, holds or policies have changed since;")
    assert (terminal.ids(), len(terminal.world.writes())) == (before, writes)


def test_a_second_time_the_same_file_deletes_nothing(open_terminal: OpenTerminal) -> None:
    terminal = open_terminal()
    account(terminal)
    file, (plan,) = saved(terminal), terminal.plans()
    assert terminal.type("approve", file).exit_code == 0
    left = terminal.ids()
    result = terminal.type("approve", file)
    assert result.exit_code == 2
    assert sorted(line.split()[1] for line in result.stdout.splitlines()[:5]) == sorted(
        f"{id_}:" for id_ in due(plan)
    )
    assert terminal.ids() == left


def test_the_snapshots_that_tonight_makes_in_between_do_not_matter(
    open_terminal: OpenTerminal,
) -> None:
    terminal = open_terminal()
    account(terminal)
    file, (plan,) = saved(terminal), terminal.plans()
    before = terminal.ids()
    terminal.world.clock.advance(timedelta(minutes=1))
    assert terminal.world.create()["counts"]["created"] == 1
    made = terminal.ids() - before
    assert terminal.type("approve", file).exit_code == 0
    assert terminal.ids() == before - set(due(plan)) | made


def test_a_hostile_reason_in_the_difference_does_nothing_to_the_terminal(
    open_terminal: OpenTerminal,
) -> None:
    terminal = open_terminal()
    account(terminal)
    file, (plan,) = saved(terminal), terminal.plans()
    row = terminal.world.cloud.region("bj").snapshots[plan["delete"][0]]
    row.desc = with_hold(row.desc, "[red]\x1b[2J\n\u202e")
    result = terminal.type("approve", file)
    assert result.exit_code == 2
    assert "held: [red]�[2J��)" in result.stdout
    assert result.stdout.count("\n") == 1


def test_the_difference_is_told_where_the_function_is_invoked_as_well(
    open_terminal: OpenTerminal,
) -> None:
    terminal = open_terminal()
    account(terminal)
    (plan,) = terminal.plans()
    hold(terminal.world, plan["delete"][0], "audit")
    event = {"mode": "approve", "plan_id": plan["id"], "as_of": plan["now"]}
    event |= {"delete": plan["delete"]}
    result = terminal.type("invoke", "delete-expired", "-", input=json.dumps(event))
    assert result.exit_code == 2
    assert [line.partition(":")[0] for line in result.stdout.splitlines()] == sorted(plan["delete"])
    assert f"{plan['delete'][0]}: keep: no rule keeps it; held: audit" in result.stdout
    assert errors(result)[0].startswith("snapkeep: plan_id: rows, holds or policies have changed")


@pytest.mark.parametrize("hours", [25, -1], ids=["too old", "of the future"])
def test_a_plan_is_good_for_a_day(open_terminal: OpenTerminal, hours: int) -> None:
    terminal = open_terminal()
    account(terminal)
    file, before = saved(terminal), terminal.ids()
    if hours > 0:
        terminal.world.clock.advance(timedelta(hours=hours))
    else:
        file = saved(terminal, lambda plan: plan.update(now="2026-11-23T19:00:30Z"))
    line = one_error(terminal.type("approve", file))
    assert "as_of: a plan can be approved for 1d, this one is of" in line
    assert terminal.ids() == before
