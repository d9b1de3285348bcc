"""Every kind of finding, when it occurs and when it does not, with what to do about it."""

from dataclasses import replace

import pytest

from snapkeep.model import Snapshot
from snapkeep.policy import Keep
from snapkeep.report import forecast
from snapkeep.report.findings import RULE, RULES, Urgency
from tests.report.account import FULL, GONE, GOOD, Account
from tests.unit.rows import ADHOC, DAY, HOUR, SLOT, nightly, nights, policies, row, volume

OCCURS: dict[str, tuple[Account, str]] = {
    "region-unreadable": (replace(GOOD, errors={"gz": "no answer"}), "region gz could not be read"),
    "no-disk": (Account(volumes=()), "no disk in bj"),
    "unprotected": (Account(policies=policies(ADHOC)), "no policy with an rpo covers it"),
    "stale": (Account(nights(3, SLOT - 2 * DAY)), "is 48.0 h old, rpo 26h"),
    "last-failed": (
        Account([*nights(2, SLOT - HOUR), row(status="CreatedFailed")]),
        "the newest snapshot of nightly failed",
    ),
    "plan-refused": (
        Account(nights(9), policies=nightly(keep=Keep(last=1))),
        "the plan of bj is over a cap: 7 of disk v-disk0001 (cap 3)",
    ),
    "quota-near": (
        Account(nights(4), policies=FULL),
        "disk v-disk0001 has 4 of 5 manual snapshots (estimate)",
    ),
    "long-creating": (
        Account([*nights(2), row(SLOT - 7 * HOUR, status="Creating")]),
        "is Creating since 2026-11-23T11:00:00Z",
    ),
    "policy-gone": (
        Account([*nights(3), *nights(2, of={"policy": "removed"})]),
        "2 snapshots of policy removed in bj, which is not in force",
    ),
    "sizes-unknown": (replace(GOOD, unsized={"bj": "denied"}), "the sizes in bj are not known"),
    "orphans": (
        Account([*nights(3), *nights(5, SLOT - 9 * DAY, of=GONE, volume_id=None)]),
        "5 snapshots of 1 disks that are gone from bj; 2 of them would go if approved",
    ),
    "automatic-overlap": (
        replace(GOOD, volumes=[volume(automatic_policy="每日")]),
        "is under Baidu's automatic policy '每日'",
    ),
}


@pytest.mark.parametrize("kind", OCCURS)
def test_each_kind_occurs_alone_with_its_action(kind: str) -> None:
    account, text = OCCURS[kind]
    report = account.report
    (found,) = report.findings
    assert (found.kind, found.urgency, found.action) == (
        kind, RULE[kind].urgency, RULE[kind].action,
    )  # fmt: skip
    assert text in found.text
    assert report.is_well is (found.urgency is not Urgency.URGENT)
    assert report.urgent == (() if report.is_well else (found,))


def test_the_forecast_is_left_out_where_too_many_histories_differ() -> None:
    disks = [volume(f"v-disk{place:04}") for place in range(5)]
    rows: list[Snapshot] = []
    for place, disk in enumerate(disks):
        plain = nights(3, of={"volume_id": disk.id})
        many = forecast.MAX_ROWS // len(disks) + 1
        rows += [
            *plain,
            *(replace(plain[2], id=f"s-{place}x{n}", size_gb=place) for n in range(many)),
        ]
    report = replace(GOOD, volumes=disks, snapshots=rows).report
    assert report.forecast is None
    assert "forecast-left-out" in {each.kind for each in report.findings}


def test_every_kind_that_there_is_is_tested() -> None:
    assert [*OCCURS, "forecast-left-out"] == [rule.kind for rule in RULES]


def test_a_good_account_has_no_finding() -> None:
    assert GOOD.report.findings == ()
    assert GOOD.report.is_well


def test_the_most_urgent_stand_first_each_under_a_key_of_its_own() -> None:
    findings = [each for account, _ in OCCURS.values() for each in account.report.findings]
    report = replace(
        GOOD,
        snapshots=[*nights(9, SLOT - 3 * DAY), *nights(2, of={"policy": "removed"})],
        volumes=[volume(automatic_policy="x"), volume("v-disk0002")],
        errors={"su": "x", "gz": "x"},
        unsized={"bj": "x"},
    ).report
    places = [list(Urgency).index(each.urgency) for each in report.findings]
    assert places == sorted(places)
    assert [each.region for each in report.findings[:2]] == ["gz", "su"]
    assert len({each.key for each in report.findings}) == len(report.findings) > 6
    assert len({each.kind for each in findings}) == len(findings)
