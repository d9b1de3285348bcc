"""Fixtures of the tests of the template: runs that count, and all that they count."""

from collections.abc import Mapping

import pytest

from tests.conftest import OpenWorld
from tests.events import requests
from tests.functional.conftest import clean_metrics
from tests.functional.history import add_nights
from tests.functional.http import post_snapshots, wanted
from tests.functional.telemetry import measured, metrics
from tests.world import POLICY

__all__ = ["clean_metrics"]

Emitted = Mapping[str, frozenset[str]]
QUOTA = "[report]\nquota_per_disk = 64\n"
PREDEPLOY = '[policy.predeploy]\nselect = { all = true }\nad_hoc_keep = "7d"\n'
ALARM = next(event for path, event in requests() if path.stem == "cloud-monitor-alarm")


@pytest.fixture
def emitted(
    open_world: OpenWorld, clean_metrics: None, capsys: pytest.CaptureFixture[str]
) -> Emitted:
    """Run the three functions in every way that counts something; return the metrics of each."""
    world = open_world(f"{POLICY}{PREDEPLOY}{QUOTA}", **measured())
    (disk,) = world.add_disks(1)
    add_nights(world, disk, 6)
    world.create()
    post_snapshots(world, wanted(policy="unknown"))
    world.create(ALARM | {"body": ALARM["body"].replace("ALERT", "OK")})
    found = {"create-on-event": frozenset(metrics(capsys))}
    world.report({"deliver": True})
    found["list-report"] = frozenset(metrics(capsys))
    world.expire()
    found["delete-expired"] = frozenset(metrics(capsys))
    return found
