"""Fixtures of the tests of delivery: a bucket, rooms, and a world that delivers to them."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.conftest import OpenWorld
from tests.delivery.rooms import ADDRESSES, PARTS, Rooms, serving
from tests.fake_bce import http_door
from tests.fake_bce.bos import FakeBucket
from tests.functional.telemetry import measured
from tests.world import POLICY, World

BUCKET = "bj/my-backup-reports"
NIGHTLY_ONLY = POLICY.partition("[policy.adhoc]")[0]
Deliver = Callable[..., tuple[World, FakeBucket]]


@pytest.fixture
def clean_metrics() -> Iterator[None]:
    """Powertools keeps metrics with its class, so what one test left would be another's."""
    measured()["metrics"].clear_metrics()
    yield
    measured()["metrics"].clear_metrics()


@pytest.fixture
def rooms(monkeypatch: pytest.MonkeyPatch) -> Iterator[Rooms]:
    with serving(monkeypatch) as opened:
        yield opened


def channels(*names: str, **addresses: str) -> dict[str, str]:
    """Return the variable that names rooms, and channels of other addresses."""
    urls = {name: ADDRESSES[name] for name in names} | addresses
    listed = [{"name": name, "url": url} for name, url in urls.items()]
    return {"SNAPKEEP_CHANNELS": json.dumps({"channels": listed})} if listed else {}


@pytest.fixture
def deliver(open_world: OpenWorld) -> Iterator[Deliver]:
    """Return a function that deploys list-report with a bucket and channels.

    At the end all that it said is searched for parts of the channels' addresses.
    """
    deployed: list[World] = []
    with ExitStack() as stack:

        def deploy(
            *names: str,
            policy: str = NIGHTLY_ONLY,
            bucket: str | None = BUCKET,
            environ: dict[str, str] | None = None,
            metrics: bool = False,
            **settings: Any,
        ) -> tuple[World, FakeBucket]:
            options = measured() if metrics else {}
            world = open_world(policy, loopback=True, **options)
            store = FakeBucket(world.clock)
            address = stack.enter_context(http_door(store))["bj"]
            given = {"report_bucket": bucket, "bos_endpoint": address, **settings}
            environ = channels(*names) if environ is None else environ
            deployed.append(world.deployed(environ, **options, **given))
            return deployed[-1], store

        yield deploy
    for each in deployed:
        said = each.log.getvalue() + "".join(each.said)
        assert not [place for place, part in enumerate(PARTS) if part in said]
