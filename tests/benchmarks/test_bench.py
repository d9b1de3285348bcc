"""The benchmarks compare like with like, at sizes that take no time; no time is judged here."""

from collections import defaultdict
from types import ModuleType

import pytest
from benchmarks import fleet, growth, retention
from benchmarks.__main__ import MODULES, ROWS, run, table
from benchmarks.measure import Bench, Case, Row, Sample, Unmeasurable, here

# test_calls.py has the others
TINY = {
    "signing": 3,
    "warm_call": 3,
    "creates": 6,
    "listing": 2_100,
    "retention": 1_000,
    "calls": 6,
    "growth": 10,
    "webhooks": 1,
}
VARIANTS = [
    pytest.param(module, name, id=f"{module.ROW.title}: {name}")
    for module in MODULES
    if module.__name__.rpartition(".")[2] in TINY
    for name in module.VARIANTS
]


# the vendor's client leaves its connections to the garbage collector
@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
@pytest.mark.parametrize(("module", "name"), VARIANTS)
def test_a_variant_does_its_work(module: ModuleType, name: str) -> None:
    size = TINY[module.__name__.rpartition(".")[2]]
    sample = here(module.__name__, Case(name, size))
    assert sample.elapsed > 0
    assert sample.peak_mib > 0


def one_of_each(module: str, case: Case) -> Sample:
    return Sample(1.0, 1.0, 1.0, 1.0, defaultdict(lambda: 1.0))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.title)
def test_a_row_is_written_as_a_table(row: Row) -> None:
    lines = row.measure(Bench(rounds=2, sampler=one_of_each))
    assert {line.row for line in lines} == {row.number}
    assert any(line.target for line in lines)
    assert {len(line.ours.values) for line in lines} <= {1, 2}
    text = table(lines).splitlines()
    assert len(text) == len(lines) + 2
    assert {line.count("|") for line in text} == {9}


def test_every_row_of_the_table_is_there() -> None:
    assert [row.number for row in ROWS] == list(range(1, 12))


def test_a_row_that_cannot_be_measured_is_told_and_the_others_are_measured() -> None:
    def first_is_missing(module: str, case: Case) -> Sample:
        if module == MODULES[0].__name__:
            raise Unmeasurable("there is no build; make build")
        return one_of_each(module, case)

    lines, missing = run(ROWS[:2], 1, first_is_missing)
    assert {line.row for line in lines} == {2}
    assert missing == ["Row 1, cold start, was not measured: there is no build; make build."]


def test_cases_are_measured_by_turns_and_the_slowest_once() -> None:
    fast, slow, turns = Case("fast", 1), Case("slow", 1), []

    def sampler(module: str, case: Case) -> Sample:
        turns.append(case)
        return one_of_each(module, case)

    samples = Bench(rounds=3, sampler=sampler).samples("any", [fast, slow], once=[slow])
    assert turns == [fast, slow, fast, fast]
    assert (len(samples[fast]), len(samples[slow])) == (3, 1)


def test_ours_and_the_peers_keep_the_same() -> None:
    rows = fleet.listed(20, 100)
    kept = {disk: set(found) for disk, found in retention.ours(rows).items()}
    assert all(kept.values())
    assert kept == {disk: set(found) for disk, found in retention.restic(rows).items()}
    assert kept == {disk: set(found) for disk, found in retention.strptime(rows).items()}
    exclusive = retention.ours(rows, retention.EXCLUSIVE)
    assert {disk: set(found) for disk, found in exclusive.items()} == {
        disk: set(found) for disk, found in retention.borg(rows).items()
    }


def test_a_fleet_is_swept_planned_and_reported_whole() -> None:
    region = fleet.inventory(20, growth.NIGHTS)
    assert len(growth.sweep(region)) == 20
    assert len(growth.plan(region).decisions) == 20 * growth.NIGHTS
    assert all(volume.id in growth.report(region) for volume in region.volumes)
