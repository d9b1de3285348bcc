"""Changing a snapshot's attributes: the documented rules, each through both doors (5m2tv8z6p)."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest

from tests.contract.caller import Caller, Json, refused
from tests.contract.conftest import OpenDoor
from tests.fake_bce import Fault

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ID = "s-6r3dam6F"


@pytest.fixture
def caller(door: OpenDoor) -> Caller:
    """Return a caller of a cloud with one snapshot, made an hour ago, that ends by itself."""
    opened = door()
    region = opened.cloud.region("bj")
    disk = region.add_volume(size_gb=5)
    tags = {"owner": "ops"}
    region.add_snapshot(disk, "before", id=ID, desc="old words", tags=tags, retention_days=7)
    opened.cloud.clock.advance(HOUR)
    return opened


def row(caller: Caller) -> dict[str, Any]:
    return asdict(caller.cloud.region("bj").snapshots[ID])


def shown(caller: Caller) -> Json:
    found: Json = caller.detail(ID).json()["snapshot"]
    return found


CHANGES: dict[str, tuple[Json, Json]] = {
    "name": ({"snapshotName": "after-1"}, {"name": "after-1"}),
    "desc": ({"desc": "新的说明 id=1"}, {"desc": "新的说明 id=1"}),
    "an empty desc": ({"desc": ""}, {"desc": ""}),
    "retention": ({"retentionInDays": 2}, {"expireTime": "2026-11-25T19:00:30Z"}),
    "name and desc": (
        {"snapshotName": "数据盘-每日", "desc": "d"},
        {"name": "数据盘-每日", "desc": "d"},
    ),
    "all three": (
        {"snapshotName": "after", "desc": "d", "retentionInDays": 10_000},
        {"name": "after", "desc": "d", "expireTime": "2054-04-10T19:00:30Z"},
    ),
    "none": ({}, {}),
    "an unknown member": ({"extra": 1, "tags": [], "desc": "d"}, {"desc": "d"}),
}


@pytest.mark.parametrize(("body", "changes"), CHANGES.values(), ids=CHANGES)
def test_what_the_body_names_changes_and_nothing_else(
    caller: Caller, body: Json, changes: Json
) -> None:
    before = shown(caller)

    answer = caller.modify(ID, body)

    assert (answer.status_code, answer.content) == (200, b"")
    assert caller.cloud.journal[-1].operation == "ModifySnapshot"
    assert shown(caller) == before | changes
    (listed,) = caller.listed()["snapshots"]
    assert listed | changes == listed


def test_an_empty_body_changes_nothing(caller: Caller) -> None:
    before = row(caller)
    assert caller.modify(ID, None).status_code == 200
    assert row(caller) == before


def test_the_flag_may_stand_without_an_equals_sign(caller: Caller) -> None:
    answer = caller.send("PUT", f"/v2/snapshot/{ID}?modifyAttribute", None, {"desc": "d"})

    assert (answer.status_code, row(caller)["desc"]) == (200, "d")


@pytest.mark.parametrize("status", ["Creating", "Available", "CreatedFailed", "NotAvailable"])
def test_a_snapshot_in_any_status_is_modified(door: OpenDoor, status: str) -> None:
    caller = door()
    caller.cloud.region("bj").add_snapshot(None, id=ID, status=status)

    assert caller.modify(ID, {"desc": "d"}).status_code == 200
    assert row(caller) | {"desc": "d", "status": status} == row(caller)


@pytest.mark.parametrize(("first", "then"), [(7, 2), (2, 7), (None, 2)], ids=str)
def test_a_retention_counts_again_from_its_modification(
    door: OpenDoor, first: int | None, then: int
) -> None:
    caller = door()
    caller.cloud.region("bj").add_snapshot(None, id=ID, retention_days=first or -1)
    caller.cloud.clock.advance(DAY)

    assert caller.modify(ID, {"retentionInDays": then}).status_code == 200

    caller.cloud.clock.advance(then * DAY - HOUR)
    assert caller.ids() == [ID]
    caller.cloud.clock.advance(HOUR)
    assert refused(caller.detail(ID)) == (404, "NoSuchObject")
    assert caller.ids() == []


def test_a_retention_set_while_creating_ends_the_finished_snapshot(door: OpenDoor) -> None:
    caller = door(creation_time=timedelta(seconds=30))
    disk = caller.cloud.region("bj").add_volume()
    made = caller.create(disk, retentionInDays=7).json()["snapshotId"]

    answer = caller.modify(made, {"retentionInDays": 1})

    assert answer.status_code == 200
    caller.cloud.clock.advance(HOUR)
    assert caller.detail(made).json()["snapshot"]["status"] == "Available"
    caller.cloud.clock.advance(DAY)
    assert refused(caller.detail(made)) == (404, "NoSuchObject")


def test_a_desc_leaves_the_retention_where_it_was(caller: Caller) -> None:
    caller.modify(ID, {"desc": "d"})

    caller.cloud.clock.advance(7 * DAY - HOUR)
    assert refused(caller.detail(ID)) == (404, "NoSuchObject")


def test_an_account_in_arrears_may_modify(caller: Caller) -> None:
    caller.cloud.account.in_arrears = True
    assert caller.modify(ID, {"desc": "d"}).status_code == 200


@pytest.mark.parametrize(("kind", "desc"), [("before", "old words"), ("after", "d")])
def test_trouble_strikes_before_or_after_the_change(caller: Caller, kind: Any, desc: str) -> None:
    caller.cloud.faults.add(Fault(kind, "ModifySnapshot", status=503, code="ServiceUnavailable"))

    assert refused(caller.modify(ID, {"desc": "d"})) == (503, "ServiceUnavailable")
    assert row(caller)["desc"] == desc
    assert caller.modify(ID, {"desc": "d"}).status_code == 200
    assert row(caller)["desc"] == "d"
