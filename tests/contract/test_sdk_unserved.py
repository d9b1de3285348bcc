"""What the unmodified SDK sends that the fake does not serve: a copy, another service, a token."""

import gc
import re
from collections.abc import Iterator
from typing import Any

import pytest
from baidubce.auth.bce_credentials import BceCredentials
from baidubce.bce_client_configuration import BceClientConfiguration
from baidubce.services.bcc.bcc_client import BccClient
from baidubce.services.bcc.bcc_model import DestRegionInfoModel
from baidubce.services.bos.bos_client import BosClient

from tests.contract.recorder import Arrival, Recorder, recording
from tests.contract.sdk import SDK_HABITS
from tests.contract.test_sdk_requests import RECORDED, UNSERVED, UUID
from tests.fake_bce import ACCESS_KEY_ID, SECRET_ACCESS_KEY, signing

SERVICES = {"bcc": BccClient, "bos": BosClient}
TOKEN_HEADER = "x-bce-security-token"

pytestmark = SDK_HABITS


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    with recording() as recorder:
        yield recorder
        gc.collect()  # the SDK leaves sockets to the collector; let it be in this test


@pytest.mark.parametrize("record", UNSERVED, ids=[record["name"] for record in UNSERVED])
def test_the_sdk_sends_what_was_recorded_to_whoever_listens(
    recorder: Recorder, record: dict[str, Any]
) -> None:
    _perform(recorder, record)

    (sent,) = recorder.arrivals
    assert (sent.method, UUID.sub("<uuid>", sent.target)) == (record["method"], record["target"])
    assert (sent.body, list(sent.headers)) == (record["body"], record["headers"])
    assert sent.headers | record["values"] == sent.headers
    assert sent.headers["authorization"] == _signed(sent)


def test_all_32_recorded_requests_are_compared() -> None:
    assert len({record["name"] for record in RECORDED}) == len(RECORDED) == 32
    assert len(UNSERVED) == 5


def test_the_sdk_sends_a_token_for_objects_and_none_for_disks() -> None:
    tokens = {
        record["service"]: TOKEN_HEADER in record["headers"]
        for record in UNSERVED
        if record["token"]
    }
    assert tokens == {"bos": True, "bcc": False}


def _perform(recorder: Recorder, record: dict[str, Any]) -> None:
    configuration = BceClientConfiguration(
        credentials=BceCredentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY),
        endpoint=recorder.endpoint,
        security_token=record["token"],
    )
    name, arguments, options = record["call"]
    if name == "create_remote_copy_snapshot":
        source, places = arguments
        arguments = [source, [DestRegionInfoModel(*place) for place in places]]
    getattr(SERVICES[record["service"]](configuration), name)(*arguments, **options)


def _signed(sent: Arrival) -> str:
    """Return what the fake would have the request signed with."""
    given = re.fullmatch(
        r"bce-auth-v1/[^/]+/([^/]+)/1800//[0-9a-f]{64}", sent.headers["authorization"]
    )
    assert given
    return signing.authorize(
        sent.method,
        sent.target,
        sent.headers,
        access_key_id=ACCESS_KEY_ID,
        secret_access_key=SECRET_ACCESS_KEY,
        timestamp=given[1],
    )
