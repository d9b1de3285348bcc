"""What was built, started as often as a test wants against a cloud of its own."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from snapkeep.model import iso
from tests.built.build import copied, locked, state, unlocked, why_not
from tests.built.sandbox import FUNCTIONS, Artifact, Sandbox, sandbox
from tests.conftest import CANARY
from tests.fake_bce import FakeCloud, FakeSettings, OffsetClock, http_door
from tests.template.reading import functions

Start = Callable[..., Sandbox]
OpenSite = Callable[..., "Site"]
ArtifactOf = Callable[[str], Artifact]


@dataclass(slots=True)
class Site:
    """A cloud whose clock goes on from an instant, and the variables that lead to it."""

    cloud: FakeCloud
    environ: dict[str, str]

    def add_disks(self, number: int) -> list[str]:
        """Add disks that the policy ``nightly`` selects, and return their ids, sorted."""
        store, tags = self.cloud.region("bj"), {"backup": "nightly"}
        return sorted(store.add_volume(f"disk-{i}", tags=tags) for i in range(number))

    def snapshots(self) -> list[str]:
        """Return the disk of every snapshot, sorted."""
        rows = self.cloud.region("bj").snapshots.values()
        return sorted(str(row.volume_id) for row in rows)

    def nightly(self) -> dict[str, str]:
        """Return the event of a slot that has just come."""
        slot = self.cloud.clock.now().replace(microsecond=0)
        return {"policy": "nightly", "scheduled_time": iso(slot)}

    def by_its_clock(self, function: str) -> dict[str, str]:
        """Return what starts a function by the cloud's clock instead of the machine's."""
        shift = self.cloud.clock.now() - datetime.now(UTC)
        return self.environ | {
            "handler": "shifted.handler",
            "SHIFTED_HANDLER": functions()[FUNCTIONS[function]]["Handler"],
            "SHIFT_SECONDS": str(shift.total_seconds()),
        }


@pytest.fixture(autouse=True, scope="session")
def _needs_a_build() -> None:
    if reason := why_not():
        pytest.skip(reason)


@pytest.fixture(scope="session")
def artifact_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArtifactOf]:
    """Return a function that gives what was built, read-only; see that it stays as it was."""
    folder = tmp_path_factory.mktemp("built")
    artifacts: dict[str, tuple[Artifact, object]] = {}

    def artifact_of_(function: str) -> Artifact:
        if function not in artifacts:
            artifact = locked(copied(function, folder))
            artifacts[function] = artifact, state(artifact)
        return artifacts[function][0]

    yield artifact_of_
    written = [name for name, (artifact, before) in artifacts.items() if state(artifact) != before]
    for artifact, _ in artifacts.values():
        unlocked(artifact)
    shutil.rmtree(folder)
    assert not written, "a function wrote beside its code"


@pytest.fixture
def start(artifact_of: ArtifactOf, tmp_path: Path) -> Iterator[Start]:
    """Return a function that starts functions; at the end their logs are searched for secrets."""
    started: list[Sandbox] = []
    with ExitStack() as stack:

        def start_(function: str, artifact: Artifact | None = None, **options: Any) -> Sandbox:
            found = artifact or artifact_of(function)
            started.append(stack.enter_context(sandbox(function, found, tmp_path, **options)))
            return started[-1]

        yield start_
    for each in started:
        CANARY.search("the log of a built function", each.said())


@pytest.fixture
def open_site() -> Iterator[OpenSite]:
    """Return a function that opens a cloud, as of now if not of another instant."""
    with ExitStack() as stack:

        def open_(now: datetime | None = None, **settings: Any) -> Site:
            settings = {"creation_time": timedelta(), **settings}
            cloud = FakeCloud(OffsetClock(now or datetime.now(UTC)), FakeSettings(**settings))
            urls = stack.enter_context(http_door(cloud))
            endpoints = " ".join(f"{region}={url}" for region, url in urls.items())
            return Site(cloud, {"SNAPKEEP_ENDPOINT": endpoints})

        yield open_
