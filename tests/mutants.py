"""``make mutants``: change what decides about deletes, bit by bit, and see that a test notices.

mutmut works on a copy in ``build/mutants``, in the layout that it expects. A mutant that no test
notices has to stand in ``docs/mutants.md`` with the reason; it fails the run otherwise.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent
COPY = ROOT / "build/mutants"
EXPLAINED = ROOT / "docs/mutants.md"
# what is mutated (names of functions, by prefix), and the least share that has to be noticed
GOALS = {
    "snapkeep.periods.": 0.95,
    "snapkeep.retention.": 0.95,
    "snapkeep.expiry.": 0.95,
    "snapkeep.plan.": 0.95,
    # the predicates of a delete
    "snapkeep.gates.": 1.0,
    "snapkeep.rows.": 1.0,
    "snapkeep.identity.x_read_marker": 1.0,
    "snapkeep.identity.x__marker": 1.0,
    "snapkeep.identity.x__read": 1.0,
}
TESTS = (
    *("test_retention", "test_periods", "test_gates", "test_gates_of_a_disk", "test_candidates"),
    *("test_marker", "test_identity", "test_holds", "test_adoption", "test_adoption_verdicts"),
    "test_world",
    *("test_plan", "test_plan_json", "test_expiry_deleted", "test_expiry_invariants"),
)
SURVIVED, NO_TESTS = 0, 33
TIMEOUT_SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change; ``code`` is the pytest exit code of the tests that run its function."""

    name: str
    code: int

    @property
    def is_noticed(self) -> bool:
        return self.code not in {SURVIVED, NO_TESTS}

    def line(self) -> str:
        """Return the line of code as the change has it."""
        diff = mutmut("show", self.name)
        added = [text[1:].strip() for text in diff.splitlines() if text.startswith("+")]
        return next((text for text in added if not text.startswith("++")), diff)


def mutmut(*words: str) -> str:
    """Run mutmut in the copy and return what it said."""
    done = subprocess.run(
        [sys.executable, "-m", "mutmut", *words],
        cwd=COPY,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    return done.stdout


def prepare() -> None:
    """Copy the product and its tests, and say what is to be mutated."""
    shutil.rmtree(COPY, ignore_errors=True)
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(ROOT / "shared/snapkeep", COPY / "src/snapkeep", ignore=ignored)
    shutil.copytree(ROOT / "tests", COPY / "tests", ignore=ignored)
    shutil.copytree(ROOT / "functions", COPY / "functions", ignore=ignored)
    files = sorted({f"src/{'/'.join(goal.split('.')[:2])}.py" for goal in GOALS})
    chosen = [
        f"tests/unit/{name}.py" for name in TESTS if (ROOT / f"tests/unit/{name}.py").exists()
    ]
    lines = [
        (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
        "[tool.mutmut]",
        'source_paths = ["src"]',
        f"only_mutate = {json.dumps(files)}",
        f"pytest_add_cli_args_test_selection = {json.dumps(chosen)}",
        'also_copy = ["functions"]',
        "use_git_change_detection = false",
        # a loop that does not end should not take a minute
        "timeout_multiplier = 2.0",
    ]
    (COPY / "pyproject.toml").write_text("\n".join(lines), encoding="utf-8")


def mutants() -> Iterator[Mutant]:
    """Yield every mutant of the copy with what became of it."""
    for path in sorted((COPY / "mutants").rglob("*.meta")):
        meta = json.loads(path.read_text(encoding="utf-8"))
        for name, code in meta["exit_code_by_key"].items():
            if code is not None:
                yield Mutant(name, code)


def main() -> int:
    """Run all mutants and return the exit code."""
    prepare()
    patterns = [f"{goal}*" for goal in GOALS]
    said = mutmut("run", *patterns)
    found, failed = list(mutants()), False
    if not found:
        print(said)
    survivors = {m.name: m.line() for m in found if not m.is_noticed}
    text = EXPLAINED.read_text(encoding="utf-8")
    explained = {name for name, line in survivors.items() if f"`{line}`" in text}
    for goal, least in GOALS.items():
        mine = [m for m in found if m.name.startswith(goal) and m.name not in explained]
        noticed = sum(mutant.is_noticed for mutant in mine)
        share = noticed / len(mine) if mine else 0.0
        failed |= share < least
        print(f"{goal:36} {noticed:4} of {len(mine):4} noticed: {share:.1%} (goal {least:.0%})")
    for name, line in survivors.items():
        failed |= name not in explained
        print(f"{'explained' if name in explained else 'UNEXPLAINED':11} {name}: {line}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
