"""Lines to a fake cloud: through both doors, or inside the process where the door is no matter."""

import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from aws_lambda_powertools import Metrics

from snapkeep.runtime import Runtime
from snapkeep.runtime.settings import Settings
from snapkeep.runtime.telemetry import Telemetry
from tests.client.line import DISK, Line, RecordingClock
from tests.fake_bce import FakeCloud, FakeSettings, http_door, in_process
from tests.senders import environ_of

OpenLine = Callable[..., Line]


def _open(stack: ExitStack, is_http: bool, settings: dict[str, Any]) -> Line:
    clock = RecordingClock()
    cloud = FakeCloud(clock, FakeSettings(**settings))
    cloud.region("bj").add_volume(id=DISK)
    endpoint = "https://bcc.bj.baidubce.com"
    if is_http:
        endpoint = stack.enter_context(http_door(cloud))["bj"]
    else:
        stack.enter_context(in_process(cloud))
    line = Line(cloud, clock, endpoint)
    stack.callback(line.tap.close)
    return line


@pytest.fixture(params=["in_process", "http"])
def open_line(request: pytest.FixtureRequest) -> Iterator[OpenLine]:
    """Return a function that opens a line through one door; each test runs through both."""
    with ExitStack() as stack:
        yield lambda **settings: _open(stack, request.param == "http", settings)


@pytest.fixture
def open_inside() -> Iterator[OpenLine]:
    """Return a function that opens a line inside the process."""
    with ExitStack() as stack:
        yield lambda **settings: _open(stack, False, settings)


@pytest.fixture
def line(open_line: OpenLine) -> Line:
    """Return a line through each door, to a cloud with default settings."""
    return open_line()


@pytest.fixture
def inside(open_inside: OpenLine) -> Line:
    """Return a line inside the process, to a cloud with default settings."""
    return open_inside()


@pytest.fixture
def log() -> io.StringIO:
    """Return what the function of ``runtime`` logs."""
    return io.StringIO()


@pytest.fixture
def runtime(log: io.StringIO, request: pytest.FixtureRequest) -> Iterator[Runtime]:
    """Return a runtime whose metrics are written, as in Lambda."""
    metrics = Metrics(namespace="snapkeep", service="entry")
    telemetry = Telemetry(f"entry-{request.node.nodeid}", log, metrics, "DEBUG")
    environ = environ_of("list-report")
    yield Runtime(Settings(Path("none")), telemetry, environ=environ, clock=RecordingClock())
    metrics.clear_metrics()  # powertools keeps them for the whole process
