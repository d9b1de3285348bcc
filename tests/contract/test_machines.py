"""Disks, instances and chains: filters and what they show, each through both doors."""

import pytest

from tests.contract.caller import refused
from tests.contract.conftest import OpenDoor


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, {"server-system", "attached", "数据盘"}),
        ({"instanceId": "i-server00"}, {"server-system", "attached"}),
        ({"usageFilter": "system"}, {"server-system"}),
        ({"usageFilter": "data", "zoneName": "cn-bj-b"}, {"数据盘"}),
        ({"name": "数据盘"}, {"数据盘"}),
        ({"chargeFilter": "prepay"}, set()),
    ],
    ids=lambda value: str(sorted(value) if isinstance(value, set) else value),
)
def test_disks_are_listed_by_filter(door: OpenDoor, query: dict[str, str], names: set[str]) -> None:
    caller = door()
    region = caller.cloud.region("bj")
    region.add_instance(id="i-server00")
    region.add_volume("attached", instance_id="i-server00")
    region.add_volume("数据盘", zone="cn-bj-b", tags={"backup": "nightly"})

    rows = caller.send("GET", "/v2/volume", query).json()["volumes"]

    assert {row["name"] for row in rows} == names


def test_a_disk_shows_its_documented_members(door: OpenDoor) -> None:
    caller = door()
    region = caller.cloud.region("bj")
    instance = region.add_instance()
    disk = region.add_volume(instance_id=instance, tags={"backup": "nightly"})
    region.add_snapshot(disk)

    row = caller.send("GET", f"/v2/volume/{disk}").json()["volume"]

    assert (row["type"], row["status"], row["isSystemVolume"]) == ("Cds", "InUse", False)
    assert row["attachments"][0]["instanceId"] == instance
    assert row["tags"] == [{"tagKey": "backup", "tagValue": "nightly"}]
    assert row["snapshotNum"] == "1"
    assert refused(caller.send("GET", "/v2/volume/v-missing0")) == (404, "NoSuchObject")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, {"web", "批处理"}),
        ({"status": "Stopped,Error"}, {"批处理"}),
        ({"instanceNames": "web,other"}, {"web"}),
        ({"fuzzyInstanceName": "处"}, {"批处理"}),
        ({"tags": "backup:nightly"}, {"web"}),
        ({"tags": "backup"}, {"web"}),
        ({"cdsIds": "v-websys00"}, {"web"}),
        ({"zoneName": "cn-bj-z"}, set()),
    ],
    ids=lambda value: str(sorted(value) if isinstance(value, set) else value),
)
def test_instances_are_listed_by_filter(
    door: OpenDoor, query: dict[str, str], names: set[str]
) -> None:
    caller = door()
    region = caller.cloud.region("bj")
    region.add_instance("web", tags={"backup": "nightly"}, system_volume_id="v-websys00")
    region.add_instance("批处理", status="Stopped")

    rows = caller.send("GET", "/v2/instance", query).json()["instances"]

    assert {row["name"] for row in rows} == names


def test_an_instance_shows_its_disks(door: OpenDoor) -> None:
    caller = door()
    region = caller.cloud.region("bj")
    instance = region.add_instance(system_disk_gb=40)
    region.add_volume(instance_id=instance)

    row = caller.send("GET", f"/v2/instance/{instance}").json()["instance"]

    assert [disk["isSystemVolume"] for disk in row["volumes"]] == [True, False]
    assert refused(caller.send("GET", "/v2/instance/i-missing0")) == (404, "NoSuchObject")


def test_chains_are_paged_by_number_and_count_by_kind(door: OpenDoor) -> None:
    caller = door()
    region = caller.cloud.region("bj")
    disks = [region.add_volume(size_gb=size) for size in (300, 100, 200)]
    region.add_snapshot(disks[0])
    region.add_snapshot(disks[0], create_method="auto")
    query = {"orderBy": "volumeSize", "order": "desc", "pageSize": 2}

    pages = [
        caller.send("GET", "/v2/snapshot/chain", {**query, "pageNo": number}).json()
        for number in (1, 2)
    ]

    found = [chain["volumeId"] for page in pages for chain in page["snapchains"]]
    assert found == [disks[0], disks[2], disks[1]]
    assert [page["isTruncated"] for page in pages] == [True, False]
    first = pages[0]["snapchains"][0]
    assert (first["manualSnapCount"], first["autoSnapCount"]) == (1, 1)
    assert float(first["chainSize"]) > 0


def test_a_chain_outlives_its_disk_until_its_last_snapshot_goes(door: OpenDoor) -> None:
    caller = door()
    region = caller.cloud.region("bj")
    disk = region.add_volume()
    made = region.add_snapshot(disk)
    region.release_volume(disk)
    assert len(region.chains) == 1

    caller.delete(made)

    assert not region.chains
