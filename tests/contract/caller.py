"""A bare signed caller, so that the rules of the cloud are tested without any client of ours."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import requests

from tests.fake_bce import FakeCloud
from tests.fake_bce.signing import authorize

Json = dict[str, Any]


class Caller:
    """Calls one cloud through one door, region by region.

    Attributes:
        urls: the address of each region.
    """

    def __init__(self, cloud: FakeCloud, urls: Mapping[str, str], session: requests.Session):
        self.cloud, self.urls, self.session = cloud, urls, session

    def send(
        self,
        method: str,
        path: str,
        query: Mapping[str, object] | None = None,
        body: Json | bytes | None = None,
        *,
        region: str = "bj",
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> requests.Response:
        """Send one signed request and return whatever comes."""
        settings = self.cloud.settings
        pairs = [f"{quote(k, safe='')}={quote(str(v), safe='')}" for k, v in (query or {}).items()]
        target = path + ("?" + "&".join(pairs) if pairs else "")
        date = f"{self.cloud.clock.now():%Y-%m-%dT%H:%M:%SZ}"
        signed = {"host": urlsplit(self.urls[region]).netloc, "x-bce-date": date}
        signed["Authorization"] = authorize(
            method,
            target,
            signed,
            access_key_id=settings.access_key_id,
            secret_access_key=settings.secret_access_key,
            timestamp=date,
            signed_headers=["host", "x-bce-date"],
        )
        options = {"timeout": 5, "allow_redirects": False} | options
        sent: dict[str, Any] = {"data": body} if isinstance(body, bytes) else {"json": body}
        return self.session.request(
            method,
            self.urls[region] + target,
            headers=signed | dict(headers or {}),
            **sent,
            **options,
        )

    def create(
        self, source: str, name: str = "nightly-1", token: str | None = None, **more: Any
    ) -> requests.Response:
        """Ask for a snapshot; ``more`` are further members of the body."""
        query = {} if token is None else {"clientToken": token}
        region = more.pop("region", "bj")
        body = {"volumeId": source, "snapshotName": name} | more
        return self.send("POST", "/v2/snapshot", query, body, region=region)

    def listed(self, region: str = "bj", **query: Any) -> Json:
        """Return one page of snapshots."""
        answer = self.send("GET", "/v2/snapshot", query, region=region)
        assert answer.status_code == 200, answer.text
        page: Json = answer.json()
        return page

    def ids(self, **query: Any) -> list[str]:
        """Return the ids of all snapshots, walking all pages."""
        found: list[str] = []
        for _ in range(1000):
            page = self.listed(**query)
            found += [row["id"] for row in page["snapshots"]]
            if not page["isTruncated"]:
                return found
            query["marker"] = page["nextMarker"]
        raise AssertionError("the list never ends")

    def detail(self, snapshot_id: str) -> requests.Response:
        """Ask for one snapshot."""
        return self.send("GET", f"/v2/snapshot/{snapshot_id}")

    def modify(
        self, snapshot_id: str, body: Json | bytes | None, *, region: str = "bj", **query: str
    ) -> requests.Response:
        """Ask for a change of one snapshot's attributes; ``query`` are further parameters."""
        path = f"/v2/snapshot/{snapshot_id}"
        return self.send("PUT", path, {"modifyAttribute": "", **query}, body, region=region)

    def delete(self, snapshot_id: str) -> requests.Response:
        """Ask for the end of one snapshot."""
        return self.send("DELETE", f"/v2/snapshot/{snapshot_id}")


def refused(answer: requests.Response) -> tuple[int, str]:
    """Return status and code of an error answer, having checked its shape."""
    body = answer.json()
    assert body.keys() == {"requestId", "code", "message"}
    assert body["requestId"] == answer.headers["x-bce-request-id"]
    return answer.status_code, body["code"]
