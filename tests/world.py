"""A world for tests: a fake cloud, one clock for it and us, and our real functions before it."""

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import create_on_event.app
import delete_expired.app
import list_report.app
from snapkeep.bce.client import Client
from snapkeep.errors import RunFailed
from snapkeep.runtime import Runtime
from snapkeep.runtime.settings import Settings
from snapkeep.runtime.telemetry import Telemetry
from snapkeep.times import Deadline
from tests.fake_bce import (
    ACCESS_KEY_ID,
    SECRET_ACCESS_KEY,
    FakeCloud,
    FakeSettings,
    VirtualClock,
    in_process,
)

NOW = datetime(2026, 11, 23, 18, 0, 30, tzinfo=UTC)
SLOT = datetime(2026, 11, 23, 18, tzinfo=UTC)
NIGHTLY = {"policy": "nightly", "scheduled_time": "2026-11-23T18:00:00Z"}
KEYS = {"BCE_ACCESS_KEY_ID": ACCESS_KEY_ID, "BCE_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY}
POLICY = """\
timezone = "Asia/Shanghai"
regions = ["bj"]
[policy.nightly]
select = { tags = { backup = "nightly" } }
schedule = "cron(0 2 * * ? *)"
rpo = "26h"
keep = { last = 3 }
[policy.adhoc]
select = { all = true }
ad_hoc_keep = "7d"
"""


@dataclass(slots=True)
class Context:
    """Lambda's context object as far as we read it; the clock of the world runs it down."""

    clock: VirtualClock
    ends: float
    aws_request_id: str = "11111111-2222-3333-4444-555555555555"

    def get_remaining_time_in_millis(self) -> int:
        return int((self.ends - self.clock.monotonic()) * 1000)


@dataclass(slots=True)
class World:
    """One account and the three functions deployed against it.

    Attributes:
        log: every log line of the functions, as JSON Lines.
    """

    cloud: FakeCloud
    clock: VirtualClock
    runtime: Runtime
    log: io.StringIO

    def create(self, event: object = NIGHTLY, *, seconds: float = 600) -> dict[str, Any]:
        return create_on_event.app.handler(event, self.context(seconds), self.runtime)

    def report(self, event: object, *, seconds: float = 300) -> dict[str, Any]:
        return list_report.app.handler(event, self.context(seconds), self.runtime)

    def expire(self, mode: str = "auto", *, seconds: float = 900) -> dict[str, Any]:
        return delete_expired.app.handler({"mode": mode}, self.context(seconds), self.runtime)

    def failing_create(self, event: object = NIGHTLY, **options: Any) -> dict[str, Any]:
        """Return the result of a run that must fail at its end."""
        try:
            self.create(event, **options)
        except RunFailed as failure:
            return failure.result
        raise AssertionError("the run did not fail")

    def context(self, seconds: float = 600) -> Context:
        return Context(self.clock, self.clock.monotonic() + seconds)

    def client(self, region: str = "bj", *, seconds: float = 600) -> Client:
        return self.runtime.client(region, Deadline.after(self.clock, seconds))

    def log_lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.getvalue().splitlines()]

    def add_disks(self, number: int, region: str = "bj") -> list[str]:
        """Add detached disks that the policy ``nightly`` selects."""
        store = self.cloud.region(region)
        return [store.add_volume(f"disk-{i}", tags={"backup": "nightly"}) for i in range(number)]

    def good(self, region: str = "bj") -> list[str]:
        """Return the source disk of every Available snapshot in the cloud's own store, sorted."""
        rows = self.cloud.region(region).snapshots.values()
        return sorted(str(row.volume_id) for row in rows if row.status == "Available")


@contextmanager
def world(
    folder: Path,
    policy: str = POLICY,
    *,
    now: datetime = NOW,
    endpoints: dict[str, str] | None = None,
    **settings: Any,
) -> Iterator[World]:
    """Open a world with the given policy file; ``settings`` are those of the fake cloud.

    A snapshot is Available at once unless ``creation_time`` says otherwise.
    """
    settings = {"creation_time": timedelta(), **settings}
    clock = VirtualClock(now)
    cloud = FakeCloud(clock, FakeSettings(**settings))
    path = folder / "policy.toml"
    path.write_text(policy, encoding="utf-8")
    log = io.StringIO()
    runtime = Runtime(
        Settings(path, endpoints=endpoints or {}, requests_per_second=1_000),
        Telemetry("test", log, None, "DEBUG"),
        environ=KEYS,
        clock=clock,
        uniform=lambda: 0.5,
    )
    with in_process(cloud):
        yield World(cloud, clock, runtime, log)
