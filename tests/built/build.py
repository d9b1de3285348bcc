"""Where `make build` left what is deployed, and whether it is of what is here now."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from tests.built.sandbox import FUNCTIONS, PYTHON, Artifact
from tests.template.reading import ROOT

BUILD = ROOT / ".aws-sam/build"
LAYER = "SharedLayer"
PACKAGES = ROOT / "build/packages"
_SUFFIXES = {".py", ".toml", ".txt", ".html", ".css", ""}


def why_not() -> str | None:
    """Return why the built functions cannot be run, and what to do about it."""
    if is_stale():
        return "there is no build of what is here; make build"
    if not (BUILD / LAYER / "python/snapkeep/__pycache__").exists():
        return "what is built has no bytecode, for want of Python 3.13; install one and make build"
    if not PYTHON.exists():
        return "AWS's runtime client is not installed; make built"
    return None


def is_stale() -> bool:
    """Say whether something that a build is made of has changed since, or was never built."""
    template = BUILD / "template.yaml"
    if not template.exists():
        return True
    built = template.stat().st_mtime
    return any(path.stat().st_mtime > built for path in sources())


def sources() -> Iterator[Path]:
    """Yield the files that a build is made of."""
    yield ROOT / "template.yaml"
    for folder in ("shared", "functions"):
        found = (ROOT / folder).rglob("*")
        yield from (path for path in found if path.is_file() and path.suffix in _SUFFIXES)


def copied(function: str, folder: Path) -> Artifact:
    """Copy what a function is run with, so that a test may change it or hold it against writing."""
    for name in (FUNCTIONS[function], LAYER):
        if not (folder / name).exists():
            shutil.copytree(BUILD / name, folder / name)
    return Artifact(folder / FUNCTIONS[function], folder / LAYER)


def locked(artifact: Artifact) -> Artifact:
    """Take away every permission to write."""
    for path in artifact.paths():
        path.chmod(path.stat().st_mode & ~0o222)
    return artifact


def unlocked(artifact: Artifact) -> Artifact:
    """Give the owner permission to write."""
    for path in artifact.paths():
        path.chmod(path.stat().st_mode | 0o200)
    return artifact


def state(artifact: Artifact) -> set[tuple[Path, int, int]]:
    """Return what is there, and when it was last written to."""
    found = ((path, path.stat()) for path in artifact.paths())
    return {(path, stat.st_size, stat.st_mtime_ns) for path, stat in found}
