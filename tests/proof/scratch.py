"""A copy of the product with a bug in it, and what a part of the proof finds there."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.proof.bugs.bug import Bug
from tests.proof.bugs.planted import PRODUCT, ROOT, copied, plant
from tests.proof.figures import Job

_RUN = """
import json, sys
import snapkeep
from tests.proof.{part} import work
tally = work(*json.loads(sys.argv[1]))
print(json.dumps([snapkeep.__file__, tally.count, tally.breaches]))
"""


def with_bug(folder: Path, file: str, line: str, bug: str) -> Path:
    """Return a copy of the product in which a piece of one file is another."""
    copy = copied(folder)
    plant(Bug("scratch", "none", f"shared/snapkeep/{file}", line, bug, test=""), copy)
    return copy


def breaches_of(copy: Path, part: str, job: Job) -> list[str]:
    """Do a job of a part of the proof on a copy, in a process of its own."""
    paths = os.pathsep.join(str(copy / name) for name in PRODUCT)
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
