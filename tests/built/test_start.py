"""What a built function needs before it begins, and what it is kept from."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from tests.built.build import copied
from tests.built.conftest import ArtifactOf, OpenSite, Start
from tests.built.sandbox import MIB, PYTHON
from tests.world import HANDLERS

# prints every source whose bytecode is not of it, or would be compared with it at each start
STALE = """\
import importlib.util, pathlib, sys
for source in (each for root in sys.argv[1:] for each in pathlib.Path(root).rglob("*.py")):
    cached = pathlib.Path(importlib.util.cache_from_source(source))
    head = cached.read_bytes()[:16] if cached.exists() else b""
    sum = importlib.util.source_hash(source.read_bytes())
    if head != importlib.util.MAGIC_NUMBER + b"\\1\\0\\0\\0" + sum:
        print(source)
"""


@pytest.mark.parametrize("function", HANDLERS)
def test_the_bytecode_is_of_the_runtimes_own_python_and_of_the_sources(
    function: str, artifact_of: ArtifactOf
) -> None:
    artifact = artifact_of(function)
    command = [str(PYTHON), "-I", "-B", "-c", STALE, str(artifact.task), str(artifact.layer)]
    assert subprocess.check_output(command, text=True) == ""


def test_it_begins_from_its_bytecode_alone(
    start: Start, open_site: OpenSite, tmp_path: Path
) -> None:
    changed, site = copied("create-on-event", tmp_path / "changed"), open_site()
    for source in (path for path in changed.paths() if path.suffix == ".py"):
        source.write_text("raise SystemError('compiled at the start')", encoding="utf-8")
    disks, by_its_clock = site.add_disks(2), site.by_its_clock("create-on-event")
    sandbox = start("create-on-event", artifact=changed, **by_its_clock)
    assert sandbox.invoke(site.nightly()).json["counts"]["created"] == 2
    assert site.snapshots() == disks
    # and it would be seen if one module had to be compiled
    (cached,) = changed.task.rglob("app.*.pyc")
    cached.unlink()
    told = start("create-on-event", artifact=changed).next_told()
    assert (told.kind, told.json["errorMessage"]) == ("init/error", "compiled at the start")
    shutil.rmtree(tmp_path / "changed")


@pytest.mark.parametrize("function", HANDLERS)
def test_a_function_without_its_layer_says_so_at_its_start(
    function: str, artifact_of: ArtifactOf, start: Start, tmp_path: Path
) -> None:
    alone = replace(artifact_of(function), layer=tmp_path / "nothing")
    sandbox = start(function, artifact=alone)
    told = sandbox.next_told()
    assert (told.kind, told.json["errorType"]) == ("init/error", "Runtime.ImportModuleError")
    assert "snapkeep" in told.json["errorMessage"]
    assert (sandbox.next_told().kind, sandbox.process.returncode) == ("exit", 1)


def test_a_variable_that_is_wrong_fails_each_event_and_is_named(start: Start) -> None:
    sandbox = start("list-report", SNAPKEEP_REQUESTS_PER_SECOND="many")
    for _ in range(2):
        told = sandbox.invoke({"format": "json"})
        assert (told.kind, told.json["errorType"]) == ("error", "InvalidInput")
        assert "SNAPKEEP_REQUESTS_PER_SECOND" in told.json["errorMessage"]


def test_nothing_can_be_written_beside_the_code(start: Start) -> None:
    sandbox = start("create-on-event", handler="probe.write")
    assert sandbox.invoke("beside.txt").json == "PermissionError"
    assert sandbox.invoke("policy.toml").json == "PermissionError"


def test_no_more_memory_can_be_had_than_the_template_gives(start: Start) -> None:
    sandbox = start("create-on-event", handler="probe.grow")
    assert sandbox.invoke(100 * MIB).json == 100 * MIB
    told = sandbox.invoke(600 * MIB)
    assert (told.kind, told.json["errorType"]) == ("error", "MemoryError")
