"""Row 2: what it costs to sign the request of one create."""

import hmac
import sys
from datetime import timedelta
from hashlib import sha256
from typing import Any

import baidubce
from baidubce import utils
from baidubce.auth import bce_v1_signer
from baidubce.auth.bce_credentials import BceCredentials
from baidubce.http import http_headers, http_methods

from benchmarks import fleet
from benchmarks.clients import KEYS, PATH, wanted
from benchmarks.figures import Figure, Line, Target
from benchmarks.measure import Bench, Case, Row, Variant, Work
from snapkeep.bce.signing import authorize
from snapkeep.model import iso

NUMBER, REQUESTS = 2, 10_000
HOST = "bcc.bj.baidubce.com"
# as fast as row 5 creates
EVERY = timedelta(milliseconds=1)


def ours(size: int) -> Work:
    """Sign as ``snapkeep.bce.transport`` does."""
    requests = []
    for number, want in enumerate(wanted(size)):
        at = fleet.NOW + number * EVERY
        headers = {
            "Host": HOST,
            "x-bce-date": iso(at),
            "Content-Type": "application/json; charset=utf-8",
            "Accept-Encoding": "identity",
        }
        requests.append((at, headers, (("clientToken", want.token),)))

    def run() -> None:
        for at, headers, params in requests:
            authorize("POST", PATH, params, headers, KEYS, at, signed=["host", "x-bce-date"])

    return run


def sdk(size: int) -> Work:
    """Sign as ``baidubce.http.bce_http_client.send_request`` does: twice, and the second time what
    the first has written as well."""
    keys = BceCredentials(KEYS.access_key_id, KEYS.secret_access_key)
    agent = f"bce-sdk-python/{baidubce.SDK_VERSION!r}/{sys.version}/{sys.platform}".encode()
    requests: list[tuple[dict[bytes, Any], dict[str, str]]] = []
    for want in wanted(size):
        headers = {
            http_headers.USER_AGENT: agent,
            http_headers.HOST: HOST.encode(),
            http_headers.CONTENT_LENGTH: len(want.body),
        }
        requests.append((headers, {"clientToken": want.token}))

    def sign(headers: dict[bytes, Any], params: dict[str, str]) -> None:
        headers[http_headers.AUTHORIZATION] = bce_v1_signer.sign(
            keys, http_methods.POST, PATH.encode(), headers, params
        )

    def run() -> None:
        for headers, params in requests:
            sign(headers, params)
            headers[http_headers.BCE_DATE] = utils.get_canonical_time()
            sign(headers, params)

    return run


def limit(size: int) -> Work:
    """Compute one HMAC of what is signed."""
    key = sha256(b"a derived key").hexdigest().encode()
    texts = [
        f"POST\n{PATH}\nclientToken={want.token}\nhost:{HOST}\nx-bce-date:{iso(fleet.NOW)}".encode()
        for want in wanted(size)
    ]

    def run() -> None:
        for text in texts:
            hmac.new(key, text, sha256).hexdigest()

    return run


VARIANTS: dict[str, Variant] = {"ours": ours, "sdk": sdk, "limit": limit}


def measure(bench: Bench) -> list[Line]:
    cases = {name: Case(name, bench.size(REQUESTS)) for name in VARIANTS}
    samples = bench.samples(__name__, list(cases.values()))

    def each(name: str) -> Figure:
        case = cases[name]
        return Figure.of((sample.seconds / case.size * 1e6 for sample in samples[case]), "us")

    what, mine = "signing one create", each("ours")
    return [
        Line(
            NUMBER, what, mine, "the vendor's SDK, which signs twice", each("sdk"), Target(6, True)
        ),
        Line(NUMBER, what, mine, "one HMAC", each("limit"), Target(5.5)),
    ]


ROW = Row(NUMBER, "signing", 5, measure)
