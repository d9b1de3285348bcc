"""Every gate, through the function: what it holds stays, and the plan names the gate."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.damage import FOREVER
from tests.functional.history import DAY, add_nights, add_ours
from tests.functional.test_expire_plan import HOUR, ids, keeping
from tests.world import NOW, POLICY, SLOT, World

HELD = "s-heldHeld"
HOLD = f'[[hold]]\nsnapshot = "{HELD}"\nreason = "audit"\n'


def gates(world: World) -> dict[str, str | None]:
    rows = world.expire("plan")["regions"]["bj"]["snapshots"]
    return {row["id"]: row["gate"] for row in rows if row["gate"]}


def deleted(world: World) -> list[str]:
    found: list[str] = world.expire()["regions"]["bj"]["applied"]["deleted"]
    return found


def five_nights(world: World) -> tuple[str, list[str]]:
    (disk,) = world.add_disks(1)
    return disk, add_nights(world, disk, 5)


def hold_in_desc(world: World, disk: str) -> str:
    return add_ours(world, disk, SLOT - 5 * DAY, hold="legal")


def hold_in_file(world: World, disk: str) -> str:
    return add_ours(world, disk, SLOT - 5 * DAY, id=HELD)


def not_available(world: World, disk: str) -> str:
    return add_ours(world, disk, SLOT - 5 * DAY, status="NotAvailable")


def creating(world: World, disk: str) -> str:
    return add_ours(world, disk, SLOT - 5 * DAY, status="Creating")


def unheard_of(world: World, disk: str) -> str:
    return add_ours(world, disk, SLOT - 5 * DAY, status="Deleting")


def future_slot(world: World, disk: str) -> str:
    return add_ours(world, disk, SLOT + DAY, keep_until=NOW - DAY, created=NOW - 5 * DAY)


def future_creation(world: World, disk: str) -> str:
    return add_ours(world, disk, SLOT - 5 * DAY, created=NOW + HOUR)


def young(world: World, disk: str) -> str:
    return add_ours(world, disk, SLOT - 5 * DAY, created=NOW - DAY + timedelta(seconds=1))


def removed_policy(world: World, disk: str) -> str:
    return add_ours(world, disk, SLOT - 5 * DAY, policy="retired")


def disabled_policy(world: World, disk: str) -> str:
    add_ours(world, disk, SLOT - 4 * DAY, policy="paused")
    return add_ours(world, disk, SLOT - 5 * DAY, policy="paused")


def young_failure(world: World, disk: str) -> str:
    slot = NOW - timedelta(hours=54) + timedelta(minutes=1)
    return add_ours(world, disk, slot, status="CreatedFailed", created=slot)


Setup = Callable[[World, str], str]
ROWS: list[tuple[Setup, str]] = [
    (hold_in_desc, "hold"),
    (hold_in_file, "hold"),
    (not_available, "status"),
    (creating, "status"),
    (unheard_of, "status"),
    (future_slot, "future"),
    (future_creation, "future"),
    (young, "minimum-age"),
    (young_failure, "minimum-age"),
    (removed_policy, "policy"),
    (disabled_policy, "policy"),
]
PAUSED = "[policy.paused]\nselect = { all = true }\nkeep = { last = 1 }\nenabled = false\n"


@pytest.mark.parametrize(("setup", "gate"), ROWS, ids=[setup.__name__ for setup, _ in ROWS])
def test_a_gate_holds_its_row_and_no_other(open_world: OpenWorld, setup: Setup, gate: str) -> None:
    world = open_world(POLICY + PAUSED + HOLD)
    disk, nights = five_nights(world)
    held = setup(world, disk)
    assert gates(world) == {held: gate}
    assert deleted(world) == nights[:2]
    assert held in ids(world)


FREE: dict[str, Callable[[World, str], str]] = {
    "a hold of the file that has ended": hold_in_file,
    "exactly 24 hours old": lambda world, disk: add_ours(
        world, disk, SLOT - 5 * DAY, created=NOW - DAY
    ),
    "a failed creation of 54 hours ago": lambda world, disk: add_ours(
        world, disk, SLOT - 5 * DAY, status="CreatedFailed", created=NOW - timedelta(hours=54)
    ),
}


@pytest.mark.parametrize("setup", FREE.values(), ids=FREE)
def test_no_gate_holds(open_world: OpenWorld, setup: Setup) -> None:
    world = open_world(f"{POLICY}{HOLD}until = 2026-11-23T18:00:30Z\n")
    disk, nights = five_nights(world)
    free = setup(world, disk)
    assert gates(world) == {}
    assert deleted(world) == [free, *nights[:2]]


def test_the_minimum_of_good_ones_stays(open_world: OpenWorld) -> None:
    world = open_world(keeping("last = 1"))
    (disk,) = world.add_disks(1)
    nights = add_nights(world, disk, 4)
    assert gates(world) == {nights[2]: "minimum-good"}
    assert deleted(world) == nights[:2]
    assert ids(world) == set(nights[2:])


def test_broken_snapshots_are_none_of_the_minimum(open_world: OpenWorld) -> None:
    world = open_world(keeping("last = 1"))
    (disk,) = world.add_disks(1)
    nights = add_nights(world, disk, 4)
    for broken in nights[1:3]:
        world.cloud.region("bj").snapshots[broken].status = "NotAvailable"
    assert deleted(world) == []
    assert gates(world)[nights[0]] == "minimum-good"


def test_the_newest_good_one_stays_even_if_its_time_has_passed(open_world: OpenWorld) -> None:
    world = open_world()
    (disk,) = world.add_disks(1)
    made = [
        add_ours(world, disk, SLOT - DAY * ago, policy="adhoc", keep_until=NOW - DAY)
        for ago in (9, 8, 7, 6)
    ]
    assert gates(world) == {made[2]: "minimum-good", made[3]: "newest-good"}
    assert deleted(world) == made[:2]


@pytest.mark.parametrize(
    "text", ["2026-11-01 18:00:20", "1795456820", "", "yesterday", "2026-13-01T00:00:00Z"]
)
def test_a_creation_time_that_cannot_be_read_keeps_the_row(
    open_world: OpenWorld, text: str
) -> None:
    world = open_world()
    _, nights = five_nights(world)

    def change(reply: dict[str, Any]) -> None:
        for row in reply["snapshots"]:
            row["createTime"] = text if row["id"] == nights[0] else row["createTime"]

    fault = Fault("transform", "ListSnapshots", times=FOREVER, transform=change)
    world.cloud.faults.add(fault)
    assert gates(world) == {nights[0]: "time"}
    assert deleted(world) == nights[1:2]
