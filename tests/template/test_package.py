"""The packages are the same bytes whatever machine, time or order made their contents."""

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.template.reading import ROOT

TEMPLATE = """\
Globals:
  Function:
    CodeUri: functions/
Resources:
  SharedLayer:
    Properties:
      ContentUri: SharedLayer
  CreateOnEventFunction:
    Properties:
      CodeUri: CreateOnEventFunction
"""
FILES = {
    "CreateOnEventFunction/create_on_event/app.py": 10,
    "CreateOnEventFunction/policy.toml": 10,
    "SharedLayer/python/snapkeep/events.py": 30,
    "SharedLayer/python/pinned/code.py": 900,
    "SharedLayer/python/pinned-1.dist-info/METADATA": 50,
    "SharedLayer/python/pinned-1.dist-info/RECORD": 50,
    "SharedLayer/python/certifi/tests/test.py": 50,
}


def packaged(folder: Path, names: list[str], **sizes: int) -> "subprocess.CompletedProcess[str]":
    """Make the packages of a build in which files have so many bytes."""
    build = folder / ".aws-sam/build"
    for name in names:
        path = build / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * sizes.get(path.stem, FILES[name]))
    (build / "template.yaml").write_text(TEMPLATE, encoding="utf-8")
    command = [sys.executable, str(ROOT / ".ci/package.py"), ".aws-sam/build", "build/packages"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def first(tmp_path: Path) -> Path:
    assert packaged(tmp_path / "first", list(FILES)).returncode == 0
    return tmp_path / "first"


def test_neither_time_nor_order_nor_permissions_make_a_difference(
    first: Path, tmp_path: Path
) -> None:
    before = os.umask(0o077)
    packaged(tmp_path / "second", list(reversed(FILES)))
    os.umask(before)
    for name in ("CreateOnEventFunction.zip", "SharedLayer.zip"):
        again = tmp_path / "second/build/packages" / name
        os.utime(again)
        assert again.read_bytes() == (first / "build/packages" / name).read_bytes()


def test_what_is_no_part_of_a_program_is_left_out(first: Path) -> None:
    with ZipFile(first / "build/packages/SharedLayer.zip") as package:
        assert package.namelist() == [
            "python/pinned-1.dist-info/METADATA",
            "python/pinned/code.py",
            "python/snapkeep/events.py",
        ]


def test_the_built_template_names_the_packages_and_is_the_same_otherwise(first: Path) -> None:
    text = (first / ".aws-sam/build/template.yaml").read_text("utf-8")
    for name in ("SharedLayer", "CreateOnEventFunction"):
        text = text.replace(f"Uri: ../../build/packages/{name}.zip", f"Uri: {name}")
    assert text == TEMPLATE


# pinned are 1050 with what is left out, 950 without; 50 more are the function's and snapkeep's
@pytest.mark.parametrize(("events", "status"), [(30, 0), (132, 0), (133, 1)])
def test_a_package_that_is_too_large_fails_the_build(
    events: int, status: int, tmp_path: Path
) -> None:
    result = packaged(tmp_path, list(FILES), events=events)
    assert result.returncode == status, result.stderr
    shipped = 950 + 20 + events
    assert f"{shipped:,} bytes unzipped, {shipped / 1050:.2f} of the 1,050" in result.stdout
