from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from snapkeep.model import Snapshot, Volume
from snapkeep.policy import Policies, Selector
from snapkeep.report import Report, State, build_report
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
) -> tuple[str | None, str]:
    (found,) = _report([disk or volume()], snapshots, under).disks
    return found.policy, found.state


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
    assert _state(*snapshots) == ("nightly", state)


@pytest.mark.parametrize(
    ("disk", "under", "expected"),
    [
        (volume(), nightly(select=Selector(names=("x",))), (None, "unprotected")),
        (volume(), nightly(enabled=False), (None, "unprotected")),
        (volume(), nightly(select=Selector(names=("web",))), ("nightly", "stale")),
        (volume(type="Local"), ONLY, (None, "unsupported")),
        (volume(type="Local"), nightly(exclude=LEFT_OUT), (None, "unsupported")),
    ],
    ids=["not selected", "disabled", "by its instance", "local", "local and excluded"],
)
def test_a_disk_that_no_policy_selects_is_unprotected(
    disk: Volume, under: Policies, expected: tuple[str | None, str]
) -> None:
    assert _state(disk=disk, under=under) == expected


def test_a_disk_under_ad_hoc_policies_only_is_unprotected_all_the_same() -> None:
    report = _report(snapshots=[adhoc(HOUR, NOW + DAY)], given_policies=policies(ADHOC))
    assert [(d.policy, d.state, d.good) for d in report.disks] == [
        (None, "unprotected", 0), ("adhoc", "ad-hoc", 1),
    ]  # fmt: skip
    assert not report.is_well


def test_a_disk_stands_under_each_policy_that_covers_it() -> None:
    weekly = replace(NIGHTLY, name="weekly", rpo=8 * DAY)
    rows = [*nights(2), row(SLOT - 9 * DAY, of={"policy": "weekly"})]
    report = _report(snapshots=rows, given_policies=policies(NIGHTLY, weekly, ADHOC))
    assert [(d.policy, d.state) for d in report.disks] == [
        ("weekly", "stale"), ("nightly", "protected"), ("adhoc", "ad-hoc"),
    ]  # fmt: skip
    assert (report.count(State.STALE), report.count(State.PROTECTED)) == (1, 1)


def test_a_disk_is_described_in_full() -> None:
    failed = row(SLOT + timedelta(minutes=0), status="CreatedFailed", generation=1)
    report = _report(snapshots=[*nights(3, newest=SLOT - HOUR), failed])
    (disk,) = report.disks
    assert disk.to_json() == {
        "region": "bj",
        "volume_id": DISK,
        "name": "data",
        "policy": "nightly",
        "state": "failed",
        "newest": nights(1, newest=SLOT - HOUR)[0].id,
        "newest_at": "2026-11-23T17:00:00Z",
        "age_seconds": 3_630,
        "rpo_seconds": 93_600,
        "good": 3,
        "failed": 1,
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
    assert [disk.volume_id for disk in report.urgent] == [
        "v-bare0001", "v-stale001", "v-stale002", "v-fail0001",
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
    assert report.to_json()["errors"] == errors
    assert build_report([], ONLY, NOW, {}).is_well is False
