"""The toxics get to the function, the judge believes nobody, and a bug is found."""

import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.fake_bce import ACCESS_KEY_ID, OffsetClock
from tests.proof.account import FLOWS, Account
from tests.proof.figures import Scale
from tests.proof.scratch import breaches_of, with_bug
from tests.proof.sockets.attacks import PART, TLS, overheard, work
from tests.proof.sockets.proxy import Overhearing, Proxy
from tests.proof.sockets.toxics import TOXICS
from tests.world import NOW, world

SEED = 7
REQUEST = b"GET /v2/snapshot HTTP/1.1\r\nAuthorization: bce-auth-v1/%s/x\r\n\r\n" % (
    ACCESS_KEY_ID.encode()
)


@pytest.mark.parametrize("name", ["create of 2", "expire"])
def test_a_proxy_without_a_toxic_changes_nothing(tmp_path: Path, name: str) -> None:
    flow = FLOWS[name]
    with world(tmp_path, loopback=True, clock=OffsetClock(NOW), **flow.settings) as opened:
        account = Account.furnished(opened, flow)
        toxic, door = TOXICS["nothing, then a reset"], opened.runtime.settings.endpoint("bj")
        with Proxy(door, toxic, "ModifySnapshot", 1, 1) as proxy:
            ended = account.run(opened.deployed(endpoints={"bj": proxy.url}))
        assert ended.is_done
        assert [*account.harm(ended), *account.undone()] == []
        assert len(account.made()) == len(opened.cloud.calls("CreateSnapshot"))
        assert proxy.treated == 0


@pytest.mark.parametrize("toxic", ["reset before it is read", "half of the body, then an end"])
def test_a_treated_call_is_asked_for_again(tmp_path: Path, toxic: str) -> None:
    flow = FLOWS["create of 2"]
    with world(tmp_path, loopback=True, clock=OffsetClock(NOW), **flow.settings) as opened:
        account = Account.furnished(opened, flow)
        door = opened.runtime.settings.endpoint("bj")
        with Proxy(door, TOXICS[toxic], "CreateSnapshot", 2, 1) as proxy:
            assert account.run(opened.deployed(endpoints={"bj": proxy.url})).is_done
        done = 2 if toxic.startswith("reset") else 3
        assert (proxy.treated, len(opened.cloud.calls("CreateSnapshot"))) == (1, done)


@pytest.mark.parametrize(
    "toxic", ["the headers, then a reset", "slow headers", "a first answer that is a lie", TLS]
)
def test_nothing_is_broken_by_what_happens_to_a_connection(toxic: str) -> None:
    tally = work(toxic, SEED, is_short=True)
    assert (tally.breaches, tally.leaks) == ([], [])
    assert tally.count == 2


def test_the_jobs_are_every_toxic_and_every_operation_meets_each() -> None:
    assert len(TOXICS) >= 12
    assert [job[0] for job in PART.jobs(Scale(1))] == [*TOXICS, TLS]


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server(authority: trustme.CA) -> Iterator[Overhearing]:
    with Overhearing(authority.issue_cert("127.0.0.1").configure_cert) as opened:
        yield opened


def test_a_key_in_clear_is_overheard(server: Overhearing) -> None:
    with socket.create_connection(("127.0.0.1", server.port), 5) as connection:
        connection.sendall(REQUEST)
        connection.recv(1)
    assert list(overheard(server, is_done=False)) == [
        "a key or a request went over the line in clear"
    ]


def test_a_request_to_a_server_that_is_trusted_is_overheard(
    server: Overhearing, authority: trustme.CA
) -> None:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    with (
        socket.create_connection(("127.0.0.1", server.port), 5) as plain,
        context.wrap_socket(plain, server_hostname="127.0.0.1") as connection,
    ):
        connection.sendall(REQUEST)
        assert connection.recv(1) == b""
    assert list(overheard(server, is_done=True)) == [
        "the run ended well",
        f"{len(REQUEST)} bytes could be read",
    ]


def test_a_bug_is_found(tmp_path: Path) -> None:
    line, bug = "if self._find(id_):", "if isinstance(error, NotFound) and self._find(id_):"
    copy = with_bug(tmp_path, "jobs/apply.py", line, bug)
    breaches = breaches_of(copy, "sockets.attacks", ("reset before it is read", SEED, False))
    assert any("said to be deleted, and still there" in breach for breach in breaches), breaches
