from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from snapkeep.model import Snapshot, Volume
from snapkeep.policy import Policies, Selector
from snapkeep.report.as_json import to_json
from snapkeep.report.build import build_report
from snapkeep.report.model import Report, State
from tests.unit.rows import (
    ADHOC,
    DAY,
    DISK,
    HOUR,
    NIGHTLY,
    NOW,
    SECOND,
    SLOT,
    adhoc,
    inventory,
    nightly,
    nights,
    policies,
    row,
    volume,
)  # fmt: skip

ONLY = policies(NIGHTLY)


def _report(
    volumes: Sequence[Volume] = (volume(),),
    snapshots: Sequence[Snapshot] = (),
    given_policies: Policies = ONLY,
) -> Report:
    found = inventory(volumes, snapshots=snapshots)
    return build_report([found], given_policies, NOW, {})


def _state(
    *snapshots: Snapshot, disk: Volume | None = None, under: Policies = ONLY
) -> tuple[list[str], str]:
    """Return the policies that cover a disk, and how it stands."""
    (found,) = _report([disk or volume()], snapshots, under).disks
    return [each.policy for each in found.coverages], found.state


LEFT_OUT = Selector(names=("data",))
AGED = [row(NOW - 26 * HOUR), row(NOW - 26 * HOUR - SECOND), row(NOW + SECOND)]


@pytest.mark.parametrize(
    ("snapshots", "state"),
    [
        ([], "stale"),
        ([AGED[0]], "protected"),
        ([AGED[1]], "stale"),
        ([AGED[2]], "stale"),
        ([AGED[0], AGED[2]], "protected"),
        ([row(status="Creating")], "stale"),
        ([row(status="CreatedFailed")], "stale"),
        ([row(status="NotAvailable")], "stale"),
        ([row(status="CreatedFailed"), row(SLOT - HOUR)], "failed"),
        ([row(SLOT - 2 * HOUR, status="CreatedFailed"), row(SLOT - HOUR)], "protected"),
        ([row(status="CreatedFailed"), row(generation=1, create_time=SLOT + SECOND)], "protected"),
        ([row(status="CreatedFailed"), row(SLOT - 3 * DAY)], "stale"),
        ([row(name="mine")], "stale"),
        ([row(of={"volume_id": "v-disk0002"})], "stale"),
        ([row(of={"policy": "weekly"})], "stale"),
    ],
    ids=["nothing", "exactly the rpo", "a second over", "future", "future too", "creating",
         "failed only", "unusable", "failed last", "failed before", "repaired", "failed and old",
         "foreign", "other disk", "other policy"],
)  # fmt: skip
def test_a_disk_under_a_policy_is_as_good_as_its_newest_good_snapshot(
    snapshots: list[Snapshot], state: str
) -> None:
    assert _state(*snapshots) == (["nightly"], state)


@pytest.mark.parametrize(
    ("disk", "under", "expected"),
    [
        (volume(), nightly(select=Selector(names=("x",))), ([], "unprotected")),
        (volume(), nightly(enabled=False), ([], "unprotected")),
        (volume(), nightly(select=Selector(names=("web",))), (["nightly"], "stale")),
        (volume(type="Local"), ONLY, ([], "unsupported")),
        (volume(type="Local"), nightly(exclude=LEFT_OUT), ([], "unsupported")),
    ],
    ids=["not selected", "disabled", "by its instance", "local", "local and excluded"],
)
def test_a_disk_that_no_policy_selects_is_unprotected(
    disk: Volume, under: Policies, expected: tuple[list[str], str]
) -> None:
    assert _state(disk=disk, under=under) == expected


def test_a_disk_under_ad_hoc_policies_only_is_unprotected_all_the_same() -> None:
    report = _report(snapshots=[adhoc(HOUR, NOW + DAY)], given_policies=policies(ADHOC))
    (disk,) = report.disks
    assert disk.state == "unprotected"
    assert [(each.policy, each.state, each.good) for each in disk.coverages] == [("adhoc", None, 1)]
    assert [(each.name, each.covered, each.disks) for each in report.policies] == [("adhoc", 1, {})]
    assert report.oldest_age is None
    assert not report.is_well


def test_a_disk_stands_under_each_policy_that_covers_it_and_as_it_stands_under_the_worst() -> None:
    weekly = replace(NIGHTLY, name="weekly", rpo=8 * DAY)
    rows = [*nights(2), row(SLOT - 9 * DAY, of={"policy": "weekly"})]
    report = _report(snapshots=rows, given_policies=policies(NIGHTLY, weekly, ADHOC))
    (disk,) = report.disks
    assert {each.policy: each.state for each in disk.coverages} == {
        "nightly": "protected", "weekly": "stale", "adhoc": None,
    }  # fmt: skip
    assert (disk.state, disk.worst) == (State.STALE, disk.coverages[1])
    assert (report.states[State.STALE], report.states[State.PROTECTED]) == (1, 0)
    assert {line.name: dict(line.disks) for line in report.policies} == {
        "nightly": {"protected": 1}, "weekly": {"stale": 1}, "adhoc": {},
    }  # fmt: skip


def test_a_disk_is_described_in_full() -> None:
    failed = row(SLOT + timedelta(minutes=0), status="CreatedFailed", generation=1)
    report = _report(snapshots=[*nights(3, newest=SLOT - HOUR), failed])
    (disk,) = to_json(report)["disks"]
    (coverage,) = disk.pop("policies")
    assert disk == {
        "region": "bj",
        "volume_id": DISK,
        "name": "data",
        "state": "failed",
        "size_gb": 40,
        "chain_gb": None,
        "automatic_policy": None,
        "snapshots": 4,
    }
    assert coverage == {
        "policy": "nightly",
        "state": "failed",
        "newest": nights(1, newest=SLOT - HOUR)[0].id,
        "newest_at": "2026-11-23T17:00:00Z",
        "age_seconds": 3_630,
        "rpo_seconds": 93_600,
        "next_run": "2026-11-24T18:00:00Z",
        "good": 3,
        "failed": 1,
        "deletes": 0,
        "approvals": 0,
    }


def test_the_most_urgent_disks_stand_first() -> None:
    disks = [
        volume("v-local001", type="Local"),
        volume("v-excl0001"),
        volume("v-good0001"),
        volume("v-fail0001"),
        volume("v-stale002"),
        volume("v-stale001"),
        volume("v-bare0001", name="bare"),
    ]
    rows = [
        row(of={"volume_id": "v-good0001"}),
        row(SLOT - HOUR, of={"volume_id": "v-fail0001"}),
        row(status="CreatedFailed", of={"volume_id": "v-fail0001"}),
    ]
    wanted, left_out = Selector(names=("data",)), Selector(volumes=("v-excl0001",))
    report = _report(disks, rows, nightly(select=wanted, exclude=left_out))
    assert [disk.volume_id for disk in report.disks] == [
        "v-bare0001", "v-stale001", "v-stale002", "v-fail0001", "v-good0001", "v-excl0001",
        "v-local001",
    ]  # fmt: skip
    assert [(each.kind, each.volume_id) for each in report.urgent] == [
        ("unprotected", "v-bare0001"), ("stale", "v-stale001"), ("stale", "v-stale002"),
        ("last-failed", "v-fail0001"),
    ]  # fmt: skip
    assert not report.is_well


@pytest.mark.parametrize(
    ("volumes", "errors", "well"),
    [([volume()], {}, True), ([volume()], {"gz": "no answer"}, False), ([], {}, False)],
    ids=["protected", "a region missing", "no disks"],
)
def test_all_is_well_only_if_disks_were_seen_everywhere_and_are_protected(
    volumes: list[Volume], errors: dict[str, str], well: bool
) -> None:
    report = build_report([inventory(volumes, snapshots=[row()])], ONLY, NOW, errors)
    assert report.is_well is well
    assert to_json(report)["errors"] == errors
    assert build_report([], ONLY, NOW, {}).is_well is False
