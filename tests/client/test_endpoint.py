"""Where keys may be sent, and that nothing in the environment sends them elsewhere."""

from pathlib import Path

import pytest
import requests

from snapkeep.bce.endpoint import check_endpoint
from snapkeep.bce.errors import EndpointRefused
from tests.client.conftest import OpenLine
from tests.client.line import Line, RecordingClock, Wiretap, transport_to
from tests.fake_bce import FakeCloud, http_door

GOOD = {
    "https://bcc.bj.baidubce.com": "https://bcc.bj.baidubce.com",
    "https://bcc.hkg.baidubce.com/": "https://bcc.hkg.baidubce.com",
    "HTTPS://bcc.gz.baidubce.com": "https://bcc.gz.baidubce.com",
    "http://127.0.0.1:4001": "http://127.0.0.1:4001",
    "http://localhost": "http://localhost",
    "https://localhost:8443/": "https://localhost:8443",
    "http://[::1]:4001": "http://[::1]:4001",
}
BAD = [
    "",
    "bcc.bj.baidubce.com",
    "http://bcc.bj.baidubce.com",
    "ftp://bcc.bj.baidubce.com",
    "file://localhost",
    "https://bcc.bj.baidubce.com:443",
    "https://bcc.bj.baidubce.com:8443",
    "https://bcc.bj.baidubce.com/v2",
    "https://bcc.bj.baidubce.com?x=1",
    "https://bcc.bj.baidubce.com#x",
    "https://user@bcc.bj.baidubce.com",
    "https://user:pass@bcc.bj.baidubce.com",
    "https://bcc.bj.baidubce.com@evil.example",
    "https://bcc.bj.baidubce.com.evil.example",
    "https://evil.example/bcc.bj.baidubce.com",
    "https://evilbcc.bj.baidubce.com",
    "https://bcc.bj.evil.example",
    "https://bcc.bj.baidubce.com.",
    "https://bcc..baidubce.com",
    "https://bcc.b-j.baidubce.com",
    "https://bcc.x.bj.baidubce.com",
    "https://bccxbj.baidubce.com",
    "https://bcc.bjxbaidubce.com",
    "https://bcc.baidubce.com",
    "https://bos.bj.baidubce.com",
    "https://bcc.bj.baidubce.cоm",
    "https://10.0.0.1",
    "http://169.254.169.254",
    "http://127.0.0.1.evil.example",
    "http://localhost.evil.example",
    "http://127.0.0.1@evil.example",
    "http://evil.example\\@127.0.0.1",
    "http://user@127.0.0.1",
    "http://:pass@127.0.0.1",
    "http://@127.0.0.1",
    "http://127.0.0.1/v2",
    "http://0.0.0.0",
    "http://2130706433",
    "http://[::1",
    "http://127.0.0.1:port",
    "http://127.0.0.1:99999",
]


@pytest.mark.parametrize(("endpoint", "taken"), GOOD.items(), ids=GOOD)
def test_a_bcc_host_and_loopback_are_taken(endpoint: str, taken: str) -> None:
    assert check_endpoint(endpoint) == taken


@pytest.mark.parametrize("endpoint", BAD, ids=ascii)
def test_any_other_endpoint_is_refused_with_the_remedy(endpoint: str) -> None:
    with pytest.raises(EndpointRefused, match=r"https://bcc\.<region>\.baidubce\.com"):
        check_endpoint(endpoint)


def test_a_transport_for_another_endpoint_cannot_be_made(inside: Line) -> None:
    with pytest.raises(EndpointRefused):
        transport_to("https://evil.example", inside.clock, inside.tap)
    assert inside.tap.requests == []


@pytest.fixture
def trapped(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Point the environment at a proxy that is none, at other keys and at no authorities."""
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password else\n", encoding="utf-8")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
        monkeypatch.setenv(name.lower(), "http://127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.setenv(name, str(netrc))


@pytest.mark.usefixtures("trapped")
def test_proxies_and_netrc_of_the_environment_have_no_influence() -> None:
    cloud = FakeCloud(RecordingClock())
    with http_door(cloud) as urls:
        with pytest.raises(requests.exceptions.ProxyError):
            requests.get(urls["bj"], timeout=1)  # the trap works
        line = Line(cloud, RecordingClock(), urls["bj"])
        assert line.client().snapshots() == []
        line.tap.close()
    [request] = line.tap.requests
    assert request.headers["Authorization"].startswith("bce-auth-v1/")
    assert "Cookie" not in request.headers


@pytest.mark.usefixtures("trapped")
def test_the_environment_has_no_influence_inside_the_process(open_inside: OpenLine) -> None:
    line = open_inside()
    assert line.client().snapshots() == []


def test_a_cookie_that_the_cloud_sets_is_not_sent_back(line: Line) -> None:
    class Cookies(Wiretap):
        def send(self, *args: object, **options: object) -> requests.Response:
            answer = super().send(*args, **options)  # type: ignore[arg-type]
            answer.cookies.set("session", "1")
            answer.headers["Set-Cookie"] = "session=1"
            return answer

    line.tap = Cookies(line.tap.inner)
    client = line.client()
    client.snapshots()
    client.snapshots()
    assert [request.headers.get("Cookie") for request in line.tap.requests] == [None, None]
