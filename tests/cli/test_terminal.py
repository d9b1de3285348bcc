"""The terminal as a person uses it: typed words in, lines and an exit code out."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from snapkeep.cli.app import app
from tests.cli.conftest import OpenTerminal, errors
from tests.fake_bce import FakeCloud, VirtualClock
from tests.stage import ROOT
from tests.world import KEYS, NOW

NIGHTLY = "events/create-on-event/scheduler.json"
LOCAL = ("--now", "2026-11-23T18:00:30Z")
COMMANDS = (
    *("invoke", "report", "export", "plan", "approve"),
    *("hold", "release", "simulate", "lint"),
)


def test_without_a_command_it_teaches() -> None:
    result = CliRunner().invoke(app, [])
    words = {line.split()[1] for line in result.output.splitlines() if line.startswith("│ ")}
    assert words >= set(COMMANDS)
    for word in ("BCE_ACCESS_KEY_ID", "Exit code"):
        assert word in result.output


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_a_help_page_which_shows_how_it_is_typed(command: str) -> None:
    result = CliRunner().invoke(app, [command, "--help"], env={"COLUMNS": "200"})
    assert (result.exit_code, result.stderr) == (0, "")
    assert f"Usage: snapkeep {command} [OPTIONS]" in result.stdout
    assert f"Example: snapkeep {command} " in result.stdout


def test_plan_shows_each_delete_with_its_reason_and_deletes_nothing(
    run: Any, demo: FakeCloud
) -> None:
    before = {name: set(store.snapshots) for name, store in demo.regions.items()}
    lines = run("plan", *LOCAL, "--format", "json").stdout.splitlines()
    plans = {plan["region"]: plan for plan in map(json.loads, lines)}
    table = run("plan", *LOCAL).stdout
    rows = {line.split()[2]: line for line in table.splitlines() if "✕ delete" in line}
    deletes = [row for plan in plans.values() for row in plan["snapshots"] if row["id"] in rows]
    assert [row["id"] for row in deletes] == [id_ for p in plans.values() for id_ in p["delete"]]
    assert all("; ".join(row["reasons"]) in rows[row["id"]] for row in deletes)
    assert "no rule keeps it" in table
    assert plans.keys() == {"bj", "gz"}
    assert {name: set(store.snapshots) for name, store in demo.regions.items()} == before


def test_a_failed_run_prints_its_result_and_one_line_with_the_remedy(run: Any) -> None:
    nobody = {"bj": "http://127.0.0.1:9", "gz": "http://127.0.0.1:9"}
    result = run("invoke", "create-on-event", NIGHTLY, cloud=nobody, obj=VirtualClock(NOW))
    assert result.exit_code == 1
    assert json.loads(result.stdout)["counts"]["failed"] == 2
    assert len(errors(result)) == 1
    assert "remedy: check the network" in errors(result)[0]


def test_invoke_reads_an_event_from_standard_input(run: Any) -> None:
    result = run("invoke", "list-report", "-", *LOCAL, input='{"format": "json"}')
    assert result.exit_code == 0
    assert json.loads(result.stdout)["summary"]["disks"]["protected"] > 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("invoke", "no-such-function", NIGHTLY), "FUNCTION: 'no-such-function' is none of"),
        (
            ("invoke", "create-on-event", "no/such/file.json"),
            "EVENT: cannot read no/such/file.json",
        ),
        (("invoke", "create-on-event", "README.md"), "EVENT: README.md: not JSON"),
        (("report", "--policy", "no/policy.toml"), "cannot read the policy file no/policy.toml"),
        (("report", "--now", "yesterday"), "--now: 'yesterday' is not an instant with a zone"),
        (("report", "--endpoint", "bj"), "'bj' is not REGION=URL"),
        (("report", "--endpoint", "mars=http://127.0.0.1:1"), "'mars' is not allowed here"),
        (("lint", "--policy", "README.md"), "not TOML"),
    ],
    ids=lambda value: "-".join(value)[:40] if isinstance(value, tuple) else "",
)
def test_wrong_input_is_one_line_and_exit_code_2(
    run: Any, words: tuple[str, ...], said: str
) -> None:
    cloud: Mapping[str, str] = {} if words[0] == "lint" else {"gz": "http://127.0.0.1:9"}
    result = run(*words, cloud=cloud)
    assert result.exit_code == 2
    assert len(errors(result)) == 1
    assert said in errors(result)[0]


def test_now_is_refused_for_the_real_cloud(run: Any) -> None:
    result = run("report", *LOCAL, cloud={})
    assert result.exit_code == 2
    assert "--now goes with --inventory, or with --endpoint and a fake cloud" in errors(result)[0]


def test_a_wrong_secret_key_is_one_line_with_the_remedy(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BCE_SECRET_ACCESS_KEY", "fakewrong" + 23 * "0")
    result = run("report", *LOCAL)
    assert result.exit_code == 1
    assert len(errors(result)) == 1
    assert "SignatureDoesNotMatch" in errors(result)[0]
    assert "remedy: check BCE_SECRET_ACCESS_KEY" in errors(result)[0]
    assert "fakewrong" not in result.output


def test_missing_keys_are_one_line_that_names_the_variables(
    run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in KEYS:
        monkeypatch.delenv(name)
    result = run("report", *LOCAL)
    assert result.exit_code == 1
    assert errors(result)[0].endswith("set BCE_ACCESS_KEY_ID and BCE_SECRET_ACCESS_KEY")


def test_keys_are_never_sent_to_a_stranger(run: Any) -> None:
    strangers = {"bj": "http://bcc.bj.baidubce.com.example:1", "gz": "http://127.0.0.1:9"}
    result = run("report", cloud=strangers, obj=VirtualClock(NOW))
    assert (result.exit_code, result.stdout, len(errors(result))) == (2, "", 1)
    assert "SNAPKEEP_ENDPOINT: " in errors(result)[0]
    assert "is no endpoint that keys may be sent to" in errors(result)[0]


def test_lint_accepts_the_policies_that_are_deployed(run: Any) -> None:
    result = run("lint", cloud={})
    assert (result.exit_code, result.stdout) == (
        0,
        "functions/policy.toml: good; policies nightly, predeploy\n",
    )


def test_lint_names_the_line_and_the_key_that_was_meant(run: Any, tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text((ROOT / "functions/policy.toml").read_text().replace("rpo ", "rpoo "))
    result = run("lint", "--policy", str(path), cloud={})
    assert result.exit_code == 2
    assert "policy.nightly.rpoo: unknown; did you mean 'rpo'?" in errors(result)[0]
    assert errors(result)[0].startswith("snapkeep: line ")


def test_a_hostile_name_of_a_disk_does_nothing_to_the_terminal(open_terminal: OpenTerminal) -> None:
    terminal = open_terminal()
    terminal.world.cloud.region("bj").add_volume("[red]\x1b[2J\u202e盘\u3000一")
    result = terminal.type("report")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "[red]�[2J�盘\u3000一" in result.stdout
