"""One disk of forty goes wrong at some step: 39 are done, and the next delivery does that one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from snapkeep.errors import RunFailed
from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.deliver import counts
from tests.world import NIGHTLY, World, failure_of

DISKS = 40


def forty(world: World) -> tuple[list[str], str]:
    disks = world.add_disks(DISKS)
    return disks, disks[17]


def failing(world: World, event: object = NIGHTLY) -> RunFailed:
    return failure_of(lambda: world.create(event))


def check_the_one(world: World, bad: str, code: str, status: str = "failed") -> None:
    """Run, and see 39 disks done, the bad one named, and the next delivery touch only that one."""
    failure = failing(world)
    assert counts(failure.result) == {"created": DISKS - 1, status: 1}
    (found,) = [disk for disk in failure.result["disks"] if disk["status"] == status]
    assert (found["volume_id"], found["code"]) == (bad, code)
    assert str(failure).startswith(f"{bad}: {status} {code}")
    assert bad not in world.good()
    assert len(world.good()) == DISKS - 1


def check_repair(world: World, disks: list[str], bad: str) -> None:
    """Deliver again once the trouble is over."""
    before = len(world.cloud.journal)
    assert counts(world.create()) == {"created": 1, "existing": DISKS - 1}
    (write,) = [call for call in world.cloud.journal[before:] if call.method != "GET"]
    assert write.json["volumeId"] == bad
    assert world.good() == sorted(disks)


AT_CREATE = {
    "500": (Fault("before", times=4), "InternalError"),
    "502": (Fault("before", times=4, status=502, body="<html>"), "Http502"),
    "503": (Fault("before", times=4, status=503, code="Busy"), "Busy"),
    "504": (Fault("before", times=4, status=504, body=""), "Http504"),
    "reset": (Fault("reset_before", times=4), "ConnectionFailed"),
    "timeout": (Fault("timeout_before", times=4), "Timeout"),
    "throttled": (Fault("throttle", times=4, retry_after=1), "TooManyRequests"),
    "redirected": (Fault("redirect"), "RedirectRefused"),
    "no right": (Fault("before", status=403, code="AccessDenied"), "AccessDenied"),
    "bad request": (Fault("before", status=400, code="BadRequest"), "BadRequest"),
    "released meanwhile": (Fault("before", status=404, code="NoSuchObject"), "NoSuchObject"),
    "busy meanwhile": (Fault("before", status=409, code="OperationDenied"), "OperationDenied"),
    "quota": (
        Fault("before", status=413, code="Instance.SnapshotLimitExceeded"),
        "Instance.SnapshotLimitExceeded",
    ),
    "unheard of": (Fault("before", status=418, code="NeverHeardOf"), "NeverHeardOf"),
}


@pytest.mark.parametrize(("fault", "code"), AT_CREATE.values(), ids=AT_CREATE)
def test_one_create_that_fails_stops_no_other(
    open_world: OpenWorld, fault: Fault, code: str
) -> None:
    world = open_world()
    disks, bad = forty(world)
    world.cloud.faults.add(replace(fault, operation="CreateSnapshot", match=f'"{bad}"'))
    check_the_one(world, bad, code)
    check_repair(world, disks, bad)


def test_one_creation_that_fails_in_the_cloud_stops_no_other(open_world: OpenWorld) -> None:
    fails: set[str | None] = set()
    world = open_world(fails=lambda row: row.volume_id in fails)
    disks, bad = forty(world)
    fails.add(bad)
    check_the_one(world, bad, "CreatedFailed")
    fails.clear()
    check_repair(world, disks, bad)


Change = Callable[[dict[str, Any]], object]
AT_VERIFY: dict[str, tuple[Change, str]] = {
    "not available": (lambda row: row.update(status="NotAvailable"), "NotAvailable"),
    "another name": (lambda row: row.update(name="by-hand"), "VerifyMismatch"),
    "another disk": (lambda row: row.update(volumeId="v-another0"), "VerifyMismatch"),
}


@pytest.mark.parametrize(
    ("operation", "nth", "lag"),
    [("ListSnapshots", 2, timedelta()), ("GetSnapshot", 1, timedelta(hours=1))],
    ids=["in the list", "in the detail while the list lags"],
)
@pytest.mark.parametrize(("change", "code"), AT_VERIFY.values(), ids=AT_VERIFY)
def test_one_verify_that_fails_stops_no_other(
    open_world: OpenWorld, change: Change, code: str, operation: str, nth: int, lag: timedelta
) -> None:
    world = open_world(list_lag=lag)
    disks, bad = forty(world)

    def each(reply: dict[str, Any]) -> None:
        for row in (reply["snapshot"],) if "snapshot" in reply else reply["snapshots"]:
            if row["volumeId"] == bad:
                change(row)

    world.cloud.faults.add(Fault("transform", operation, nth=nth, times=DISKS, transform=each))
    failure = failing(world)
    assert counts(failure.result) == {"created": DISKS - 1, "failed": 1}
    assert str(failure).startswith(f"{bad}: failed {code}")
    world.cloud.faults.clear()
    world.clock.advance(2 * lag)
    assert counts(world.create()) == {"existing": DISKS}
    assert world.good() == sorted(disks)


@pytest.mark.parametrize("status", ["SnapshotProcessing", "Detaching", "Creating", "Error", ""])
def test_one_disk_in_the_wrong_state_stops_no_other(open_world: OpenWorld, status: str) -> None:
    world = open_world()
    disks, bad = forty(world)
    volume = world.cloud.region("bj").volumes[bad]
    volume.status = status
    check_the_one(world, bad, "VolumeStatus")
    assert len(world.writes()) == DISKS - 1
    volume.status = "Available"
    check_repair(world, disks, bad)


def test_one_disk_that_becomes_busy_after_the_look_stops_no_other(open_world: OpenWorld) -> None:
    world = open_world()
    disks, bad = forty(world)
    volume = world.cloud.region("bj").volumes[bad]

    def watch(call: object) -> None:
        if world.writes():
            volume.status = "Attaching"

    world.cloud.on_call = watch
    check_the_one(world, bad, "OperationDenied")
    world.cloud.on_call = None
    volume.status = "InUse"
    check_repair(world, disks, bad)


def test_one_disk_at_its_quota_stops_no_other_and_deletes_nothing(open_world: OpenWorld) -> None:
    world = open_world(manual_quota=1)
    _, bad = forty(world)
    by_hand = world.cloud.region("bj").add_snapshot(bad)
    failure = failing(world)
    assert counts(failure.result) == {"created": DISKS - 1, "failed": 1}
    assert str(failure).startswith(f"{bad}: failed Instance.SnapshotLimitExceeded")
    failing(world)
    assert by_hand in {row.id for row in world.rows()}
    assert len(world.rows()) == DISKS
    assert world.cloud.calls("DeleteSnapshot") == []
