"""A disk that somebody chose to leave out is no emergency; one that nobody thought of is."""

from dataclasses import replace

import pytest

from snapkeep.markdown import render_markdown
from snapkeep.policy import Policy, Selector
from snapkeep.report import URGENT, Report, State, build_report
from tests.unit.rows import ADHOC, DAY, DISK, NIGHTLY, NOW, inventory, policies, row, volume

LEFT_OUT = Selector(volumes=(DISK,))
WITHOUT = replace(NIGHTLY, exclude=LEFT_OUT)
WEEKLY = replace(NIGHTLY, name="weekly", rpo=8 * DAY)
ELSEWHERE = Selector(names=("other",))


def _report(*given: Policy) -> Report:
    found = inventory([volume()], snapshots=[row()])
    return build_report([found], policies(*given), NOW, {})


@pytest.mark.parametrize(
    ("given", "states"),
    [
        ([WITHOUT], [(None, "excluded")]),
        ([WITHOUT, ADHOC], [("adhoc", "ad-hoc"), (None, "excluded")]),
        ([WITHOUT, replace(WEEKLY, exclude=LEFT_OUT)], [(None, "excluded")]),
        ([WITHOUT, replace(WEEKLY, select=ELSEWHERE)], [(None, "excluded")]),
        ([replace(NIGHTLY, exclude=Selector(names=("web",)))], [(None, "excluded")]),
        ([WITHOUT, WEEKLY], [("weekly", "stale")]),
        ([WITHOUT, replace(WEEKLY, enabled=False)], [(None, "excluded")]),
        ([replace(WITHOUT, enabled=False)], [(None, "unprotected")]),
        ([replace(WITHOUT, select=ELSEWHERE)], [(None, "unprotected")]),
        ([replace(ADHOC, exclude=LEFT_OUT)], [(None, "unprotected")]),
        ([replace(WITHOUT, rpo=None)], [(None, "unprotected")]),
    ],
    ids=["by its only policy", "ad hoc all the same", "by both", "not selected by the other",
         "by its instance", "covered by another", "covered by a disabled one", "by a disabled one",
         "not selected either", "by an ad hoc policy", "by a policy without rpo"],
)  # fmt: skip
def test_a_disk_that_a_policy_with_an_rpo_selects_and_excludes_is_excluded(
    given: list[Policy], states: list[tuple[str | None, str]]
) -> None:
    assert [(disk.policy, disk.state) for disk in _report(*given).disks] == states


def test_an_excluded_disk_is_counted_and_needs_nobodys_attention() -> None:
    report = _report(WITHOUT)
    assert (report.count(State.EXCLUDED), report.urgent, report.is_well) == (1, [], True)
    as_json = report.to_json()
    assert (as_json["well"], as_json["disks"]["excluded"]) == (True, 1)
    assert as_json["rows"][0]["state"] == "excluded"


def test_an_excluded_disk_stands_among_the_others_on_the_page() -> None:
    page = render_markdown(_report(WITHOUT))
    assert "some disks need attention" not in page
    assert "- Disks: 1 excluded" in page
    assert "## Needs attention" not in page
    assert page.index("## The other disks") < page.index("| excluded | bj | v-disk0001 | data |")


def test_only_unprotected_stale_and_failed_disks_are_urgent() -> None:
    assert URGENT == (State.UNPROTECTED, State.STALE, State.FAILED)
    assert list(State)[: len(URGENT)] == list(URGENT)
