"""The unmodified SDK runs the snapshot, disk, instance and auto-policy calls."""

import json
from typing import Any

import pytest
from baidubce.exception import BceHttpClientError
from baidubce.services.bcc.bcc_model import TagModel

from tests.contract.sdk import SDK_HABITS, MakeClient
from tests.fake_bce import FakeCloud

# a key without a value, as the SDK writes it where it has such a call: attach_asp
MODIFY = {"modifyAttribute": None}

pytestmark = SDK_HABITS


def test_create_detail_and_delete_a_snapshot(cloud: FakeCloud, make_client: MakeClient) -> None:
    client = make_client()
    disk = cloud.region("bj").add_volume()

    made = client.create_snapshot(disk, "每日-1", desc="数据盘", tags=[TagModel("owner", "ops")])
    row = client.get_snapshot(made.snapshot_id).snapshot
    client.delete_snapshot(made.snapshot_id)

    assert (row.name, row.desc, row.volume_id, row.status) == (
        "每日-1",
        "数据盘",
        disk,
        "Available",
    )
    assert row.tags[0].tag_key == "owner"
    assert not cloud.region("bj").snapshots


def test_create_a_system_disks_snapshot(cloud: FakeCloud, make_client: MakeClient) -> None:
    instance = cloud.region("gz").add_instance()

    made = make_client("gz").create_snapshot(instance, "system-1")

    assert cloud.region("gz").snapshots[made.snapshot_id].instance_id == instance


def test_one_token_makes_one_snapshot(cloud: FakeCloud, make_client: MakeClient) -> None:
    client, disk = make_client(), cloud.region("bj").add_volume()

    made = {client.create_snapshot(disk, "n1", client_token="t1").snapshot_id for _ in range(3)}

    assert made == set(cloud.region("bj").snapshots)


def test_modify_a_snapshot_as_the_sdk_would_if_it_had_the_call(
    cloud: FakeCloud, make_client: MakeClient
) -> None:
    client, made = make_client(), cloud.region("bj").add_snapshot(None, "n1", desc="old")
    body = json.dumps({"desc": "新的 说明"})

    client._send_request(b"PUT", b"/snapshot/" + made.encode(), body, params=MODIFY)

    row = client.get_snapshot(made).snapshot
    assert (row.name, row.desc) == ("n1", "新的 说明")
    assert cloud.calls("ModifySnapshot")[0].target.endswith(f"/{made}?modifyAttribute=")


def test_list_all_pages_of_snapshots(cloud: FakeCloud, make_client: MakeClient) -> None:
    client, region = make_client(), cloud.region("bj")
    made = {region.add_snapshot(None, f"n{number}") for number in range(25)}
    found: list[str] = []
    marker = None
    for _ in range(10):
        page = client.list_snapshots(marker=marker, max_keys=10)
        found += [row.id for row in page.snapshots]
        if not page.is_truncated:
            break
        marker = page.next_marker

    assert len(found) == 25
    assert set(found) == made


def test_list_and_detail_of_disks_and_instances(cloud: FakeCloud, make_client: MakeClient) -> None:
    client, region = make_client(), cloud.region("bj")
    instance = region.add_instance("web", tags={"backup": "nightly"})
    disk = region.add_volume("数据盘", instance_id=instance)

    volumes = client.list_volumes(instance_id=instance).volumes
    instances = client.list_instances(tags="backup:nightly", cds_ids=disk).instances

    assert {row.is_system_volume for row in volumes} == {True, False}
    assert [row.id for row in instances] == [instance]
    assert client.get_volume(disk).volume.attachments[0].instance_id == instance
    assert client.get_instance(instance, contains_failed=True).instance.name == "web"


def test_the_snapshot_chain_of_a_disk(cloud: FakeCloud, make_client: MakeClient) -> None:
    region = cloud.region("bj")
    disk = region.add_volume()
    region.add_snapshot(disk)

    chains = make_client().list_snapshot_chain(disk, order="desc", order_by="chainSize")

    assert [(row.volume_id, row.manual_snap_count) for row in chains.snapchains] == [(disk, 1)]


def test_an_auto_policys_life(cloud: FakeCloud, make_client: MakeClient) -> None:
    client, region = make_client(), cloud.region("bj")
    disk = region.add_volume("data", instance_id=region.add_instance())
    policy = client.create_asp("每日", [0, 22], [0, 5], "7").asp_id

    client.attach_asp(policy, [disk])
    assert client.get_asp(policy).auto_snapshot_policy.volume_count == 1
    assert client.list_volumes().volumes[0].id in region.volumes
    client.detach_asp(policy, [disk])
    assert region.volumes[disk].policy_id is None
    client.update_asp("weekly", policy, ["3"], ["1"], -1)
    (row,) = client.list_asps(max_keys=10, asp_name="weekly").auto_snapshot_policys
    assert (row.time_points, row.repeat_weekdays, row.retention_days) == ([3], [1], -1)
    client.delete_asp(policy)
    assert not client.list_asps().auto_snapshot_policys


@pytest.mark.parametrize(
    ("volume", "answer"),
    [
        ({"type": "Ephemeral", "status": "InUse"}, (400, "Asp.VolumeTypeInvalid")),
        ({"status": "Available"}, (400, "Asp.VolumeStatusInvalid")),
        (None, (404, "NoSuchObject")),
    ],
    ids=str,
)
def test_an_auto_policy_takes_disks_in_use_only(
    cloud: FakeCloud,
    make_client: MakeClient,
    volume: dict[str, Any] | None,
    answer: tuple[int, str],
) -> None:
    disk = "v-missing0" if volume is None else cloud.region("bj").add_volume(**volume)
    client = make_client()
    policy = client.create_asp("asp1", [0], [0], "7").asp_id

    with pytest.raises(BceHttpClientError) as caught:
        client.attach_asp(policy, [disk])

    assert (caught.value.status_code, caught.value.code) == answer


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("1asp", [0], [0], "7"), "Asp.NameInvalid"),
        (("asp", [0], [0], "10001"), "Asp.RetentionDaysInvalid"),
        (("asp", [24], [0], "7"), "BadRequest"),
        (("asp", [0], ["x"], "7"), "BadRequest"),
        (("asp", [], [0], "7"), "BadRequest"),
    ],
)
def test_an_auto_policy_is_checked(
    make_client: MakeClient, arguments: tuple[Any, ...], code: str
) -> None:
    with pytest.raises(BceHttpClientError) as caught:
        make_client().create_asp(*arguments)

    assert (caught.value.status_code, caught.value.code) == (400, code)


def test_a_wrong_secret_gets_baidus_own_code(make_client: MakeClient) -> None:
    with pytest.raises(BceHttpClientError) as caught:
        make_client(secret="fakesk-wrong").list_snapshots()

    assert caught.value.code == "SignatureDoesNotMatch"
