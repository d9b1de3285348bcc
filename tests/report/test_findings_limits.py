"""Where a finding begins: the quota, the caps, the age of what is being created, what is gone."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from snapkeep.policy import Adopt, Keep
from tests.report.account import FULL, GONE, GOOD, ONLY, Account, by_hand
from tests.unit.rows import (
    ADHOC,
    DAY,
    DISK,
    HOUR,
    NIGHTLY,
    NOW,
    SECOND,
    adhoc,
    backup,
    nightly,
    nights,
    policies,
    row,
    volume,
)


@pytest.mark.parametrize(
    ("limit", "used", "is_near"),
    [(10, 7, False), (10, 8, True), (10, 10, True), (10, 12, True), (5, 3, False), (5, 4, True),
     (1, 0, False), (1, 1, True), (64, 51, False), (64, 52, True)],
)  # fmt: skip
def test_the_quota_is_near_from_eighty_percent_on(limit: int, used: int, is_near: bool) -> None:
    under = replace(ONLY, quota_per_disk=limit)
    account = Account(by_hand(used), policies=under)
    assert bool(account.findings("quota-near")) is is_near
    quota = account.report.quota
    assert quota
    assert (quota.limit, quota.most_used, quota.headroom) == (limit, used, limit - used)
    assert quota.volume_id == (DISK if used else "")


@pytest.mark.parametrize(
    "changes",
    [
        {"create_method": "auto"},
        {"insnap_id": "ins-1"},
        {"template_id": "m-1"},
        {"volume_id": None},
        {"volume_id": "v-other001"},
    ],
    ids=str,
)
def test_only_manual_snapshots_of_the_disk_use_up_its_quota(changes: dict[str, Any]) -> None:
    account = Account([*nights(3), *by_hand(9, **changes)], policies=FULL)
    assert account.findings("quota-near") == []
    assert account.report.quota
    assert account.report.quota.headroom == 2


def test_what_is_left_of_a_disk_that_is_gone_uses_up_no_quota() -> None:
    account = Account([*nights(3), *nights(12, volume_id=GONE["volume_id"])], policies=FULL)
    assert account.findings("quota-near") == []
    assert account.report.quota
    assert account.report.quota.volume_id == DISK


def test_without_a_quota_nothing_is_said_of_one() -> None:
    account = Account(by_hand(600))
    assert account.findings("quota-near") == []
    assert account.report.quota is None


@pytest.mark.parametrize(("age", "is_late"), [(6 * HOUR, False), (6 * HOUR + SECOND, True)])
def test_creating_is_long_once_it_is_older_than_an_event_may_be(
    age: timedelta, is_late: bool
) -> None:
    late = row(NOW - age, status="Creating")
    assert bool(Account([*nights(2), late]).findings("long-creating")) is is_late


@pytest.mark.parametrize(("last", "is_over"), [(3, False), (2, True)])
def test_a_plan_within_the_caps_is_not_refused(last: int, is_over: bool) -> None:
    account = Account(nights(6), policies=nightly(keep=Keep(last=last)))
    assert bool(account.findings("plan-refused")) is is_over


def test_a_disabled_policy_is_gone_as_well() -> None:
    off = replace(NIGHTLY, name="weekly", enabled=False)
    rows = [*nights(3), *nights(4, of={"policy": "weekly"})]
    (found,) = Account(rows, policies=policies(NIGHTLY, off)).findings("policy-gone")
    assert (found.policy, found.region) == ("weekly", "bj")
    assert found.text.startswith("4 snapshots of policy weekly")


def test_orphans_of_each_region_are_one_finding() -> None:
    rows = [
        *nights(2, of=GONE, volume_id=None),
        *nights(3, of={"volume_id": "v-gone0002"}, volume_id=None),
    ]
    account = Account([*nights(3), *rows])
    (found,) = account.findings("orphans")
    assert found.text.startswith("5 snapshots of 2 disks that are gone from bj")
    assert [(each.volume_id, len(each.dots)) for each in account.report.orphans] == [
        ("v-gone0001", 2), ("v-gone0002", 3),
    ]  # fmt: skip


@pytest.mark.parametrize("policy", [ADHOC, replace(NIGHTLY, enabled=False)], ids=["no rpo", "off"])
def test_baidus_own_policy_alone_is_no_overlap(policy: Any) -> None:
    account = replace(GOOD, volumes=[volume(automatic_policy="x")], policies=policies(policy))
    assert account.findings("automatic-overlap") == []


def test_an_ad_hoc_and_an_adopted_snapshot_make_no_finding() -> None:
    adopting = replace(NIGHTLY, adopt=Adopt("backup-", NOW), keep=Keep(daily=30))
    rows = [*nights(3), adhoc(HOUR, NOW + DAY), backup(3), backup(5)]
    assert Account(rows, policies=policies(adopting, ADHOC)).report.findings == ()
