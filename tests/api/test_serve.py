"""make serve: its first line says where, and curl reaches the functions there."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.senders import BY_FUNCTION, PIPELINE
from tests.stage import ROOT

SNAPKEEP = Path(sys.executable).with_name("snapkeep")
ASKED = '{"policy": "predeploy", "volumes": ["v-XiyuHsyS"]}'


@pytest.fixture(scope="module")
def server() -> Iterator[dict[str, Any]]:
    """Run it with a small fleet and give its first line."""
    command = [sys.executable, "-m", "tests.serve", "--small", "--creation-seconds", "0"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
        _, log = process.communicate(timeout=20)
    assert process.returncode == 0
    assert PIPELINE not in log


def test_the_first_line_says_where_and_with_which_secrets(server: dict[str, Any]) -> None:
    assert server["url"].startswith("http://127.0.0.1:")
    assert server["secrets"]["/snapshots"] == PIPELINE
    assert set(server["capabilities"]) == {"cloud-monitor", "api-destination"}


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
def test_the_command_that_sign_prints_makes_a_snapshot_once(server: dict[str, Any]) -> None:
    sign = [str(SNAPKEEP), "sign", f"{server['url']}/snapshots", ASKED]
    environ = {"SNAPKEEP_SIGNING_SECRET": PIPELINE}
    printed = subprocess.run(sign, env=environ, capture_output=True, text=True, check=True).stdout
    answers = [json.loads(subprocess.check_output(["sh"], input=printed, text=True)) for _ in "12"]
    assert [answer["counts"]["created"] for answer in answers] == [1, 0]
    assert answers[0]["disks"][0]["snapshot_id"] == answers[1]["disks"][0]["snapshot_id"]


PIPELINES = {
    "fed to a shell": '"$SNAPKEEP" sign "$URL" "$DATA" | sh',
    "run by a shell": 'request=$("$SNAPKEEP" sign "$URL" "$DATA") && sh -c "$request"',
    "as in the README": 'request=$("$SNAPKEEP" sign "$URL" "$DATA")\nsh -c "${request:-false}"',
}
REFUSED = {
    "no secret": {"SNAPKEEP_SIGNING_SECRET": ""},
    "no JSON": {"DATA": "policy=predeploy"},
    "an unknown policy": {"DATA": '{"policy": "predeply"}'},
    "another path": {"URL": "http://127.0.0.1:9/snapshot"},
    "nobody there": {"URL": "http://127.0.0.1:9/snapshots"},
}


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is not installed")
@pytest.mark.parametrize("wrong", REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("script", PIPELINES.values(), ids=PIPELINES)
def test_a_step_of_a_pipeline_fails_if_nothing_was_asked_for(
    server: dict[str, Any], script: str, wrong: dict[str, str]
) -> None:
    environ = {
        "SNAPKEEP": str(SNAPKEEP),
        "SNAPKEEP_SIGNING_SECRET": PIPELINE,
        "URL": f"{server['url']}/snapshots",
        "DATA": ASKED,
        "PATH": os.environ["PATH"],
        **wrong,
    }
    ended = subprocess.run(["sh", "-c", script], env=environ, capture_output=True, check=False)
    assert ended.returncode != 0


ODD: dict[str, tuple[str, str, int]] = {
    "health": ("GET", "/health", 200),
    "no signature": ("GET", "/report", 401),
    "a stranger's capability": ("POST", f"/snapshots/{'x' * 40}", 401),
    "another path": ("GET", "/", 404),
    "a path with an escape": ("GET", "/%72eport", 401),
    "another method": ("PUT", "/snapshots", 405),
    "a method of its own": ("BREW", "/snapshots", 405),
    "HEAD": ("HEAD", "/health", 405),
}


@pytest.mark.parametrize(("method", "path", "status"), ODD.values(), ids=ODD)
def test_a_request_reaches_its_function(
    server: dict[str, Any], method: str, path: str, status: int
) -> None:
    headers = {"content-type": "application/json"}
    answer = requests.request(method, server["url"] + path, headers=headers, data=b"{}", timeout=20)
    assert answer.status_code == status
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("body", [b"\xff\xfe", b"x" * 70_000], ids=["not UTF-8", "70 kB"])
def test_a_body_reaches_its_function_whatever_it_is(server: dict[str, Any], body: bytes) -> None:
    url, headers = f"{server['url']}/snapshots", {"content-type": "application/json"}
    answer = requests.post(url, data=body, headers=headers, timeout=20)
    assert answer.status_code == (401 if len(body) < 65_536 else 413)


def test_snapkeep_serve_takes_its_secrets_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(json.dumps(BY_FUNCTION), encoding="utf-8")
    command = [
        str(SNAPKEEP),
        "serve",
        "--secrets",
        str(path),
        "--endpoint",
        "bj=http://127.0.0.1:1",
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        url = json.loads(process.stdout.readline())["url"]
        assert requests.get(f"{url}/health", timeout=20).json() == {"status": "ok"}
        process.terminate()
    assert process.returncode == 0


def test_snapkeep_serve_says_what_is_wrong_before_it_listens(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text('{"create-on-event": {"senders": []}}', encoding="utf-8")
    command = [str(SNAPKEEP), "serve", "--secrets", str(path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "senders: must name 1 to 8 senders" in ended.stderr


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    path = tmp_path / "secrets.json"
    path.write_text(json.dumps(BY_FUNCTION), encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [str(SNAPKEEP), "serve", "--secrets", str(path), "--port", port]
        ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert f"cannot listen on port {port}" in ended.stderr
