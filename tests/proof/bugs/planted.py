"""Planted bugs: known-bad changes to a copy of the product, each of which has to be noticed.

Without them the zeros of the proof mean little: a harness that sees nothing finds nothing. A bug is
noticed if a test fails because of it; a hunt that ends otherwise, because the change no longer fits
or is no working code, is a breach as well, so that the table stays true as the code changes.
"""

import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.proof.bugs import BUGS
from tests.proof.bugs.bug import Bug
from tests.proof.figures import Job, Part, Scale, Tally

ROOT = Path(__file__).parents[3]
PRODUCT = ("shared", "functions")
# the name of the job that runs all commands on the product as it is
CONTROL = ""
BY_NAME = {bug.name: bug for bug in BUGS}
TIMEOUT_SECONDS = 60
# of all tests together, which are many more than those of a bug
CONTROL_SECONDS = 300
# the exits of pytest, and of the proof, where nothing was found and where something was
PASSED, CAUGHT = 0, 1
PROOF, TESTS = "the proof", "the tests"
# some of the proof's own attacks, as the words behind ``python -m``
QUICK = ("tests.proof.bugs.quick",)
PYTEST = ("pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "pytest_socket")
# a test that fails for one of these has noticed that the change is no code, and nothing else
_NO_CODE = re.compile(
    r"^(?:FAILED|ERROR) tests/.* - (?:Name|UnboundLocal|Import|Attribute|Type)Error.*$",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Run:
    """How a command on a copy ended: its exit, ``None`` if it did not end, and what it said."""

    code: int | None
    said: str

    def trouble(self, bug: Bug) -> str:
        """Say why it neither found something nor nothing; empty if it did either."""
        if self.code is None:
            return "" if bug.hangs else f"no end after {TIMEOUT_SECONDS} s"
        if self.code not in {PASSED, CAUGHT}:
            return f"the hunt broke with exit {self.code}: {self.said[-300:]}"
        found = _NO_CODE.search(self.said)
        return f"the change is no working code: {found[0]}" if found else ""


def by_tests(*tests: str) -> Sequence[str]:
    """Return the words behind ``python -m`` that run tests."""
    return (*PYTEST, *(f"tests/{each}" for each in tests))


def hunt(bug: Bug, *, is_short: bool = True) -> Tally:
    """Plant a bug in a copy of the product and see that it is noticed.

    Args:
        is_short: by its test alone, also where the proof has to notice it without any test.
    """
    with TemporaryDirectory(prefix="snapkeep-") as folder:
        copy = copied(Path(folder))
        try:
            plant(bug, copy)
        except (ValueError, SyntaxError) as error:
            return _breach(bug, str(error))
        who = PROOF if bug.by_proof and not is_short else TESTS
        return _hunted(bug, copy, who)


def control() -> Tally:
    """See that nobody finds anything in a copy of the product as it is."""
    tests = sorted({bug.test for bug in BUGS})
    with TemporaryDirectory(prefix="snapkeep-") as folder:
        copy = copied(Path(folder))
        for who, words in ((PROOF, QUICK), (TESTS, by_tests(*tests))):
            found = run(copy, words, CONTROL_SECONDS)
            if found.code != PASSED:
                told = f"the figure is void: without a bug {who} ended with {found.code}"
                return Tally(breaches=[f"planted bugs: {told}: {found.said[-300:]}"])
    return Tally()


def copied(folder: Path) -> Path:
    """Return a copy of the product; files keep their times, so that what is compiled still fits."""
    copy = folder.resolve()
    for name in PRODUCT:
        shutil.copytree(ROOT / name, copy / name)
    return copy


def plant(bug: Bug, copy: Path) -> None:
    """Put a bug into a copy.

    Raises:
        ValueError: if it does not fit.
        SyntaxError: if it is no Python.
    """
    path = copy / bug.file
    source = bug.planted(path.read_text(encoding="utf-8"))
    compile(source, bug.file, "exec")
    path.write_text(source, encoding="utf-8")
    # a compiled file fits a source by its second and its size, which may be the same
    for compiled in path.parent.glob(f"__pycache__/{path.stem}.*"):
        compiled.unlink()


def run(copy: Path, words: Sequence[str], seconds: float = TIMEOUT_SECONDS) -> Run:
    """Run a module, by the words behind ``python -m``, on a copy and on no other product."""
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.proof.bugs.on_copy", str(copy), *words],
            cwd=ROOT,
            env=_environment(copy),
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Run(None, "")
    return Run(done.returncode, done.stdout)


def _environment(copy: Path) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(str(copy / name) for name in PRODUCT),
        "PYTHONDONTWRITEBYTECODE": "1",
        # plugins that no test here needs cost more time than most hunts
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_ADDOPTS": "",
        # what a hunt leaves behind goes with the copy
        "TMPDIR": str(copy),
        "HYPOTHESIS_STORAGE_DIRECTORY": str(copy / "hypothesis"),
        # far from UTC, so that local time cannot pass for it
        "TZ": "CST-8",
        # a summary that is cut to the width of a terminal says no cause
        "COLUMNS": "1000",
    }


def _hunted(bug: Bug, copy: Path, who: str) -> Tally:
    found = run(copy, QUICK if who == PROOF else by_tests(bug.test))
    if trouble := found.trouble(bug):
        return _breach(bug, trouble)
    if found.code != PASSED:
        return Tally(1, more=Counter({f"caught by {who}": 1}))
    return _breach(bug, f"it survived {who if who == PROOF else bug.test}")


def _breach(bug: Bug, why: str) -> Tally:
    return Tally(1, [f"planted bug {bug.name!r} in {bug.file}: {why}"])


def jobs(scale: Scale) -> list[Job]:
    """Return the names of the bugs, and first that of none."""
    # every second one is enough to see that the tests of every change can see
    names = [*BY_NAME][:: 2 if scale.is_short else 1]
    return [(name, scale.is_short) for name in (CONTROL, *names)]


def work(name: str, is_short: bool) -> Tally:
    """Hunt one bug, or see that there is nothing to hunt."""
    return hunt(BY_NAME[name], is_short=is_short) if name else control()


PART = Part(
    "planted bugs",
    "each of the known-bad changes to the product is noticed",
    jobs,
    work,
)
