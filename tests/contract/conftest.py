"""Both doors to a cloud, so that each rule is seen through both."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from tests.contract.caller import Caller
from tests.contract.sdk import sdk_client_maker, sdk_cloud
from tests.fake_bce import FakeCloud, FakeSettings, VirtualClock, http_door, in_process

__all__ = ["sdk_client_maker", "sdk_cloud"]  # fixtures, for pytest to find

START = datetime(2026, 11, 23, 18, 0, 30, tzinfo=UTC)
OpenDoor = Callable[..., Caller]


@pytest.fixture(params=["in_process", "http"])
def door(request: pytest.FixtureRequest) -> Iterator[OpenDoor]:
    """Return a function that makes a cloud with the given settings and opens one door to it."""
    with ExitStack() as stack:
        session = stack.enter_context(requests.Session())
        session.trust_env = False

        def open_door(**settings: Any) -> Caller:
            cloud = FakeCloud(VirtualClock(START), FakeSettings(**settings))
            if request.param == "http":
                return Caller(cloud, stack.enter_context(http_door(cloud)), session)
            stack.enter_context(in_process(cloud))
            urls = {name: f"https://bcc.{name}.baidubce.com" for name in cloud.regions}
            return Caller(cloud, urls, session)

        yield open_door
