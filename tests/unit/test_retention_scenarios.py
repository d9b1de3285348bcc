"""Five scenarios whose numbers were measured on restic and on borg: as retention alone, then
through all the gates, which keep more where backups have stopped or where a burst comes in.

400 nights at 02:00 in Shanghai, of which 7 daily, 4 weekly and 6 monthly are kept.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from snapkeep.expiry import Decision, decide
from snapkeep.model import Snapshot, Source
from snapkeep.plan import make_plan
from snapkeep.policy import Keep
from snapkeep.retention import Point, reasons_to_keep
from snapkeep.rows import World
from tests.unit.rows import DAY, HOUR, nightly, row, world

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SHANGHAI = ZoneInfo("Asia/Shanghai")
KEEP = Keep(daily=7, weekly=4, monthly=6)
EXCLUSIVE = replace(KEEP, exclusive=True)

# 02:00 on the 23rd in Shanghai is the last of them
STEADY = [datetime(2026, 11, 22, 18, tzinfo=UTC) - night * DAY for night in range(400)]
STILL_DOWN = STEADY[30:]
# The night of the 23rd came after thirty that did not. The number depends on the weekday on which
# the outage began: one night later, and it is 13 by restic's rules (the second table).
RESUMED = [STEADY[0], *STEADY[31:]]
BURST = [NOW - place * timedelta(seconds=36) for place in range(100)]

RESTIC = {
    "steady": (STEADY, 14, "2026-06-29T18:00"),
    "outage, still down": (STILL_DOWN, 14, "2026-05-30T18:00"),
    "outage, then one new": (RESUMED, 12, "2026-06-29T18:00"),
    "steady and a burst": ([*BURST, *STEADY], 14, "2026-06-29T18:00"),
}
BORG = {
    "steady": (STEADY, 17, "2026-05-30T18:00"),
    "outage, still down": (STILL_DOWN, 17, "2026-04-29T18:00"),
    "outage, then one new": (RESUMED, 17, "2026-04-29T18:00"),
    "steady and a burst": ([*BURST, *STEADY], 17, "2026-05-30T18:00"),
}
CASES = [
    pytest.param(keep, *case, id=f"{name}, as {peer} does")
    for peer, keep, table in (("restic", KEEP, RESTIC), ("borg", EXCLUSIVE, BORG))
    for name, case in table.items()
]


def _kept(slots: Sequence[datetime], keep: Keep, zone: ZoneInfo = SHANGHAI) -> list[datetime]:
    """Return the slots that a rule keeps, the newest first."""
    points = [Point(slot, slot, f"s-{place:04}") for place, slot in enumerate(slots)]
    reasons = reasons_to_keep(points, keep, zone)
    return [point.slot for point in points if point.id in reasons]


@pytest.mark.parametrize(("keep", "slots", "number", "oldest"), CASES)
def test_rules_keep_as_many_as_were_measured(
    keep: Keep, slots: list[datetime], number: int, oldest: str
) -> None:
    kept = _kept(slots, keep)
    assert len(kept) == number
    assert f"{kept[-1]:%Y-%m-%dT%H:%M}" == oldest


# nights without a backup before the new one; as restic does, as borg does
OUTAGES = [(27, 12, 17), (28, 13, 17), (29, 13, 17), (30, 12, 17), (31, 12, 17), (32, 12, 17)]


@pytest.mark.parametrize(("missed", "restic", "borg"), OUTAGES)
def test_what_is_left_after_an_outage_varies_with_the_weekday_it_began(
    missed: int, restic: int, borg: int
) -> None:
    slots = [STEADY[0], *STEADY[missed + 1 :]]
    assert (len(_kept(slots, KEEP)), len(_kept(slots, EXCLUSIVE))) == (restic, borg)


def test_the_zone_decides_which_of_three_a_day_are_kept() -> None:
    hours = [datetime(2026, 11, 22, hour, 30, tzinfo=UTC) for hour in (20, 12, 4)]
    slots = [hour - day * DAY for day in range(30) for hour in hours]
    utc, shanghai = (_kept(slots, Keep(daily=7), ZoneInfo(z)) for z in ("UTC", "Asia/Shanghai"))
    assert [f"{slot:%d %H:%M}" for slot in utc] == [f"{day} 20:30" for day in range(22, 15, -1)]
    assert [f"{slot:%d %H:%M}" for slot in shanghai] == [
        "22 20:30",
        *(f"{day} 12:30" for day in range(22, 16, -1)),
    ]
    assert len(set(utc) - set(shanghai)) == 6


def _rows(slots: Sequence[datetime]) -> list[Snapshot]:
    return [row(slot) for slot in slots]


def _world(keep: Keep) -> World:
    return world(nightly(keep=keep), now=NOW)


def _gates(decisions: Sequence[Decision]) -> Counter[str]:
    """Count what is deleted, kept by a rule, and held by each gate."""
    return Counter(d.gate or ("deleted" if d.delete else "rule") for d in decisions)


BOTH = pytest.mark.parametrize("keep", [KEEP, EXCLUSIVE], ids=["as restic does", "as borg does"])


@BOTH
def test_nothing_is_deleted_while_backups_are_down(keep: Keep) -> None:
    kept = len(_kept(STILL_DOWN, keep))
    decisions = decide(_rows(STILL_DOWN), _world(keep))
    assert _gates(decisions) == {"rule": kept, "freshness": 370 - kept}


@BOTH
def test_the_first_backup_after_an_outage_waits_for_a_person(keep: Keep) -> None:
    kept = len(_kept(RESUMED, keep))
    plan = make_plan(_rows(RESUMED), _world(keep), timedelta())
    assert _gates(plan.decisions) == {"rule": kept, "deleted": 370 - kept}
    # far more than a night's worth: auto does not touch it, and says so
    assert list(plan.refusals) == ["cap"]
    assert f"{370 - kept} in all (cap 20)" in plan.refusals["cap"]


@BOTH
def test_a_burst_of_ad_hoc_rows_evicts_no_night(keep: Keep) -> None:
    burst = [_ad_hoc(slot, NOW + 7 * DAY) for slot in BURST]
    ids = {snapshot.id for snapshot in burst}
    decisions = decide([*burst, *_rows(STEADY)], _world(keep))
    by_rule = [d for d in decisions if not d.delete and d.row.snapshot.id not in ids]
    assert [d.row.slot for d in reversed(by_rule)] == _kept(STEADY, keep)
    assert all(d.reasons == ("keep_until 2026-11-30T09:00:00Z",) for d in decisions[-100:])
    assert {d.row.snapshot.id for d in decisions[-100:]} == ids
    assert decisions[:-100] == decide(_rows(STEADY), _world(keep))


@BOTH
def test_when_the_burst_has_run_out_the_same_nights_are_left(keep: Keep) -> None:
    burst = [_ad_hoc(slot - 2 * DAY, NOW - DAY) for slot in BURST]
    ids = {snapshot.id for snapshot in burst}
    decisions = decide([*burst, *_rows(STEADY)], _world(keep))
    assert {d.row.snapshot.id for d in decisions if d.delete} >= ids
    assert [d.row.slot for d in reversed(decisions) if not d.delete] == _kept(STEADY, keep)


def test_a_burst_under_the_schedule_itself_costs_its_night_once_that_is_a_day_old() -> None:
    """Rows of one calendar day share its place, as they do for restic and borg."""
    slots = [*BURST, *STEADY]
    decisions = decide(_rows(slots), _world(KEEP))
    # the night of the 23rd and the 99 are too young to go
    assert _gates(decisions) == {"rule": 14, "minimum-age": 100, "deleted": 386}
    later = replace(_world(KEEP), now=NOW + 25 * HOUR)
    deleted = [d.row.slot for d in decide(_rows(slots), later) if d.delete]
    assert len(deleted) == 486
    assert STEADY[0] in deleted
    assert set(STEADY[1:7]).isdisjoint(deleted)


def _ad_hoc(slot: datetime, keep_until: datetime) -> Snapshot:
    return row(slot, of={"source": Source.WEBHOOK}, keep_until=keep_until)
