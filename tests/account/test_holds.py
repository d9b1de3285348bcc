from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from snapkeep.bce.transport import new_adapter
from tests.account.accounts import NEVER, SYSTEM, account
from tests.account.table import TABLE
from tests.fake_bce import http_door
from tests.world import KEYS

ALL = {each.id for each in TABLE}


def test_everything_holds_at_the_fake_cloud_and_nothing_is_left(tmp_path: Path) -> None:
    made = account(tmp_path)
    before = made.rows()
    with http_door(made.cloud) as urls:
        code = made.run("--endpoint", urls["bj"], adapter=new_adapter())
    assert code == 0
    assert made.ids("differs") == set()
    assert made.ids("unknown") == NEVER | SYSTEM | {"refused-token"}
    assert made.ids("holds") | made.ids("unknown") == ALL
    assert made.result["region"] == "loopback"
    assert made.observed("wrong-signature") == "400 SignatureDoesNotMatch"
    assert made.observed("clock-behind") == "400 then 200"
    assert made.rows() == before
    assert made.taken == len(made.result["made"]) == 2


CLOUDS: dict[str, tuple[dict[str, Any], set[str]]] = {
    "busy": ({"busy_while_creating": True}, SYSTEM),
    "short pages": ({"max_keys": 3}, SYSTEM | {"refused-token"}),
    "other statuses": (
        {"token_mismatch_status": 412, "signature_mismatch_status": 403},
        SYSTEM | {"refused-token"},
    ),
    "lists that lag a little": (
        {"list_lag": timedelta(seconds=20)},
        SYSTEM | {"refused-token"},
    ),
    "done at once": (
        {"creation_time": timedelta()},
        SYSTEM | {"refused-token", "second-create", "disk-status", "early-delete"},
    ),
    "slow": ({"creation_time": timedelta(minutes=14)}, SYSTEM | {"refused-token"}),
}


@pytest.mark.parametrize(("settings", "untold"), CLOUDS.values(), ids=CLOUDS)
def test_what_the_documents_leave_open_may_be_either_way(
    tmp_path: Path, settings: dict[str, Any], untold: set[str]
) -> None:
    made = account(tmp_path, **settings)
    before = made.rows()
    assert made.run() == 0
    assert (made.ids("differs"), made.ids("unknown")) == (set(), NEVER | untold)
    assert made.rows() == before
    assert made.taken <= 3


@pytest.mark.parametrize("carried", ["instance", "volume"])
@pytest.mark.parametrize("busy", [False, True])
def test_a_system_disk_takes_the_place_of_the_second_snapshot(
    tmp_path: Path, carried: str, busy: bool
) -> None:
    made = account(tmp_path, system_rows_carry=carried, busy_while_creating=busy)
    before = made.rows()
    assert made.run("--instance", made.instance, "--system") == 0
    assert made.ids("differs") == set()
    assert made.ids("unknown") == NEVER | {"second-create", "refused-token"}
    assert made.rows() == before
    assert made.taken == 2


def test_an_instance_alone_is_looked_at_and_nothing_is_taken_of_it(tmp_path: Path) -> None:
    made = account(tmp_path)
    assert made.run("--instance", made.instance) == 0
    assert made.ids("unknown") == NEVER | {"system-create", "refused-token"}
    assert made.observed("system-filter") == f"of {made.instance}"
    assert made.cloud.region("bj")._creates.keys() == {made.disk}


def test_a_temporary_key_is_signed_with_its_token(tmp_path: Path) -> None:
    made = account(tmp_path, session_token="faketoken")
    made.environ = {**KEYS, "BCE_SESSION_TOKEN": "faketoken"}
    assert made.run() == 0
    assert "signature" in made.ids("holds")


def test_an_empty_account_tells_less_and_nothing_wrong(tmp_path: Path) -> None:
    made = account(tmp_path)
    bj = made.cloud.region("bj")
    for id_ in list(bj.snapshots):
        bj.drop_snapshot(id_)
    assert made.run() == 0
    assert made.rows() == {}
    more = {"statuses", "create-methods", "instants", "released-disks"}
    assert made.ids("unknown") == NEVER | SYSTEM | {"refused-token"} | more


@pytest.mark.parametrize(("minutes", "code"), [(1430, 0), (1450, 0)])
def test_a_token_may_be_left_alone_for_a_day(tmp_path: Path, minutes: int, code: int) -> None:
    made = account(tmp_path)
    before = made.rows()
    assert made.run("--token-minutes", str(minutes)) == code
    assert (f"after {minutes} minutes") in made.observed("late-replay")
    assert ("another snapshot" in made.observed("late-replay")) == (minutes > 1440)
    assert made.rows() == before
    assert made.taken <= 3
