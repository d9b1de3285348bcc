"""A plan as Markdown: whole, and harmless whatever an account calls its things."""

from dataclasses import replace
from datetime import timedelta

from snapkeep.model import Snapshot
from snapkeep.plan import make_plan
from snapkeep.plan_markdown import render_plan
from tests.unit.rows import DAY, SLOT, nights, row, world


def _page(rows: list[Snapshot], skew: timedelta | None = timedelta()) -> str:
    return render_plan(make_plan(rows, world(), skew).to_json())


def _held(reason: str) -> Snapshot:
    held = row(SLOT - 9 * DAY)
    return replace(held, desc=held.desc.replace(" id=", f" hold={reason} id="))


def test_a_plan_names_its_id_its_counts_and_what_goes() -> None:
    rows = nights(4)
    page = _page([*rows, _held("audit")])
    plan = make_plan([*rows, _held("audit")], world(), timedelta())
    assert page.startswith("# Expiry plan for bj\n")
    assert plan.id in page
    assert "**1 to delete, 0 more if approved, 4 kept**" in page
    to_delete = page.partition("## To delete")[2].partition("## Held by a gate")
    assert rows[-1].id in to_delete[0]
    assert _held("audit").id in to_delete[2]


def test_a_plan_that_is_refused_says_by_what() -> None:
    assert "clock" in _page(nights(4), None)


def test_a_plan_of_nothing_is_a_page_too() -> None:
    assert "**0 to delete, 0 more if approved, 0 kept**" in _page([])


def test_a_reason_cannot_break_out_of_its_cell() -> None:
    page = _page([*nights(4), _held("%7C%20%3Cscript%3E%0A%7C%20s-x%20%7C")])
    (line,) = [line for line in page.splitlines() if "script" in line]
    assert "<script>" not in line
    assert line.count("|") - line.count("\\|") == 7
    assert len({line.count(" | ") for line in page.splitlines() if line.startswith("| s-")}) == 1
