"""What lint finds in a policy file, and from which value on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from snapkeep.lint import Finding, lint, lint_holds, lint_inventory
from snapkeep.policy import Hold, Keep, Policies, Policy, Selector
from snapkeep.policy_file import parse_policies
from tests.unit.rows import (
    ADHOC,
    ALL,
    DISK,
    NIGHTLY,
    NOW,
    inventory,
    nightly,
    nights,
    policies,
    server,
    volume,
)

HEAD = 'timezone = "Asia/Shanghai"\nregions = ["bj"]\n'
DAY = timedelta(days=1)


def _linted(text: str, now: datetime = NOW) -> list[str]:
    return [str(finding) for finding in lint(HEAD + text, parse_policies(HEAD + text), now)]


def _scheduled(
    schedule: str, rpo: str = "400d", keep: str = "last = 3", zone: str = "UTC"
) -> list[str]:
    """Return what is found in a policy whose schedule, rpo and keep are on lines 5, 6 and 7."""
    policy = f'[policy.p]\nselect = {{ all = true }}\nschedule = "{schedule}"\n'
    text = f'{policy}rpo = "{rpo}"\nkeep = {{ {keep} }}\n'
    head = HEAD.replace("Asia/Shanghai", zone)
    return [str(found) for found in lint(head + text, parse_policies(head + text), NOW)]


GAPS: dict[str, tuple[str, str, str | None]] = {
    "a day, a day": ("cron(0 2 * * ? *)", "24h", None),
    "a day, a minute less": ("cron(0 2 * * ? *)", "1439m", "1d"),
    "a rate of a day": ("rate(1 day)", "24h", None),
    "a rate, an hour less": ("rate(36 hours)", "35h", "36h"),
    "working days leave three": ("cron(0 2 ? * MON-FRI *)", "2d", "3d"),
    "working days, three": ("cron(0 2 ? * MON-FRI *)", "3d", None),
    "months of 31 days": ("cron(0 2 1 * ? *)", "30d", "31d"),
    "months, 31 days": ("cron(0 2 1 * ? *)", "31d", None),
    "at 2 and at 3": ("cron(0 2,3 * * ? *)", "22h", "23h"),
}


@pytest.mark.parametrize(("schedule", "rpo", "gap"), GAPS.values(), ids=GAPS)
def test_an_rpo_must_not_be_shorter_than_the_longest_gap(
    schedule: str, rpo: str, gap: str | None
) -> None:
    said = f"line 6: policy.p.rpo: is shorter than the {gap} that can lie between two runs;"
    expected = [f"{said} the disks are stale in between"] if gap else []
    assert _scheduled(schedule, rpo) == expected


def test_a_run_that_is_skipped_in_spring_makes_a_gap() -> None:
    found = _scheduled("cron(30 2 * * ? *)", "26h", zone="Europe/Berlin")
    assert found[0].startswith("line 6: policy.p.rpo: is shorter than the 47h that can lie")
    assert _scheduled("cron(30 4 * * ? *)", "26h", zone="Europe/Berlin") == []


RULES: dict[str, tuple[str, str, str | None]] = {
    "hours by the hour": ("rate(1 hour)", "hourly", None),
    "hours every 61 minutes": ("rate(61 minutes)", "hourly", "61m"),
    "days by the day": ("cron(0 2 * * ? *)", "daily", None),
    "days every 25 hours": ("rate(25 hours)", "daily", "25h"),
    "weeks by the week": ("cron(0 2 ? * SUN *)", "weekly", None),
    "weeks by the month": ("cron(0 2 1 * ? *)", "weekly", "28d"),
    "months by the month": ("cron(0 2 31 1,3,5,7,8,10,12 ? *)", "monthly", None),
    "months by the quarter": ("cron(0 2 1 1/3 ? *)", "monthly", "90d"),
    "years by the quarter": ("cron(0 2 1 1/3 ? *)", "yearly", None),
    "the last by the quarter": ("cron(0 2 1 1/3 ? *)", "last", None),
}


@pytest.mark.parametrize(("schedule", "rule", "apart"), RULES.values(), ids=RULES)
def test_a_rule_must_not_be_finer_than_the_runs(
    schedule: str, rule: str, apart: str | None
) -> None:
    said = f"line 7: policy.p.keep.{rule}: keeps a snapshot per run, and runs are at least {apart}"
    assert _scheduled(schedule, keep=f"{rule} = 5") == ([f"{said} apart"] if apart else [])
    assert _scheduled(schedule, keep=f'{rule} = 0, within = "9d"') == []


RARE = {
    "cron(0 2 1 12 ? *)": False,
    # from the end of November on, 1 January comes once in 400 days
    **dict.fromkeys(["cron(0 2 1 1 ? *)", "cron(0 2 29 2 ? *)", "cron(0 2 1 1,2 ? 1999)"], True),
    "rate(200 days)": False,
    "rate(201 days)": True,
    "rate(99999999999 days)": True,
}


@pytest.mark.parametrize(("schedule", "is_rare"), RARE.items(), ids=RARE)
def test_a_schedule_must_run_twice_in_400_days(schedule: str, is_rare: bool) -> None:
    said = ["line 5: policy.p.schedule: runs less than twice in the next 400d"]
    assert _scheduled(schedule) == (said if is_rare else [])


def test_a_schedule_that_is_refused_is_found_by_its_line_and_nothing_is_said_of_its_rules() -> None:
    (line,) = _scheduled("cron(0 2 * * * *)", "1m", "hourly = 5")
    assert line.startswith("line 5: policy.p.schedule: 'cron(0 2 * * * *)' is not EventBridge")


AD_HOC = '[policy.p]\nselect = { all = true }\nad_hoc_keep = "7d"\n'
HOLD = f'{AD_HOC}[[hold]]\nsnapshot = "s-6r3dam6F"\n'


@pytest.mark.parametrize("until", ["2026-11-23T18:00:30Z", "2026-11-24T02:00:30+08:00"])
def test_a_hold_has_ended_from_its_instant_on(until: str) -> None:
    text = f'{HOLD}reason = "audit"\nuntil = {until}\n'
    assert _linted(text, NOW - timedelta(seconds=1)) == []
    (line,) = _linted(text, NOW)
    assert line.startswith("line 9: hold[0].until: ended on 2026-11-23T18:00:30Z; remove it, or")
    assert _linted(f'{HOLD}reason = "audit"\n', NOW + 4_000 * DAY) == []


def test_an_adoption_reaches_into_the_future_until_its_day_begins() -> None:
    adopt = 'adopt = { name_prefix = "b", created_before = "2026-11-24" }\n'
    text = f"{AD_HOC}{adopt}"
    begins = datetime(2026, 11, 23, 16, tzinfo=UTC)
    assert _linted(text, begins) == []
    (line,) = _linted(text, begins - timedelta(seconds=1))
    assert line.startswith("line 6: policy.p.adopt.created_before: is in the future")


def test_a_policy_without_a_schedule_needs_an_end_and_no_rules() -> None:
    policy = "[policy.p]\nselect = { all = true }\n"
    assert [line.partition(":")[0] for line in _linted(policy)] == ["line 3"]
    assert _linted(AD_HOC) == []
    (line,) = _linted(f"{AD_HOC}keep = {{ last = 3 }}\n")
    assert line.startswith("line 6: policy.p.keep: counts the snapshots of a schedule")


def test_findings_are_in_the_order_of_their_lines_and_say_where() -> None:
    second = "[policy.a]\nselect = { all = true }\n"
    text = f'{second}[policy.p]\nselect = {{ all = true }}\nrpo = "1h"\nkeep = {{ daily = 3 }}\n'
    found = lint(HEAD + text, parse_policies(HEAD + text), NOW)
    assert [(each.line, each.path) for each in found] == [(3, "policy.a"), (8, "policy.p.keep")]
    assert str(Finding("policy.p", "is odd")) == "policy.p: is odd"


def _found(given: Policies, *disks: str) -> list[tuple[str, str]]:
    found = lint_inventory(inventory(map(volume, disks), [server()]), given)
    return [(each.path, each.message) for each in found]


def test_a_disk_is_under_several_policies_if_they_have_an_rpo_and_are_enabled() -> None:
    second, third = (replace(NIGHTLY, name=name) for name in ("second", "third"))
    said = f"{DISK} is under nightly and second; each keeps its own snapshots"
    assert _found(policies(NIGHTLY, second), DISK) == [("policy.second.select", said)]
    (found,) = _found(policies(NIGHTLY, second, third), DISK)
    assert found[0] == "policy.third.select"
    assert "nightly and second and third" in found[1]
    assert _found(policies(NIGHTLY, replace(second, enabled=False), ADHOC), DISK) == []
    assert len(_found(policies(NIGHTLY, second), DISK, "v-disk0002")) == 2


def test_a_policy_selects_no_disk_if_it_is_enabled_and_none_is_left() -> None:
    none = replace(NIGHTLY, select=Selector(names=("other",)))
    excluding = replace(NIGHTLY, exclude=Selector(volumes=(DISK,)))
    found = [("policy.nightly.select", "selects no disk of bj")]
    for policy in (none, excluding):
        assert _found(policies(policy), DISK) == found
        assert _found(policies(replace(policy, enabled=False)), DISK) == []
    assert _found(nightly(), DISK) == []
    assert len(_found(policies())) == 2


def test_a_hold_is_of_no_snapshot_if_no_region_lists_it() -> None:
    known = nights(1)
    there, empty = inventory(snapshots=known), replace(inventory(), region="gz")
    given = replace(policies(), holds=(Hold(known[0].id, "a"), Hold("s-typo0001", "b")))
    found = [(each.path, each.message) for each in lint_holds([there, empty], given)]
    assert found == [("hold[1].snapshot", "s-typo0001 is no snapshot of bj, gz")]
    assert len(list(lint_holds([empty], given))) == 2
    assert list(lint_holds([there], policies(Policy("p", ALL, keep=Keep(last=1))))) == []
