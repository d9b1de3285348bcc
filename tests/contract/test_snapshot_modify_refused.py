"""Changes of a snapshot's attributes that are refused, each through both doors (5m2tv8z6p)."""

from dataclasses import asdict
from typing import Any

import pytest

from tests.contract.caller import Caller, Json, refused
from tests.contract.conftest import OpenDoor
from tests.fake_bce.signing import authorize

ID = "s-6r3dam6F"


@pytest.fixture
def caller(door: OpenDoor) -> Caller:
    """Return a caller of a cloud with one snapshot."""
    opened = door()
    opened.cloud.region("bj").add_snapshot(None, "before", id=ID, desc="old words")
    return opened


def row(caller: Caller) -> dict[str, Any]:
    return asdict(caller.cloud.region("bj").snapshots[ID])


WRONG: list[tuple[Json | bytes, str]] = [
    *(({"snapshotName": name}, "Snapshot.SnapshotNameInvalid") for name in ("", "1st", "a" * 66)),
    *(({"retentionInDays": days}, "BadRequest") for days in (-1, 0, 10_001, "7", 1.5, True, None)),
    ({"desc": None}, "InappropriateJSON"),
    ({"desc": 1}, "InappropriateJSON"),
    ({"desc": ["d"]}, "InappropriateJSON"),
    ({"snapshotName": None}, "InappropriateJSON"),
    ({"snapshotName": 1}, "InappropriateJSON"),
    (b"{", "MalformedJSON"),
    (b"[]", "InappropriateJSON"),
    (b"\xff\xfe", "MalformedJSON"),
]


@pytest.mark.parametrize(("body", "code"), WRONG, ids=str)
def test_a_wrong_body_is_refused_and_changes_nothing(
    caller: Caller, body: Json | bytes, code: str
) -> None:
    before = row(caller)
    sent = {"snapshotName": "after", "desc": "d"} | body if isinstance(body, dict) else body

    assert refused(caller.modify(ID, sent)) == (400, code)
    assert row(caller) == before


def test_an_unknown_snapshot_is_not_found(caller: Caller) -> None:
    answer = caller.modify("s-missing0", {"desc": "d"})
    assert refused(answer) == (404, "NoSuchObject")


def test_a_snapshot_of_another_region_is_not_found(caller: Caller) -> None:
    answer = caller.modify(ID, {"desc": "d"}, region="gz")
    assert refused(answer) == (404, "NoSuchObject")


@pytest.mark.parametrize("name", ["clientToken", "volumeId", "modifyattribute"])
def test_an_unknown_query_parameter_is_refused(caller: Caller, name: str) -> None:
    before = row(caller)
    assert refused(caller.modify(ID, {"desc": "d"}, **{name: "x"})) == (400, "BadRequest")
    assert row(caller) == before


@pytest.mark.parametrize("query", [{}, {"ModifyAttribute": ""}], ids=str)
def test_without_the_flag_there_is_no_such_address(caller: Caller, query: Json) -> None:
    answer = caller.send("PUT", f"/v2/snapshot/{ID}", query, {"desc": "d"})
    assert refused(answer) == (400, "InvalidURI")


@pytest.mark.parametrize("region", ["bj", "gz"])
def test_a_wrong_secret_is_a_signature_mismatch(caller: Caller, region: str) -> None:
    before = row(caller)
    date = f"{caller.cloud.clock.now():%Y-%m-%dT%H:%M:%SZ}"
    value = authorize(
        "PUT",
        f"/v2/snapshot/{ID}?modifyAttribute=",
        {"host": "wherever", "x-bce-date": date},
        access_key_id=caller.cloud.settings.access_key_id,
        secret_access_key="fakesk-wrong",
        timestamp=date,
        signed_headers=["host", "x-bce-date"],
    )

    answer = caller.send(
        "PUT",
        f"/v2/snapshot/{ID}",
        {"modifyAttribute": ""},
        {"desc": "d"},
        region=region,
        headers={"Authorization": value},
    )

    assert refused(answer) == (400, "SignatureDoesNotMatch")
    assert row(caller) == before


def test_the_signature_covers_the_flag_and_the_id(caller: Caller) -> None:
    sent = caller.modify(ID, {"desc": "signed"}).request
    assert sent.url is not None
    other = caller.cloud.region("bj").add_snapshot(None, "other")

    for url in (sent.url.replace(ID, other), sent.url + "&x=1"):
        answer = caller.session.put(
            url, headers=dict(sent.headers), data=sent.body, timeout=5, allow_redirects=False
        )
        assert refused(answer) == (400, "SignatureDoesNotMatch")
    assert caller.cloud.region("bj").snapshots[other].desc == ""


def test_a_key_can_lack_the_permission_to_modify(caller: Caller) -> None:
    before = row(caller)
    caller.cloud.account.denied.add("ModifySnapshot")

    assert refused(caller.modify(ID, {"desc": "d"})) == (403, "AccessDenied")
    assert row(caller) == before
