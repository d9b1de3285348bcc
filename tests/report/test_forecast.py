"""The forecast counts the alike disks once, and says what the plain simulation says of them all."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from snapkeep.model import Inventory
from snapkeep.policy import Keep, Policies
from snapkeep.report.build import build_report
from snapkeep.report.forecast import DAYS
from snapkeep.report.outlook import Day, Forecast
from snapkeep.simulation import simulate
from tests.report.worlds import Account, make_account
from tests.scale import IS_FULL
from tests.unit.rows import DAY, HOUR, NOW, SLOT, inventory, nightly, row, volume

SHARDS, WORLDS_EACH = 4, 250 if IS_FULL else 10
MINUTE = timedelta(minutes=1)


def forecast_of(inventory: Inventory, policies: Policies, now: datetime) -> Forecast:
    found = build_report([inventory], policies, now, {}).forecast
    assert found
    return found


def plainly(account: Account) -> Forecast:
    """Return the forecast as the simulation of all there is tells it."""
    sums: dict[datetime, Counter[str]] = {}
    goes: dict[str, datetime] = {}
    for each in account.inventories:
        there = {snapshot.id for snapshot in each.snapshots}
        for day in simulate(each, account.policies, account.now, DAYS, approved=True):
            of_day = sums.setdefault(day.at, Counter())
            of_day["created"] += len(day.created)
            of_day["deleted"] += len(day.deleted)
            of_day["kept"] += len(day.kept)
            of_day["size_gb"] += day.size_gb
            goes |= {r.snapshot.id: day.at for r in day.deleted if r.snapshot.id in there}
    names = ("created", "deleted", "kept", "size_gb")
    return Forecast(tuple(Day(at, *(of[name] for name in names)) for at, of in sums.items()), goes)


def shown_to_go(account: Account) -> Iterator[tuple[str, datetime]]:
    """Yield the snapshots that the report shows to go, with when."""
    report = account.report
    shown = [*(disk.dots for disk in report.disks), *(orphan.dots for orphan in report.orphans)]
    for dots in shown:
        yield from ((dot.id, dot.goes) for dot in dots if dot.goes)


@pytest.mark.parametrize("shard", range(SHARDS))
def test_the_forecast_is_the_simulation_of_everything(shard: int) -> None:
    tally = Counter[str]()
    for seed in range(shard * WORLDS_EACH, (shard + 1) * WORLDS_EACH):
        account = make_account(seed)
        found, expected = account.report.forecast, plainly(account)
        assert found, f"world {seed}"
        assert found.days == expected.days, f"world {seed}"
        assert found.goes == expected.goes, f"world {seed}"
        assert set(shown_to_go(account)) <= set(expected.goes.items()), f"world {seed}"
        tally["goes"] += len(found.goes)
        tally["created"] += sum(day.created for day in found.days)
        tally["deleted"] += sum(day.deleted for day in found.days)
    assert min(tally.values()) > 0


@pytest.mark.parametrize("spread", [1, 25, 29])
def test_disks_whose_snapshots_are_minutes_apart_go_on_their_own_days(spread: int) -> None:
    now = SLOT + DAY + 30 * MINUTE
    volumes = [volume(f"v-disk{place:04}") for place in range(3)]
    # of each disk two newer ones, and one that is a day old, or not yet
    slots = (now - 30 * MINUTE, now - 90 * MINUTE, SLOT)
    snapshots = [
        row(slot, create_time=slot + late, of={"volume_id": disk.id})
        for place, disk in enumerate(volumes)
        for slot, late in zip(slots, (MINUTE, MINUTE, place * spread * MINUTE), strict=True)
    ]
    one = Account(
        [inventory(volumes, snapshots=snapshots)], nightly(keep=Keep(last=1)), now, {}, {}
    )
    assert forecast_of(one.inventories[0], one.policies, now) == plainly(one)


@pytest.mark.parametrize("is_listed", [True, False])
def test_a_snapshot_that_lost_its_disk_is_not_like_one_that_did_not(is_listed: bool) -> None:
    volumes = [volume(f"v-disk{place:04}") for place in range(2)]
    lost, named = (
        [row(SLOT - night * DAY, of={"volume_id": disk.id}) for night in range(6)]
        for disk in volumes
    )
    given = [*(replace(each, volume_id=None) for each in lost), *named]
    found = inventory(volumes if is_listed else (), snapshots=given)
    account = Account([found], nightly(), NOW + HOUR, {}, {})
    assert forecast_of(found, account.policies, account.now) == plainly(account)
