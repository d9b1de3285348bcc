"""Ways to ask for a snapshot over TLS, ours and others'; each returns the snapshot's id."""

import http.client
import json
import ssl
import weakref
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import quote

import requests
from baidubce.auth.bce_credentials import BceCredentials
from baidubce.bce_client_configuration import BceClientConfiguration
from baidubce.services.bcc.bcc_client import BccClient
from requests.adapters import HTTPAdapter

from benchmarks import fleet
from benchmarks.loopback.client import Door, Loopback
from benchmarks.loopback.doors import HOST
from benchmarks.loopback.region import volume_id
from snapkeep.bce.client import Client
from snapkeep.bce.retry import RateLimit, RetryBudget
from snapkeep.bce.signing import Credentials, authorize
from snapkeep.bce.transport import Transport, new_adapter
from snapkeep.identity import Identity, cron_event
from snapkeep.model import Source, iso
from snapkeep.runtime.wiring import SystemClock
from snapkeep.times import Deadline

KEYS = Credentials("not-an-access-key", "not-a-secret-key")
# none that is noticed: what is measured is the client, not the politeness that is asked of it
PER_SECOND = 1_000_000.0
TIMEOUT_SECONDS = 30.0
PATH = "/v2/snapshot"


class Wanted(NamedTuple):
    """One snapshot to be created."""

    volume_id: str
    name: str
    desc: str
    token: str

    @property
    def body(self) -> bytes:
        fields = {"volumeId": self.volume_id, "snapshotName": self.name, "desc": self.desc}
        return json.dumps(fields).encode()

    @property
    def target(self) -> str:
        return f"{PATH}?clientToken={quote(self.token)}"

    def headers(self, host: str, at: datetime) -> dict[str, str]:
        """Return what a signed request is sent with."""
        headers = {"Host": host, "x-bce-date": iso(at), "Content-Type": "application/json"}
        params = (("clientToken", self.token),)
        return headers | {"Authorization": authorize("POST", PATH, params, headers, KEYS, at)}


Ask = Callable[[Wanted], str]


def wanted(disks: int) -> list[Wanted]:
    """Return the creates of a night."""
    slot, policy = fleet.NEWEST, fleet.NIGHTLY.name
    event = cron_event(policy, slot)
    found = []
    for number in range(disks):
        disk = volume_id(number)
        mine = Identity(fleet.REGION, policy, disk, Source.CRON, slot, event)
        found.append(Wanted(disk, mine.name(), mine.desc(), mine.client_token()))
    return found


def our_client(cloud: Loopback, door: Door) -> Client:
    clock = SystemClock()
    transport = Transport(
        cloud.url(door),
        KEYS,
        clock=clock,
        adapter=new_adapter(authorities=cloud.bundle),
        budget=RetryBudget(),
        rate=RateLimit(PER_SECOND, clock),
    )
    return Client(fleet.REGION, transport, Deadline.after(clock, 3_600))


def ours(cloud: Loopback, door: Door) -> Ask:
    client = our_client(cloud, door)
    return lambda want: client.create_snapshot(
        volume_id=want.volume_id, name=want.name, desc=want.desc, client_token=want.token
    )


def sdk_client(cloud: Loopback, door: Door) -> Any:
    """Return the vendor's client as its documents make one, over https."""
    keys = BceCredentials(KEYS.access_key_id, KEYS.secret_access_key)
    return BccClient(BceClientConfiguration(credentials=keys, endpoint=cloud.url(door)))


def sdk(cloud: Loopback, door: Door) -> Ask:
    client = sdk_client(cloud, door)
    return lambda want: str(
        client.create_snapshot(
            want.volume_id, want.name, want.desc, client_token=want.token
        ).snapshot_id
    )


def session(cloud: Loopback, door: Door) -> Ask:
    """Use requests as its documents say."""
    made, url = requests.Session(), cloud.url(door)

    def ask(want: Wanted) -> str:
        headers = want.headers(f"{HOST}:{cloud.port(door)}", datetime.now(UTC))
        response = made.post(
            url + want.target, data=want.body, headers=headers, timeout=TIMEOUT_SECONDS
        )
        response.raise_for_status()
        return str(response.json()["snapshotId"])

    return ask


def adapter(cloud: Loopback, door: Door) -> Ask:
    """Send one request, made once, through the adapter of requests: less than any client of it."""
    made, prepared = HTTPAdapter(), None

    def ask(want: Wanted) -> str:
        nonlocal prepared
        if prepared is None:
            prepared = _prepared(cloud, door, want)
        response = made.send(prepared, timeout=TIMEOUT_SECONDS, verify=cloud.bundle)
        return _id_in(response.content)

    return ask


def raw(cloud: Loopback, door: Door) -> Ask:
    """Write the same bytes to a TLS socket and read what comes back: less than any client."""
    context = ssl.create_default_context(cafile=cloud.bundle)
    connection = http.client.HTTPSConnection(HOST, cloud.port(door), context=context)
    connection.connect()
    sent = b""

    def ask(want: Wanted) -> str:
        nonlocal sent
        sent = sent or _bytes(_prepared(cloud, door, want))
        connection.sock.sendall(sent)
        return _id_in(connection.sock.recv(65_536).partition(b"\r\n\r\n")[2])

    weakref.finalize(ask, connection.close)
    return ask


def _prepared(cloud: Loopback, door: Door, want: Wanted) -> requests.PreparedRequest:
    headers = want.headers(f"{HOST}:{cloud.port(door)}", datetime.now(UTC))
    request = requests.Request("POST", cloud.url(door) + want.target, headers, data=want.body)
    return request.prepare()


def _bytes(request: requests.PreparedRequest) -> bytes:
    lines = [f"{request.method} {request.path_url} HTTP/1.1"]
    lines += [f"{name}: {value}" for name, value in request.headers.items()]
    body = request.body if isinstance(request.body, bytes) else b""
    return "\r\n".join([*lines, "", ""]).encode() + body


def _id_in(body: bytes) -> str:
    answer: Mapping[str, str] = json.loads(body)
    return answer["snapshotId"]


ASKS: Mapping[str, Callable[[Loopback, Door], Ask]] = {
    "ours": ours,
    "sdk": sdk,
    "session": session,
    "adapter": adapter,
    "raw": raw,
}
