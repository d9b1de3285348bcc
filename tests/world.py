"""A world for tests: a fake cloud, one clock for it and us, and our real functions before it."""

import io
import itertools
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from aws_lambda_powertools import Metrics
from requests.adapters import BaseAdapter

import create_on_event.app
import delete_expired.app
import list_report.app
from snapkeep.bce.client import Client
from snapkeep.errors import RunFailed
from snapkeep.runtime import Runtime
from snapkeep.runtime.settings import Settings
from snapkeep.runtime.telemetry import Telemetry
from snapkeep.side_by_side import Each, one_by_one
from snapkeep.times import Deadline
from tests.api.document import check_answer
from tests.fake_bce import (
    ACCESS_KEY_ID,
    SECRET_ACCESS_KEY,
    Call,
    FakeCloud,
    FakeSettings,
    StraightAdapter,
    VirtualClock,
    http_door,
    in_process,
)
from tests.fake_bce.rows import SnapshotRow
from tests.lambda_host import Context, Handler, invoke
from tests.senders import environ_of

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
HANDLERS: dict[str, Handler] = {
    "create-on-event": create_on_event.app.handler,
    "list-report": list_report.app.handler,
    "delete-expired": delete_expired.app.handler,
}
# a logger is known by its name for the life of a process, so every world takes a new one
_NUMBERS = itertools.count(1)
_LOGGER = "world-"


@dataclass(slots=True)
class World:
    """One account and the three functions deployed against it.

    Attributes:
        log: every log line of the functions, as JSON Lines.
        adapter: carries requests to the cloud; ``None`` is a real connection pool.
        each: how many things are done; with threads, time that one waits passes for all.
        said: what each run returned, as the platform writes it, or raised.
    """

    cloud: FakeCloud
    clock: VirtualClock
    runtimes: dict[str, Runtime]
    log: io.StringIO
    adapter: BaseAdapter | None = None
    each: Each = one_by_one
    said: list[str] = field(default_factory=list)

    def create(self, event: object = NIGHTLY, *, seconds: float = 600) -> dict[str, Any]:
        return self._run("create-on-event", event, seconds)

    def report(self, event: object, *, seconds: float = 300) -> dict[str, Any]:
        return self._run("list-report", event, seconds)

    def expire(self, mode: object = "auto", *, seconds: float = 900) -> dict[str, Any]:
        """Run delete-expired in a mode, or for a whole event."""
        event = {"mode": mode} if isinstance(mode, str) else mode
        return self._run("delete-expired", event, seconds)

    def failing_create(self, event: object = NIGHTLY, **options: Any) -> dict[str, Any]:
        """Return the result of a run that must fail at its end."""
        return failure_of(lambda: self.create(event, **options)).result

    def failing_expire(self, mode: object = "auto", **options: Any) -> dict[str, Any]:
        """Return the result of a run that must fail at its end."""
        return failure_of(lambda: self.expire(mode, **options)).result

    def beside(
        self,
        policy: str | None = None,
        clock: VirtualClock | None = None,
        telemetry: Telemetry | None = None,
    ) -> "World":
        """Return the same account with a process of its own: a cold start, or one at the same time.

        Args:
            policy: the text of another policy file, which replaces the old one.
            clock: of its own, for one whose waiting takes no other's time.
            telemetry: that of another process, since a logger takes longer to make than a run.
        """
        settings, clock = self.runtime.settings, clock or self.clock
        if policy is not None:
            settings.policy_file.write_text(policy, encoding="utf-8")
        told = telemetry or _telemetry(self.log)
        runtimes = _runtimes(settings, clock, told, adapter=self.adapter, each=self.each)
        return replace(self, clock=clock, runtimes=runtimes)

    def deployed(
        self,
        environ: Mapping[str, str] | None = None,
        metrics: Metrics | None = None,
        **settings: Any,
    ) -> "World":
        """Return the same account with functions whose settings and environment are changed."""
        changed = replace(self.runtime.settings, **settings)
        told = _telemetry(self.log, metrics)
        runtimes = _runtimes(changed, self.clock, told, environ or {}, self.adapter, self.each)
        return replace(self, runtimes=runtimes)

    @property
    def runtime(self) -> Runtime:
        """The process of create-on-event, where it is of no account which one it is."""
        return self.runtimes["create-on-event"]

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

    def rows(self, region: str = "bj") -> list[SnapshotRow]:
        """Return every snapshot of the cloud's own store, in order of creation."""
        return list(self.cloud.region(region).snapshots.values())

    def writes(self) -> list[Call]:
        """Return every call that asks the cloud to change something."""
        return [call for call in self.cloud.journal if call.method != "GET"]

    def good(self, region: str = "bj") -> list[str]:
        """Return the source disk of every Available snapshot in the cloud's own store, sorted."""
        rows = self.cloud.region(region).snapshots.values()
        return sorted(str(row.volume_id) for row in rows if row.status == "Available")

    def _run(self, function: str, event: object, seconds: float) -> dict[str, Any]:
        context, runtime = self.context(seconds), self.runtimes[function]
        result = invoke(HANDLERS[function], event, context, runtime, self.said)
        if isinstance(event, dict) and "statusCode" in result:
            http = event["requestContext"]["http"]
            check_answer(http["method"], http["path"], result)
        return result


def failure_of(run: Callable[[], object]) -> RunFailed:
    """Return how a run failed at its end, which it must."""
    try:
        run()
    except RunFailed as failure:
        return failure
    raise AssertionError("the run did not fail")


@contextmanager
def world(
    folder: Path,
    policy: str = POLICY,
    *,
    now: datetime = NOW,
    endpoints: dict[str, str] | None = None,
    loopback: bool = False,
    straight: bool = False,
    clock: VirtualClock | None = None,
    metrics: Metrics | None = None,
    each: Each = one_by_one,
    **settings: Any,
) -> Iterator[World]:
    """Open a world with the given policy file; ``settings`` are those of the fake cloud.

    A snapshot is Available at once unless ``creation_time`` says otherwise. ``loopback`` puts the
    cloud behind its HTTP door; ``straight`` hands requests to it, which is fastest.
    """
    settings = {"creation_time": timedelta(), **settings}
    clock = clock or VirtualClock(now)
    cloud = FakeCloud(clock, FakeSettings(**settings))
    path = folder / "policy.toml"
    path.write_text(policy, encoding="utf-8")
    log = io.StringIO()
    adapter = StraightAdapter(cloud) if straight else None
    with _door(cloud, loopback=loopback, straight=straight) as urls:
        ours = Settings(path, endpoints=urls or endpoints or {}, requests_per_second=1_000)
        runtimes = _runtimes(ours, clock, _telemetry(log, metrics), adapter=adapter, each=each)
        yield World(cloud, clock, runtimes, log, adapter, each)
    # every new logger visits all that ever were, and a test may open hundreds of worlds
    known = logging.Logger.manager.loggerDict
    for name in [name for name in known if name.startswith(_LOGGER)]:
        del known[name]


@contextmanager
def _door(cloud: FakeCloud, *, loopback: bool, straight: bool) -> Iterator[dict[str, str] | None]:
    """Open the way to the cloud and give the addresses that it has, if it has any."""
    if loopback:
        with http_door(cloud) as urls:
            yield urls
    elif straight:
        yield None
    else:
        with in_process(cloud):
            yield None


def _telemetry(log: io.StringIO, metrics: Metrics | None = None) -> Telemetry:
    return Telemetry(f"{_LOGGER}{next(_NUMBERS)}", log, metrics, "DEBUG")


def _runtimes(
    settings: Settings,
    clock: VirtualClock,
    telemetry: Telemetry,
    environ: Mapping[str, str] = MappingProxyType({}),
    adapter: BaseAdapter | None = None,
    each: Each = one_by_one,
) -> dict[str, Runtime]:
    return {
        function: Runtime(
            settings,
            telemetry,
            environ={**KEYS, **environ_of(function), **environ},
            clock=clock,
            uniform=lambda: 0.5,
            adapter=adapter,
            each=each,
        )
        for function in HANDLERS
    }
