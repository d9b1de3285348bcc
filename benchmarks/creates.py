"""Row 5: a night of 1,000 disks over TLS, at 30 to 100 ms for each create, on one core."""

import asyncio
import io
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from heapq import heapify, heapreplace
from itertools import islice
from threading import local
from time import sleep

import httpx

import create_on_event.app
from benchmarks.clients import (
    KEYS,
    PER_SECOND,
    TIMEOUT_SECONDS,
    Ask,
    Wanted,
    sdk,
    session,
    wanted,
)
from benchmarks.figures import Figure, Line, Target
from benchmarks.fleet import REGION
from benchmarks.loopback.client import Loopback, loopback
from benchmarks.loopback.doors import HOST, delays
from benchmarks.measure import ROOT, Bench, Case, Row, Variant, Work
from snapkeep.bce.transport import new_adapter
from snapkeep.model import iso
from snapkeep.runtime import Runtime
from snapkeep.runtime.settings import Settings
from snapkeep.runtime.telemetry import Telemetry
from snapkeep.runtime.wiring import SystemClock
from snapkeep.times import Deadline

NUMBER, DISKS, IN_FLIGHT = 5, 1_000, 64
Create = Callable[[Loopback, int], int]


class Impatient(SystemClock):
    """Does not wait for what has been created to become Available, which is no part of the row."""

    def sleep(self, seconds: float) -> None:
        if seconds < 1:
            sleep(seconds)


def ours(cloud: Loopback, disks: int) -> int:
    """Run the whole function: it lists, creates, lists again, and logs a line for each disk."""
    settings = Settings(
        ROOT / "functions/policy.toml",
        endpoints={REGION: cloud.url("slow")},
        requests_per_second=PER_SECOND,
    )
    runtime = Runtime(
        settings,
        Telemetry("bench", io.StringIO(), None, "INFO"),
        environ={
            "BCE_ACCESS_KEY_ID": KEYS.access_key_id,
            "BCE_SECRET_ACCESS_KEY": KEYS.secret_access_key,
        },
        clock=Impatient(),
        adapter=new_adapter(IN_FLIGHT, cloud.bundle),
    )
    # of this moment, since an older event is refused; what the others ask for is of another night
    slot = iso(runtime.clock.now())
    event = {"policy": "nightly", "scheduled_time": slot, "region": REGION}
    result = create_on_event.app.run(event, runtime, Deadline.after(runtime.clock, 300))
    if len(result["disks"]) != disks:
        raise RuntimeError("not every disk was meant")
    return sum(disk["status"] == "created" for disk in result["disks"])


def in_threads(ask_of: Callable[[Loopback], Callable[[], Ask]]) -> Create:
    """Create in as many threads as requests are in flight."""

    def create(cloud: Loopback, disks: int) -> int:
        asks = ask_of(cloud)

        def one(want: Wanted) -> str:
            return asks()(want)

        with ThreadPoolExecutor(IN_FLIGHT) as threads:
            return len(set(threads.map(one, wanted(disks))))

    return create


def _shared(cloud: Loopback) -> Callable[[], Ask]:
    ask = sdk(cloud, "slow")
    return lambda: ask


def _of_thread(cloud: Loopback) -> Callable[[], Ask]:
    """A session of requests is not for two threads at once."""
    mine = local()

    def ask() -> Ask:
        if not hasattr(mine, "ask"):
            mine.ask = session(cloud, "slow")
        found: Ask = mine.ask
        return found

    return ask


def with_httpx(cloud: Loopback, disks: int) -> int:
    async def create() -> int:
        free, url = asyncio.Semaphore(IN_FLIGHT), cloud.url("slow")
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:

            async def ask(want: Wanted) -> str:
                async with free:
                    headers = want.headers(f"{HOST}:{cloud.port('slow')}", datetime.now(UTC))
                    response = await client.post(
                        url + want.target, content=want.body, headers=headers
                    )
                return str(response.raise_for_status().json()["snapshotId"])

            return len(set(await asyncio.gather(*map(ask, wanted(disks)))))

    return asyncio.run(create())


def floor_seconds(creates: int) -> float:
    """Return how long the cloud alone takes, with always as many under way as there may be."""
    free = [0.0] * IN_FLIGHT
    heapify(free)
    for seconds in islice(delays(), creates):
        heapreplace(free, free[0] + seconds)
    return max(free)


@contextmanager
def one_core() -> Iterator[None]:
    """Keep this thread, and those that it starts, on the first core; where that can be said."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _created(create: Create) -> Variant:
    def prepared(size: int) -> Work:
        cloud = loopback(volumes=size)

        def run() -> None:
            with cloud.trusted(), one_core():
                if create(cloud, size) != size:
                    raise RuntimeError("not every disk has its snapshot")

        return run

    return prepared


VARIANTS: dict[str, Variant] = {
    "ours": _created(ours),
    "requests": _created(in_threads(_of_thread)),
    "httpx": _created(with_httpx),
    "sdk": _created(in_threads(_shared)),
}


def measure(bench: Bench) -> list[Line]:
    size = bench.size(DISKS)
    cases = {name: Case(name, size) for name in VARIANTS}
    samples = bench.samples(__name__, list(cases.values()), once=[cases["sdk"]])

    def seconds(name: str) -> Figure:
        return Figure.of((sample.elapsed for sample in samples[cases[name]]), "s")

    what, mine = f"{size:,} creates, {IN_FLIGHT} in flight, one core", seconds("ours")
    floor = Figure.of([floor_seconds(size)], "s")
    return [
        Line(NUMBER, what, mine, "SDK, 64 threads", seconds("sdk"), Target(22, True)),
        Line(NUMBER, what, mine, "requests, 64 sessions", seconds("requests"), Target(2.2, True)),
        Line(NUMBER, what, mine, "httpx, async", seconds("httpx")),
        Line(NUMBER, what, mine, "the cloud alone", floor, Target(1.25)),
    ]


ROW = Row(NUMBER, "creates", 3, measure)
