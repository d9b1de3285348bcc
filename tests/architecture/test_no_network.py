"""No test reaches beyond this machine, whatever it tries."""

import socket

import pytest
from pytest_socket import SocketConnectBlockedError

# RFC 5737 and RFC 3849: addresses that belong to nobody
NOWHERE = {
    "v4": (socket.AF_INET, ("192.0.2.1", 443)),
    "v6": (socket.AF_INET6, ("2001:db8::1", 443)),
}


@pytest.mark.filterwarnings("ignore:A test tried to use socket:UserWarning")
@pytest.mark.parametrize(("family", "address"), NOWHERE.values(), ids=NOWHERE)
def test_a_connection_beyond_this_machine_is_refused_before_it_is_tried(
    family: socket.AddressFamily, address: tuple[str, int]
) -> None:
    with socket.socket(family) as tried:
        tried.settimeout(0.01)
        with pytest.raises(SocketConnectBlockedError):
            tried.connect(address)
        assert tried.fileno() == -1, "the socket is still open"


def test_a_connection_within_this_machine_is_made() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()
