"""A simulation row by row: what is made, what goes on which day, and that the plan decides."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from random import Random

import pytest

from snapkeep.errors import InvalidInput
from snapkeep.identity import with_hold
from snapkeep.model import Inventory, Snapshot, Source, iso
from snapkeep.plan import make_plan
from snapkeep.policy import Keep, Policies
from snapkeep.simulation import Day, simulate
from tests.unit.rows import (
    ADOPT,
    DAY,
    DISK,
    HOUR,
    NIGHTLY,
    NOW,
    SECOND,
    SLOT,
    adhoc,
    adopting,
    backup,
    inventory,
    nightly,
    nights,
    policies,
    row,
    system_disk,
    volume,
    world,
)

OTHER = "v-disk0002"


def _days(
    found: Inventory, given: Policies | None = None, days: int = 3, *, approved: bool = False
) -> list[Day]:
    return list(simulate(found, given or policies(), NOW, days, approved=approved))


def _of(snapshots: Sequence[Snapshot], disk_gb: int = 40) -> Inventory:
    return inventory([volume(size_gb=disk_gb)], snapshots=snapshots)


def _deleted(days: Sequence[Day], id_: str) -> list[int]:
    """Return the days on which a snapshot is deleted."""
    return [n for n, day in enumerate(days) if id_ in {row.snapshot.id for row in day.deleted}]


def test_each_disk_gets_a_row_of_its_own_at_each_run() -> None:
    given = nightly(schedule="cron(0 2/12 * * ? *)", keep=Keep(last=9))
    _, tomorrow = _days(inventory([volume(), volume(OTHER, size_gb=7)]), given, 1)
    slots = [SLOT + 12 * HOUR, SLOT + 24 * HOUR]
    assert [(row.slot, row.volume_id) for row in tomorrow.created] == [
        (slot, disk) for slot in slots for disk in (DISK, OTHER)
    ]
    for made in tomorrow.created:
        snapshot = made.snapshot
        assert (made.policy, made.source, made.hold) == ("nightly", Source.CRON, None)
        assert (snapshot.status, snapshot.create_time) == ("Available", made.slot)
        assert snapshot.id == f"simulated-nightly-{made.volume_id}-{iso(made.slot)}"
    assert [row.snapshot.size_gb for row in tomorrow.created] == [40, 7, 40, 7]
    assert tomorrow.size_gb == 94


def test_two_policies_of_a_disk_make_a_row_each() -> None:
    second = replace(NIGHTLY, name="second", schedule="rate(1 day)")
    _, tomorrow = _days(inventory([volume()]), policies(NIGHTLY, second), 1)
    assert [row.policy for row in tomorrow.created] == ["nightly", "second"]


def test_a_run_at_the_start_is_over_and_one_at_the_end_of_a_day_is_of_that_day() -> None:
    given = nightly(keep=Keep(last=9))
    days = list(simulate(_of(nights(1)), given, SLOT, 2))
    assert [[row.slot for row in day.created] for day in days] == [
        [],
        [SLOT + DAY],
        [SLOT + 2 * DAY],
    ]
    early = list(simulate(_of(nights(1)), given, SLOT - SECOND, 1))
    assert [row.slot for row in early[1].created] == [SLOT]


def test_a_system_disk_whose_server_is_gone_or_starting_gets_none() -> None:
    servers = inventory([system_disk()], instances=())
    assert [len(day.created) for day in _days(servers)] == [0, 0, 0, 0]


def test_today_is_what_the_plan_of_today_says() -> None:
    held = row(SLOT - 9 * DAY)
    rows = [
        *nights(5),
        replace(held, desc=with_hold(held.desc, "audit")),
        adhoc(9 * DAY, NOW - DAY),
    ]
    plan = make_plan(rows, world(), timedelta())
    (today,) = _days(_of(rows), days=0)
    assert today.planned == today.deleted == tuple(each.row for each in plan.deletes)
    assert len(today.planned) == 2
    assert set(today.kept) == {each.row for each in plan.decisions} - set(today.planned)


def test_nothing_is_lost_between_two_days() -> None:
    days = _days(_of(nights(9)), nightly(keep=Keep(last=4, weekly=2)), 40, approved=True)
    for before, after in pairwise(days):
        there = {row.snapshot.id for row in (*before.kept, *after.created)}
        kept, gone = ({row.snapshot.id for row in rows} for rows in (after.kept, after.deleted))
        assert (kept | gone, kept & gone) == (there, set())


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_the_lists_does_not_matter(seed: int) -> None:
    rows, disks = [*nights(7), *nights(4, of={"volume_id": OTHER}, volume_id=OTHER)], [DISK, OTHER]
    first = _days(inventory(map(volume, disks), snapshots=rows))
    Random(seed).shuffle(rows)
    again = _days(inventory(map(volume, disks), snapshots=rows))
    assert [(day.kept, day.deleted, day.planned) for day in first] == [
        (day.kept, day.deleted, day.planned) for day in again
    ]


def test_a_hold_that_ends_lets_go_on_the_day_after() -> None:
    held = row(SLOT - 9 * DAY)
    held = replace(held, desc=with_hold(held.desc, "audit", NOW + 2 * DAY))
    days = _days(_of([*nights(3), held]), days=4)
    assert _deleted(days, held.id) == [2]


def test_an_ad_hoc_snapshot_goes_once_its_end_has_passed() -> None:
    rows = [adhoc(age * DAY, NOW + 3 * DAY - age * SECOND) for age in (4, 3, 2)]
    days = _days(_of([*nights(3), *rows]), days=5)
    assert [_deleted(days, each.id) for each in rows] == [[3], [], []]


def test_a_failed_creation_goes_after_its_time_and_is_no_oldest() -> None:
    failed = row(SLOT - DAY, generation=1, status="CreatedFailed")
    days = _days(_of([*nights(1), failed]), nightly(keep=Keep(last=9)), 4)
    # 54 hours after it was made
    assert _deleted(days, failed.id) == [2]
    assert days[0].oldest == SLOT


def test_an_approval_lifts_the_caps_and_no_gate() -> None:
    gone = nights(5, volume_id=None)
    adopted = [backup(age) for age in (20, 30, 40)]
    released = _days(inventory(snapshots=gone), approved=True)
    assert [day.planned for day in released] == [()] * 4
    found = _days(_of([*nights(3), *adopted]), adopting().policies, approved=True)
    assert not [row for day in found for row in day.deleted if row.source is None]
    assert [sum(row.source is None for row in day.kept) for day in found] == [3] * 4
    assert found[0].oldest == adopted[2].create_time


def test_where_runs_have_stopped_what_is_left_stays() -> None:
    stopped = policies(replace(NIGHTLY, schedule=None))
    days = _days(_of(nights(5)), stopped, 9)
    assert [len(day.deleted) for day in days] == [2, *[0] * 9]
    assert not any(day.deleted for day in _days(_of(nights(5, newest=SLOT - 3 * DAY)), stopped))


BY_WEBHOOK = {"source": Source.WEBHOOK}
OTHERS = {
    "an ad hoc snapshot": row(SLOT - 5 * HOUR, keep_until=NOW + 90 * DAY, of=BY_WEBHOOK),
    "one of the future": row(SLOT + 9 * DAY),
    "an adopted one": backup(11),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_a_rate_counts_on_from_the_last_run_whatever_else_there_is(other: Snapshot) -> None:
    given = nightly(schedule="rate(2 days)", keep=Keep(last=9), adopt=ADOPT)
    last = row(SLOT - 13 * DAY - HOUR)
    days = _days(_of([last, other]), given)
    assert len(days[0].kept) == 2
    slots = [each.slot for day in days for each in day.created]
    assert slots == [SLOT + 23 * HOUR, SLOT + 71 * HOUR]


def test_a_rate_without_a_run_before_counts_from_now() -> None:
    days = _days(_of([]), nightly(schedule="rate(2 days)"), 4)
    assert [row.slot - NOW for day in days for row in day.created] == [2 * DAY, 4 * DAY]


@pytest.mark.parametrize("days", [0, 3])
@pytest.mark.parametrize("enabled", [True, False])
def test_a_schedule_that_cannot_be_is_refused_by_its_path_before_the_first_day(
    days: int, enabled: bool
) -> None:
    given = nightly(schedule="cron(0 25 * * ? *)", enabled=enabled)
    with pytest.raises(InvalidInput) as refused:
        next(simulate(_of([]), given, NOW, days))
    assert refused.value.path == "policy.nightly.schedule"
