"""Holding and releasing through the real client: what the deleter then does, and what changes."""

from dataclasses import asdict
from datetime import datetime, timedelta, timezone

import pytest

from snapkeep.errors import PlanChanged
from snapkeep.identity import read_marker, with_hold
from snapkeep.jobs.hold import Held, set_hold
from tests.conftest import OpenWorld
from tests.functional.deliver import before_call, counts
from tests.functional.history import DAY, add_nights, add_ours
from tests.functional.test_create_once import few_and_many
from tests.functional.test_expire_gates import deleted, gates
from tests.functional.test_expire_plan import ids
from tests.world import NOW, SLOT, World

REASON = "审计 2026: case=17"
HOUR = timedelta(hours=1)


def hold(
    world: World, id_: str, reason: str | None = REASON, until: datetime | None = None
) -> Held:
    """Hold or release as a terminal would, in both regions."""
    clients = (world.client(region) for region in ("bj", "gz"))
    return set_hold(clients, id_, reason=reason, until=until, now=world.clock.now())


def six_nights(world: World) -> list[str]:
    """Return the ids of six nights of which the first three are due."""
    (disk,) = world.add_disks(1)
    return add_nights(world, disk, 6)


def six_nights_and_the_wish(open_world: OpenWorld) -> tuple[World, str, str]:
    """Return a world, the id of its oldest night, and the marker which that has once it is held."""
    world = open_world()
    id_ = six_nights(world)[0]
    return world, id_, with_hold(desc_of(world, id_), REASON)


def desc_of(world: World, id_: str, region: str = "bj") -> str:
    return world.cloud.region(region).snapshots[id_].desc


def test_a_held_snapshot_stays_and_a_released_one_goes(open_world: OpenWorld) -> None:
    world = open_world()
    nights = six_nights(world)
    hold(world, nights[0])
    assert gates(world) == {nights[0]: "hold"}
    assert deleted(world) == nights[1:3]
    hold(world, nights[0], None)
    assert gates(world) == {}
    assert deleted(world) == [nights[0]]
    assert ids(world) == set(nights[3:])


def test_a_hold_ends_by_itself(open_world: OpenWorld) -> None:
    world = open_world()
    nights = six_nights(world)
    hold(world, nights[0], until=NOW + HOUR)
    assert deleted(world) == nights[1:3]
    world.clock.advance(HOUR - timedelta(seconds=31))
    assert gates(world) == {nights[0]: "hold"}
    world.clock.advance(31)
    assert gates(world) == {}
    assert deleted(world) == [nights[0]]


def test_a_snapshot_held_between_plan_and_delete_is_kept(open_world: OpenWorld) -> None:
    world = open_world()
    nights = six_nights(world)
    before_call(world, 1, lambda: hold(world, nights[0]), "GetSnapshot")
    applied = world.expire()["regions"]["bj"]["applied"]
    assert f"held: {REASON}" in applied["kept"][nights[0]]
    assert applied["deleted"] == nights[1:3]
    assert nights[0] in ids(world)


def test_a_plan_is_not_approved_once_a_row_of_it_is_held(open_world: OpenWorld) -> None:
    world = open_world()
    nights = six_nights(world)
    plan = world.expire("plan")["regions"]["bj"]
    hold(world, nights[0])
    event = {"mode": "approve", "plan_id": plan["id"], "as_of": plan["now"], "region": "bj"}
    with pytest.raises(PlanChanged):
        world.expire(event)
    assert ids(world) == set(nights)


@few_and_many
def test_an_event_whose_snapshot_is_held_is_answered_by_it(
    open_world: OpenWorld, disks: int
) -> None:
    world = open_world()
    world.add_disks(disks)
    world.create()
    for row in world.rows():
        hold(world, row.id, f"x id={'0' * 20} gen=3")
    world.clock.advance(HOUR)
    assert counts(world.beside().create()) == {"existing": disks}
    assert len(world.cloud.calls("CreateSnapshot")) == disks


@pytest.mark.parametrize("until", [None, NOW + DAY], ids=["for ever", "until"])
def test_a_hold_changes_the_marker_and_nothing_else(
    open_world: OpenWorld, until: datetime | None
) -> None:
    world = open_world()
    disk = world.cloud.region("bj").add_instance()
    id_ = add_ours(world, disk, SLOT - DAY, generation=2, keep_until=NOW + DAY)
    before = asdict(world.cloud.region("bj").snapshots[id_])

    held = hold(world, id_, f"  {REASON}  ", until)

    desc = with_hold(before["desc"], REASON, until)
    assert asdict(world.cloud.region("bj").snapshots[id_]) == before | {"desc": desc}
    marker = read_marker(world.client().snapshot(id_), "bj")
    assert marker is not None
    assert (marker.hold, marker.hold_until) == (REASON, until)
    (sent,) = world.writes()
    assert (sent.operation, sent.json) == ("ModifySnapshot", {"desc": desc})
    assert sent.target == f"/v2/snapshot/{id_}?modifyAttribute="
    assert held.to_json() == {
        "region": "bj",
        "snapshot_id": id_,
        "name": before["name"],
        "reason": REASON,
        "until": "2026-11-24T18:00:30Z" if until else None,
        "changed": True,
        "replaced": None,
    }

    released = hold(world, id_, None)
    assert asdict(world.cloud.region("bj").snapshots[id_]) == before
    assert (released.reason, released.until, released.changed) == (None, None, True)
    assert released.replaced == REASON


AGAIN: dict[str, tuple[str | None, datetime | None]] = {
    "a hold": (REASON, None),
    "a hold with an end": (REASON, NOW + DAY),
    "a release": (None, None),
}


@pytest.mark.parametrize(("reason", "until"), AGAIN.values(), ids=AGAIN)
def test_what_is_so_already_is_not_written(
    open_world: OpenWorld, reason: str | None, until: datetime | None
) -> None:
    world = open_world()
    nights = six_nights(world)
    if reason:
        hold(world, nights[0], reason, until)
    writes, desc = len(world.writes()), desc_of(world, nights[0])
    later = until and (until + timedelta(microseconds=999_999)).astimezone(timezone(8 * HOUR))
    again = hold(world, nights[0], reason and f"{reason} ", later)
    assert (again.changed, again.reason, again.until) == (False, reason, until)
    assert again.replaced is None
    assert (len(world.writes()), desc_of(world, nights[0])) == (writes, desc)


@pytest.mark.parametrize(
    ("reason", "until"),
    [("another", None), ("another", NOW + DAY), (REASON, None), (REASON, NOW + 2 * DAY)],
)
def test_a_hold_replaces_the_one_that_is_there(
    open_world: OpenWorld, reason: str, until: datetime | None
) -> None:
    world = open_world()
    nights = six_nights(world)
    plain = desc_of(world, nights[0])
    hold(world, nights[0], REASON, NOW + DAY)
    held = hold(world, nights[0], reason, until)
    assert (held.changed, held.replaced) == (True, REASON)
    assert desc_of(world, nights[0]) == with_hold(plain, reason, until)


def test_a_snapshot_is_looked_for_in_every_region(open_world: OpenWorld) -> None:
    world = open_world()
    (disk,) = world.add_disks(1, "gz")
    id_ = add_ours(world, disk, SLOT - DAY, region="gz")
    held = hold(world, id_)
    assert (held.region, held.changed) == ("gz", True)
    assert [call.region for call in world.cloud.calls("GetSnapshot")] == ["bj", "gz", "gz"]
    assert [call.region for call in world.writes()] == ["gz"]


@pytest.mark.parametrize(
    "reason", ["x", "审" * 100, "审计\u3000保留", "\U0001f512 locked"], ids=str
)
def test_a_reason_of_1_to_100_characters_is_taken(open_world: OpenWorld, reason: str) -> None:
    world = open_world()
    nights = six_nights(world)
    assert hold(world, nights[0], reason).reason == reason
    (row,) = (r for r in world.expire("plan")["regions"]["bj"]["snapshots"] if r["id"] == nights[0])
    assert f"held: {reason}" in row["reasons"]
