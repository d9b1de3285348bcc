"""The cloud's own list and detail queries, as events and over HTTP, as JSON and as Markdown."""

from collections.abc import Callable
from typing import Any

import pytest

from snapkeep.bce.errors import NotFound
from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.history import add_nights
from tests.functional.http import body_of, get_report, http_event
from tests.world import World

Ask = Callable[..., dict[str, Any]]


def by_event(world: World, **query: Any) -> dict[str, Any]:
    return world.report({"query": {"region": "bj", **query}})


def by_http(world: World, **query: Any) -> dict[str, Any]:
    answer = get_report(world, region="bj", **{key: str(value) for key, value in query.items()})
    assert answer["statusCode"] == 200
    result: dict[str, Any] = body_of(answer)
    return result


asking = pytest.mark.parametrize("ask", [by_event, by_http])


def furnished(open_world: OpenWorld) -> tuple[World, list[str]]:
    world = open_world()
    disks = world.add_disks(2)
    for disk in disks:
        add_nights(world, disk, 4)
    return world, disks


def found(result: dict[str, Any]) -> list[str]:
    return [row["id"] for row in result["snapshots"]]


@asking
def test_all_of_a_short_list(open_world: OpenWorld, ask: Ask) -> None:
    world, _ = furnished(open_world)
    result = ask(world)
    assert found(result) == sorted(row.id for row in world.rows())
    assert result["next_marker"] is None
    first = result["snapshots"][0]
    row = world.cloud.region("bj").snapshots[first["id"]]
    assert (first["name"], first["desc"], first["status"]) == (row.name, row.desc, row.status)
    assert (first["volume_id"], first["size_gb"]) == (row.volume_id, row.size_gb)
    assert first["create_time"].endswith("Z")


@asking
@pytest.mark.parametrize("size", [1, 3, 7, 8])
def test_pages_of_max_keys_by_marker_to_the_end(open_world: OpenWorld, ask: Ask, size: int) -> None:
    world, _ = furnished(open_world)
    seen: list[str] = []
    result = ask(world, max_keys=size)
    for _ in range(8):
        seen += found(result)
        assert len(result["snapshots"]) <= size
        if result["next_marker"] is None:
            break
        result = ask(world, max_keys=size, marker=result["next_marker"])
    assert seen == sorted(row.id for row in world.rows())


@asking
def test_of_one_disk(open_world: OpenWorld, ask: Ask) -> None:
    world, disks = furnished(open_world)
    ours = [row.id for row in world.rows() if row.volume_id == disks[0]]
    assert found(ask(world, volume_id=disks[0])) == sorted(ours)
    assert found(ask(world, volume_id="v-nowhere1")) == []


@asking
def test_of_one_system_disk_by_its_instance(open_world: OpenWorld, ask: Ask) -> None:
    world, _ = furnished(open_world)
    server = world.cloud.region("bj").add_instance("server")
    made = world.cloud.region("bj").add_snapshot(server)
    assert found(ask(world, volume_id=server)) == [made]


@asking
def test_one_snapshot(open_world: OpenWorld, ask: Ask) -> None:
    world, _ = furnished(open_world)
    wanted = world.rows()[3]
    result = ask(world, snapshot_id=wanted.id)
    assert found(result) == [wanted.id]
    assert [call.operation for call in world.cloud.journal] == ["GetSnapshot"]


def test_one_snapshot_that_is_not_there_is_said(open_world: OpenWorld) -> None:
    world, _ = furnished(open_world)
    with pytest.raises(NotFound, match="404 NoSuchObject"):
        by_event(world, snapshot_id="s-nowhere1")
    answer = get_report(world, region="bj", snapshot_id="s-nowhere1")
    assert answer["statusCode"] == 404
    assert body_of(answer)["code"] == "NoSuchObject"


@pytest.mark.parametrize("absent", ["body", "queryStringParameters"])
def test_what_the_platform_writes_as_null_is_absent(open_world: OpenWorld, absent: str) -> None:
    world, disks = furnished(open_world)
    answer = world.report(http_event("GET", "/report") | {absent: None})
    assert answer["statusCode"] == 200
    assert {disk["volume_id"] for disk in body_of(answer)["disks"]} == set(disks)


@pytest.mark.parametrize("size", [3, 1000])
def test_a_list_as_markdown_says_whether_more_follows(open_world: OpenWorld, size: int) -> None:
    world, disks = furnished(open_world)
    query = {"region": "bj", "max_keys": size}
    text = world.report({"query": query, "format": "markdown"})["markdown"]
    listed = [row.id for row in world.rows() if f"| {row.id} |" in text]
    assert len(listed) == min(size, 8)
    assert ("End of the list." in text) is (size == 1000)
    assert ("More follow: marker s-" in text) is (size == 3)
    over_http = get_report(world, region="bj", max_keys=str(size), format="markdown")
    assert over_http["body"] == text
    assert disks[0] in text


def test_a_snapshot_as_markdown(open_world: OpenWorld) -> None:
    world, _ = furnished(open_world)
    wanted = world.rows()[0].id
    query = {"region": "bj", "snapshot_id": wanted}
    assert f"| {wanted} |" in world.report({"query": query, "format": "markdown"})["markdown"]


def test_a_name_cannot_break_out_of_the_table(open_world: OpenWorld) -> None:
    world, disks = furnished(open_world)
    row = world.rows()[0]
    row.name = "x | y\n# head <script>[a](javascript:1)`"
    query = {"region": "bj", "snapshot_id": row.id}
    text = world.report({"query": query, "format": "markdown"})["markdown"]
    assert "<script>" not in text.replace("\\<script\\>", "")
    assert not any(line.startswith("#") for line in text.splitlines())
    assert f"| {disks[0]} |" in text


@pytest.mark.parametrize("body", ["<html>", "{}", '{"snapshots": [{}], "isTruncated": false}'])
def test_a_damaged_page_is_an_error_and_no_answer(open_world: OpenWorld, body: str) -> None:
    world, _ = furnished(open_world)
    world.cloud.faults.add(Fault("garbage", "ListSnapshots", times=100, body=body))
    assert get_report(world, region="bj")["statusCode"] == 503
