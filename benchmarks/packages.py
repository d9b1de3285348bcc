"""Installs what peers are shipped with: from the lock, by hash, with bytecode."""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from hashlib import sha256
from importlib.util import cache_from_source
from pathlib import Path

from benchmarks.measure import ROOT

LOCK = ROOT / "benchmarks/requirements.txt"
LAYER_LOCK = ROOT / "shared/requirements.txt"
INSTALLED = ROOT / "build/bench"
# as shared/Makefile chooses wheels
LAMBDA = (
    *("--implementation", "cp", "--python-version", "3.13"),
    *("--platform", "manylinux_2_28_aarch64", "--platform", "manylinux2014_aarch64"),
)
_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", re.MULTILINE)
_PIP = (sys.executable, "-m", "pip", "install", "-qq", "--only-binary", ":all:")


def pins(lock: str) -> dict[str, str]:
    """Return the lines of each package that a lock names."""
    starts = [(match[1], match.start()) for match in _PIN.finditer(lock)]
    ends = [start for _, start in starts[1:]] + [len(lock)]
    return {name: lock[start:end] for (name, start), end in zip(starts, ends, strict=True)}


def installed(*wanted: str, for_lambda: bool = False) -> Path:
    """Install requirements and what they require, unless they are there already.

    Args:
        for_lambda: for Lambda's machines, and not for this one.
    """
    options = LAMBDA if for_lambda else ()
    lock = LOCK.read_text(encoding="utf-8")
    key = sha256(repr((wanted, options, lock, sys.version)).encode()).hexdigest()[:16]
    folder = INSTALLED / key
    if not folder.exists():
        pinned = pins(lock)
        names = _closure(wanted, pinned, options)
        install("".join(pinned[name] for name in names), folder, options)
    return folder


def locked(lock: Path) -> Path:
    """Install all that a lock names, for Lambda's machines, unless it is there already."""
    text = lock.read_text(encoding="utf-8")
    folder = INSTALLED / sha256(repr((text, LAMBDA, sys.version)).encode()).hexdigest()[:16]
    if not folder.exists():
        install(text, folder, LAMBDA)
    return folder


def install(lock: str, folder: Path, options: tuple[str, ...]) -> None:
    """Install exactly what the lock names, and compile it as `make build` does."""
    INSTALLED.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=INSTALLED) as scratch:
        requirements, target = Path(scratch) / "lock.txt", Path(scratch) / "target"
        requirements.write_text(lock, encoding="utf-8")
        exactly = ("--no-deps", "--require-hashes", "--no-compile", *options)
        _run(*_PIP, *exactly, "--target", str(target), "--requirement", str(requirements))
        shutil.rmtree(target / "bin", ignore_errors=True)
        compile_all(target)
        target.rename(folder)


def compile_all(folder: Path) -> None:
    """Write bytecode beside the sources; the peers have some that no Python 3 can compile."""
    options = ("-qq", "-f", "--invalidation-mode", "unchecked-hash")
    # the path that it is known by in Lambda, so that its size is the same from every folder
    known_as = ("-s", str(folder), "-p", "/opt/python")
    command = (sys.executable, "-W", "ignore", "-m", "compileall", *options, *known_as, str(folder))
    subprocess.run(command, check=False)


def bytecode_of(source: Path) -> Path:
    """Return where this interpreter looks for the bytecode of a source."""
    return Path(cache_from_source(str(source), optimization=""))


def size(*folders: Path) -> int:
    """Return the bytes of all files in the folders."""
    files = (file for folder in folders for file in folder.rglob("*"))
    return sum(file.stat().st_size for file in files if file.is_file())


def _closure(
    wanted: tuple[str, ...], pinned: dict[str, str], options: tuple[str, ...]
) -> list[str]:
    """Ask pip what the requirements come to in the versions of the lock."""
    versions = "\n".join(text.split(" ", 1)[0] for text in pinned.values())
    with tempfile.TemporaryDirectory() as scratch:
        constraints = Path(scratch) / "versions.txt"
        constraints.write_text(versions, encoding="utf-8")
        asking = ("--dry-run", "--ignore-installed", "--target", scratch, "--report", "-")
        told = _run(*_PIP, *asking, *options, "--constraint", str(constraints), *wanted)
    found = json.loads(told)["install"]
    return sorted(each["metadata"]["name"].lower().replace("_", "-") for each in found)


def _run(*command: str) -> str:
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
