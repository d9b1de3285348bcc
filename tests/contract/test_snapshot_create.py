"""Creating a snapshot: the documented rules, each through both doors (doc 0jwvyo7c0)."""

import pytest

from tests.contract.caller import refused
from tests.contract.conftest import OpenDoor


@pytest.mark.parametrize("status", ["InUse", "Available"])
def test_a_cds_disk_in_use_or_available_can_be_snapshotted(door: OpenDoor, status: str) -> None:
    caller = door()
    disk = caller.cloud.region("bj").add_volume(status=status)

    made = caller.create(disk).json()["snapshotId"]

    assert caller.cloud.region("bj").snapshots[made].volume_id == disk


@pytest.mark.parametrize(
    "status", ["Creating", "Attaching", "Detaching", "SnapshotProcessing", "Expired", "Error"]
)
def test_a_cds_disk_in_any_other_status_cannot(door: OpenDoor, status: str) -> None:
    caller = door()
    disk = caller.cloud.region("bj").add_volume(status=status)

    assert refused(caller.create(disk)) == (409, "OperationDenied")
    assert not caller.cloud.region("bj").snapshots


@pytest.mark.parametrize("status", ["Running", "Stopped"])
def test_a_system_disk_is_snapshotted_by_instance_id_while_running_or_stopped(
    door: OpenDoor, status: str
) -> None:
    caller = door()
    instance = caller.cloud.region("bj").add_instance(status=status)

    made = caller.create(instance).json()["snapshotId"]

    assert caller.detail(made).json()["snapshot"]["volumeId"] == instance


@pytest.mark.parametrize("status", ["Starting", "Stopping", "Expired", "Error", "ChangeVpc"])
def test_a_system_disk_of_an_instance_in_any_other_status_cannot(
    door: OpenDoor, status: str
) -> None:
    caller = door()
    instance = caller.cloud.region("bj").add_instance(status=status)

    assert refused(caller.create(instance)) == (409, "OperationDenied")


def test_a_system_disk_is_not_snapshotted_by_its_own_volume_id(door: OpenDoor) -> None:
    caller = door()
    caller.cloud.region("bj").add_instance(system_volume_id="v-system01")

    assert refused(caller.create("v-system01")) == (400, "BadRequest")


def test_an_ephemeral_disk_cannot_be_snapshotted(door: OpenDoor) -> None:
    caller = door()
    disk = caller.cloud.region("bj").add_volume(type="Ephemeral")

    assert refused(caller.create(disk)) == (400, "BadRequest")


def test_an_unknown_disk_is_not_found(door: OpenDoor) -> None:
    assert refused(door().create("v-missing0")) == (404, "NoSuchObject")


def test_a_disk_of_another_region_is_not_found(door: OpenDoor) -> None:
    caller = door()
    disk = caller.cloud.region("gz").add_volume()

    assert refused(caller.create(disk)) == (404, "NoSuchObject")
    assert caller.create(disk, region="gz").status_code == 200


@pytest.mark.parametrize("quota", [1, 2])
def test_manual_snapshots_of_a_disk_are_limited_by_the_per_disk_quota(
    door: OpenDoor, quota: int
) -> None:
    caller = door(manual_quota=quota)
    region = caller.cloud.region("bj")
    full, other = region.add_volume(), region.add_volume()
    for number in range(quota):
        region.add_snapshot(full, f"n{number}")
        region.add_snapshot(full, f"a{number}", create_method="auto")

    assert refused(caller.create(full)) == (413, "Instance.SnapshotLimitExceeded")
    assert caller.create(other).status_code == 200


def test_all_snapshots_are_limited_by_eight_times_the_number_of_disks(door: OpenDoor) -> None:
    caller = door(quota="eight_per_disk")
    region = caller.cloud.region("bj")
    disk = region.add_volume()
    for number in range(8):
        region.add_snapshot(disk, f"n{number}")

    assert refused(caller.create(disk)) == (413, "Instance.SnapshotLimitExceeded")
    caller.cloud.region("gz").add_volume()
    assert caller.create(disk).status_code == 200


@pytest.mark.parametrize(
    "name", ["n", "Nightly-1_a /.b", "a" * 65, "数据盘-每日", "x数据"], ids=str
)
def test_a_valid_snapshot_name_is_taken(door: OpenDoor, name: str) -> None:
    caller = door()
    made = caller.create(caller.cloud.region("bj").add_volume(), name).json()["snapshotId"]

    assert caller.detail(made).json()["snapshot"]["name"] == name


@pytest.mark.parametrize("name", ["", "1st", "-a", " a", "a" * 66, "a:b", "a\n", "é"], ids=repr)
def test_an_invalid_snapshot_name_is_refused(door: OpenDoor, name: str) -> None:
    caller = door()
    answer = caller.create(caller.cloud.region("bj").add_volume(), name)

    assert refused(answer) == (400, "Snapshot.SnapshotNameInvalid")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"{", "MalformedJSON"),
        (b"[]", "InappropriateJSON"),
        (b"{}", "InappropriateJSON"),
        (b'{"volumeId": 1, "snapshotName": "a"}', "InappropriateJSON"),
        (b'{"volumeId": "v-1", "snapshotName": "a", "tags": [1]}', "InappropriateJSON"),
        (b"\xff\xfe", "MalformedJSON"),
    ],
)
def test_a_body_of_the_wrong_shape_is_refused(door: OpenDoor, body: bytes, code: str) -> None:
    assert refused(door().send("POST", "/v2/snapshot", {}, body)) == (400, code)


def test_unknown_members_of_a_body_are_ignored(door: OpenDoor) -> None:
    caller = door()
    assert caller.create(caller.cloud.region("bj").add_volume(), extra=1).status_code == 200
