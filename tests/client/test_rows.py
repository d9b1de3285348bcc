"""From the API's rows to our values: what must be there, what may be missing, what is ignored."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from snapkeep.bce import wire
from snapkeep.bce.client import SnapshotPage
from snapkeep.bce.errors import ListIncomplete
from snapkeep.model import Chain, Instance, Snapshot, Volume
from tests.client.conftest import OpenLine
from tests.client.line import Line
from tests.fake_bce import Fault

Json = dict[str, Any]
SNAPSHOT = {"id": "s-1", "name": "n", "status": "Available", "createTime": "2026-01-01T00:00:00Z"}
VOLUME = {"id": "v-1", "status": "InUse", "type": "Cds"}
INSTANCE = {"id": "i-1", "status": "Running"}
CHAIN = {"chainId": "sl-1"}
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)

LEAST: dict[str, tuple[Callable[[object], object], Json, object]] = {
    "snapshot": (wire.snapshot, SNAPSHOT, Snapshot("s-1", "n", "Available", NEW_YEAR)),
    "volume": (wire.volume, VOLUME, Volume("v-1", "", "InUse", "Cds")),
    "instance": (wire.instance, INSTANCE, Instance("i-1", "", "Running")),
    "chain": (wire.chain, CHAIN, Chain("sl-1", "", 0.0)),
}


@pytest.mark.parametrize(("parse", "row", "value"), LEAST.values(), ids=LEAST)
def test_the_required_fields_are_enough_and_unknown_ones_are_ignored(
    parse: Callable[[object], object], row: Json, value: object
) -> None:
    assert parse(row) == value
    assert parse(row | {"aNewField": {"deep": [1]}}) == value


def test_every_field_of_a_snapshot_is_read() -> None:
    row = SNAPSHOT | {
        "createMethod": "auto", "volumeId": "v-1", "desc": "说明", "sizeInGB": 5,
        "insnapId": "ins-1", "templateId": "m-1", "createTime": "2026-01-01T08:00:00+08:00",
    }  # fmt: skip
    assert wire.snapshot(row) == Snapshot(
        "s-1", "n", "Available", NEW_YEAR, "auto", "v-1", "说明", 5, "ins-1", "m-1"
    )


def test_every_field_of_a_disk_is_read() -> None:
    row = VOLUME | {
        "name": "数据盘", "diskSizeInGB": 40, "isSystemVolume": True,
        "attachments": [{"instanceId": "i-1"}, {"instanceId": "i-2"}, {"device": "/dev/vdb"}],
        "tags": [{"tagKey": "backup", "tagValue": "nightly"}, {"tagKey": "bare"}],
    }  # fmt: skip
    assert wire.volume(row) == Volume(
        "v-1", "数据盘", "InUse", "Cds", True, 40, ("i-1", "i-2"),
        (("backup", "nightly"), ("bare", "")),
    )  # fmt: skip


def test_a_system_disk_is_known_by_its_type_as_well() -> None:
    volume = wire.volume(VOLUME | {"type": "System"})
    assert isinstance(volume, Volume)
    assert volume.is_system


@pytest.mark.parametrize("text", ["", "now", "2026-01-01", "2026-01-01T00:00:00", "1767225600",
                                  "2026-02-30T00:00:00Z"])  # fmt: skip
def test_a_snapshot_whose_time_is_no_instant_stays_in_the_list(text: str) -> None:
    assert wire.snapshot(SNAPSHOT | {"createTime": text}).create_time is None


@pytest.mark.parametrize("name", ["volumeId", "insnapId", "templateId"])
@pytest.mark.parametrize("value", ["", None], ids=["empty", "null"])
def test_no_id_is_none_however_it_is_written(name: str, value: object) -> None:
    assert wire.snapshot(SNAPSHOT | {name: value}) == wire.snapshot(SNAPSHOT)


@pytest.mark.parametrize("size", [12, 12.0, "12", "12.00"])
def test_a_chains_size_may_be_a_number_or_a_text(size: object) -> None:
    row = CHAIN | {"chainSize": size, "manualSnapCount": 2, "autoSnapCount": "3", "volumeId": "v-1"}
    assert wire.chain(row) == Chain("sl-1", "v-1", 12.0, 2, 3)


DAMAGED = [
    (wire.volume, VOLUME | {"type": None}, "type"),
    (wire.volume, VOLUME | {"status": 1}, "status"),
    (wire.volume, VOLUME | {"id": ""}, "id"),
    (wire.volume, VOLUME | {"isSystemVolume": "false"}, "isSystemVolume"),
    (wire.volume, VOLUME | {"attachments": {}}, "attachments"),
    (wire.volume, VOLUME | {"attachments": ["i-1"]}, "a row is str"),
    (wire.volume, VOLUME | {"attachments": [{"instanceId": 1}]}, "instanceId"),
    (wire.volume, VOLUME | {"tags": [{"tagValue": "x"}]}, "tagKey"),
    (wire.volume, VOLUME | {"tags": ["backup"]}, "a row is str"),
    (wire.instance, INSTANCE | {"status": None}, "status"),
    (wire.instance, INSTANCE | {"tags": "backup"}, "tags"),
    (wire.chain, CHAIN | {"chainSize": "large"}, "chainSize"),
    (wire.chain, CHAIN | {"chainSize": "nan"}, "chainSize"),
    (wire.chain, CHAIN | {"chainSize": [1]}, "chainSize"),
    (wire.chain, CHAIN | {"manualSnapCount": "many"}, "manualSnapCount"),
    (wire.chain, CHAIN | {"autoSnapCount": {"a": 1}}, "autoSnapCount"),
    (wire.chain, CHAIN | {"chainId": None}, "chainId"),
]


@pytest.mark.parametrize(
    ("parse", "row", "said"), DAMAGED, ids=lambda value: getattr(value, "__name__", str(value))[:40]
)
def test_a_damaged_row_is_refused_by_the_fields_name(
    parse: Callable[[object], object], row: Json, said: str
) -> None:
    with pytest.raises(ListIncomplete, match=said):
        parse(row)


SIZES = {"missing": {}, "null": None, "text": "40", "true": True, "part": 40.5, "list": [40],
         "object": {"GB": 40}}  # fmt: skip


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_a_size_that_is_no_whole_number_is_0_and_damages_nothing(size: object) -> None:
    given = {} if size == {} else {"sizeInGB": size, "diskSizeInGB": size}
    snapshot, volume = wire.snapshot(SNAPSHOT | given), wire.volume(VOLUME | given)
    assert (snapshot, volume) == (wire.snapshot(SNAPSHOT), wire.volume(VOLUME))
    assert (type(snapshot.size_gb), type(volume.size_gb)) == (int, int)


AUTOMATIC = [({"id": "asp-1", "name": "每日"}, "每日"), ({"id": "asp-1"}, "asp-1"),
             ({"id": "asp-1", "name": ""}, "asp-1"), ({"name": "数\ud800据"}, "数?据")]  # fmt: skip


@pytest.mark.parametrize(("policy", "name"), AUTOMATIC, ids=ascii)
def test_the_automatic_policy_of_a_disk_is_known_by_its_name(policy: Json, name: str) -> None:
    volume = wire.volume(VOLUME | {"autoSnapshotPolicy": policy})
    assert volume == replace(wire.volume(VOLUME), automatic_policy=name)


@pytest.mark.parametrize("policy", ["asp-1", {"id": 7}, {"name": ["a"]}, {}, None, []], ids=repr)
def test_an_odd_automatic_policy_is_none_and_damages_nothing(policy: object) -> None:
    assert wire.volume(VOLUME | {"autoSnapshotPolicy": policy}) == wire.volume(VOLUME)


def test_half_a_character_is_replaced_wherever_it_stands() -> None:
    half, whole = "数\ud800据\udfff", "数?据?"
    texts = dict.fromkeys(("name", "status", "createMethod", "volumeId", "desc", "insnapId"), half)
    tags = [{"tagKey": half, "tagValue": half}]
    snapshot = wire.snapshot(SNAPSHOT | texts | {"id": half, "templateId": half})
    assert snapshot == Snapshot(whole, whole, whole, NEW_YEAR, whole, whole, whole, 0, whole, whole)
    disk = {"name": half, "attachments": [{"instanceId": half}], "tags": tags}
    assert wire.volume(VOLUME | disk) == Volume(
        "v-1", whole, "InUse", "Cds", instance_ids=(whole,), tags=((whole, whole),)
    )
    server = wire.instance(INSTANCE | {"name": half, "tags": tags})
    assert server == Instance("i-1", whole, "Running", ((whole, whole),))
    assert wire.chain(CHAIN | {"volumeId": half}).volume_id == whole


def test_whole_characters_of_two_halves_stay() -> None:
    row = json.loads('{"id": "v-1", "name": "\\ud83d\\ude00", "status": "InUse", "type": "Cds"}')
    assert wire.volume(row) == Volume("v-1", "😀", "InUse", "Cds")


def test_details_are_the_rows_of_the_lists(line: Line) -> None:
    region = line.cloud.region("bj")
    server = region.add_instance("网站")
    made = line.create()
    client = line.client()

    assert client.snapshot(made) == client.snapshots()[0]
    assert client.volume("v-thedisk0") in client.volumes()
    assert client.instance(server) in client.instances()
    assert client.instance(server).name == "网站"


def test_one_page_can_be_asked_for(open_line: OpenLine) -> None:
    line = open_line()
    made = sorted(line.cloud.region("bj").add_snapshot("v-thedisk0") for _ in range(3))
    client = line.client()

    first = client.snapshot_page(marker=None, max_keys=2, volume_id="v-thedisk0")
    assert ([row.id for row in first.snapshots], first.next_marker) == (made[:2], made[2])
    last = client.snapshot_page(marker=made[2], max_keys=2, volume_id="v-thedisk0")
    assert ([row.id for row in last.snapshots], last.next_marker) == (made[2:], None)
    assert client.snapshot_page(marker=None, max_keys=9, volume_id="v-o") == SnapshotPage((), None)
    assert line.cloud.journal[1].target == (
        f"/v2/snapshot?marker={made[2]}&maxKeys=2&volumeId=v-thedisk0"
    )


def test_one_page_that_does_not_say_whether_it_is_the_last_is_refused(inside: Line) -> None:
    inside.cloud.faults.add(Fault("transform", transform=lambda b: b | {"isTruncated": None}))
    with pytest.raises(ListIncomplete, match=r"^ListSnapshots in bj: isTruncated is None"):
        inside.client().snapshot_page(marker=None, max_keys=2, volume_id=None)
