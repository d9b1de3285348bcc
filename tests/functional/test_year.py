"""A year in the fake cloud, or 100 days of it, against what was foretold on the first day."""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from snapkeep.errors import RunFailed
from snapkeep.jobs.inventory import everything
from snapkeep.model import iso
from snapkeep.schedule import runs
from snapkeep.simulation import Day, simulate
from tests.conftest import OpenWorld
from tests.functional.history import DAY, add_ours
from tests.scale import IS_FULL
from tests.world import World

DAYS, POLICIES = 365 if IS_FULL else 100, 10
ZONES = (
    *("Asia/Shanghai", "Europe/Berlin", "America/New_York"),
    *("Australia/Lord_Howe", "Africa/Cairo"),
)
# the shorter run has every zone's change of clocks in it as well
START = (
    datetime(2026, 11, 23, 12, 37, tzinfo=UTC)
    if IS_FULL
    else datetime(2027, 2, 1, 12, 37, tzinfo=UTC)
)
# with the rpo that goes with each
SCHEDULES = (
    *[("cron(0 2 * * ? *)", "26h"), ("cron(30 1 * * ? *)", "30h"), ("cron(0 0 * * ? *)", "26h")],
    *[("cron(15 0/12 * * ? *)", "14h"), ("cron(0 3 ? * SUN *)", "8d")],
    *[("cron(0 23 ? * MON-FRI *)", "4d"), ("cron(0 4 1,15 * ? *)", "20d"), ("rate(2 days)", "3d")],
)
RULES = ("last", "hourly", "daily", "weekly", "monthly", "yearly")
SPANS = ("within", "within_daily", "within_weekly", "within_monthly")
Kept = set[tuple[str, str, str, str]]


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """A year writes a hundred thousand log lines, which pytest would all keep."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


def _policy(name: str, disk: str, random: Random) -> str:
    schedule, rpo = random.choice(SCHEDULES)
    keep = [f"{rule} = {random.choice([1, 2, 3, 7])}" for rule in random.sample(RULES, 3)]
    if random.random() < 0.4:
        keep.append(f'{random.choice(SPANS)} = "{random.randint(2, 60)}d"')
    if random.random() < 0.3:
        keep.append("exclusive = true")
    return f"""
[policy.{name}]
select = {{ volumes = ["{disk}"] }}
schedule = "{schedule}"
rpo = "{rpo}"
keep = {{ {", ".join(keep)} }}
"""


def _past(world: World, policy: str, disk: str, random: Random) -> None:
    """Give a disk some earlier snapshots, of which one may be held and one may have failed."""
    for ago in range(random.randint(0, 9), 0, -1):
        slot = START.replace(minute=0) - ago * DAY
        hold = "audit" if random.random() < 0.1 else None
        status = "CreatedFailed" if random.random() < 0.1 else "Available"
        add_ours(world, disk, slot, policy=policy, hold=hold, status=status)


def _furnished(open_world: OpenWorld, zone: str, random: Random) -> World:
    world = open_world(now=START, straight=True)
    disks = world.add_disks(POLICIES)
    names = [f"p{place}" for place in range(POLICIES)]
    head = f'timezone = "{zone}"\nregions = ["bj"]\n'
    pairs = list(zip(names, disks, strict=True))
    found = world.beside(head + "".join(_policy(*pair, random) for pair in pairs))
    for pair in pairs:
        _past(found, *pair, random)
    return found


def _days(world: World) -> Iterator[Day]:
    inventory = everything(world.client())
    yield from simulate(inventory, world.runtime.policies, START, DAYS, approved=True)


def _events(
    world: World, anchors: dict[str, datetime], until: datetime
) -> list[tuple[datetime, str]]:
    """Return the runs of all schedules in the 24 hours before, in order."""
    policies = world.runtime.policies
    return sorted(
        (slot, policy.name)
        for policy in policies.by_name.values()
        for slot in runs(
            str(policy.schedule), policies.zone, until - DAY, until, anchors[policy.name]
        )
    )


def _wait(world: World, until: datetime) -> None:
    world.clock.advance(max(until - world.clock.now(), timedelta()))


def _expire(world: World) -> dict[str, str]:
    """Run delete-expired in mode auto, approve what a cap refuses, and return the refusals."""
    try:
        plan = world.expire()["regions"]["bj"]
    except RunFailed as failure:
        plan = failure.result["regions"]["bj"]
        approval = {"plan_id": plan["id"], "as_of": plan["now"], "delete": plan["delete"]}
        world.expire({"mode": "approve", **approval})
    return dict(plan["refusals"])


def _there(world: World) -> Kept:
    found = set()
    for row in world.rows():
        words = dict(word.split("=", 1) for word in row.desc.split()[1:])
        found.add((words["policy"], words["volume"], words["slot"], row.status))
    return found


def _foretold(day: Day) -> Kept:
    return {(r.policy, r.volume_id, iso(r.slot), str(r.snapshot.status)) for r in day.kept}


@pytest.mark.parametrize("zone", ZONES)
def test_a_year_goes_as_the_simulation_foretold(open_world: OpenWorld, zone: str) -> None:
    world = _furnished(open_world, zone, Random(zone))
    foretold = list(_days(world))
    first = foretold[0]
    anchors = dict.fromkeys(world.runtime.policies.by_name, START)
    for row in sorted((*first.kept, *first.deleted), key=lambda row: row.slot):
        anchors[row.policy] = row.slot
    deleted = 0
    for number, day in enumerate(foretold):
        for slot, policy in _events(world, anchors, day.at) if number else ():
            _wait(world, slot)
            world.create({"policy": policy, "scheduled_time": iso(slot)})
        _wait(world, day.at)
        assert _expire(world) == day.refusals, (zone, number)
        assert _there(world) == _foretold(day), (zone, number)
        deleted += len(day.deleted)
    assert deleted > 2 * DAYS
