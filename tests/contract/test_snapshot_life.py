"""From creation to deletion: the documented rules (docs Bjwvyo8dg, cjwvyo81w), both doors."""

from datetime import timedelta

import pytest

from tests.contract.caller import refused
from tests.contract.conftest import OpenDoor

HOUR = timedelta(hours=1)


def test_a_snapshot_is_creating_until_its_time_and_then_available(door: OpenDoor) -> None:
    caller = door(creation_time=timedelta(seconds=30))
    made = caller.create(caller.cloud.region("bj").add_volume()).json()["snapshotId"]

    seen = []
    for _ in range(3):
        seen.append(caller.detail(made).json()["snapshot"]["status"])
        caller.cloud.clock.sleep(15)

    assert seen == ["Creating", "Creating", "Available"]


def test_a_creation_can_end_in_created_failed(door: OpenDoor) -> None:
    caller = door(fail_creates=1)
    disk = caller.cloud.region("bj").add_volume()
    made = [caller.create(disk, f"n{number}").json()["snapshotId"] for number in range(2)]
    caller.cloud.clock.sleep(60)

    statuses = [caller.detail(one).json()["snapshot"]["status"] for one in made]

    assert statuses == ["CreatedFailed", "Available"]


def test_a_disk_can_be_busy_while_its_snapshot_is_creating(door: OpenDoor) -> None:
    caller = door(busy_while_creating=True)
    disk = caller.cloud.region("bj").add_volume()
    caller.create(disk, "n1")

    assert refused(caller.create(disk, "n2")) == (409, "OperationDenied")
    assert caller.send("GET", f"/v2/volume/{disk}").json()["volume"]["status"] == (
        "SnapshotProcessing"
    )
    caller.cloud.clock.sleep(30)
    assert caller.create(disk, "n2").status_code == 200


def test_detail_shows_the_documented_members(door: OpenDoor) -> None:
    caller = door()
    disk = caller.cloud.region("bj").add_volume(size_gb=5)
    tags = [{"tagKey": "owner", "tagValue": "运维"}]
    made = caller.create(disk, "n1", desc="数据盘", tags=tags).json()["snapshotId"]

    row = caller.detail(made).json()["snapshot"]

    assert row | {"id": made, "desc": "数据盘", "tags": tags, "sizeInGB": 5} == row
    assert (row["createMethod"], row["createTime"]) == ("MANUAL", "2026-11-23T18:00:30Z")
    assert "expireTime" not in row


def test_detail_of_an_unknown_snapshot_is_not_found(door: OpenDoor) -> None:
    assert refused(door().detail("s-missing0")) == (404, "NoSuchObject")


@pytest.mark.parametrize("status", ["CreatedFailed", "Available"])
def test_a_finished_snapshot_is_deleted_and_then_gone(door: OpenDoor, status: str) -> None:
    caller = door()
    region = caller.cloud.region("bj")
    made = region.add_snapshot(region.add_volume(), status=status)

    answer = caller.delete(made)

    assert (answer.status_code, answer.content) == (200, b"")
    assert refused(caller.delete(made)) == (404, "NoSuchObject")
    assert refused(caller.detail(made)) == (404, "NoSuchObject")
    assert caller.ids() == []


@pytest.mark.parametrize("status", ["Creating", "NotAvailable"])
def test_a_snapshot_in_another_status_is_not_deleted(door: OpenDoor, status: str) -> None:
    caller = door()
    region = caller.cloud.region("bj")
    made = region.add_snapshot(region.add_volume(), status=status)

    assert refused(caller.delete(made)) == (403, "OperationDenied")
    assert made in region.snapshots


def test_a_retention_in_days_ends_a_snapshot_by_itself(door: OpenDoor) -> None:
    caller = door()
    disk = caller.cloud.region("bj").add_volume()
    made = caller.create(disk, "n1", retentionInDays=7).json()["snapshotId"]

    caller.cloud.clock.advance(7 * 24 * HOUR - HOUR)
    assert caller.detail(made).json()["snapshot"]["expireTime"] == "2026-11-30T18:00:30Z"
    caller.cloud.clock.advance(HOUR)
    assert refused(caller.detail(made)) == (404, "NoSuchObject")


@pytest.mark.parametrize("days", [0, -2, 10_001, "7", True])
def test_a_retention_out_of_range_is_refused(door: OpenDoor, days: object) -> None:
    caller = door()
    answer = caller.create(caller.cloud.region("bj").add_volume(), retentionInDays=days)

    assert refused(answer) == (400, "BadRequest")


def test_snapshots_of_a_released_disk_stay_and_lose_their_volume_id(door: OpenDoor) -> None:
    caller = door()
    region = caller.cloud.region("bj")
    disk = region.add_volume()
    made = region.add_snapshot(disk)
    region.release_volume(disk)

    assert caller.detail(made).json()["snapshot"]["volumeId"] is None
    assert caller.ids() == [made]
    assert caller.ids(volumeId=disk) == []


def test_an_account_in_arrears_makes_no_snapshot_but_lists_and_deletes(door: OpenDoor) -> None:
    caller = door()
    region = caller.cloud.region("bj")
    disk = region.add_volume()
    old = region.add_snapshot(disk)
    caller.cloud.account.in_arrears = True

    assert refused(caller.create(disk)) == (403, "AccountOverdue")
    assert caller.ids() == [old]
    assert caller.delete(old).status_code == 200
