"""What only one of the doors can show, and the clock behind both."""

from datetime import timedelta
from typing import Any

import pytest
import requests

from tests.contract.caller import Caller
from tests.contract.conftest import START
from tests.fake_bce import Call, FakeCloud, Fault, Killed, VirtualClock, http_door, in_process


@pytest.mark.parametrize(("kind", "count"), [("kill_before", 0), ("kill", 1)])
def test_a_kill_ends_the_caller_before_or_after_the_commit(kind: Any, count: int) -> None:
    cloud = FakeCloud(VirtualClock(START))
    cloud.region("bj").add_volume(id="v-1")
    cloud.faults.add(Fault(kind))

    with requests.Session() as session, in_process(cloud), pytest.raises(Killed):
        Caller(cloud, {"bj": "https://bcc.bj.baidubce.com"}, session).create("v-1")

    assert len(cloud.region("bj").snapshots) == count


@pytest.mark.parametrize(
    "url", ["http://bcc.bj.baidubce.com/", "https://bcc.su.baidubce.com/", "https://example.com/"]
)
def test_no_other_host_is_reached(url: str) -> None:
    with in_process(FakeCloud(VirtualClock(START))), requests.Session() as session:
        session.trust_env = False
        with pytest.raises(requests.exceptions.ConnectionError, match="refused"):
            session.get(url, timeout=1)


def test_a_clock_moves_forward_only_and_needs_a_zone() -> None:
    clock = VirtualClock(START)
    clock.sleep(1.5)
    clock.advance(timedelta(minutes=1))

    assert clock.now() - START == timedelta(seconds=61.5)
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1)
    with pytest.raises(ValueError, match="zone"):
        VirtualClock(START.replace(tzinfo=None))


def test_the_http_door_keeps_connections_alive() -> None:
    cloud = FakeCloud(VirtualClock(START))
    with http_door(cloud) as urls, requests.Session() as session:
        session.trust_env = False
        caller = Caller(cloud, urls, session)
        ports = set()
        for _ in range(3):
            with caller.send("GET", "/v2/snapshot", stream=True) as answer:
                connection: Any = answer.raw.connection
                ports.add(connection.sock.getsockname()[1])
                answer.json()

    assert len(ports) == 1


def test_the_http_door_drops_the_connection_of_a_killed_call() -> None:
    cloud = FakeCloud(VirtualClock(START))
    cloud.region("bj").add_volume(id="v-1")
    cloud.faults.add(Fault("kill"))

    with http_door(cloud) as urls, requests.Session() as session:
        session.trust_env = False
        with pytest.raises(requests.exceptions.ConnectionError):
            Caller(cloud, urls, session).create("v-1")

    assert len(cloud.region("bj").snapshots) == 1


def test_the_http_door_tells_at_the_end_what_broke_inside() -> None:
    cloud = FakeCloud(VirtualClock(START))

    def explode(call: Call) -> None:
        raise ZeroDivisionError

    cloud.on_call = explode
    with pytest.raises(ExceptionGroup) as caught:
        _list_once(cloud)

    assert caught.value.subgroup(ZeroDivisionError)


def _list_once(cloud: FakeCloud) -> None:
    with requests.Session() as session, http_door(cloud) as urls:
        session.trust_env = False
        with pytest.raises(requests.exceptions.ConnectionError):
            Caller(cloud, urls, session).listed()
