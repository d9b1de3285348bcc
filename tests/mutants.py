"""``make mutants``: change the modules that must not be wrong, and see that a test notices.

They decide what is deleted, what is created, who may ask for it, and what is sent. mutmut makes one
change at a time and runs the tests that cover it, on a copy in ``build/mutants`` in the layout that
it expects. A mutant that no test notices has to stand in ``docs/mutants.md`` with the reason; it
fails the run otherwise, and so does a module of whose mutants too few are noticed.

    python -m tests.mutants [--children N] [snapkeep.signatures ...]
"""

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.mutation import CHOSEN, COPY, GOALS, LEAST_OF_ALL, PYTEST, ROOT, prepare
from tests.trials import FAILED, NO_TESTS, SURVIVED, TIMED_OUT, TRIED

EXPLAINED = ROOT / "docs/mutants.md"
FIRST = "snapkeep.gates.x__released__mutmut_1"
TIMEOUT_SECONDS = 10_800


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change; ``code`` is the pytest exit code of the tests that run its function."""

    name: str
    code: int

    @property
    def is_noticed(self) -> bool:
        return self.code in {FAILED, *TIMED_OUT}

    @property
    def is_survivor(self) -> bool:
        return self.code in {SURVIVED, NO_TESTS}

    @property
    def function(self) -> str:
        """``snapkeep.plan.Plan.to_json`` of ``snapkeep.plan.xǁPlanǁto_json__mutmut_1``."""
        module, _, mangled = self.name.rpartition("__mutmut_")[0].rpartition(".")
        return f"{module}.{mangled.removeprefix('x_').removeprefix('xǁ').replace('ǁ', '.')}"

    def line(self) -> str:
        """Return the line of code as the change has it."""
        diff = run(COPY, "mutmut", "show", self.name)
        added = [text[1:].strip() for text in diff.splitlines() if text.startswith("+")]
        return next((text for text in added if not text.startswith("++")), diff)


def run(where: Path, module: str, *words: str) -> str:
    """Run a module of Python's and return what it said."""
    done = subprocess.run(
        [sys.executable, "-m", module, *words],
        cwd=where,
        # the mutants, not the product; mutmut finds them without
        env=os.environ | ({"PYTHONPATH": "src"} if module == "pytest" else {}),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    return done.stdout


def try_mutants(goals: list[str], children: int) -> str:
    """Make the mutants, try those of the goals, and return what was said."""
    prepare()
    # mutmut makes them, and sees which tests run which function; one is the least it will try
    said = run(COPY, "mutmut", "run", "--max-children", "1", FIRST)
    options = (f"--mutants={','.join(goals)}", f"--children={children}")
    plugin = ("-p", "tests.trials", "--rootdir=.", "-qq")
    return said + run(COPY / "mutants", "pytest", *PYTEST, *plugin, *options, *CHOSEN)


def mutants() -> Iterator[Mutant]:
    """Yield every mutant that was tried with what became of it."""
    tried = COPY / "mutants" / TRIED
    ended = json.loads(tried.read_text(encoding="utf-8")) if tried.exists() else {}
    for name, code in ended.items():
        yield Mutant(name, code)


def explanations() -> set[tuple[str, str]]:
    """Return function and line of each row of the table; a ``|`` in code is written ``\\|``."""
    text = EXPLAINED.read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| (`+)(.+?)\2 \| [^|]{9,} \|$", text, re.MULTILINE)
    return {(function, line.strip().replace("\\|", "|")) for function, _, line in rows}


def judge(goal: str, mine: list[Mutant], explained: set[str]) -> bool:
    """Print both scores of a goal, and return whether it is met."""
    noticed = sum(mutant.is_noticed for mutant in mine)
    known = sum(mutant.name in explained for mutant in mine)
    of_all, of_open = (
        noticed / total if total else 0.0 for total in (len(mine), len(mine) - known)
    )
    print(
        f"{goal:38} {noticed:4} of {len(mine):4} noticed: {of_all:.1%} (goal {LEAST_OF_ALL:.0%});"
        f" {of_open:.1%} without {known} explained (goal {GOALS[goal]:.0%})"
    )
    return of_all >= LEAST_OF_ALL and of_open >= GOALS[goal]


def report(goals: list[str]) -> bool:
    """Print the scores and all that needs a look, and return whether all is well."""
    found = [mutant for mutant in mutants() if mutant.name.startswith(tuple(goals))]
    survivors = {m.name: (m.function, m.line()) for m in found if m.is_survivor}
    table = explanations()
    explained = {name for name, place in survivors.items() if place in table}
    met = [judge(goal, [m for m in found if m.name.startswith(goal)], explained) for goal in goals]
    for name, (function, line) in survivors.items():
        said = "explained" if name in explained else "UNEXPLAINED"
        print(f"{said:11} {name}: | `{function}` | `{line}` |")
    if len(goals) == len(GOALS):
        for function, line in sorted(table - set(survivors.values())):
            print(f"out of date | `{function}` | `{line}` | is noticed or not made any more")
    untested = [m for m in found if not m.is_noticed and not m.is_survivor]
    for mutant in found:
        if mutant in untested or mutant.code in TIMED_OUT:
            said = "NOT TESTED" if mutant in untested else "timed out"
            print(f"{said:11} {mutant.name}: pytest ended with {mutant.code}")
    return all(met) and not untested and survivors.keys() == explained


def main(arguments: list[str]) -> int:
    """Run the mutants of the goals and return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("--children", type=int, default=os.cpu_count(), help="processes at a time")
    parser.add_argument("goals", nargs="*", metavar="goal", help="how its name begins; default all")
    given = parser.parse_args(arguments)
    goals = [goal for goal in GOALS if goal.startswith(tuple(given.goals) or "")]
    said = try_mutants(goals, given.children)
    if report(goals):
        return 0
    print(said[-2_000:])
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
