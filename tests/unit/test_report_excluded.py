"""A disk that somebody chose to leave out is no emergency; one that nobody thought of is."""

from dataclasses import replace

import pytest

from snapkeep.policy import Policy, Selector
from snapkeep.report.as_json import to_json
from snapkeep.report.as_markdown import render_markdown
from snapkeep.report.build import build_report
from snapkeep.report.model import Report, State
from tests.unit.rows import ADHOC, DAY, DISK, NIGHTLY, NOW, inventory, policies, row, volume

LEFT_OUT = Selector(volumes=(DISK,))
WITHOUT = replace(NIGHTLY, exclude=LEFT_OUT)
WEEKLY = replace(NIGHTLY, name="weekly", rpo=8 * DAY)
ELSEWHERE = Selector(names=("other",))


def _report(*given: Policy) -> Report:
    found = inventory([volume()], snapshots=[row()])
    return build_report([found], policies(*given), NOW, {})


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([WITHOUT], ("excluded", [])),
        ([WITHOUT, ADHOC], ("excluded", [("adhoc", None)])),
        ([WITHOUT, replace(WEEKLY, exclude=LEFT_OUT)], ("excluded", [])),
        ([WITHOUT, replace(WEEKLY, select=ELSEWHERE)], ("excluded", [])),
        ([replace(NIGHTLY, exclude=Selector(names=("web",)))], ("excluded", [])),
        ([WITHOUT, WEEKLY], ("stale", [("weekly", "stale")])),
        ([WITHOUT, replace(WEEKLY, enabled=False)], ("excluded", [])),
        ([replace(WITHOUT, enabled=False)], ("unprotected", [])),
        ([replace(WITHOUT, select=ELSEWHERE)], ("unprotected", [])),
        ([replace(ADHOC, exclude=LEFT_OUT)], ("unprotected", [])),
        ([replace(WITHOUT, rpo=None)], ("unprotected", [])),
    ],
    ids=["by its only policy", "ad hoc all the same", "by both", "not selected by the other",
         "by its instance", "covered by another", "covered by a disabled one", "by a disabled one",
         "not selected either", "by an ad hoc policy", "by a policy without rpo"],
)  # fmt: skip
def test_a_disk_that_a_policy_with_an_rpo_selects_and_excludes_is_excluded(
    given: list[Policy], expected: tuple[str, list[tuple[str, str | None]]]
) -> None:
    (disk,) = _report(*given).disks
    assert (disk.state, [(each.policy, each.state) for each in disk.coverages]) == expected


def test_an_excluded_disk_is_counted_and_needs_nobodys_attention() -> None:
    report = _report(WITHOUT)
    assert (report.states[State.EXCLUDED], report.urgent, report.is_well) == (1, (), True)
    as_json = to_json(report)
    assert (as_json["well"], as_json["summary"]["disks"]["excluded"]) == (True, 1)
    assert as_json["disks"][0]["state"] == "excluded"


def test_an_excluded_disk_is_no_finding_in_the_chat() -> None:
    text = render_markdown(_report(WITHOUT))
    assert "**0 of 1 disks are protected, the others are excluded" in text
    assert "- Disks: 1 excluded" in text
    assert "## Urgent" not in text
    assert DISK not in text


@pytest.mark.parametrize("well", [State.PROTECTED, State.EXCLUDED, State.UNSUPPORTED])
def test_unprotected_stale_and_failed_disks_stand_before_all_others(well: State) -> None:
    assert list(State).index(well) > list(State).index(State.FAILED)
    assert list(State)[:3] == [State.UNPROTECTED, State.STALE, State.FAILED]
