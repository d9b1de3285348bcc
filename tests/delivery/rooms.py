"""Chat rooms on loopback, which take what the services' webhooks take."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.email.base import NotifyEmail
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.lark import NotifyLark
from apprise.plugins.slack import NotifySlack
from apprise.plugins.wecombot import NotifyWeComBot
from apprise.plugins.workflows import NotifyWorkflows

# every part of them is a secret
ADDRESSES = {
    "slack": "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    "dingtalk": "dingtalk://d1n9ta1kt0ken/",
    "feishu": "feishu://fe15hu-t0ken-0001",
    "lark": "lark://1ark-t0ken-0001",
    "wecom": "wecombot://wec0m-t0ken-0001",
}
PATHS = {
    "slack": "/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    "dingtalk": "/robot/send?access_token=d1n9ta1kt0ken",
    "feishu": "/open-apis/bot/v2/hook/fe15hu-t0ken-0001/",
    "lark": "/open-apis/bot/v2/hook/1ark-t0ken-0001",
    "wecom": "/cgi-bin/webhook/send?key=wec0m-t0ken-0001",
}
PARTS = (
    *("T1JJ3T3L2", "A1BRTD4JD", "TIiajkdnlazkcOXrIdevi7FQ", "d1n9ta1kt0ken", "fe15hu-t0ken-0001"),
    *("1ark-t0ken-0001", "wec0m-t0ken-0001"),
)
_PLUGINS = (
    *(NotifySlack, NotifyDingTalk, NotifyFeishu, NotifyLark, NotifyWeComBot, NotifyWorkflows),
    NotifyEmail,
)


@dataclass(frozen=True, slots=True)
class Post:
    """One message as it came in."""

    path: str
    content_type: str
    json: Any


class Rooms(ThreadingHTTPServer):
    """All rooms.

    Attributes:
        posts: what was taken, in order.
        dead: status by the name of a room that takes nothing.
        answers: what a room answers besides 200, instead of the usual.
    """

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.posts: list[Post] = []
        self.dead: dict[str, int] = {}
        self.answers: dict[str, bytes] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def of(self, name: str) -> list[Any]:
        """Return the bodies that one room has taken."""
        return [post.json for post in self.posts if post.path == PATHS[name]]


class _Handler(BaseHTTPRequestHandler):
    server: Rooms

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        name = next((name for name, path in PATHS.items() if path == self.path), "")
        status = self.server.dead.get(name, 200)
        if status == 200:
            post = Post(self.path, self.headers["Content-Type"], json.loads(body))
            self.server.posts.append(post)
        usual = b"ok" if name == "slack" else b'{"code": 0, "errcode": 0, "msg": "success"}'
        self.send_response_only(status)
        if status == 302:
            self.send_header("Location", f"{self.server.url}/elsewhere")
        self.end_headers()
        self.wfile.write(self.server.answers.get(name, usual))

    def do_GET(self) -> None:
        """A page like any other, which is where a redirected message would end."""
        self.send_response_only(200)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def serving(patch: pytest.MonkeyPatch) -> Iterator[Rooms]:
    """Open the rooms and send there what would go to the services, without their pauses."""
    with Rooms() as rooms:
        point(patch, rooms.url)
        for plugin in _PLUGINS:
            patch.setattr(plugin, "request_rate_per_sec", 0)
        thread = threading.Thread(target=rooms.serve_forever, args=(0.02,))
        thread.start()
        yield rooms
        rooms.shutdown()
        thread.join()


def point(patch: pytest.MonkeyPatch, url: str, *only: str) -> None:
    """Let the services, or only some of them, have their webhooks at another address."""
    hook = f"{url}/open-apis/bot/v2/hook/"
    for name, plugin, attribute, address in (
        ("slack", NotifySlack, "webhook_url", f"{url}/services"),
        ("dingtalk", NotifyDingTalk, "notify_url", f"{url}/robot/send?access_token={{token}}"),
        ("feishu", NotifyFeishu, "notify_url", f"{hook}{{token}}/"),
        ("lark", NotifyLark, "notify_url", hook),
        ("wecom", NotifyWeComBot, "notify_url", f"{url}/cgi-bin/webhook/send?key={{key}}"),
    ):
        if name in only or not only:
            patch.setattr(plugin, attribute, address)
