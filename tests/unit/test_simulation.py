"""What a policy will keep: runs and deletes played forward in memory."""

from dataclasses import replace
from datetime import timedelta

import pytest

from snapkeep.errors import InvalidInput
from snapkeep.model import Inventory, Snapshot, Volume
from snapkeep.policy import Adopt, Keep, Policies, Selector
from snapkeep.simulation import Day, simulate
from tests.unit.rows import (
    ADHOC,
    DAY,
    DISK,
    HOUR,
    NIGHTLY,
    NOW,
    SLOT,
    inventory,
    nightly,
    nights,
    policies,
    row,
    server,
    system_disk,
    volume,
)  # fmt: skip

# so that a simulated day's run lies three hours after its slot
START = SLOT + 3 * HOUR
LAST_TWO = nightly(keep=Keep(last=2))


def _days(
    held: Inventory, given: Policies = LAST_TWO, days: int = 3, *, approved: bool = False
) -> list[Day]:
    return list(simulate(held, given, START, days, approved=approved))


def _slots(day: Day) -> list[float]:
    """Return how many days before the start each kept slot lies."""
    return sorted((SLOT - kept.slot) / DAY for kept in day.kept)


def test_each_run_of_the_schedule_creates_and_the_plan_deletes() -> None:
    days = _days(inventory([volume()], snapshots=nights(3)))
    assert [day.at for day in days] == [START + number * DAY for number in range(4)]
    assert [len(day.created) for day in days] == [0, 1, 1, 1]
    assert [len(day.deleted) for day in days] == [1, 1, 1, 1]
    assert [_slots(day) for day in days] == [[0, 1], [-1, 0], [-2, -1], [-3, -2]]
    assert days[-1].oldest == SLOT + 2 * DAY
    assert [day.size_gb for day in days] == [80] * 4
    assert not any(day.refusals for day in days)


def test_no_days_are_today_alone() -> None:
    (today,) = _days(inventory([volume()], snapshots=nights(2)), days=0)
    assert (today.created, today.deleted, len(today.kept)) == ((), (), 2)
    (empty,) = _days(inventory([volume()]), days=0)
    assert (empty.oldest, empty.size_gb) == (None, 0)


DISKS: dict[str, tuple[Volume, int]] = {
    "a data disk": (volume(), 1),
    "a system disk": (system_disk(), 1),
    "one that is busy": (volume(status="SnapshotProcessing"), 0),
    "an ephemeral one": (volume(type="Ephemeral"), 0),
    "an excluded one": (volume(name="scratch"), 0),
    "one that is not selected": (volume("v-other001", name="other"), 0),
}


@pytest.mark.parametrize(("disk", "made"), DISKS.values(), ids=DISKS)
def test_a_disk_gets_a_snapshot_if_create_on_event_would_take_one(disk: Volume, made: int) -> None:
    select = Selector(names=("data", "root", "scratch"))
    policy = replace(NIGHTLY, select=select, exclude=Selector(names=("scratch",)))
    _, tomorrow = _days(inventory([disk]), policies(policy), days=1)
    assert len(tomorrow.created) == made


@pytest.mark.parametrize(
    "given",
    [nightly(enabled=False), policies(replace(NIGHTLY, schedule=None)), policies(ADHOC)],
    ids=["disabled", "no schedule", "ad hoc"],
)
def test_a_policy_without_runs_creates_nothing(given: Policies) -> None:
    assert not any(day.created for day in _days(inventory([volume()]), given))


def test_several_runs_a_day_are_all_there() -> None:
    given = nightly(schedule="cron(0 0/6 * * ? *)", keep=Keep(last=9))
    assert [len(day.created) for day in _days(inventory([volume()]), given)] == [0, 4, 4, 4]


def test_a_rate_counts_on_from_the_newest_snapshot() -> None:
    given = nightly(schedule="rate(2 days)", keep=Keep(last=9), rpo=timedelta(days=9))
    days = _days(inventory([volume()], snapshots=nights(1, newest=SLOT - DAY)), given)
    assert [len(day.created) for day in days] == [0, 1, 0, 1]


def test_what_is_being_created_will_be_available() -> None:
    creating = row(SLOT, status="Creating")
    today, tomorrow = _days(
        inventory([volume()], snapshots=[creating, *nights(2, SLOT - DAY)]), days=1
    )
    assert [kept.snapshot.status for kept in today.kept][-1] == "Creating"
    assert {kept.snapshot.status for kept in tomorrow.kept} == {"Available"}


def _too_many() -> Inventory:
    return inventory([volume()], snapshots=nights(9))


def test_a_plan_over_the_caps_deletes_nothing_on_any_day() -> None:
    for day in _days(_too_many()):
        assert list(day.refusals) == ["cap"]
        assert (day.deleted, len(day.planned) > 3) == ((), True)


def test_once_it_is_approved_the_days_after_it_are_ordinary() -> None:
    today, *others = _days(_too_many(), approved=True)
    assert (len(today.deleted), list(today.refusals)) == (7, ["cap"])
    assert today.deleted == today.planned
    assert [len(day.deleted) for day in others] == [1, 1, 1]
    assert not any(day.refusals for day in others)


def test_adopted_snapshots_are_there_and_never_go() -> None:
    adopting = nightly(keep=Keep(last=1), adopt=Adopt("backup-", NOW))
    by_hand = [
        replace(row(SLOT - (9 + n) * DAY), id=f"s-b{n:04}", name=f"backup-{n}", desc="")
        for n in range(3)
    ]
    for day in _days(inventory([volume()], [server()], [*nights(2), *by_hand]), adopting):
        assert sum(kept.source is None for kept in day.kept) == 3


def test_nothing_of_what_was_given_is_changed() -> None:
    snapshots: list[Snapshot] = nights(9)
    held = Inventory("bj", [volume()], [server()], snapshots)
    before = (list(snapshots), list(held.volumes))
    assert _days(held) == _days(held)
    assert (snapshots, list(held.volumes)) == before
    assert held.volumes[0].id == DISK


def test_a_schedule_that_does_not_exist_is_refused() -> None:
    with pytest.raises(InvalidInput, match="not EventBridge Scheduler's"):
        _days(inventory([volume()]), nightly(schedule="cron(0 2 LW * ? *)"))
