"""A plan as Markdown says each reason to its end."""

from dataclasses import replace
from datetime import timedelta

import pytest

from snapkeep.identity import with_hold
from snapkeep.model import Snapshot
from snapkeep.plan import make_plan
from snapkeep.plan_markdown import render_plan
from snapkeep.rows import World
from tests.unit.rows import DAY, NOW, SLOT, adopting, backup, nightly, nights, row, world


def _page(rows: list[Snapshot], given: World | None = None) -> str:
    return render_plan(make_plan(rows, given or world(), timedelta()).to_json())


def _held(reason: str) -> Snapshot:
    oldest = row(SLOT - 9 * DAY)
    return replace(oldest, desc=with_hold(oldest.desc, reason))


@pytest.mark.parametrize("length", [1, 49, 50, 51, 59, 60, 61, 100, 101])
@pytest.mark.parametrize("letter", ["x", "*", "审"])
def test_a_reason_of_any_length_is_whole(letter: str, length: int) -> None:
    shown = f"\\{letter}" if letter == "*" else letter
    assert f"; held: {shown * length} |" in _page([*nights(3), _held(letter * length)])


def test_the_gate_of_freshness_is_whole() -> None:
    page = _page(nights(5), world(now=NOW + 4 * DAY))
    assert "backups have stopped: the newest good one is older than 2 x 26h |" in page


def test_what_refuses_the_plan_is_whole() -> None:
    rows = [
        each
        for disk in range(5)
        for each in nights(7, of={"volume_id": f"v-disk000{disk}"}, volume_id=f"v-disk000{disk}")
    ]
    plan = make_plan(rows, world(disks={f"v-disk000{n}": () for n in range(5)}), timedelta())
    page = render_plan(plan.to_json())
    assert f"\n- Refused by cap: {plan.refusals['cap']}\n" in page
    assert plan.refusals["cap"].endswith("as much of 2 more disks")


def test_what_needs_an_approval_has_a_table_of_its_own() -> None:
    page = _page([*nights(3), *(backup(age) for age in (20, 30, 40))], adopting())
    assert "**0 to delete, 3 more if approved, 3 kept**" in page
    assert "## To delete\n" not in page
    rows = page.partition("## To delete if approved")[2]
    assert rows.count("| adopted | no rule keeps it; adopted from snapshots made by others |") == 3


def test_what_is_kept_is_counted_by_gate() -> None:
    failed = row(SLOT - DAY, generation=1, status="CreatedFailed")
    page = _page([*nights(5), failed, _held("audit")], world(nightly()))
    assert "\n- Kept: 3 by a rule, 1 by hold, 1 by minimum-age\n" in page


def test_an_empty_region_is_a_page_without_tables() -> None:
    page = _page([])
    assert "**0 to delete, 0 more if approved, 0 kept**" in page
    assert "\n- Kept: none\n" in page
    assert "|" not in page
