"""The vendor's own client, unmodified, at the HTTP door of a cloud of its own."""

import gc
import logging
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from baidubce.auth.bce_credentials import BceCredentials
from baidubce.bce_client_configuration import BceClientConfiguration
from baidubce.retry.retry_policy import BackOffRetryPolicy
from baidubce.services.bcc.bcc_client import BccClient

from tests.fake_bce import (
    ACCESS_KEY_ID,
    SECRET_ACCESS_KEY,
    FakeCloud,
    FakeSettings,
    VirtualClock,
    http_door,
)

MakeClient = Callable[..., Any]

# The SDK never closes its connections, and tells the time in a way that Python 3.12 deprecates.
SDK_HABITS = [
    pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning"),
    pytest.mark.filterwarnings("ignore:datetime.datetime.utc:DeprecationWarning:baidubce"),
]


@pytest.fixture(name="cloud")
def sdk_cloud() -> FakeCloud:
    """Return a cloud at the real time, with which the SDK signs; creations end at once."""
    settings = FakeSettings(creation_time=timedelta())
    return FakeCloud(VirtualClock(datetime.now(UTC)), settings)


@pytest.fixture(name="make_client")
def sdk_client_maker(cloud: FakeCloud) -> Iterator[MakeClient]:
    """Return a maker of SDK clients for a region; their retries do not wait."""
    logging.getLogger("baidubce").setLevel(logging.WARNING)  # it would log keys at DEBUG
    with http_door(cloud) as urls:

        def make(region: str = "bj", secret: str = SECRET_ACCESS_KEY) -> Any:
            return BccClient(
                BceClientConfiguration(
                    credentials=BceCredentials(ACCESS_KEY_ID, secret),
                    endpoint=urls[region],
                    retry_policy=BackOffRetryPolicy(max_error_retry=3, base_interval_in_millis=0),
                )
            )

        yield make
    gc.collect()  # the SDK leaves sockets to the collector; let it be in this test
