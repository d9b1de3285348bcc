"""The link in what is told: who signs it, and that it opens the page."""

import re
from datetime import datetime, timedelta

import pytest

from snapkeep.delivery.link import LIVES, report_link
from snapkeep.senders import Scheme, Secret, Sender
from snapkeep.signatures import sign_link
from tests.delivery.conftest import BUCKET, Deliver, channels
from tests.delivery.rooms import Rooms
from tests.functional.http import link_event
from tests.world import NOW, failure_of

URL = "https://reports.example.com/report"
DAY = timedelta(days=1)


def sender(name: str, *until: datetime | None, scheme: Scheme = Scheme.STANDARD) -> Sender:
    keys = [Secret(f"{name}-{i}".encode(), end) for i, end in enumerate(until)]
    return Sender(name, scheme, tuple(keys))


def test_a_link_is_signed_with_the_newest_secret() -> None:
    hub = sender("hub", None, scheme=Scheme.GITHUB)
    rotated = sender("reader", NOW + DAY, None)
    made = report_link(URL, [hub, rotated, sender("other", None)], NOW)
    expires = int((NOW + LIVES).timestamp())
    assert made == "https://reports.example.com" + sign_link(
        b"reader-1", "/report?format=html", expires
    )


@pytest.mark.parametrize(
    ("url", "senders"),
    [
        (None, [sender("reader", None)]),
        (URL, []),
        (URL, [sender("hub", None, scheme=Scheme.GITHUB)]),
        (URL, [sender("reader", NOW + DAY)]),
    ],
    ids=["no url", "nobody", "another scheme", "only an old secret"],
)
def test_without_url_or_secret_there_is_no_link(url: str | None, senders: list[Sender]) -> None:
    assert report_link(url, senders, NOW) == ""


@pytest.mark.parametrize("bucket", [BUCKET, None])
def test_the_link_in_a_message_opens_the_page(
    deliver: Deliver, rooms: Rooms, bucket: str | None
) -> None:
    world, _ = deliver("dingtalk", bucket=bucket, report_url=URL)
    world.add_disks(1)
    world.report({"deliver": True})
    (message,) = rooms.of("dingtalk")
    text = message["markdown"]["text"]
    (target,) = re.findall(r"The report: https://reports\.example\.com(/\S+)$", text)
    assert world.report(link_event(target), seconds=60)["statusCode"] == 200
    assert target.partition("signature=")[2] not in world.log.getvalue()
    world.clock.advance(LIVES)
    assert world.report(link_event(target), seconds=60)["statusCode"] == 401


def test_senders_that_cannot_be_had_leave_the_channels_their_message(
    deliver: Deliver, rooms: Rooms
) -> None:
    environ = channels("dingtalk") | {"SNAPKEEP_WEBHOOK_SECRET": "no JSON"}
    world, _ = deliver(environ=environ, report_url=URL)
    world.add_disks(1)
    result = failure_of(lambda: world.report({"deliver": True})).result
    assert list(result["failed"]) == ["link"]
    assert "The report:" not in str(rooms.of("dingtalk"))
    assert len(rooms.posts) == 1
