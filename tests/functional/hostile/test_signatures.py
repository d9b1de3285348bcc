"""Rows 1 to 3: requests that nobody signed, or that were changed on their way."""

import json
from collections.abc import Mapping

import pytest

from tests.conftest import OpenWorld
from tests.functional.hostile.cases import (
    BODY,
    CAPABILITY_PATH,
    DEPLOYMENT,
    PLAN,
    UNSIGNED,
    Case,
    alarm,
    by_row,
    encoded,
    get,
    github,
    post,
    stranger,
)
from tests.functional.hostile.checks import differences
from tests.functional.http import Headers, http_event, wanted
from tests.senders import ALARM, BUS, HUB, OPERATOR, PIPELINE, READER, hub
from tests.world import NOW

TEXT = json.dumps(BODY)
SIGNATURE = post()["headers"]["webhook-signature"]
NONE = "no signature"


def unsigned(**headers: str) -> Headers:
    return {**UNSIGNED, **{name.replace("_", "-"): value for name, value in headers.items()}}


def flipped(at: int) -> str:
    """Return the body with one bit of one byte changed."""
    raw = bytearray(TEXT.encode())
    raw[at] ^= 1
    return raw.decode()


UNKNOWN: dict[str, Case] = {
    "01 nothing but a body": stranger(post(headers=UNSIGNED), NONE),
    "01 no webhook-signature": stranger(post(headers={"webhook-signature": None}), NONE),
    "01 no webhook-id": stranger(post(headers={"webhook-id": None}), "id format"),
    "01 no webhook-timestamp": stranger(
        post(headers={"webhook-timestamp": None}), "timestamp format"
    ),
    "01 a report": stranger(get(headers=UNSIGNED), NONE),
    "01 a report, headers null": stranger(get() | {"headers": None}, NONE),
    "01 a report, no headers": stranger(get() | {"headers": {}}, NONE),
    "01 an expiration": stranger(post(PLAN, UNSIGNED, "/expirations"), NONE),
    "01 a basic password": stranger(post(headers=unsigned(authorization="Basic YTpi")), NONE),
    "01 a bearer token": stranger(post(headers=unsigned(authorization="Bearer e30.e30.")), NONE),
    "01 the secret as a bearer": stranger(
        post(headers=unsigned(authorization=f"Bearer {PIPELINE}")), NONE
    ),
    "01 an AWS signature": stranger(
        post(headers=unsigned(authorization="AWS4-HMAC-SHA256 Credential=AKIA/x")), NONE
    ),
    "01 a key of an API": stranger(post(headers=unsigned(x_api_key=PIPELINE)), NONE),
    "01 a cookie": stranger(post(headers=unsigned(), cookies=[f"session={PIPELINE}"]), NONE),
    "01 Stripe's header": stranger(post(headers=unsigned(stripe_signature="t=1,v1=ab")), NONE),
    "01 Slack's header": stranger(post(headers=unsigned(x_slack_signature="v0=ab")), NONE),
    "01 Svix's header": stranger(post(headers=unsigned(svix_signature=SIGNATURE)), NONE),
    "01 a signature in the query": stranger(
        post(headers=UNSIGNED, rawQueryString=f"webhook-signature={SIGNATURE}"), NONE
    ),
    "01 a signature in the body": stranger(post({**BODY, **post()["headers"]}, UNSIGNED), NONE),
    "01 GitHub's header on an expiration": stranger(
        post(PLAN, {**UNSIGNED, **hub(json.dumps(PLAN).encode())}, "/expirations"), NONE
    ),
    "01 no body either": stranger(post(None, UNSIGNED), NONE),
}
FLIPPED: dict[str, Case] = {
    **{f"02 a bit of byte {at}": stranger(post() | {"body": flipped(at)}) for at in (0, 1, 40, -1)},
    "02 a byte more": stranger(post() | {"body": f"{TEXT} "}),
    "02 a byte less": stranger(post() | {"body": TEXT[:-1]}),
    "02 no body": stranger(post() | {"body": None}),
    "02 another policy": stranger(post() | {"body": TEXT.replace("adhoc", "nightly")}),
    "02 another id": stranger(post() | {"headers": {**post()["headers"], "webhook-id": "msg_2"}}),
    "02 another second": stranger(
        post(headers={"webhook-timestamp": str(int(NOW.timestamp()) + 1)})
    ),
    "02 the signature's first letter": stranger(
        post(headers={"webhook-signature": f"v1,{'AB'[SIGNATURE[3] == 'A']}{SIGNATURE[4:]}"})
    ),
    "02 the signature's last letter": stranger(
        post(headers={"webhook-signature": SIGNATURE[:-2] + "+="})
    ),
    "02 a signature of another message": stranger(
        post(headers={"webhook-signature": post(PLAN)["headers"]["webhook-signature"]})
    ),
    "02 the report's key": stranger(http_event("POST", "/snapshots", BODY, secret=READER)),
    "02 the key of the deletes": stranger(http_event("POST", "/snapshots", BODY, secret=OPERATOR)),
    "02 the creates' key on an expiration": stranger(
        http_event("POST", "/expirations", PLAN, secret=PIPELINE)
    ),
    "02 the creates' key on a report": stranger(http_event("GET", "/report", secret=PIPELINE)),
    "02 a body in base64": stranger(encoded(TEXT.encode()) | {"body": "e30="}),
    "02 base64 that is text": stranger(encoded(TEXT.encode()) | {"isBase64Encoded": False}),
    "02 a report of another format": stranger(
        get({"format": "json"}) | {"rawQueryString": "format=markdown"}
    ),
    "02 a report with a parameter more": stranger(get() | {"rawQueryString": "format=markdown"}),
    "02 a report without its query": stranger(get({"format": "json"}) | {"rawQueryString": ""}),
    "02 a deployment": stranger(
        github() | {"body": json.dumps(DEPLOYMENT).replace("prod", "test")}
    ),
    "02 GitHub's digest": stranger(
        github(headers={"x-hub-signature-256": "sha256=" + "0" * 64})
    ),
    "02 GitHub's key of another": stranger(github(headers={**hub(b"{}", "x" * 40)})),
    "02 a letter of the path": stranger(alarm(path=CAPABILITY_PATH[:-1] + "k")),
    "02 a path cut short": stranger(alarm(path=CAPABILITY_PATH[:-1])),
    "02 a path of capitals": stranger(alarm(path=f"/snapshots/{ALARM.upper()}")),
    "02 GitHub's key as a path": stranger(alarm(path=f"/snapshots/{HUB}"), "capability format"),
    "02 two paths in one": stranger(alarm(path=f"/snapshots/{ALARM}{BUS}")),
}  # fmt: skip
CHINESE = wanted(reason="发布/1.4.2", volumes=["v-12345678"])
COMPACT = json.dumps(CHINESE, separators=(",", ":"))
ANEW = {
    "no spaces": COMPACT,
    "keys in order": json.dumps(CHINESE, sort_keys=True),
    "keys in reverse": json.dumps(dict(reversed(CHINESE.items()))),
    "indented": json.dumps(CHINESE, indent=2),
    "Chinese as it is": json.dumps(CHINESE, ensure_ascii=False),
    "escapes in capitals": json.dumps(CHINESE).replace("\\u53d1", "\\u53D1"),
    "a slash escaped": json.dumps(CHINESE).replace("/", "\\/"),
    "a line end more": json.dumps(CHINESE) + "\n",
    "a blank before": " " + json.dumps(CHINESE),
    "Windows' line ends": json.dumps(CHINESE, indent=2).replace("\n", "\r\n"),
    "a byte order mark": "\ufeff" + json.dumps(CHINESE),
    "JSON inside a text": json.dumps(json.dumps(CHINESE)),
}
WRITTEN_ANEW: dict[str, Case] = {
    **{
        f"03 {name}": stranger(post(CHINESE) | {"body": text}) for name, text in ANEW.items()
    },
    "03 an expiration": stranger(
        post(PLAN, path="/expirations") | {"body": json.dumps(PLAN, indent=1)}
    ),
    "03 a deployment": stranger(github() | {"body": json.dumps(DEPLOYMENT, indent=1)}),
    "03 a query in another order": stranger(
        get({"region": "bj", "marker": "x"}) | {"rawQueryString": "marker=x&region=bj"}
    ),
    "03 a query escaped otherwise": stranger(
        get({"region": "bj"}) | {"rawQueryString": "region=%62j"}
    ),
}  # fmt: skip


TABLES = (UNKNOWN, FLIPPED, WRITTEN_ANEW)


@pytest.mark.parametrize("cases", by_row(*TABLES))
def test_a_sender_that_is_not_known_is_told_the_same_whatever_is_wrong(
    open_world: OpenWorld, cases: Mapping[str, Case]
) -> None:
    world = open_world()
    world.add_disks(1)
    assert [line for each in cases.items() for line in differences(world, *each)] == []
