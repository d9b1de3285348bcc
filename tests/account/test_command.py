import io
import json
from pathlib import Path

import pytest

from snapkeep.bce.transport import new_adapter
from tests.account.accounts import account
from tests.account.options import parse
from tests.account.table import TABLE, markdown
from tests.fake_bce import Fault
from tests.world import KEYS

DISK = "v-XiyuHsyS"
WRONG = {
    "no endpoint": (["--volume", DISK], "--endpoint"),
    "no disk": (["--endpoint", "https://bcc.bj.baidubce.com"], "--volume"),
    "not encrypted": (["--endpoint", "http://bcc.bj.baidubce.com", "--volume", DISK], "https"),
    "a stranger": (["--endpoint", "https://bcc.bj.example.com", "--volume", DISK], "baidubce"),
    "a bucket": (["--endpoint", "https://mine.bj.bcebos.com", "--volume", DISK], "a bucket"),
    "an instance": (["--endpoint", "http://127.0.0.1:9", "--volume", "i-12345678"], "no"),
    "another region": (
        ["--endpoint", "https://bcc.bj.baidubce.com", "--volume", DISK, "--region", "gz"],
        "of bj",
    ),
    "system alone": (["--endpoint", "http://127.0.0.1:9", "--volume", DISK, "--system"], "needs"),
    "too long": (
        ["--endpoint", "http://127.0.0.1:9", "--volume", DISK, "--token-minutes", "1501"],
        "1500",
    ),
}


@pytest.mark.parametrize(("words", "said"), WRONG.values(), ids=WRONG)
def test_a_wrong_line_is_refused_with_what_is_wrong(
    words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as refused:
        parse(words)
    assert refused.value.code == 2
    assert said in capsys.readouterr().err


def test_the_region_is_read_from_the_endpoint() -> None:
    words = ["--endpoint", "https://bcc.hkg.baidubce.com", "--volume", DISK]
    assert parse(words).region == "hkg"
    assert parse(["--endpoint", "http://127.0.0.1:9", "--volume", DISK]).region == "loopback"


def test_the_help_says_what_it_costs_and_which_rights_it_needs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit):
        parse(["--help"])
    told = capsys.readouterr().out
    for word in ("charges", "no importance", "modify and delete", "BCE_SECRET_ACCESS_KEY", "130"):
        assert word in told


def test_the_list_is_a_table_with_a_row_for_each_assumption(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["--list"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.splitlines() == [*markdown()]
    assert len({each.id for each in TABLE}) == len(TABLE) == len([*markdown()]) - 2
    assert all("|" not in f"{each.words}{each.source}{each.rests}" for each in TABLE)


@pytest.mark.parametrize("typed", ["no", "", "Yes", "y"])
def test_only_yes_is_yes(tmp_path: Path, typed: str, capsys: pytest.CaptureFixture[str]) -> None:
    made = account(tmp_path)
    assert made.run(answer=lambda: typed) == 2
    told = capsys.readouterr()
    assert "nothing was made" in told.err
    assert f"disk     {made.disk} 'data', 100 GB, Cds, InUse" in told.out
    assert made.taken == 0
    assert not made.file.exists()


def test_yes_may_be_typed(tmp_path: Path) -> None:
    made = account(tmp_path)
    assert made.run(answer=lambda: "yes\n") == 0


def test_nobody_can_be_asked_where_there_is_no_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = account(tmp_path)
    monkeypatch.setattr("sys.stdin", io.StringIO("yes\n"))
    assert made.run(answer=None) == 2
    assert "--yes" in capsys.readouterr().err
    assert made.taken == 0


def test_a_disk_that_cannot_have_a_snapshot_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = account(tmp_path)
    bj = made.cloud.region("bj")
    system = bj.system_disk(made.instance)
    assert system
    busy, local = bj.add_volume(status="Detaching"), bj.add_volume(type="Ephemeral")
    for disk, why in (
        (system.id, "name a CDS disk"),
        (busy, "is Detaching"),
        (local, "name a CDS disk"),
        ("v-none1234", "no such disk"),
    ):
        assert made.run("--volume", disk) == 2
        assert why in capsys.readouterr().err
    assert made.run("--instance", "i-none1234") == 2
    starting = bj.add_instance(status="Starting")
    assert made.run("--instance", starting, "--system") == 2
    assert "is Starting" in capsys.readouterr().err
    assert made.taken == 0


def test_a_file_that_cannot_be_written_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    made = account(tmp_path)
    made.file = tmp_path / "none" / "contract.json"
    assert made.run() == 2
    assert made.taken == 0


@pytest.mark.parametrize(
    ("environ", "code", "said"),
    [
        ({}, 2, "BCE_ACCESS_KEY_ID"),
        ({**KEYS, "BCE_SECRET_ACCESS_KEY": "another"}, 2, "check BCE_SECRET_ACCESS_KEY"),
    ],
    ids=["no keys", "wrong keys"],
)
def test_keys_that_are_refused_are_told(
    tmp_path: Path,
    environ: dict[str, str],
    code: int,
    said: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    made = account(tmp_path)
    made.environ = environ
    assert made.run() == code
    assert said in capsys.readouterr().err


def test_a_key_without_the_right_tells_less_and_nothing_wrong(tmp_path: Path) -> None:
    made = account(tmp_path)
    before = made.rows()
    made.cloud.account.denied |= {"CreateSnapshot", "ListChains"}
    assert made.run() == 1
    assert made.ids("differs") == set()
    assert made.observed("create") == made.observed("list-chains") == "refused: 403 AccessDenied"
    assert made.rows() == before


def test_a_disk_that_has_all_it_may_have_tells_less_and_nothing_wrong(tmp_path: Path) -> None:
    made = account(tmp_path, manual_quota=3)
    assert made.run() == 1
    assert made.ids("differs") == set()
    assert made.observed("create") == "refused: 413 Instance.SnapshotLimitExceeded"


def test_what_a_refusal_says_in_words_is_not_written_down(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = json.dumps({"code": "BadRequest", "message": "account fakeaccount0"})
    made = account(tmp_path, [Fault("before", status=400, body=body, nth=4, times=50)])
    made.run()
    assert "refused: 400 BadRequest" in made.observed("unknown-snapshot")
    assert "fakeaccount0" not in made.file.read_text("utf-8")
    assert "fakeaccount0" not in capsys.readouterr().out


def test_a_network_that_is_not_there_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = account(tmp_path)
    assert made.run("--endpoint", "http://127.0.0.1:9", adapter=new_adapter()) == 1
    assert "check the network" in capsys.readouterr().err
