"""A terminal for tests: typed words in, lines and an exit code out."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from snapkeep.cli.app import app, err, out
from tests.conftest import CANARY, OpenWorld
from tests.fake_bce import FakeCloud, OffsetClock, http_door
from tests.fake_bce.seed import seed_demo
from tests.stage import ROOT
from tests.world import KEYS, NOW, POLICY, World

TWO_REGIONS = POLICY.replace('["bj"]', '["bj", "gz"]')
OFFLINE = {"lint", "--inventory"}


@pytest.fixture(scope="session")
def demo() -> FakeCloud:
    """The demo account, which no test changes."""
    cloud = FakeCloud(OffsetClock(NOW))
    seed_demo(cloud, NOW)
    return cloud


@pytest.fixture(scope="session")
def endpoints(demo: FakeCloud) -> Iterator[Mapping[str, str]]:
    with http_door(demo) as urls:
        yield urls


@pytest.fixture
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    for name, value in {**KEYS, "SNAPKEEP_REQUESTS_PER_SECOND": "1000"}.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def run(_keys: None, endpoints: Mapping[str, str]) -> Any:
    """Return a function that types a command against the demo account."""

    def type_(*words: str, cloud: Mapping[str, str] = endpoints, **options: Any) -> Result:
        given = [
            word for region, url in cloud.items() for word in ("--endpoint", f"{region}={url}")
        ]
        return typed([*words, *given], 120, **options)

    return type_


def typed(
    words: list[str], columns: int, env: Mapping[str, str] | None = None, **options: Any
) -> Result:
    """Run the command line in this process and search all it writes for secrets."""
    # a worker of pytest-xdist has COLUMNS already, and a console reads it as it is made
    out.width = err.width = columns
    given = {"COLUMNS": str(columns), **(env or {})}
    result = CliRunner().invoke(app, words, env=given, **options)
    CANARY.search(" ".join(words), result.output)
    return result


@dataclass(frozen=True, slots=True)
class Terminal:
    """A terminal with keys to an account of its own, and a folder for its files."""

    world: World
    folder: Path

    @property
    def policy(self) -> Path:
        return self.world.runtime.settings.policy_file

    def type(self, *words: str, columns: int = 120, **options: Any) -> Result:
        """Type a command, which is given the policy file and, if it has a cloud, the account."""
        given: list[str] = [] if "--policy" in words else ["--policy", str(self.policy)]
        if OFFLINE.isdisjoint(words):
            urls = self.world.runtime.settings.endpoints.items()
            given += [word for pair in urls for word in ("--endpoint", "=".join(pair))]
            options = {"obj": self.world.clock, **options}
        return typed([*words, *given], columns, **options)

    def without_a_cloud(self, *words: str) -> Result:
        """Type a command as it is, so that it would go to the real cloud."""
        return typed([*words], 120)

    def plans(self, *words: str) -> list[dict[str, Any]]:
        """Return what ``plan --format json`` writes, one plan per region."""
        result = self.type("plan", "--format", "json", *words)
        assert (result.exit_code, result.stderr) == (0, "")
        return [json.loads(line) for line in result.stdout.splitlines()]

    def save(self, name: str, text: str) -> str:
        """Write a file and return its path."""
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    def exported(self) -> str:
        """Export the account and return the file's path."""
        path = str(self.folder / "inventory.json")
        assert self.type("export", path).exit_code == 0
        return path

    def ids(self, region: str = "bj") -> set[str]:
        """Return the snapshots that there are."""
        return {row.id for row in self.world.rows(region)}


OpenTerminal = Callable[..., Terminal]


@pytest.fixture
def open_terminal(open_world: OpenWorld, tmp_path: Path, _keys: None) -> OpenTerminal:
    """Return a function that opens a terminal to a small account behind loopback HTTP."""

    def open_(policy: str = POLICY, **options: Any) -> Terminal:
        return Terminal(open_world(policy, loopback=True, **options), tmp_path)

    return open_


def errors(result: Result) -> list[str]:
    return [line for line in result.stderr.splitlines() if line.strip()]


def one_error(result: Result, code: int = 2) -> str:
    """Return the only line that a refused command wrote."""
    assert (result.exit_code, result.stdout) == (code, ""), result.output
    (line,) = errors(result)
    assert line.startswith("snapkeep: ")
    return line
