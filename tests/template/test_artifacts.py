"""What `make build` left is whole, small, and as it is deployed; CI builds before it tests."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
import yaml

from tests.template.reading import ROOT, functions
from tests.template.test_build import LAYER, REPORT, files, names, pins

BUILD = ROOT / ".aws-sam/build"
BUILT = BUILD / "template.yaml"
SHARED = BUILD / "SharedLayer/python"
PACKAGES = ROOT / "build/packages"
SOURCES = (
    *(LAYER, REPORT, "shared/Makefile", "functions/Makefile", "template.yaml"),
    ".ci/package.py",
)
PACKAGE = {name: body["Handler"].partition(".")[0] for name, body in functions().items()}
# AWS's limit on a function and its layers, unzipped; the secrets extension is one more layer
MOST_BYTES = 262_144_000

pytestmark = pytest.mark.skipif(
    not BUILT.exists()
    or any((ROOT / each).stat().st_mtime > BUILT.stat().st_mtime for each in SOURCES),
    reason="there is no build of what is here; make build",
)


def contents(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()} - {"__pycache__"}


def distributions(folder: Path) -> list[str]:
    """Return the names of what is installed there, as a lock writes them."""
    found = (each.name.partition("-")[0] for each in folder.glob("*.dist-info"))
    return sorted(each.replace("_", "-").lower() for each in found)


def loaded_by(name: str) -> set[str]:
    """Import a handler from its artifact and the layer alone, and return all it loaded."""
    own, package = BUILD / name, PACKAGE[name]
    script = (
        f"import sys; sys.path[:0] = [{str(own)!r}, {str(SHARED)!r}]; import {package}.app;"
        "print(*sys.modules, sep='\\n')"
    )
    # neither site-packages nor the environment helps, and nothing is written
    command = [sys.executable, "-I", "-S", "-B", "-c", script]
    result = subprocess.run(command, capture_output=True, text=True, check=False, env={})
    assert result.returncode == 0, result.stderr
    return set(result.stdout.split())


@pytest.mark.parametrize("name", PACKAGE)
def test_a_handler_needs_its_artifact_and_the_layer_only(name: str) -> None:
    loaded = loaded_by(name)
    assert f"{PACKAGE[name]}.app" in loaded
    assert not {"boto3", "botocore", "tests"} & loaded


def test_the_messenger_is_in_the_artifact_though_no_import_shows_it() -> None:
    script = (
        f"import sys; sys.path[:0] = [{str(BUILD / 'ListReportFunction')!r}, {str(SHARED)!r}];"
        "from apprise import Apprise; print(Apprise().add('slack://TokenA/TokenB/TokenC'))"
    )
    command = [sys.executable, "-I", "-S", "-B", "-c", script]
    result = subprocess.run(command, capture_output=True, text=True, check=False, env={})
    assert result.stdout.strip() == "True", result.stderr


def test_layer_and_report_hold_what_their_locks_name_and_nothing_twice() -> None:
    layer, report = distributions(SHARED), distributions(BUILD / "ListReportFunction")
    assert (layer, report) == (names(LAYER), names(REPORT))
    assert not contents(SHARED) & contents(BUILD / "ListReportFunction")


@pytest.mark.parametrize("name", sorted(PACKAGE.keys() - {"ListReportFunction"}))
def test_the_other_functions_are_shipped_with_the_policies_alone(name: str) -> None:
    assert contents(BUILD / name) == {PACKAGE[name], "policy.toml"}
    assert contents(BUILD / name / PACKAGE[name]) == {"__init__.py", "app.py"}


def test_the_report_is_shipped_without_its_lock() -> None:
    folder = BUILD / "ListReportFunction"
    assert contents(folder / "list_report") == {"__init__.py", "app.py"}
    assert not {"tests", "bin", "boto3", "botocore", "snapkeep"} & contents(folder)


def test_the_page_is_shipped_with_its_template_and_its_style() -> None:
    assert {"report.html", "report.css"} <= contents(SHARED / "snapkeep/render")


def test_a_function_is_far_from_the_limit_with_its_layer() -> None:
    files = [*SHARED.rglob("*"), *(BUILD / "ListReportFunction").rglob("*")]
    assert sum(each.stat().st_size for each in files if each.is_file()) < MOST_BYTES / 4


@pytest.mark.parametrize("name", [*PACKAGE, "SharedLayer"])
def test_a_package_is_its_folder_and_says_nothing_of_when_and_where(name: str) -> None:
    with ZipFile(PACKAGES / f"{name}.zip") as package:
        entries = package.infolist()
        held = {Path(entry.filename): package.read(entry) for entry in entries}
    assert held == {path: (BUILD / name / path).read_bytes() for path in files(BUILD / name)}
    assert [entry.filename for entry in entries] == sorted(entry.filename for entry in entries)
    assert {(entry.date_time, entry.external_attr >> 16) for entry in entries} == {
        ((1980, 1, 1, 0, 0, 0), 0o100644)
    }


def test_what_is_deployed_is_the_packages() -> None:
    built = yaml.load(BUILT.read_text("utf-8"), Loader=Tagless)  # noqa: S506  a SafeLoader
    uris = {
        name: body["Properties"].get("CodeUri", body["Properties"].get("ContentUri"))
        for name, body in built["Resources"].items()
        if "BuildMethod" in body.get("Metadata", {})
    }
    assert {name: (BUILD / uri).resolve() for name, uri in uris.items()} == {
        name: PACKAGES / f"{name}.zip" for name in (*PACKAGE, "SharedLayer")
    }


class Tagless(yaml.SafeLoader):
    """Reads a template without what its tags stand for."""


Tagless.add_multi_constructor("!", lambda *_: None)


@pytest.mark.parametrize("name", [*PACKAGE, "SharedLayer"])
def test_nothing_is_shipped_that_is_of_this_machine_or_of_another_one(name: str) -> None:
    shipped = files(BUILD / name)
    assert not {path.name for path in shipped} & {
        "RECORD",
        "INSTALLER",
        "REQUESTED",
        "direct_url.json",
    }
    parts = {part for path in shipped for part in path.parts}
    assert not {"bin", "tests", "Makefile", "requirements.txt"} & parts
    assert not {path for path in shipped if {"snapkeep", "cli"} <= set(path.parts)}
    cached = {path for path in shipped if path.suffix == ".pyc"}
    sources = {path for path in shipped if path.suffix == ".py"}
    bytecode = {p.parent / "__pycache__" / f"{p.stem}.cpython-313.pyc" for p in sources}
    assert cached in (set(), bytecode)
    machines = {path.name.partition(".")[2] for path in shipped if path.suffix == ".so"}
    assert machines <= {"cpython-313-aarch64-linux-gnu.so"}, "make build, before it is deployed"


@pytest.mark.parametrize(("name", "lock"), [("SharedLayer", LAYER), ("ListReportFunction", REPORT)])
def test_the_bill_of_materials_names_what_is_in_the_package(name: str, lock: str) -> None:
    bill: dict[str, Any] = json.loads((PACKAGES / f"{name}.cdx.json").read_text("utf-8"))
    assert (bill["bomFormat"], bill["metadata"]["component"]["name"]) == ("CycloneDX", "snapkeep")
    assert {f"{each['name']}=={each['version']}" for each in bill["components"]} == pins(lock)
    # the time and a number of its own would make it another one at each build
    assert not {"serialNumber"} & bill.keys()
    assert "timestamp" not in bill["metadata"]
    assert not [path for path in files(BUILD / name) if path.name.endswith(".cdx.json")]
