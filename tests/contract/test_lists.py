"""Lists: paging, filters and what they show, each through both doors."""

from datetime import timedelta

import pytest

from tests.contract.caller import refused
from tests.contract.conftest import OpenDoor

LISTS = ["/v2/snapshot", "/v2/volume", "/v2/instance", "/v2/asp"]


def test_a_list_is_sorted_by_id_and_not_by_time(door: OpenDoor) -> None:
    caller = door()
    region = caller.cloud.region("bj")
    made = [region.add_snapshot(None, f"n{number}") for number in range(20)]

    assert caller.ids() == sorted(made) != made


@pytest.mark.parametrize("size", [1, 3, 7, 8, 100])
def test_a_list_walks_by_inclusive_markers_to_the_end(door: OpenDoor, size: int) -> None:
    caller = door()
    region = caller.cloud.region("bj")
    made = {region.add_snapshot(None, f"n{number}") for number in range(7)}

    walked = caller.ids(maxKeys=size)

    assert len(walked) == 7
    assert set(walked) == made


def test_a_page_names_the_first_row_of_the_next_one(door: OpenDoor) -> None:
    caller = door()
    for number in range(3):
        caller.cloud.region("bj").add_snapshot(None, f"n{number}")

    first = caller.listed(maxKeys=2)
    second = caller.listed(maxKeys=2, marker=first["nextMarker"])

    assert (first["marker"], first["isTruncated"], first["maxKeys"]) == ("", True, 2)
    assert second["snapshots"][0]["id"] == first["nextMarker"] == second["marker"]
    assert second["isTruncated"] is False
    assert "nextMarker" not in second


def test_max_keys_is_1000_by_default_and_at_most(door: OpenDoor) -> None:
    caller = door()
    for number in range(1001):
        caller.cloud.region("bj").add_snapshot(None, f"n{number}")

    for page in (caller.listed(), caller.listed(maxKeys=5000)):
        assert (len(page["snapshots"]), page["maxKeys"], page["isTruncated"]) == (1000, 1000, True)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("value", ["0", "-1", "ten", "1.5", "", "٣"])
def test_max_keys_that_is_no_positive_number_is_refused(
    door: OpenDoor, path: str, value: str
) -> None:
    assert refused(door().send("GET", path, {"maxKeys": value})) == (400, "BadRequest")


def test_a_list_filters_by_disk(door: OpenDoor) -> None:
    caller = door()
    region = caller.cloud.region("bj")
    one, other = region.add_volume(), region.add_volume()
    wanted = {region.add_snapshot(one, f"n{number}") for number in range(5)}
    region.add_snapshot(other)

    assert set(caller.ids(volumeId=one, maxKeys=2)) == wanted
    assert caller.ids(volumeId="v-missing0") == []


def test_an_instance_id_lists_the_system_disks_snapshots_only(door: OpenDoor) -> None:
    caller = door()
    region = caller.cloud.region("bj")
    instance = region.add_instance()
    of_system = region.add_snapshot(instance)
    region.add_snapshot(region.add_volume(instance_id=instance))

    assert caller.ids(volumeId=instance) == [of_system]


@pytest.mark.parametrize(("carry", "prefix"), [("instance", "i-"), ("volume", "v-")])
def test_a_system_disks_snapshot_names_the_instance_or_the_disk(
    door: OpenDoor, carry: str, prefix: str
) -> None:
    caller = door(system_rows_carry=carry)
    region = caller.cloud.region("bj")
    region.add_snapshot(region.add_instance())

    (row,) = caller.listed()["snapshots"]

    assert row["volumeId"].startswith(prefix)


def test_a_list_shows_no_tags_which_only_detail_does(door: OpenDoor) -> None:
    caller = door()
    made = caller.cloud.region("bj").add_snapshot(None, tags={"owner": "ops"})

    assert "tags" not in caller.listed()["snapshots"][0]
    assert caller.detail(made).json()["snapshot"]["tags"]


def test_a_new_snapshot_can_be_missing_from_lists_for_a_while(door: OpenDoor) -> None:
    caller = door(list_lag=timedelta(seconds=40))
    made = caller.create(caller.cloud.region("bj").add_volume()).json()["snapshotId"]

    assert caller.ids() == []
    assert caller.detail(made).status_code == 200
    caller.cloud.clock.sleep(40)
    assert caller.ids() == [made]


@pytest.mark.parametrize("path", [*LISTS, "/v2/snapshot/chain", "/v2/snapshot/s-1"])
def test_an_unknown_query_parameter_is_refused(door: OpenDoor, path: str) -> None:
    assert refused(door().send("GET", path, {"status": "Available", "x": 1})) == (
        400,
        "BadRequest",
    )
