"""An attack sees a store that is not the clean run's, and a run that only says that it is done."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from tests.fake_bce import Fault
from tests.proof.faults.attacks import Attack, attack, clean_run, opened
from tests.proof.faults.flows import BY_NAME, FLOWS, PAIRED, Flow, store_of
from tests.proof.faults.kinds import DEADLINE, DOUBLE, SINGLE
from tests.proof.figures import Tally


def found(flow: Flow, folder: Path, shots: list[tuple[Fault, int]]) -> list[str]:
    tally = Tally()
    attack(flow, shots, folder, tally)
    assert tally.count == 1
    assert tally.more["faults that fired"] >= len(shots)
    return tally.breaches


@pytest.mark.parametrize("flow", [*FLOWS, *PAIRED], ids=lambda flow: flow.name)
def test_a_clean_run_makes_calls_and_ends_in_a_store(flow: Flow) -> None:
    clean = clean_run(flow)
    assert clean.calls >= 4
    assert sum(clean.final.values()) >= 1


@pytest.mark.parametrize("fault", [DEADLINE, Fault("kill"), Fault("after", status=503)])
def test_a_fault_at_the_create_is_got_over(tmp_path: Path, fault: Fault) -> None:
    assert not found(BY_NAME["create, few disks"], tmp_path, [(fault, 5)])


def test_kinds_are_told_apart_and_cover_both_sides_of_a_commit() -> None:
    for kinds in (SINGLE, DOUBLE):
        assert len(set(kinds)) == len(kinds)
        assert {fault.commits for fault in kinds} == {True, False}


def test_a_store_with_one_too_many_or_too_few_is_seen(tmp_path: Path) -> None:
    flow = BY_NAME["create, few disks"]
    clean = clean_run(flow)
    more = clean.final + Counter([("mine", "", "v-1", "Available")])
    for final in (Counter(list(clean.final)[:1]), more):
        with opened(flow, tmp_path) as account:
            trial = Attack(flow, replace(clean, final=final), account, store_of(account))
            trial.run(1)
        assert any("it was said to be done" in said for said in trial.found)
        assert any("it ends with" in said for said in trial.found)


def test_a_snapshot_that_goes_and_should_not_is_seen(tmp_path: Path) -> None:
    flow = BY_NAME["delete"]
    with opened(flow, tmp_path) as account:
        before = store_of(account)
        trial = Attack(flow, replace(clean_run(flow), final=before), account, before)
        trial.run(1)
    assert any("nobody allowed" in said for said in trial.found)


def nights_left(flow: Flow) -> dict[str, list[str]]:
    """Return the slots of what each disk has of ours in the end, without what is held."""
    left: dict[str, list[str]] = {}
    for name, desc, disk, status in clean_run(flow).final.elements():
        if name.startswith("sk_") and " hold=" not in desc and status == "Available":
            left.setdefault(str(disk), []).append(name.split("_")[2])
    return {disk: sorted(slots) for disk, slots in left.items()}


@pytest.mark.parametrize("flow", [f for f in (*FLOWS, *PAIRED) if f.name.startswith("create")])
def test_a_clean_create_leaves_one_good_snapshot_of_each_disk(tmp_path: Path, flow: Flow) -> None:
    with opened(flow, tmp_path) as account:
        disks = [row.id for row in account.cloud.region("bj").volumes.values()]
    left = nights_left(flow)
    assert sorted(left) == sorted(disks)
    assert all(len(slots) == 1 for slots in left.values())


@pytest.mark.parametrize("name", ["delete", "delete, in pages", "approve"])
def test_a_clean_delete_leaves_the_last_three_nights_and_what_is_no_concern_of_it(
    name: str,
) -> None:
    nights = ["20261121T180000Z", "20261122T180000Z", "20261123T180000Z"]
    assert all(slots == nights for slots in nights_left(BY_NAME[name]).values())
    final = clean_run(BY_NAME[name]).final.elements()
    others = [(row, desc) for row, desc, _, _ in final if row == "by-hand" or " hold=" in desc]
    assert len(others) == len(nights_left(BY_NAME[name])) + 1
