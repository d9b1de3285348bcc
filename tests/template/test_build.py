"""What is installed is pinned by hash, and what is deployed is built for Lambda's machine."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.template.reading import ROOT, functions, resources, template

LAYER = "shared/requirements.txt"
REPORT = "functions/list_report/requirements.txt"
TESTS = "tests/requirements.txt"
LOCKS = (
    *(LAYER, REPORT, TESTS, "tests/template/requirements.txt", "tests/template/checkov.txt"),
    *("tests/built/requirements.txt", "benchmarks/requirements.txt"),
)
MAKEFILE = (ROOT / "shared" / "Makefile").read_text("utf-8")


def requirements(lock: str) -> list[str]:
    """Return the logical lines of a lock, comments left out."""
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]


def pins(lock: str) -> set[str]:
    return {line.split()[0] for line in requirements(lock)}


def names(lock: str) -> list[str]:
    """Return the sorted names of what a lock installs."""
    return sorted(pin.partition("==")[0] for pin in pins(lock))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_by_hash_and_names_no_address(lock: str) -> None:
    assert requirements(lock)
    for line in requirements(lock):
        assert re.fullmatch(r"[a-z0-9.-]+==\S+( ; .+?)?( +--hash=sha256:[0-9a-f]{64})+", line)
    assert "://" not in (ROOT / lock).read_text("utf-8")


@pytest.mark.parametrize("lock", [LAYER, REPORT])
def test_the_tests_run_with_the_versions_that_are_deployed(lock: str) -> None:
    assert pins(lock) <= pins(TESTS)


@pytest.mark.parametrize("lock", [LAYER, REPORT])
def test_what_is_built_is_the_same_whichever_python_builds_it(lock: str) -> None:
    # pip would judge a marker by the interpreter that runs it, not by the one in Lambda
    assert not [line for line in requirements(lock) if ";" in line]


@pytest.mark.parametrize("name", ["boto3", "botocore", "pydantic"])
def test_what_the_product_must_not_use_is_in_none_of_its_locks(name: str) -> None:
    for lock in (LAYER, REPORT):
        assert name not in names(lock)


def test_no_package_is_in_the_layer_and_in_the_report() -> None:
    assert not set(names(LAYER)) & set(names(REPORT))
    assert {"apprise", "aws-croniter", "jinja2"} <= set(names(REPORT))


@pytest.mark.parametrize("package", ["create_on_event", "delete_expired"])
def test_a_function_needs_nothing_that_only_the_report_is_shipped_with(package: str) -> None:
    assert not list((ROOT / "functions" / package).glob("requirements*"))
    loaded = loaded_by(package)
    assert f"{package}.app" in loaded
    assert not loaded & modules_of(REPORT)
    assert not {"snapkeep.render", "snapkeep.delivery", "snapkeep.schedule"} & loaded


def test_the_report_needs_what_it_is_shipped_with() -> None:
    assert {"jinja2", "aws_croniter"} <= loaded_by("list_report") & modules_of(REPORT)


def modules_of(lock: str) -> set[str]:
    """Return the top-level modules of what a lock installs."""
    wanted = set(names(lock))
    return {
        module
        for module, owners in importlib.metadata.packages_distributions().items()
        if wanted & {re.sub("[-_.]+", "-", owner).lower() for owner in owners}
    }


def loaded_by(package: str) -> set[str]:
    """Import a handler in a new interpreter, and return all it loaded."""
    script = f"import {package}.app, sys; print(*sys.modules, sep='\\n')"
    command = [sys.executable, "-I", "-c", script]
    result = subprocess.run(command, capture_output=True, text=True, check=True, env={})
    return set(result.stdout.split())


def test_the_layer_is_built_for_the_runtime_of_the_functions() -> None:
    (layer,) = resources("AWS::Serverless::LayerVersion").values()
    for function in functions().values():
        assert [function["Runtime"]] == layer["CompatibleRuntimes"] == ["python3.13"]
        assert function["Architectures"] == layer["CompatibleArchitectures"] == ["arm64"]
    assert "--python-version 3.13" in MAKEFILE
    assert set(re.findall(r"--platform \S+?_(\$.*?|[a-z]\w+64)\s", MAKEFILE)) == {"$(MACHINE)"}
    assert "\nMACHINE := aarch64\n" in MAKEFILE


def test_the_report_is_installed_by_the_recipe_of_the_layer() -> None:
    recipe = (ROOT / "functions" / "Makefile").read_text("utf-8")
    assert MAKEFILE.count("pip install") == 1
    assert "pip" not in recipe
    assert "install LOCK=$(PACKAGE)/requirements.txt" in recipe.replace("\\\n\t\t", "")


def test_everything_built_with_make_has_its_target() -> None:
    for name, resource in template()["Resources"].items():
        if "BuildMethod" in resource.get("Metadata", {}):
            folder = "shared" if name.endswith("Layer") else "functions"
            assert f"build-{name}" in Path(ROOT, folder, "Makefile").read_text("utf-8")


def test_the_layer_takes_the_sources_and_nothing_that_lies_beside_them(tmp_path: Path) -> None:
    given = shutil.copytree(ROOT / "shared/snapkeep", tmp_path / "shared/snapkeep")
    litter(given)
    made("own", "shared/Makefile", given.parent, TARGET=str(tmp_path / "layer"))
    sources = {path for path in files(ROOT / "shared/snapkeep") if path.suffix == ".py"}
    here = {path for path in sources if path.parts[0] != "cli"}
    assert here < sources
    page = {Path("render/report.html"), Path("render/report.css")}
    assert files(tmp_path / "layer/snapkeep") == here | page


def test_a_function_takes_its_sources_the_policies_and_nothing_else(tmp_path: Path) -> None:
    given = shutil.copytree(ROOT / "functions", tmp_path / "functions")
    litter(given / "create_on_event")
    target, folder = "build-CreateOnEventFunction", tmp_path / "built"
    folder.mkdir()
    made(target, "functions/Makefile", given, ARTIFACTS_DIR=str(folder))
    own = {Path("create_on_event", name) for name in ("__init__.py", "app.py")}
    assert files(folder) == {*own, Path("policy.toml")}


def litter(package: Path) -> None:
    """Leave behind what tools and people leave in a package."""
    for name in ("__pycache__/app.cpython-311.pyc", "tests/data.json", ".app.py.swp", "notes.md"):
        path = package / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("litter", encoding="utf-8")


def made(target: str, makefile: str, folder: Path, **variables: str) -> None:
    """Make a target as `sam build` does, in a copy of the folder and with nothing around it."""
    environ = {"PATH": os.environ["PATH"], **variables}
    Path(variables.get("TARGET", folder)).mkdir(exist_ok=True)
    command = ["make", "--makefile", str(ROOT / makefile), target]
    subprocess.run(command, cwd=folder, env=environ, check=True)


def files(folder: Path) -> set[Path]:
    """Return the files below a folder, by their path in it."""
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
