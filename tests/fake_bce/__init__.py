"""A fake of Baidu AI Cloud's snapshot API that keeps state and enforces the documented rules."""

from tests.fake_bce.clock import OffsetClock, VirtualClock
from tests.fake_bce.cloud import FakeCloud
from tests.fake_bce.context import Account
from tests.fake_bce.doors import StraightAdapter, in_process
from tests.fake_bce.faults import Fault, Killed
from tests.fake_bce.journal import Call
from tests.fake_bce.region import RegionStore
from tests.fake_bce.server import http_door
from tests.fake_bce.settings import ACCESS_KEY_ID, SECRET_ACCESS_KEY, FakeSettings

__all__ = [
    "ACCESS_KEY_ID",
    "SECRET_ACCESS_KEY",
    "Account",
    "Call",
    "FakeCloud",
    "FakeSettings",
    "Fault",
    "Killed",
    "OffsetClock",
    "RegionStore",
    "StraightAdapter",
    "VirtualClock",
    "http_door",
    "in_process",
]
