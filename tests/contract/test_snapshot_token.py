"""clientToken: the documented rules, each through both doors (docs 0jwvyo7c0, njwvz5q61)."""

from collections.abc import Mapping
from datetime import timedelta

import pytest

from tests.contract.caller import refused
from tests.contract.conftest import OpenDoor

MISMATCH = (403, "IdempotentParameterMismatch")

HOUR = timedelta(hours=1)


def test_the_same_token_and_request_get_the_same_answer_and_one_snapshot(door: OpenDoor) -> None:
    caller = door()
    disk = caller.cloud.region("bj").add_volume()

    answers = [caller.create(disk, "n1", "token-1").json() for _ in range(3)]

    assert answers[0] == answers[1] == answers[2]
    assert list(caller.cloud.region("bj").snapshots) == [answers[0]["snapshotId"]]


@pytest.mark.parametrize(
    "change", [{"name": "n2"}, {"desc": "other"}, {"source": "v-other000"}], ids=str
)
def test_the_same_token_with_another_body_is_a_mismatch(
    door: OpenDoor, change: Mapping[str, str]
) -> None:
    caller = door()
    region = caller.cloud.region("bj")
    region.add_volume(id="v-first000")
    region.add_volume(id="v-other000")
    first = {"source": "v-first000", "name": "n1", "token": "token-1"}
    caller.create(**first)

    assert refused(caller.create(**{**first, **change})) == MISMATCH
    assert len(region.snapshots) == 1


def test_the_same_token_on_another_path_is_a_mismatch(door: OpenDoor) -> None:
    caller = door()
    caller.create(caller.cloud.region("bj").add_volume(), "n1", "token-1")

    assert refused(caller.send("POST", "/v2/asp", {"clientToken": "token-1"}, {})) == MISMATCH


def test_a_token_is_remembered_for_24_hours_from_its_last_use(door: OpenDoor) -> None:
    caller = door()
    disk = caller.cloud.region("bj").add_volume()
    made = [caller.create(disk, "n1", "token-1").json()["snapshotId"]]
    for hours in (23, 23, 24):
        caller.cloud.clock.advance(hours * HOUR)
        made.append(caller.create(disk, "n1", "token-1").json()["snapshotId"])

    assert made[0] == made[1] == made[2] != made[3]


def test_a_token_belongs_to_one_region(door: OpenDoor) -> None:
    caller = door()
    for name in ("bj", "gz"):
        caller.cloud.region(name).add_volume(id="v-same0000")

    made = [
        caller.create("v-same0000", "n1", "token-1", region=name).json()["snapshotId"]
        for name in ("bj", "gz")
    ]

    assert made[0] != made[1]


def test_a_refused_create_leaves_its_token_free(door: OpenDoor) -> None:
    caller = door()
    region = caller.cloud.region("bj")
    disk = region.add_volume(status="Detaching")
    assert refused(caller.create(disk, "n1", "token-1")) == (409, "OperationDenied")
    region.volumes[disk].status = "Available"

    assert caller.create(disk, "n1", "token-1").status_code == 200


def test_a_replay_answers_as_before_even_when_the_snapshot_is_gone(door: OpenDoor) -> None:
    caller = door(creation_time=timedelta())
    disk = caller.cloud.region("bj").add_volume()
    made = caller.create(disk, "n1", "token-1").json()
    caller.delete(made["snapshotId"])

    assert caller.create(disk, "n1", "token-1").json() == made
    assert not caller.cloud.region("bj").snapshots


@pytest.mark.parametrize("token", ["", "x" * 65, "标记"], ids=["empty", "65", "chinese"])
def test_a_token_is_1_to_64_ascii_characters(door: OpenDoor, token: str) -> None:
    caller = door()
    disk = caller.cloud.region("bj").add_volume()

    assert refused(caller.create(disk, "n1", token)) == (400, "BadRequest")
    assert caller.create(disk, "n1", "x" * 64).status_code == 200
