"""One process's parts: made when first needed, shared, and with keys that do not grow old."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from snapkeep.bce.client import Client
from snapkeep.bce.errors import AccessDenied, EndpointRefused, ServerError
from snapkeep.errors import InvalidInput, MissingKeys
from snapkeep.runtime.settings import Settings
from snapkeep.runtime.telemetry import Telemetry
from snapkeep.runtime.wiring import KEYS_LIVE_SECONDS, Runtime
from snapkeep.times import Deadline
from tests.client import extension
from tests.client.line import Line, RecordingClock
from tests.fake_bce import Fault
from tests.world import KEYS

LOOPBACK = {"bj": "http://127.0.0.1:1"}


def runtime(
    clock: RecordingClock, environ: dict[str, str], path: str = "none", **settings: Any
) -> Runtime:
    given = Settings(Path(path), **({"requests_per_second": 1000} | settings))
    telemetry = Telemetry("wiring", io.StringIO(), None, "DEBUG")
    return Runtime(given, telemetry, environ=environ, clock=clock, uniform=lambda: 0.5)


def client(made: Runtime, region: str = "bj") -> Client:
    return made.client(region, Deadline.after(made.clock, 600))


@pytest.fixture
def served() -> Iterator[extension.Extension]:
    with extension.serving() as server:
        yield server


def test_keys_are_looked_up_when_a_client_is_first_needed_and_then_kept(
    served: extension.Extension,
) -> None:
    made = runtime(RecordingClock(), served.environ, secret_id=extension.SECRET_ID)
    assert served.asked == []
    for _ in range(3):
        client(made)
    assert served.asked == [extension.SECRET_ID]


def test_keys_are_looked_up_again_after_300_seconds(served: extension.Extension) -> None:
    clock = RecordingClock()
    made = runtime(clock, served.environ, secret_id=extension.SECRET_ID)
    client(made)
    clock.advance(299.9)
    client(made)
    assert len(served.asked) == 1
    clock.advance(0.1)
    client(made)
    client(made)
    assert len(served.asked) == 2
    assert KEYS_LIVE_SECONDS == 300


def test_the_new_keys_are_the_ones_that_sign(inside: Line) -> None:
    environ = dict(KEYS)
    made = runtime(inside.clock, environ)
    client(made).snapshots()
    environ["BCE_SECRET_ACCESS_KEY"] = "rotated-away"
    client(made).snapshots()
    inside.clock.advance(300)
    with pytest.raises(AccessDenied):
        client(made).snapshots()
    environ.update(KEYS)
    inside.clock.advance(300)
    client(made).snapshots()


def test_a_lookup_that_fails_is_made_again_the_next_time(served: extension.Extension) -> None:
    made = runtime(RecordingClock(), served.environ, secret_id=extension.SECRET_ID)
    served.status = 400
    with pytest.raises(MissingKeys):
        client(made)
    served.status = 200
    client(made)
    assert len(served.asked) == 2


def test_a_client_is_of_its_region(inside: Line) -> None:
    made = runtime(inside.clock, KEYS)
    for region in ("bj", "gz"):
        found = client(made, region)
        found.snapshots()
        assert found.region == region
    assert [call.region for call in inside.cloud.journal] == ["bj", "gz"]


def test_regions_have_their_own_rate_and_one_budget(inside: Line) -> None:
    made = runtime(inside.clock, KEYS, requests_per_second=0.1)
    for region in ("bj", "gz"):
        client(made, region).snapshots()
    assert inside.clock.sleeps == []
    client(made).snapshots()
    assert inside.clock.sleeps == [10]

    inside.cloud.faults.add(Fault("before", times=999))
    made = runtime(inside.clock, KEYS)
    inside.cloud.journal.clear()
    for region in ("bj", "gz") * 4:
        with pytest.raises(ServerError):
            client(made, region).snapshots()
    # 8 calls may be made; a budget of 50 pays for 10 retries of 5
    assert len(inside.cloud.journal) == 8 + 10


def test_the_rate_outlives_the_keys(inside: Line) -> None:
    made = runtime(inside.clock, KEYS, requests_per_second=0.002)
    client(made).snapshots()
    inside.clock.advance(KEYS_LIVE_SECONDS)
    client(made).snapshots()
    # one request in 500 seconds, of which 300 had passed when new keys were looked up
    assert inside.clock.sleeps == [pytest.approx(200)]


@pytest.mark.parametrize("url", ["https://evil.example", "http://:p@127.0.0.1", "http://[::1"])
def test_keys_go_to_no_endpoint_but_the_allowed_ones(url: str) -> None:
    made = runtime(RecordingClock(), KEYS, endpoints={"bj": url})
    with pytest.raises(EndpointRefused):
        client(made)


def test_a_region_without_an_endpoint_is_refused_beside_those_that_have_one() -> None:
    with pytest.raises(InvalidInput, match="no endpoint for region gz"):
        client(runtime(RecordingClock(), KEYS, endpoints=LOOPBACK), "gz")
