"""What is installed is pinned by hash, and what is deployed is built for Lambda's machine."""

import re
from pathlib import Path

import pytest

from tests.template.reading import ROOT, functions, resources, template

LOCKS = ("shared/requirements.txt", "tests/requirements.txt", "tests/template/requirements.txt")
MAKEFILE = (ROOT / "shared" / "Makefile").read_text("utf-8")


def requirements(lock: str) -> list[str]:
    """Return the logical lines of a lock, comments left out."""
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]


def pins(lock: str) -> set[str]:
    return {line.split()[0] for line in requirements(lock)}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_pins_by_hash_and_names_no_address(lock: str) -> None:
    assert requirements(lock)
    for line in requirements(lock):
        assert re.fullmatch(r"[a-z0-9.-]+==\S+( ; .+?)?( +--hash=sha256:[0-9a-f]{64})+", line)
    assert "://" not in (ROOT / lock).read_text("utf-8")


def test_the_tests_run_with_the_versions_that_are_deployed() -> None:
    assert pins("shared/requirements.txt") <= pins("tests/requirements.txt")


def test_the_layer_is_the_same_whichever_python_builds_it() -> None:
    # pip would judge a marker by the interpreter that runs it, not by the one in Lambda
    assert not [line for line in requirements("shared/requirements.txt") if ";" in line]


@pytest.mark.parametrize("name", ["boto3", "botocore", "pydantic"])
def test_what_the_product_must_not_use_is_in_neither_of_its_locks(name: str) -> None:
    for lock in LOCKS[:2]:
        assert not [pin for pin in pins(lock) if pin.startswith(f"{name}==")]


def test_the_layer_is_built_for_the_runtime_of_the_functions() -> None:
    (layer,) = resources("AWS::Serverless::LayerVersion").values()
    for function in functions().values():
        assert [function["Runtime"]] == layer["CompatibleRuntimes"] == ["python3.13"]
        assert function["Architectures"] == layer["CompatibleArchitectures"] == ["arm64"]
    assert "--python-version 3.13" in MAKEFILE
    assert set(re.findall(r"--platform \S+_(\S+64)", MAKEFILE)) == {"aarch64"}


def test_everything_built_with_make_has_its_target() -> None:
    for name, resource in template()["Resources"].items():
        if "BuildMethod" in resource.get("Metadata", {}):
            folder = "shared" if name.endswith("Layer") else "functions"
            assert f"build-{name}" in Path(ROOT, folder, "Makefile").read_text("utf-8")
