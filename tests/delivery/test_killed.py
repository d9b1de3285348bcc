"""A run that is killed while it tells: what was told by then is remembered, the rest is not."""

import json
from collections.abc import Iterable
from functools import partial

import pytest

from snapkeep.channels import Channel
from snapkeep.delivery.publish import Publication
from snapkeep.jobs.report import report_regions
from snapkeep.times import Deadline
from tests.delivery.conftest import Deliver


def test_the_channel_that_took_it_is_not_told_again(deliver: Deliver) -> None:
    world, bucket = deliver("slack", "dingtalk")
    (disk,) = world.add_disks(1)
    runtime, deadline = world.runtimes["list-report"], Deadline.after(world.clock, 60)
    told: list[str] = []

    def tell(channels: Iterable[Channel], title: str, body: str) -> dict[str, str]:
        told.extend(channel.name for channel in channels)
        if told == ["slack", "dingtalk"]:
            raise KeyboardInterrupt
        return {}

    def publish() -> None:
        client_of = partial(runtime.client, deadline=deadline)
        report = report_regions(client_of, runtime.policies, runtime.each, runtime.clock.now())
        Publication(
            lambda: runtime.bucket(deadline), lambda: runtime.channels, tell, lambda now: ""
        ).publish(report)

    with pytest.raises(KeyboardInterrupt):
        publish()
    remembered = json.loads(bucket.objects["told.json"].body)
    assert list(remembered["slack"]) == [f"stale/bj/{disk}/nightly"]
    assert remembered["dingtalk"] == {}
    publish()
    assert told == ["slack", "dingtalk", "dingtalk"]
