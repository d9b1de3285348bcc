"""A dead channel stops no other, is told by its name, and its address is never said."""

import logging
import socket

import pytest

from tests.delivery.conftest import Deliver, channels
from tests.delivery.rooms import ADDRESSES, PARTS, Rooms, point
from tests.functional.telemetry import metrics
from tests.world import World, failure_of

SCHEDULED = {"deliver": True}
NOT_TAKEN = "it did not take the message"
UNKNOWN = "its address is none that Apprise knows"


def failed(world: World) -> dict[str, str]:
    """Return what failed in a run that must fail."""
    failure = failure_of(lambda: world.report(SCHEDULED))
    told: dict[str, str] = failure.result["failed"]
    assert str(failure) == "; ".join(f"{what}: {why}" for what, why in told.items())
    return told


@pytest.mark.parametrize("status", [302, 400, 403, 404, 429, 500, 503])
@pytest.mark.parametrize("dead", ADDRESSES)
def test_a_room_that_takes_nothing_stops_no_other(
    deliver: Deliver, rooms: Rooms, dead: str, status: int
) -> None:
    world, bucket = deliver(*ADDRESSES)
    world.add_disks(1)
    rooms.dead[dead] = status
    assert failed(world) == {f"channel {dead}": NOT_TAKEN}
    assert {name for name in ADDRESSES if rooms.of(name)} == ADDRESSES.keys() - {dead}
    assert "latest.html" in bucket.objects


@pytest.mark.parametrize("dead", ADDRESSES)
def test_a_room_that_is_not_there_stops_no_other(
    deliver: Deliver, rooms: Rooms, monkeypatch: pytest.MonkeyPatch, dead: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    point(monkeypatch, f"http://127.0.0.1:{port}", dead)
    world, _ = deliver(*ADDRESSES)
    world.add_disks(1)
    assert failed(world) == {f"channel {dead}": NOT_TAKEN}
    assert {name for name in ADDRESSES if rooms.of(name)} == ADDRESSES.keys() - {dead}


@pytest.mark.parametrize("name", ["feishu", "lark"])
def test_feishu_refuses_with_a_200(deliver: Deliver, rooms: Rooms, name: str) -> None:
    world, _ = deliver("slack", name)
    world.add_disks(1)
    rooms.answers[name] = b'{"code": 19024, "msg": "Key Words Not Found"}'
    assert failed(world) == {f"channel {name}": NOT_TAKEN}


@pytest.mark.parametrize("name", ["dingtalk", "wecom"])
@pytest.mark.parametrize(
    "answer",
    [b'{"errcode": 310000, "errmsg": "keywords not in content"}', b"{}", b"gateway", b"[]"],
)
def test_dingtalk_and_wecom_refuse_with_a_200(
    deliver: Deliver, rooms: Rooms, name: str, answer: bytes
) -> None:
    world, _ = deliver("slack", name)
    world.add_disks(1)
    rooms.answers[name] = answer
    assert failed(world) == {f"channel {name}": NOT_TAKEN}


def test_all_rooms_may_be_dead(deliver: Deliver, rooms: Rooms) -> None:
    world, _ = deliver(*ADDRESSES)
    world.add_disks(1)
    rooms.dead = dict.fromkeys(ADDRESSES, 500)
    assert failed(world) == {f"channel {name}": NOT_TAKEN for name in ADDRESSES}


STRANGE = {
    "slack": "slack://T1JJ3T3L2",
    "dingtalk": "dingtalk://d1n9ta1kt0ken_!/",
    "https": "https://hooks.example.com/services/T1JJ3T3L2",
    "mail to nobody": "mailto://-",
    "teams": "workflows://fe15hu-t0ken-0001",
}


@pytest.mark.parametrize("url", STRANGE.values(), ids=STRANGE)
def test_an_address_that_apprise_does_not_know_is_told_by_name(
    deliver: Deliver, rooms: Rooms, url: str
) -> None:
    world, _ = deliver(environ=channels("lark", strange=url))
    world.add_disks(1)
    assert failed(world) == {"channel strange": UNKNOWN}
    assert len(rooms.of("lark")) == 1


@pytest.mark.usefixtures("clean_metrics")
@pytest.mark.parametrize("dead", [(), tuple(ADDRESSES)], ids=["well", "dead"])
def test_no_part_of_an_address_is_logged_by_anybody(
    deliver: Deliver,
    rooms: Rooms,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
    dead: tuple[str, ...],
) -> None:
    world, _ = deliver(environ=channels(*ADDRESSES, never=STRANGE["slack"]), metrics=True)
    world.add_disks(1)
    rooms.dead = dict.fromkeys(dead, 500)
    caplog.set_level(logging.DEBUG)
    for name in ("apprise", "urllib3", "requests"):
        caplog.set_level(logging.DEBUG, logger=name)
    assert len(failed(world)) == 1 + len(dead)
    out, err = capsys.readouterr()
    said = "".join((*world.said, world.log.getvalue(), caplog.text, out, err))
    assert "ReportWritten" not in out
    assert not [place for place, part in enumerate(PARTS) if part in said]


@pytest.mark.usefixtures("clean_metrics")
def test_a_report_that_did_not_reach_everybody_is_not_counted(
    deliver: Deliver, rooms: Rooms, capsys: pytest.CaptureFixture[str]
) -> None:
    world, _ = deliver("slack", metrics=True)
    world.add_disks(1)
    rooms.dead["slack"] = 500
    failed(world)
    counted = metrics(capsys)
    assert "StaleDisks" in counted
    assert "ReportWritten" not in counted


def test_channels_that_cannot_be_had_fail_the_run_and_the_report_is_stored(
    deliver: Deliver,
) -> None:
    world, bucket = deliver(environ={"SNAPKEEP_CHANNELS": "slack://T1JJ3T3L2/A1BRTD4JD/hush"})
    world.add_disks(1)
    told = failed(world)
    assert list(told) == ["channels"]
    assert told["channels"].endswith("MalformedJson")
    assert "latest.html" in bucket.objects
    assert "told.json" not in bucket.objects
