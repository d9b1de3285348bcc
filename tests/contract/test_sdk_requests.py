"""What the unmodified SDK sends, and when it retries, is what was recorded of it."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from baidubce.exception import BceHttpClientError
from baidubce.services.bcc.bcc_model import TagModel

from tests.contract.sdk import SDK_HABITS, MakeClient
from tests.fake_bce import FakeCloud, Fault
from tests.fake_bce.rows import PolicyRow

RECORDED = json.loads((Path(__file__).parents[1] / "data/sdk_requests.json").read_text("utf-8"))
UNSERVED = [record for record in RECORDED if "service" in record]
SERVED = [record for record in RECORDED if "service" not in record]
UUID = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")

pytestmark = SDK_HABITS


@pytest.mark.parametrize("record", SERVED, ids=[record["name"] for record in SERVED])
def test_the_sdk_sends_what_was_recorded(
    cloud: FakeCloud, make_client: MakeClient, record: dict[str, Any]
) -> None:
    _furnish(cloud)
    if "fault" in record:
        cloud.faults.add(Fault(**record["fault"]))

    error = _perform(make_client(), record["call"])

    assert len(cloud.journal) == record["requests"]
    sent = {
        (call.method, UUID.sub("<uuid>", call.target), call.body, tuple(call.headers))
        for call in cloud.journal
    }
    target = UUID.sub("<uuid>", record["target"])
    names = tuple(name for name in record["headers"] if name != "authorization")
    assert sent == {(record["method"], target, record["body"], names)}
    assert len({call.target for call in cloud.journal}) == 1
    assert error == record.get("error")


def _furnish(cloud: FakeCloud) -> None:
    """Put in what the recorded calls name."""
    region = cloud.region("bj")
    region.add_instance(id="i-j7lMWiyX")
    region.add_volume(id="v-Trb3rQXa")
    region.add_volume(id="v-8CM91d5U", instance_id="i-j7lMWiyX")
    region.add_snapshot("v-Trb3rQXa", id="s-6r3dam6F")
    now = cloud.clock.now()
    region.policies["asp-oG6prjrl"] = PolicyRow("asp-oG6prjrl", "asp1", [0], [0], 7, now, now)


def _perform(client: Any, call: list[Any]) -> dict[str, Any] | None:
    name, arguments, options = call
    if "tags" in options:
        options = {**options, "tags": [TagModel(*pair) for pair in options["tags"]]}
    try:
        getattr(client, name)(*arguments, **options)
    except BceHttpClientError as error:
        last = type(error.last_error).__name__
        return {"status": error.status_code, "code": error.code, "last_error": last}
    return None
