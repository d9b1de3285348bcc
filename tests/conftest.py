"""Fixtures of all tests, and the watch over secrets in everything that the run prints."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.canary import Canary
from tests.world import POLICY, World, world

OpenWorld = Callable[..., World]
CANARY = Canary()


@pytest.fixture
def open_world(tmp_path: Path) -> Iterator[OpenWorld]:
    """Return a function that opens a world; at the end all it said is searched for secrets."""
    opened: list[World] = []
    with ExitStack() as stack:

        def open_(policy: str = POLICY, **options: Any) -> World:
            opened.append(stack.enter_context(world(tmp_path, policy, **options)))
            return opened[-1]

        yield open_
    for each in opened:
        CANARY.search("the log", each.log.getvalue())
        CANARY.search("a result or an error", "\n".join(each.said))


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Search what each test printed, logged or failed with."""
    CANARY.search(report.nodeid, report.longreprtext)
    for title, text in report.sections:
        CANARY.search(f"{report.nodeid} {title}", text)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker process has searched; it alone knows its keys."""
    searched, keys, leaks = getattr(node, "workeroutput", {}).get("canary", (0, 0, ()))
    CANARY.take(searched, keys, leaks)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run if a secret was seen anywhere in its output."""
    if hasattr(session.config, "workeroutput"):
        found = (CANARY.searched, CANARY.keys, CANARY.leaks)
        session.config.workeroutput["canary"] = found
    if CANARY.leaks:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    searched, keys = CANARY.searched, CANARY.keys
    terminalreporter.write_line(
        f"secrets: {searched} outputs searched for {keys} keys and signatures,"
        f" {len(CANARY.leaks)} leaks"
    )
    for leak in CANARY.leaks:
        terminalreporter.write_line(f"LEAK in {leak}", red=True)
