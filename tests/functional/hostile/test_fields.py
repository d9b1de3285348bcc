"""Rows 20, 21, 24 and 25: signed requests whose shape, ids or fields are none of ours."""

import socket
from collections.abc import Mapping
from typing import Any

import pytest

from snapkeep.errors import InvalidInput, InvalidPolicy
from snapkeep.runtime.settings import parse_endpoints
from tests.conftest import OpenWorld
from tests.functional.hostile.cases import (
    ALERT,
    DEPLOYMENT,
    PLAN,
    Case,
    alarm,
    by_row,
    get,
    github,
    post,
)
from tests.functional.hostile.checks import differences
from tests.functional.http import wanted
from tests.world import POLICY


def shape(body: object, code: str, field: str = "", event: Any = post) -> Case:
    return Case(event(body), 422, code, field)


def envelope(**changes: object) -> dict[str, object]:
    return {**wanted(), **changes}


NOT_TABLES = ("[]", "null", '"snapshot.requested"', "7", "true", "[{}]", "-0.5", '""')
LONG = "a" * 60_000
SHAPES: dict[str, Case] = {
    **{f"20 {text}": shape(text, "WrongType") for text in NOT_TABLES},
    **{
        f"20 {text} as an expiration": Case(post(text, path="/expirations"), 422, "WrongType")
        for text in NOT_TABLES
    },
    "20 an empty object": shape("{}", "MissingField", "type"),
    "20 a type of null": shape(envelope(type=None), "WrongType", "type"),
    "20 an empty type": shape(envelope(type=""), "InvalidValue", "type"),
    "20 another type": shape(envelope(type="snapshot.deleted"), "UnknownEvent", "type"),
    "20 a type in capitals": shape(envelope(type="SNAPSHOT.REQUESTED"), "UnknownEvent", "type"),
    "20 a type and a blank": shape(envelope(type="snapshot.requested "), "UnknownEvent", "type"),
    "20 a type of 60 KB": shape(envelope(type=LONG), "UnknownEvent", "type"),
    "20 the type of an expiration": shape(PLAN, "UnknownEvent", "type"),
    "20 a number as the time": shape(envelope(timestamp=1795456819), "WrongType", "timestamp"),
    "20 a time of 60 KB": shape(envelope(timestamp=LONG), "InvalidValue", "timestamp"),
    "20 data of null": shape(envelope(data=None), "WrongType", "data"),
    "20 data as a list": shape(envelope(data=[]), "WrongType", "data"),
    "20 data as a text": shape(envelope(data='{"policy": "adhoc"}'), "WrongType", "data"),
    "20 no policy": shape(envelope(data={}), "MissingField", "data.policy"),
    "20 a policy as a list": shape(wanted(policy=["adhoc"]), "WrongType", "data.policy"),
    "20 another policy": shape(wanted(policy="../adhoc"), "UnknownPolicy", "data.policy"),
    "20 a policy of 60 KB": shape(wanted(policy=LONG), "UnknownPolicy", "data.policy"),
    "20 disks as an object": shape(wanted(volumes={}), "WrongType", "data.volumes"),
    "20 disks of null": shape(wanted(volumes=None), "MissingField", "data.volumes"),
    "20 no disks": shape(wanted(volumes=[]), "InvalidValue", "data.volumes"),
    "20 a disk as a number": shape(wanted(volumes=[12345678]), "WrongType", "data.volumes"),
    "20 disks in lists": shape(wanted(volumes=[["v-12345678"]]), "WrongType", "data.volumes"),
    "20 a duration as a number": shape(wanted(keep_for=7), "WrongType", "data.keep_for"),
    "20 a duration of 60 KB": shape(wanted(keep_for=LONG), "InvalidValue", "data.keep_for"),
    "20 a duration of centuries": shape(wanted(keep_for="99999w"), "InvalidValue", "data.keep_for"),
    "20 a negative duration": shape(wanted(keep_for="-7d"), "InvalidValue", "data.keep_for"),
    "20 a reason as an object": shape(wanted(reason={}), "WrongType", "data.reason"),
    "20 a field of nobody": shape(envelope(extra=1), "UnknownField", "extra"),
    "20 a field without a name": shape(wanted(**{"": 1}), "UnknownField", "data."),
    "20 a prototype": shape(wanted(__proto__={"policy": "x"}), "UnknownField", "data.__proto__"),
    "20 a push from GitHub": shape({"ref": "main"}, "UnknownEvent", "", github),
    "20 a deployment that is a list": shape(
        {**DEPLOYMENT, "deployment": []}, "MissingField", "deployment.environment", github
    ),
    "20 an alarm without an id": shape({**ALERT, "id": None}, "MissingField", "id", alarm),
    "20 an alarm of 60 KB": shape({**ALERT, "id": LONG}, "InvalidValue", "id", alarm),
    "20 an alarm without a time": shape(
        {**ALERT, "startTime": []}, "MissingField", "startTime", alarm
    ),
}  # fmt: skip
IDS = (
    "../v1/x", "v-1234/../../x", "v-1?x=", "v-1234&x=2", "v-1234#x", "v-12345678\n", "\nv-12345678",
    "v-12345678\r\nHost: x", "v-" + "1" * 500, "v-" + "1" * 33, "v-", "v-123", "ｖ-12345678",
    "v-１２３４５６７８", "ѵ-12345678", "V-12345678", "v_12345678", "v-1234 5678", "v-12345678 ",
    "v-1234%2e%2e", "v-1234;id", "v-1234' OR ''='", "v-${jndi:ldap://x}", "v-{{7*7}}", "v-*", "*",
    "v-1234\u202e5678", "v-1234\u200b5678", "i-12345678", "s-12345678", "<script>", "=1+1",
)  # fmt: skip
OF_QUERIES = ("../v1/x", "v-1?x=", "v-12345678\n", "s-１２３４５６７８", "s-" + "1" * 500, "x")
NO_IDS: dict[str, Case] = {
    **{
        f"21 {id_[:24]!r}": shape(wanted(volumes=[id_]), "InvalidId", "data.volumes")
        for id_ in IDS
    },
    "21 one alone": shape(wanted(volumes="../v1/x"), "InvalidId", "data.volumes"),
    "21 a bad one among good ones": shape(
        wanted(volumes=["v-12345678", "v-1?x="]), "InvalidId", "data.volumes"
    ),
    "21 an empty one": shape(wanted(volumes=[""]), "InvalidValue", "data.volumes"),
    "21 a blank one": shape(wanted(volumes=["\u3000"]), "InvalidValue", "data.volumes"),
    "21 one of 60 KB": shape(wanted(volumes=[LONG]), "InvalidId", "data.volumes"),
    "21 an instance": shape(wanted(instances=["i-1/../x"]), "InvalidId", "data.instances"),
    "21 a disk as an instance": shape(
        wanted(instances=["v-12345678"]), "InvalidId", "data.instances"
    ),
    **{
        f"21 {id_[:24]!r} as a query's {key}": Case(
            get({"region": "bj", key: id_}), 422, "InvalidId", f"query.{key}"
        )
        for key in ("volume_id", "snapshot_id") for id_ in OF_QUERIES
    },
    "21 a long marker": Case(
        get({"region": "bj", "marker": LONG}), 422, "InvalidValue", "query.marker"
    ),
}  # fmt: skip
FIELDS = (
    "endpoint", "region", "regions", "url", "host", "clientToken", "retentionDays", "retention",
    "access_key", "secret", "role", "callback", "force", "dryRun", "delete", "desc", "name", "tags",
    "slot", "source", "id", "idempotency_key", "volumeId", "__class__", "constructor", "Policy",
)  # fmt: skip
QUERIES = ("endpoint", "url", "deliver", "force", "callback")
FOREIGN: dict[str, Case] = {
    **{f"24 {key}": shape(wanted(**{key: "x"}), "UnknownField", f"data.{key}") for key in FIELDS},
    **{
        f"24 {key} beside data": shape(envelope(**{key: "x"}), "UnknownField", key)
        for key in FIELDS
    },
    **{
        f"24 {key} of a query": Case(
            get({"region": "bj", key: "x"}), 422, "UnknownField", f"query.{key}"
        )
        for key in QUERIES
    },
    "24 a field of 60 KB": shape(envelope(**{LONG: 1}), "UnknownField", LONG[:40]),
}  # fmt: skip
ADDRESSES = (
    "http://169.254.169.254/latest/meta-data/", "http://[::ffff:169.254.169.254]/",
    "http://[64:ff9b::a9fe:a9fe]/", "http://localhost:2773/secretsmanager/get?secretId=x",
    "http://127.0.0.1:9001/2018-06-01/runtime/invocation/next", "http://2852039166/",
    "http://0xa9fea9fe/", "http://0251.0376.0251.0376/", "http://7f000001.a9fea9fe.rbndr.us/",
    "https://example.com/redirect?to=http://169.254.169.254/", "file:///etc/passwd", "gopher://x/",
    "http://metadata.google.internal/", "http://100.100.100.200/", "http://[::1]/", "http://0/",
    "//169.254.169.254/",
)  # fmt: skip
URLS: dict[str, Case] = {
    f"25 {url[:40]}": shape(wanted(notifyUrl=url), "UnknownField", "data.notifyUrl")
    for url in ADDRESSES
}
TABLES = (SHAPES, NO_IDS, FOREIGN, URLS)


@pytest.mark.parametrize("cases", by_row(*TABLES))
def test_what_is_not_ours_is_named_and_nothing_is_asked_of_anyone(
    open_world: OpenWorld, monkeypatch: pytest.MonkeyPatch, cases: Mapping[str, Case]
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *named, **_: asked.append(named))
    world = open_world()
    world.add_disks(1)
    assert [line for each in cases.items() for line in differences(world, *each)] == []
    assert asked == []


@pytest.mark.parametrize("url", ADDRESSES)
def test_nor_can_it_be_set_up(open_world: OpenWorld, url: str) -> None:
    world = open_world(f'notify_url = "{url}"\n{POLICY}')
    with pytest.raises(InvalidPolicy, match="notify_url"):
        world.create()
    assert world.cloud.journal == []


@pytest.mark.parametrize("url", [url for url in ADDRESSES if url != "http://[::1]/"])
def test_no_key_is_sent_to_an_endpoint_that_is_not_the_clouds(url: str) -> None:
    with pytest.raises(InvalidInput, match="no endpoint that keys may be sent to"):
        parse_endpoints([f"bj={url}"])
