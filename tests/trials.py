"""A plugin of pytest that tries mutants instead of running the tests.

mutmut does the same, but starts pytest for each mutant, which takes longer than most of its tests.
"""

import gc
import json
import os
import resource
import signal
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from math import ceil
from pathlib import Path

import pytest

from snapkeep.bce import guard

TRIED = Path("tried.json")
SURVIVED, FAILED, NO_TESTS = 0, 1, 33
TIMED_OUT = frozenset({-signal.SIGXCPU, -signal.SIGALRM})


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--mutants", help="beginnings of names, comma-separated")
    parser.addoption("--children", type=int, help="processes at a time")


def pytest_runtestloop(session: pytest.Session) -> bool:
    """Try the mutants instead of running the tests, and write down how each ended.

    Raises:
        pytest.UsageError: if the tests fail without a mutant, as they would with each.
    """
    stats = json.loads(Path("mutmut-stats.json").read_text(encoding="utf-8"))
    seconds, covering = stats["duration_by_test"], stats["tests_by_mangled_function_name"]
    functions = {
        function: (list(names), set(covering.get(function, ())))
        for function, names in groupby(
            _names(session), lambda name: name.rpartition("__mutmut_")[0]
        )
    }
    # the quickest first, as most mutants are noticed by many
    items = sorted(session.items, key=lambda item: seconds[item.nodeid])
    trials = Trials(items, seconds, session.config.getoption("--children"))
    gc.freeze()
    trials.start(["none"], set().union(*(tests for _, tests in functions.values())))
    if trials.finish().pop("none") != SURVIVED:
        raise pytest.UsageError("the tests fail without a mutant, as they would with each")
    for names, tests in functions.values():
        trials.start(names, tests)
    trials.finish()
    return True


@dataclass
class Trials:
    """Mutants, each in a process of its own that has run no test, so many at a time."""

    items: Sequence[pytest.Item]
    seconds: Mapping[str, float]
    children: int
    running: dict[int, str] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)

    def start(self, names: Iterable[str], tests: Collection[str]) -> None:
        """Start the trials of some mutants by the tests that cover them."""
        chosen = [item for item in self.items if item.nodeid in tests]
        cost = sum(self.seconds[item.nodeid] for item in chosen)
        for name in names:
            if len(self.running) >= self.children:
                self._wait()
            self.running[_try(name, chosen, cost)] = name

    def finish(self) -> dict[str, int]:
        """Wait for all that were started, and return how each ended."""
        while self.running:
            self._wait()
        return self.ended

    def _wait(self) -> None:
        child, status = os.wait()
        self.ended[self.running.pop(child)] = os.waitstatus_to_exitcode(status)
        TRIED.write_text(json.dumps(self.ended), encoding="utf-8")


def _names(session: pytest.Session) -> list[str]:
    """Return the names of the mutants to try, those of one function together."""
    beginnings = tuple(session.config.getoption("--mutants").split(","))
    metas = [json.loads(path.read_text(encoding="utf-8")) for path in Path("src").rglob("*.meta")]
    names = (name for meta in metas for name in meta["exit_code_by_key"])
    return sorted(name for name in names if name.startswith(beginnings))


def _try(name: str, items: Sequence[pytest.Item], seconds: float) -> int:
    """Start the tests of one mutant in a process that has run none, and return its id."""
    child = os.fork()
    if child:
        return child
    # Python takes a thread that was made before a fork for one that has ended
    guard._watchdog = guard._Watchdog()
    os.environ["MUTANT_UNDER_TEST"] = name
    # of its own time, since the machine may be busy; and of all time, since it may sleep for ever
    limit = 5 + 2 * ceil(seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
    signal.alarm(20 * limit)
    for item, following in zip(items, (*items[1:], None), strict=False):
        item.ihook.pytest_runtest_protocol(item=item, nextitem=following)
        if item.session.testsfailed:
            os._exit(FAILED)
    os._exit(SURVIVED if items else NO_TESTS)
