import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.account.accounts import ALWAYS, account
from tests.account.stopping import ATTEMPTS, Interrupted, created
from tests.fake_bce import Call, Fault

OF_ONE = ("GetSnapshot", "DeleteSnapshot")


@pytest.mark.parametrize("seconds", [0, 30])
def test_what_nobody_was_told_of_is_found_once_the_list_shows_it(
    tmp_path: Path, journal: list[Call], seconds: int
) -> None:
    made = account(tmp_path, list_lag=timedelta(seconds=seconds))
    before = made.rows()
    assert made.run(adapter=Interrupted(made, created(journal))) == 130
    assert made.rows() == before
    assert made.taken == 1


def test_what_a_broken_line_kept_from_us_is_found_as_well(
    tmp_path: Path, journal: list[Call]
) -> None:
    lost = Fault("timeout_after", nth=created(journal), times=ATTEMPTS)
    made = account(tmp_path, [lost], list_lag=timedelta(seconds=50))
    before = made.rows()
    assert made.run() == 1
    assert made.ids("differs") == set()
    assert "create" in made.ids("unknown")
    assert made.rows() == before
    assert made.taken == 1


def test_what_the_list_does_not_show_in_time_is_told_by_its_name(
    tmp_path: Path, journal: list[Call], capsys: pytest.CaptureFixture[str]
) -> None:
    made = account(tmp_path, list_lag=timedelta(minutes=10))
    assert made.run(adapter=Interrupted(made, created(journal))) == 1
    [name] = made.result["perhaps_left"]
    assert name in {row.name for row in made.rows().values()}
    assert name in capsys.readouterr().out.partition("PERHAPS")[2]


def test_what_is_too_new_to_be_seen_is_not_taken_for_gone(
    tmp_path: Path, journal: list[Call]
) -> None:
    unseen: dict[str, Any] = {"status": 404, "code": "NoSuchObject", "match": "/v2/snapshot/s-"}
    faults = [Fault("before", operation, nth=1, times=5, **unseen) for operation in OF_ONE]
    made = account(tmp_path, faults)
    before = made.rows()
    assert made.run(adapter=Interrupted(made, created(journal) + 1)) == 130
    assert made.rows() == before


def test_a_snapshot_of_others_that_an_answer_names_is_not_touched(tmp_path: Path) -> None:
    for times in (1, ALWAYS):
        made = account(tmp_path)
        before = made.rows()
        other = next(id_ for id_, row in before.items() if row.name == "before-upgrade")
        body = json.dumps({"snapshotId": other})
        made.cloud.faults.add(Fault("garbage", "CreateSnapshot", times=times, body=body))
        assert made.run() == 1
        assert made.observed("create") == f"answered with {other}, which was there before"
        assert {id_: row for id_, row in made.rows().items() if id_ in before} == before
        written = [call for call in made.cloud.journal if call.method in {"DELETE", "PUT"}]
        assert all(other not in call.target for call in written)


def test_a_row_that_no_answer_names_is_left_and_told(tmp_path: Path, journal: list[Call]) -> None:
    # the cloud that remembers no token makes another one when it is asked again
    made = account(tmp_path, token_life=timedelta())
    assert made.run(adapter=Interrupted(made, created(journal))) == 1
    [left] = made.result["left"]
    assert left in made.rows()
    assert made.taken == 2


def test_a_second_ctrl_c_in_the_removal_leaves_what_is_there_and_says_its_id(
    tmp_path: Path, journal: list[Call], capsys: pytest.CaptureFixture[str]
) -> None:
    made = account(tmp_path)
    before = made.rows()
    number = created(journal) + 1
    # one ends the run, one does not count, one ends the removal
    assert made.run(adapter=Interrupted(made, number, number + 1, number + 2)) == 1
    [left] = made.result["left"]
    assert {left} == made.rows().keys() - before.keys()
    told = capsys.readouterr().out.partition("LEFT")[2]
    assert left in told
    assert "console" in told


def test_what_may_not_be_deleted_is_left_and_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = account(tmp_path)
    made.cloud.account.denied.add("DeleteSnapshot")
    before = made.rows()
    assert made.run() == 1
    left = made.result["left"]
    assert set(left) == made.rows().keys() - before.keys()
    assert len(left) == 2
    # it gives up long before its time is up
    assert len(made.cloud.calls("DeleteSnapshot")) < 20
    told = capsys.readouterr().out.partition("LEFT")[2]
    assert all(id_ in told for id_ in left)


def test_a_creation_that_does_not_end_is_left_and_told(tmp_path: Path) -> None:
    made = account(tmp_path, creation_time=timedelta(hours=5))
    before = made.rows()
    assert made.run("--wait-minutes", "3") == 1
    assert "available" in made.ids("unknown")
    assert set(made.result["left"]) == made.rows().keys() - before.keys()
