"""The broken replies are broken, the judge is no friend of anybody, and a bug is found."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.proof.account import FLOWS, Account, Ended
from tests.proof.figures import Scale, Tally
from tests.proof.replies.corrupt import BODIES, OPERATIONS, PART, Attack, true_reply, work
from tests.proof.replies.grammar import Broken, broken, damage_of, distinct
from tests.proof.replies.lies import LIES
from tests.proof.replies.values import SHAPES
from tests.proof.scratch import breaches_of, with_bug
from tests.world import world

SEED = 7
# what says nothing wrong by itself, but says it again and again
REPEATED = "nextMarker comes again"


@pytest.fixture(scope="module")
def replies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return a true reply to each operation."""
    folder = tmp_path_factory.mktemp("world")
    flow_of = {"GetSnapshot": "create of 2", "CreateSnapshot": "create of 2"}
    return {
        operation: true_reply(operation, (FLOWS[flow_of.get(operation, "expire")], 1), folder)
        for operation in OPERATIONS
        if operation != "ListInstances"
    } | {"ListInstances": true_reply("ListInstances", (FLOWS["report"], 1), folder)}


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len({key for key, _ in pairs}) == len(pairs)
    return dict(pairs)


def _number(text: str) -> float:
    assert abs(float(text)) < 1e300
    return float(text)


def _none(text: str) -> object:
    raise AssertionError(text)


def check_rows(rows: object, operation: str) -> None:
    shape = SHAPES[operation]
    assert isinstance(rows, list)
    for row in rows:
        assert isinstance(row["id"], str)
        assert row["id"]
        assert all(isinstance(row[name], str) for name in shape.required)
        assert all(isinstance(row.get(name, ""), str) for name in shape.texts)
        for items in (row.get(name, []) for name in shape.lists):
            assert isinstance(items, list)
            assert all(isinstance(item, dict) for item in items)


def check(operation: str, status: int, body: bytes) -> None:
    """Read a reply as the documents have it; fails in some way for what is none."""
    assert status == 200
    if operation == "DeleteSnapshot":
        assert body == b""
        return
    reply = json.loads(
        body.decode(), object_pairs_hook=_once, parse_constant=_none, parse_float=_number
    )
    found = reply[SHAPES[operation].member]
    if operation == "CreateSnapshot":
        assert isinstance(found, str)
        assert found
        assert found.isascii()
    elif operation == "GetSnapshot":
        check_rows([found], operation)
    else:
        assert isinstance(reply["isTruncated"], bool)
        if reply["isTruncated"]:
            assert isinstance(reply["nextMarker"], str)
            # half a character can be in JSON, but in no request
            assert reply["nextMarker"].encode()
        check_rows(found, operation)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_hundreds_of_different_replies_are_none(replies: dict[str, bytes], operation: str) -> None:
    reply = replies[operation]
    check(operation, 200, reply)
    numbers = distinct(operation, BODIES, SEED, reply)
    made = [broken(operation, number, SEED, reply) for number in numbers]
    assert len({(each.status, each.body) for each in made}) == BODIES >= 200
    for each in made:
        if each.damage != REPEATED:
            with pytest.raises((AssertionError, ValueError, KeyError, TypeError, RecursionError)):
                check(operation, each.status, each.body)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_number_and_a_seed_are_one_reply(replies: dict[str, bytes], operation: str) -> None:
    reply = replies[operation]
    for number in range(60):
        assert broken(operation, number, SEED, reply) == broken(operation, number, SEED, reply)
        assert broken(operation, number, SEED, reply).damage == damage_of(operation, number)


def test_the_jobs_cover_every_reply_and_every_lie_once() -> None:
    jobs = PART.jobs(Scale(1))
    for what in (*OPERATIONS, "lies"):
        slices = [(begin, end) for name, begin, end, *_ in jobs if name == what]
        assert slices[0][0] == 0
        assert slices[-1][1] == (len(LIES) if what == "lies" else BODIES)
        assert all(first[1] == second[0] for first, second in pairwise(slices))
    assert len(PART.jobs(Scale(1, is_short=True))) < len(jobs)


def truth(reply: bytes, _: object) -> Broken:
    return Broken("", 200, reply)


def judged(tmp_path: Path, operation: str, flow: str, **options: bool) -> list[str]:
    attack = Attack("the truth", FLOWS[flow], 1, operation, truth, **options)
    return list(attack.breaches(tmp_path, Tally()))


@pytest.mark.parametrize(
    ("operation", "flow", "said"),
    [
        ("ListVolumes", "create of 2", "2 CreateSnapshot after it"),
        ("ListSnapshots", "expire", "2 DeleteSnapshot after it"),
        ("ListInstances", "report", "the report says that all is well"),
    ],
)
def test_who_decides_from_a_reply_is_noticed(
    tmp_path: Path, operation: str, flow: str, said: str
) -> None:
    assert judged(tmp_path, operation, flow) == ["the run ended well", said]
    assert judged(tmp_path, operation, flow, is_certain=False) == []


def ended(**disk: str) -> Ended:
    return Ended({"disks": [disk]} if disk else {}, is_done=True)


def test_harm_to_the_store_and_false_claims_are_seen(tmp_path: Path) -> None:
    with world(tmp_path, straight=True) as opened:
        account = Account.furnished(opened, FLOWS["create of 2"])
        store, (disk, other) = opened.cloud.region("bj"), account.disks
        assert list(account.harm(ended())) == []
        new = store.add_snapshot(disk, status="Creating")
        claim = {"volume_id": disk, "status": "created", "snapshot_id": new}
        assert list(account.harm(ended(**claim))) == [
            f"{new} is said to be good, of {disk}: Creating of {disk}"
        ]
        store.snapshots[new].status = "Available"
        assert list(account.harm(ended(**claim))) == []
        assert list(account.harm(ended(**claim | {"volume_id": other}))) != []
        assert list(account.harm(ended(**claim | {"snapshot_id": "s-00000000"}))) != []
        assert list(account.undone()) != []
        store.add_snapshot(other)
        assert list(account.undone()) == []
        store.add_snapshot(other)
        assert list(account.harm(ended())) == [f"2 snapshots of {other} were made"]
        edited, gone, *_ = account.before
        store.snapshots[edited].desc += " "
        store.drop_snapshot(gone)
        assert len(list(account.harm(ended()))) == 3


def test_what_is_due_may_go_and_has_to_and_is_not_gone_before_it_is(tmp_path: Path) -> None:
    with world(tmp_path, straight=True) as opened:
        account = Account.furnished(opened, FLOWS["expire"])
        assert len(account.due) == 2
        claim = {"regions": {"bj": {"applied": {"deleted": sorted(account.due)}}}}
        assert len(list(account.harm(Ended(claim, is_done=True)))) == 1
        assert len(list(account.undone())) == 1
        for id_ in account.due:
            opened.cloud.region("bj").drop_snapshot(id_)
        assert [*account.harm(Ended(claim, is_done=True)), *account.undone()] == []
        crash = Ended({}, is_done=False, crash="KeyError: 'id'")
        assert list(account.harm(crash)) == ["it crashed with KeyError: 'id'"]


# bad numbers, encodings and frames, and some of every operation's own
@pytest.mark.parametrize("what", [*OPERATIONS, "lies"])
def test_nothing_is_decided_from_what_is_none(what: str) -> None:
    tally = work(what, 8, 19, SEED, 1)
    assert (tally.count, tally.breaches, tally.leaks) == (11, [], [])


def test_a_bug_is_found(tmp_path: Path) -> None:
    line = "if not isinstance(truncated, bool):"
    copy = with_bug(tmp_path, "bce/paging.py", line, "if truncated is ...:")
    breaches = breaches_of(copy, "replies.corrupt", ("ListSnapshots", 12, 24, SEED, 2))
    assert any("isTruncated is no boolean" in breach for breach in breaches), breaches
