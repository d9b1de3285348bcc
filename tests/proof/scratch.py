"""A copy of the product with a bug in it, and what a part of the proof finds there."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.proof.figures import Job

ROOT = Path(__file__).parents[2]
ROOTS = ("shared", "functions")
_RUN = """
import json, sys
import snapkeep
from tests.proof import {part}
tally = {part}.work(*json.loads(sys.argv[1]))
print(json.dumps([snapkeep.__file__, tally.count, tally.breaches]))
"""


def with_bug(folder: Path, file: str, line: str, bug: str) -> Path:
    """Return a copy of the product in which a piece of one file is another."""
    ignored = shutil.ignore_patterns("__pycache__")
    for name in ROOTS:
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    path = folder / "shared/snapkeep" / file
    source = path.read_text(encoding="utf-8")
    assert source.count(line) == 1
    path.write_text(source.replace(line, bug), encoding="utf-8")
    return folder


def breaches_of(copy: Path, part: str, job: Job) -> list[str]:
    """Do a job of a part of the proof on a copy, in a process of its own."""
    paths = os.pathsep.join(str(copy / name) for name in ROOTS)
    done = subprocess.run(
        [sys.executable, "-c", _RUN.format(part=part), json.dumps(job)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    where, count, breaches = json.loads(done.stdout)
    assert Path(where).is_relative_to(copy)
    assert count > 0
    return [str(breach) for breach in breaches]
