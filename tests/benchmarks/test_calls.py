"""What the benchmarks count is right, at sizes that take no time."""

import json
import sys
from pathlib import Path

import pytest
from benchmarks import calls, latency, listing, packages
from benchmarks.cold_start import QUEUED, cold_start
from benchmarks.creates import IN_FLIGHT, floor_seconds
from benchmarks.loopback.doors import LEAST_SECONDS, MOST_SECONDS
from benchmarks.loopback.region import PAGE, Region, pages
from benchmarks.measure import Counts

LOCK = """\
first==1.0 \
    --hash=sha256:00
    # via second
second==2.0 ; python_version > '3' \
    --hash=sha256:11
"""
RUNTIME = """\
import http.client, os, sys
_, handler = sys.argv
api = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
api.request("GET", "/2018-06-01/runtime/invocation/next")
event = api.getresponse()
path = f"/2018-06-01/runtime/invocation/{event.headers['Lambda-Runtime-Aws-Request-Id']}/{handler}"
api.request("POST", path, event.read())
api.getresponse().read()
"""


@pytest.mark.parametrize("name", [name for name in calls.VARIANTS if name != "script"])
def test_a_sweep_makes_as_many_calls_as_it_has_to(name: str) -> None:
    counts = calls.VARIANTS[name](8)()
    assert isinstance(counts, Counts)
    assert counts["calls"] == counts["fewest"]


# the vendor's client leaves its connections to the garbage collector
@pytest.mark.filterwarnings("ignore:unclosed <ssl.SSLSocket:ResourceWarning")
@pytest.mark.parametrize(("name", "opened"), [("ours", 0), ("raw", 0), ("sdk", 1)])
def test_the_connections_of_a_call_are_counted(name: str, opened: int) -> None:
    counts = latency.VARIANTS[name](2)()
    assert isinstance(counts, Counts)
    assert counts["connections"] == opened


def test_the_floor_is_what_the_cloud_alone_takes() -> None:
    assert LEAST_SECONDS < floor_seconds(1) < MOST_SECONDS
    assert floor_seconds(IN_FLIGHT) < MOST_SECONDS
    assert floor_seconds(1_000) > LEAST_SECONDS * 1_000 / IN_FLIGHT


def test_the_region_lists_each_row_once_in_pages() -> None:
    region, rows, marker = Region(0, 2 * PAGE + 1), [], "0"
    while marker:
        page = json.loads(region.answer("GET", f"/v2/snapshot?marker={marker}", b""))
        rows += page["snapshots"]
        marker = page.get("nextMarker", "")
    assert len({row["id"] for row in rows}) == len(rows) == 2 * PAGE + 1
    parsed = [row for text in pages(2 * PAGE + 1) for row in listing.compact(json.loads(text))]
    assert [row[0] for row in parsed] == [row["id"] for row in rows]


def test_what_the_region_created_is_listed() -> None:
    region = Region(1, 0)
    wanted = {"volumeId": "v-1", "snapshotName": "night", "desc": "d"}
    made = json.loads(region.answer("POST", "/v2/snapshot", json.dumps(wanted).encode()))
    (row,) = json.loads(region.answer("GET", "/v2/snapshot", b""))["snapshots"]
    assert (row["id"], row["volumeId"], row["name"]) == (made["snapshotId"], "v-1", "night")


def test_a_start_is_measured_until_its_answer(tmp_path: Path) -> None:
    script = tmp_path / "runtime.py"
    script.write_text(RUNTIME)
    counts = cold_start((sys.executable, str(script)), "response", tmp_path, (), QUEUED)
    assert counts["ms"] > 0


def test_a_start_that_ends_in_an_error_is_no_measurement(tmp_path: Path) -> None:
    script = tmp_path / "runtime.py"
    script.write_text(RUNTIME)
    with pytest.raises(RuntimeError, match="error"):
        cold_start((sys.executable, str(script)), "error", tmp_path, (), QUEUED)


def test_a_lock_is_cut_into_its_packages() -> None:
    found = packages.pins(LOCK)
    assert list(found) == ["first", "second"]
    assert "".join(found.values()) == LOCK
    assert found["second"].endswith("--hash=sha256:11\n")


def test_a_package_is_as_large_as_its_files(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "one").write_bytes(b"x" * 10)
    (tmp_path / "sub/two").write_bytes(b"x" * 5)
    assert packages.size(tmp_path) == 15
    packages.compile_all(tmp_path)
    source = tmp_path / "three.py"
    source.write_text("x = 1\n")
    packages.compile_all(tmp_path)
    assert packages.bytecode_of(source).exists()
