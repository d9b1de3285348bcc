"""What ``make demo`` plays on: an account, the functions deployed against it, and a tally."""

import io
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

from snapkeep.errors import PlanChanged, RunFailed
from snapkeep.jobs.hold import set_hold
from snapkeep.model import iso
from snapkeep.runtime import Runtime
from snapkeep.runtime.settings import Settings
from snapkeep.runtime.telemetry import Telemetry
from snapkeep.side_by_side import one_by_one
from snapkeep.times import Deadline
from tests.fake_bce import FakeCloud, VirtualClock, http_door
from tests.fake_bce.rows import SnapshotRow
from tests.fake_bce.seed import seed_demo
from tests.senders import environ_of
from tests.world import HANDLERS, KEYS, NOW, SLOT

ROOT = Path(__file__).parent.parent


@dataclass(slots=True)
class Stage:
    """The account, the functions, and the promises checked so far as (holds, text)."""

    cloud: FakeCloud
    runtimes: dict[str, Runtime]
    screen: Console
    promises: list[tuple[bool, str]] = field(default_factory=list)
    _said: set[str] = field(default_factory=set)

    def say(self, text: str, style: str = "") -> None:
        self.screen.print(f"  {text}", style=style, markup=False, highlight=False)

    def promise(self, holds: bool, text: str) -> None:
        self.promises.append((holds, text))

    def send(self, function: str, event: str) -> dict[str, Any]:
        """Deliver one file of ``events/`` and return the result, that of a failed run as well."""
        self.say(f"{function} <- events/{function}/{event}.json", style="dim")
        text = (ROOT / "events" / function / f"{event}.json").read_text(encoding="utf-8")
        try:
            result = HANDLERS[function](json.loads(text), None, self.runtimes[function])
        except (RunFailed, PlanChanged) as failure:
            if str(failure) not in self._said:
                self.say(f"the run failed: {failure}", style="yellow")
            self._said.add(str(failure))
            return failure.result
        if "statusCode" not in result:
            return result
        is_json = result["headers"]["content-type"] == "application/json"
        return dict(json.loads(result["body"])) if is_json else {"text": result["body"]}

    def hold(self, snapshot_id: str, reason: str | None) -> None:
        """Hold a snapshot, or release it, as ``snapkeep hold`` does."""
        runtime = self.runtimes["delete-expired"]
        deadline = Deadline.after(runtime.clock, 60)
        clients = [runtime.client(region, deadline) for region in runtime.policies.regions]
        now = runtime.clock.now()
        set_hold(clients, snapshot_id, reason=reason, until=None, now=now)

    def rows(self) -> list[SnapshotRow]:
        """Return every snapshot as the cloud itself has it."""
        stores = self.cloud.regions.values()
        return [row for store in stores for row in store.snapshots.values()]

    def ids(self) -> set[str]:
        return {row.id for row in self.rows()}

    def of_tonight(self) -> Counter[str]:
        """Return how many Available snapshots of tonight's slot each disk has."""
        tonight = f" slot={iso(SLOT)} "
        good = (row for row in self.rows() if row.status == "Available" and tonight in row.desc)
        return Counter(disk_of(row) for row in good)

    def newest(self) -> set[str]:
        """Return the newest good snapshot of ours of each disk."""
        rows = sorted(self.rows(), key=lambda row: (row.create_time, row.id))
        good = {disk_of(row): row.id for row in rows if row.status == "Available" and disk_of(row)}
        return set(good.values())


def disk_of(row: SnapshotRow) -> str:
    """Return the disk that the marker in ``desc`` names, empty for a snapshot of others."""
    return row.desc.partition(" volume=")[2].partition(" ")[0]


@contextmanager
def opened(screen: Console) -> Iterator[Stage]:
    """Start the fake cloud with its fleet, and the functions against it."""
    clock = VirtualClock(NOW)
    cloud = FakeCloud(clock)
    seed_demo(cloud, NOW)
    with http_door(cloud) as endpoints:
        settings = Settings(
            ROOT / "functions/policy.toml", endpoints=endpoints, requests_per_second=1_000.0
        )
        telemetry = Telemetry("demo", io.StringIO(), None, "INFO")
        runtimes = {
            name: Runtime(
                settings,
                telemetry,
                environ={**KEYS, **environ_of(name)},
                clock=clock,
                each=one_by_one,
            )
            for name in HANDLERS
        }
        stage = Stage(cloud, runtimes, screen)
        stage.say(f"a fake cloud listens: {', '.join(endpoints.values())}")
        yield stage
