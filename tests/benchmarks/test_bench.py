"""The benchmarks compare like with like, at sizes that take no time; no time is judged here."""

import pytest
from benchmarks import fleet, growth, retention
from benchmarks.__main__ import ROWS, table
from benchmarks.measure import Bench, Row, here


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.title)
def test_a_row_is_measured_and_written_as_a_table(row: Row) -> None:
    lines = row.measure(Bench(rounds=1, sampler=here, shrink=1_000))
    assert {line.row for line in lines} == {row.number}
    assert any(line.target for line in lines)
    text = table(lines).splitlines()
    assert len(text) == len(lines) + 2
    assert {line.count("|") for line in text} == {9}


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
