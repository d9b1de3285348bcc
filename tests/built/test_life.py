"""How a built function begins, goes on, runs out of time, dies, and is followed by another."""

import json
import socket
import time
from datetime import timedelta

from tests.built.conftest import OpenSite, Start

DISKS = 6
# of which a function keeps three for its end, so that there is time for one short wait
SHORT_SECONDS = 7.9
MARGIN_AT_LEAST = 1.0
# more than the template's, so that no test waits for its turn
FAST = {"SNAPKEEP_REQUESTS_PER_SECOND": "100"}


def test_nothing_is_asked_before_the_first_event_and_no_secret_twice(
    start: Start, open_site: OpenSite
) -> None:
    site = open_site()
    disks, event = site.add_disks(DISKS), site.nightly()
    sandbox = start("create-on-event", **site.environ, **FAST)
    sandbox.wait_until_ready()
    assert (sandbox.extension.asked, site.cloud.journal) == ([], [])
    first = sandbox.invoke(event, seconds=SHORT_SECONDS).json["counts"]
    assert first["created"] == DISKS
    asked = list(sandbox.extension.asked)
    again = sandbox.invoke(event, seconds=SHORT_SECONDS).json["counts"]
    assert again == first | {"created": 0, "existing": DISKS}
    assert site.snapshots() == disks
    assert sandbox.extension.asked == asked
    # the lines of Powertools, and no word of anybody else
    assert all(isinstance(json.loads(line), dict) for line in sandbox.said().splitlines())


def test_a_process_that_dies_at_work_is_followed_by_one_that_makes_nothing_twice(
    start: Start, open_site: OpenSite
) -> None:
    site = open_site()
    disks, event = site.add_disks(DISKS), site.nightly()
    died = start("create-on-event", **site.environ, **FAST)

    def kill_at_the_third_create(_: object) -> None:
        if sum(call.method == "POST" for call in site.cloud.journal) >= 3:
            died.kill()

    site.cloud.on_call = kill_at_the_third_create
    told = died.invoke(event, seconds=SHORT_SECONDS)
    assert (told.kind, told.text) == ("exit", "-9")
    site.cloud.on_call = None
    next_one = start("create-on-event", **site.environ, **FAST)
    counts = next_one.invoke(event, seconds=SHORT_SECONDS).json["counts"]
    assert counts["created"] + counts["existing"] == DISKS
    assert counts["existing"] >= 2
    assert site.snapshots() == disks


def test_work_that_takes_too_long_is_left_in_time_and_gone_on_with(
    start: Start, open_site: OpenSite
) -> None:
    site = open_site(creation_time=timedelta(hours=1))
    disks, event = site.add_disks(DISKS), site.nightly()
    sandbox = start("create-on-event", **site.environ, **FAST)
    for _ in range(2):
        ends = time.time() + SHORT_SECONDS
        told = sandbox.invoke(event, seconds=SHORT_SECONDS)
        assert (told.kind, told.json["errorType"]) == ("error", "RunFailed")
        assert told.json["errorMessage"].count(": pending") == DISKS
        assert told.at < ends - MARGIN_AT_LEAST
        assert site.snapshots() == disks


def test_a_cloud_that_never_answers_is_given_up_in_time(start: Start) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        sandbox = start("delete-expired", SNAPKEEP_ENDPOINT=f"bj={url} gz={url}")
        sandbox.wait_until_ready()
        ends = time.time() + 4
        told = sandbox.invoke({"mode": "auto"}, seconds=4)
    assert (told.kind, told.json["errorType"]) == ("error", "RunFailed")
    assert told.at < ends - MARGIN_AT_LEAST
