"""A scheduled report is stored: once under its date, and always as the latest."""

import json

import pytest

from tests.delivery.conftest import Deliver
from tests.delivery.rooms import Rooms
from tests.fake_bce import SECRET_ACCESS_KEY, FakeSettings
from tests.fake_bce.bos import FakeBucket, Stored
from tests.fake_bce.errors import RefusedError
from tests.functional.history import add_nights
from tests.functional.http import get_report
from tests.functional.telemetry import metrics
from tests.world import World, failure_of

SCHEDULED = {"deliver": True}
DATED = "reports/2026/11/23/180030Z"
KEYS = ["latest.html", "latest.json", f"{DATED}.html", f"{DATED}.json"]
Made = tuple[World, FakeBucket]


def test_page_and_json_are_stored_by_date_and_as_the_latest(deliver: Deliver) -> None:
    world, bucket = deliver()
    add_nights(world, world.add_disks(1)[0], 4)
    world.report(SCHEDULED)
    assert sorted(bucket.objects) == KEYS
    for name in (DATED, "latest"):
        assert json.loads(bucket.objects[f"{name}.json"].body) == world.report({})
        assert bucket.objects[f"{name}.json"].content_type == "application/json"
        page = bucket.objects[f"{name}.html"]
        assert page.content_type == "text/html; charset=utf-8"
        assert page.text == world.report({"format": "html"})["html"]
    assert {status for _, _, status in bucket.seen()} == {200, 404}


def test_what_is_only_asked_for_is_not_stored(deliver: Deliver) -> None:
    world, bucket = deliver()
    world.add_disks(1)
    world.report({})
    get_report(world, format="markdown")
    assert bucket.requests == []


def test_only_the_dated_copies_are_put_once(deliver: Deliver) -> None:
    world, bucket = deliver()
    world.add_disks(1)
    world.report(SCHEDULED)
    once = {
        each.path for _, each in bucket.requests if each.headers.get("if-none-match") is not None
    }
    assert once == {f"/{DATED}.html", f"/{DATED}.json"}


def test_a_second_report_of_the_same_second_leaves_the_dated_copy(deliver: Deliver) -> None:
    world, bucket = deliver()
    world.add_disks(1)
    world.report(SCHEDULED)
    before = dict(bucket.objects)
    world.add_disks(1)
    world.report(SCHEDULED)
    for form in ("html", "json"):
        assert bucket.objects[f"{DATED}.{form}"] is before[f"{DATED}.{form}"]
        assert bucket.objects[f"latest.{form}"].body != before[f"latest.{form}"].body
    assert [status for _, key, status in bucket.seen() if key == f"{DATED}.json"] == [200, 412]


def test_a_report_of_another_second_has_a_copy_of_its_own(deliver: Deliver) -> None:
    world, bucket = deliver()
    world.add_disks(1)
    world.report(SCHEDULED)
    world.clock.advance(3600)
    world.report(SCHEDULED)
    assert sorted(bucket.objects) == sorted(
        [*KEYS, *(f"reports/2026/11/23/190030Z.{form}" for form in ("html", "json"))]
    )


def test_the_signature_covers_the_host(deliver: Deliver) -> None:
    world, bucket = deliver()
    world.add_disks(1)
    world.report(SCHEDULED)
    for _, request in bucket.requests:
        signed = request.headers["authorization"].split("/")[4]
        assert signed == "host;x-bce-date"
        assert SECRET_ACCESS_KEY not in str(request.headers)


# what is wrong, and what the operator is told of it
BROKEN = {
    "denied": "403 AccessDenied",
    "wrong key": "403 InvalidAccessKeyId",
    "wrong secret": "400 SignatureDoesNotMatch",
    "no bucket": "404 NoSuchBucket",
    "unavailable": "503 ServiceUnavailable",
    "hangs up": "ConnectionFailed",
}


def damage(bucket: FakeBucket, trouble: str) -> None:
    if trouble == "denied":
        bucket.refusal = RefusedError(403, "AccessDenied")
    if trouble == "wrong key":
        bucket.settings = FakeSettings(access_key_id="another")
    if trouble == "wrong secret":
        bucket.settings = FakeSettings(secret_access_key="another")
    if trouble == "unavailable":
        bucket.refusal = RefusedError(503, "ServiceUnavailable")
    bucket.exists, bucket.hangs_up = trouble != "no bucket", trouble == "hangs up"


@pytest.mark.usefixtures("clean_metrics")
@pytest.mark.parametrize(("trouble", "told"), BROKEN.items(), ids=BROKEN)
def test_a_broken_bucket_fails_the_run_and_the_channels_are_told_all_the_same(
    deliver: Deliver, rooms: Rooms, capsys: pytest.CaptureFixture[str], trouble: str, told: str
) -> None:
    world, bucket = deliver("slack", metrics=True)
    world.add_disks(1)
    damage(bucket, trouble)
    failure = failure_of(lambda: world.report(SCHEDULED))
    assert list(failure.result["failed"]) == ["bucket"]
    assert told in failure.result["failed"]["bucket"]
    assert f"bucket: {failure.result['failed']['bucket']}" == str(failure)
    assert failure.result["summary"]["urgent"] == 1
    assert bucket.objects == {}
    (message,) = rooms.of("slack")
    assert "no good snapshot of nightly" in message["attachments"][0]["text"]
    counted = metrics(capsys)
    assert counted["StaleDisks"] == 1
    assert "ReportWritten" not in counted


@pytest.mark.usefixtures("clean_metrics")
def test_a_report_that_reached_all_is_counted(
    deliver: Deliver, rooms: Rooms, capsys: pytest.CaptureFixture[str]
) -> None:
    world, _ = deliver("slack", metrics=True)
    world.add_disks(1)
    world.report(SCHEDULED)
    assert metrics(capsys)["ReportWritten"] == 1
    world.report({})
    assert "ReportWritten" not in metrics(capsys)


def test_a_bucket_that_is_away_for_a_moment_fails_nothing(deliver: Deliver) -> None:
    world, bucket = deliver()
    world.add_disks(1)
    bucket.busy = 2
    world.report(SCHEDULED)
    assert sorted(bucket.objects) == KEYS
    assert [status for *_, status in bucket.seen()][:3] == [503, 503, 404]


def test_an_object_that_is_not_text_of_ours_is_left_alone(deliver: Deliver) -> None:
    world, bucket = deliver()
    bucket.objects["other.txt"] = Stored(b"mine", "text/plain")
    world.add_disks(1)
    world.report(SCHEDULED)
    assert bucket.objects["other.txt"].body == b"mine"


def test_a_form_that_cannot_be_written_leaves_the_others_and_what_was_told(
    deliver: Deliver, rooms: Rooms
) -> None:
    world, bucket = deliver("slack")
    world.add_disks(1)
    world.report(SCHEDULED)
    bucket.read_only = ".html"
    world.clock.advance(3600)
    failure = failure_of(lambda: world.report(SCHEDULED))
    assert list(failure.result["failed"]) == ["bucket"]
    assert "reports/2026/11/23/190030Z.json" in bucket.objects
    assert "reports/2026/11/23/190030Z.html" not in bucket.objects
    assert len(rooms.of("slack")) == 1
