"""The report by mail."""

from collections.abc import Iterator

import pytest

from tests.delivery.conftest import Deliver, channels
from tests.delivery.post import Post, post_office
from tests.world import failure_of


@pytest.fixture
def post() -> Iterator[Post]:
    with post_office() as opened:
        yield opened


def test_the_news_come_by_mail(deliver: Deliver, post: Post) -> None:
    world, _ = deliver(environ=channels(mail=post.address))
    (disk,) = world.add_disks(1)
    world.report({"deliver": True})
    (mail,) = post.mails
    assert mail["Subject"] == "Backups: 1 of 1 disks need attention"
    assert mail["To"] == "ops@example.com"
    assert "snapkeep@example.com" in mail["From"]
    parts = {part.get_content_type(): part.get_payload(decode=True) for part in mail.walk()}
    line = f"New: {disk} disk-0: no good snapshot of nightly"
    assert line.encode() in bytes(parts["text/plain"])
    assert f"<li>{line}</li>".encode() in bytes(parts["text/html"])


def test_a_mail_that_is_refused_fails_the_run(deliver: Deliver, post: Post) -> None:
    world, _ = deliver(environ=channels(mail=post.address))
    world.add_disks(1)
    post.refuses = True
    failed = failure_of(lambda: world.report({"deliver": True})).result["failed"]
    assert failed == {"channel mail": "it did not take the message"}
    assert "ops@example.com" not in world.log.getvalue()
