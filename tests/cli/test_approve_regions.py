"""Approving the plans of several regions at once: each stands for itself, and none is left out."""

import json

from tests.cli.approving import Plan, account, due, saved
from tests.cli.conftest import TWO_REGIONS, OpenTerminal, Terminal, errors, one_error
from tests.fake_bce import Fault
from tests.functional.test_holds import hold


def _both(open_terminal: OpenTerminal) -> tuple[Terminal, Plan, Plan]:
    terminal = open_terminal(TWO_REGIONS)
    for region in ("bj", "gz"):
        account(terminal, region)
    bj, gz = terminal.plans()
    return terminal, bj, gz


def test_all_regions_of_a_file_are_carried_out(open_terminal: OpenTerminal) -> None:
    terminal, bj, gz = _both(open_terminal)
    before = {region: terminal.ids(region) for region in ("bj", "gz")}
    result = terminal.type("approve", saved(terminal))
    assert (result.exit_code, result.stderr) == (0, "")
    assert terminal.ids("bj") == before["bj"] - set(due(bj))
    assert terminal.ids("gz") == before["gz"] - set(due(gz))
    told = [f"{plan['region']}: deleted {id_}" for plan in (bj, gz) for id_ in due(plan)]
    assert sorted(result.stdout.splitlines()) == sorted(told)


def test_a_snapshot_of_one_region_alone_can_be_named(open_terminal: OpenTerminal) -> None:
    terminal, _, gz = _both(open_terminal)
    before = {region: terminal.ids(region) for region in ("bj", "gz")}
    result = terminal.type("approve", saved(terminal), "--only", gz["delete"][0])
    assert result.exit_code == 0
    assert errors(result) == ["bj: nothing to delete"]
    assert terminal.ids("bj") == before["bj"]
    assert terminal.ids("gz") == before["gz"] - {gz["delete"][0]}


def test_a_region_that_has_changed_does_not_stop_the_other(open_terminal: OpenTerminal) -> None:
    terminal, bj, gz = _both(open_terminal)
    file, before = saved(terminal), terminal.ids("bj")
    hold(terminal.world, bj["delete"][0], "audit")
    left = terminal.ids("gz") - set(due(gz))
    result = terminal.type("approve", file)
    # not 2, which would say that nothing was done
    assert result.exit_code == 1
    assert result.stdout.startswith(
        f"bj: {bj['delete'][0]}: was delete (no rule keeps it); is keep"
    )
    (line,) = errors(result)
    assert line.startswith("snapkeep: bj: plan_id: rows, holds or policies have changed")
    assert (terminal.ids("bj"), terminal.ids("gz")) == (before, left)


def test_where_every_region_has_changed_nothing_goes(open_terminal: OpenTerminal) -> None:
    terminal, bj, gz = _both(open_terminal)
    file = saved(terminal)
    before = terminal.ids("bj") | terminal.ids("gz")
    for plan in (bj, gz):
        hold(terminal.world, plan["delete"][0], "audit")
    result = terminal.type("approve", file)
    assert result.exit_code == 2
    assert [line.split(": ")[1] for line in errors(result)] == ["bj", "gz"]
    assert terminal.ids("bj") | terminal.ids("gz") == before


def test_a_region_that_cannot_be_read_does_not_stop_the_other(open_terminal: OpenTerminal) -> None:
    terminal, _, gz = _both(open_terminal)
    file, before = saved(terminal), terminal.ids("bj")
    left = terminal.ids("gz") - set(due(gz))
    terminal.world.cloud.faults.add(Fault("before", "ListSnapshots", region="bj", times=1_000))
    result = terminal.type("approve", file)
    assert result.exit_code == 1
    (line,) = errors(result)
    assert line.startswith("snapkeep: bj: ListSnapshots")
    assert (terminal.ids("bj"), terminal.ids("gz")) == (before, left)


def test_a_region_that_is_not_in_the_policy_stops_all_before_the_first_delete(
    open_terminal: OpenTerminal,
) -> None:
    terminal, _, gz = _both(open_terminal)
    lines = map(json.dumps, [terminal.plans()[0], {**gz, "region": "su"}])
    before = terminal.ids()
    line = one_error(terminal.type("approve", terminal.save("plan.json", "\n".join(lines))))
    assert line == "snapkeep: region: 'su' is not allowed here; one of bj, gz"
    assert (terminal.ids(), terminal.world.writes()) == (before, [])


def test_two_plans_of_one_region_are_refused(open_terminal: OpenTerminal) -> None:
    terminal, bj, gz = _both(open_terminal)
    lines = map(json.dumps, [bj, gz, bj])
    before = terminal.ids()
    line = one_error(terminal.type("approve", terminal.save("plan.json", "\n".join(lines))))
    assert line == f"snapkeep: FILE: {terminal.folder}/plan.json has two plans of one region"
    assert (terminal.ids(), terminal.world.writes()) == (before, [])


def test_a_plan_is_read_from_standard_input(open_terminal: OpenTerminal) -> None:
    terminal, bj, gz = _both(open_terminal)
    before = {region: terminal.ids(region) for region in ("bj", "gz")}
    written = terminal.type("plan", "--format", "json").stdout
    assert terminal.type("approve", "-", input=written).exit_code == 0
    assert terminal.ids("bj") == before["bj"] - set(due(bj))
    assert terminal.ids("gz") == before["gz"] - set(due(gz))


def test_standard_input_that_is_no_plan_is_named(open_terminal: OpenTerminal) -> None:
    terminal, bj, _ = _both(open_terminal)
    for text, said in {
        "": "standard input is empty; write one with",
        "Plan for bj": "line 1 of standard input is no plan: it is not JSON in one line",
        f"{json.dumps(bj)}\n{{}}": "line 2 of standard input is no plan: format: is required",
    }.items():
        line = one_error(terminal.type("approve", "-", input=text))
        assert line.startswith(f"snapkeep: FILE: {said}")
    assert terminal.world.writes() == []
