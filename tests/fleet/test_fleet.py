"""A fleet in 16 shards: every disk once, whatever is throttled, killed or out of time."""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from snapkeep.shards import Shard
from tests.fake_bce import Fault, Killed
from tests.fleet.execution import Execution, execute
from tests.fleet.lambda_api import Json, Lambda
from tests.functional.test_create_regions import BOTH
from tests.world import NIGHTLY, World, world

SHARDS, DISKS = 16, 40
CONCURRENCY, ROUNDS = 4, 11
EVENT = {**NIGHTLY, "shards": SHARDS, "concurrency": CONCURRENCY}


@dataclass(slots=True)
class Fleet:
    """An account of two regions, and Lambda before it.

    Attributes:
        seconds: that a run has, by its place among all.
        killed: places of runs that die once they have created something.
    """

    world: World
    patch: pytest.MonkeyPatch
    seconds: dict[int, float] = field(default_factory=dict)
    killed: frozenset[int] = frozenset()
    function: Lambda = field(init=False)
    results: list[Json] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _runs: int = 0

    def __post_init__(self) -> None:
        self.function = Lambda(self.run)

    def run(self, event: Json) -> Json:
        # one at a time, since they share a virtual clock
        with self._lock:
            self._runs += 1
            apart = self.world.beside()
            result = apart.create(event, seconds=self.seconds.get(self._runs, 300))
            self.results.append(result)
            if self._runs in self.killed:
                raise Killed
            return result

    def execute(self, **changes: Any) -> Execution:
        return execute(self.function, {**EVENT, **changes}, self.patch)

    def shards(self) -> Counter[tuple[str, int]]:
        """Return how often each shard was delivered."""
        events = [event for event in self.function.events if "shard" in event]
        return Counter((event["region"], event["shard"]["index"]) for event in events)

    def snapshots(self) -> Counter[str | None]:
        return Counter(row.volume_id for region in ("bj", "gz") for row in self.world.rows(region))

    def disks(self) -> set[str]:
        return {id_ for region in ("bj", "gz") for id_ in self.world.cloud.region(region).volumes}


@pytest.fixture
def fleet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fleet]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "fake")
    with world(tmp_path, BOTH, straight=True) as opened:
        for region in ("bj", "gz"):
            opened.add_disks(DISKS, region)
        yield Fleet(opened, monkeypatch)


def test_every_disk_of_every_region_has_one_snapshot(fleet: Fleet) -> None:
    assert fleet.execute().status == "SUCCEEDED"
    assert fleet.snapshots() == dict.fromkeys(fleet.disks(), 1)
    assert fleet.shards() == {(region, i): 1 for region in ("bj", "gz") for i in range(SHARDS)}
    assert fleet.function.most <= CONCURRENCY
    done = [result["counts"]["created"] for result in fleet.results if "counts" in result]
    assert sum(done) == 2 * DISKS
    assert all(result["disks"] == [] for result in fleet.results if "counts" in result)


def test_again_it_finds_all_done(fleet: Fleet) -> None:
    fleet.execute()
    assert fleet.execute().status == "SUCCEEDED"
    assert fleet.snapshots() == dict.fromkeys(fleet.disks(), 1)


def test_what_lambda_throttles_is_tried_again(fleet: Fleet) -> None:
    fleet.function.refuses, fleet.function.concurrency = 4, 2
    assert fleet.execute().status == "SUCCEEDED"
    assert fleet.function.throttled >= 4
    assert fleet.function.most <= 2
    assert fleet.snapshots() == dict.fromkeys(fleet.disks(), 1)


def test_a_shard_that_is_killed_is_delivered_again(fleet: Fleet) -> None:
    fleet.killed = frozenset({1, 5, 6})
    assert fleet.execute().status == "SUCCEEDED"
    assert sum(fleet.shards().values()) == 2 * SHARDS + 2
    assert fleet.snapshots() == dict.fromkeys(fleet.disks(), 1)


def test_what_is_incomplete_is_continued(fleet: Fleet) -> None:
    fleet.world = fleet.world.deployed(requests_per_second=1)
    # for the lists and some of its disks
    fleet.seconds = dict.fromkeys(range(2, 8), 14.0)
    assert fleet.execute().status == "SUCCEEDED"
    assert sum(fleet.shards().values()) > 2 * SHARDS
    assert fleet.snapshots() == dict.fromkeys(fleet.disks(), 1)


def test_what_fails_for_good_is_named_at_the_end_and_stops_no_other(fleet: Fleet) -> None:
    store = fleet.world.cloud.region("gz")
    disk = min(store.volumes)
    store.volumes[disk].status = "Detaching"
    ended = fleet.execute()
    (index,) = (i for i in range(SHARDS) if Shard(i, SHARDS).holds(disk))
    event = {**NIGHTLY, "region": "gz", "shard": {"index": index, "count": SHARDS}}
    failure = {"failed": True, "selects": True, "error": "RunFailed", "event": event}
    assert ended == Execution("FAILED", "ShardsFailed", [failure])
    assert fleet.shards()["gz", index] == ROUNDS
    assert fleet.snapshots() == dict.fromkeys(fleet.disks() - {disk}, 1)


def test_what_fails_has_its_next_run_when_all_others_have_had_theirs(fleet: Fleet) -> None:
    fleet.world.cloud.faults.add(replace(Fault("before", times=9), region="bj"))
    ended = fleet.execute(shards=4, concurrency=1)
    assert ended.status == "SUCCEEDED"
    told = [(e["region"], e["shard"]["index"]) for e in fleet.function.events if "shard" in e]
    assert set(told[:8]) == {(region, index) for region in ("bj", "gz") for index in range(4)}
    assert {region for region, _ in told[8:]} == {"bj"}


def test_a_region_that_cannot_be_read_fails_alone(fleet: Fleet) -> None:
    fleet.world.cloud.faults.add(replace(Fault("before", times=90_000), region="bj"))
    ended = fleet.execute(shards=2)
    assert [failure["event"]["region"] for failure in ended.failures] == ["bj", "bj"]
    assert fleet.snapshots() == dict.fromkeys(fleet.world.cloud.region("gz").volumes, 1)


def test_a_region_of_which_the_policy_means_nothing_is_no_failure(fleet: Fleet) -> None:
    gone = fleet.world.cloud.region("gz")
    for disk in list(gone.volumes):
        gone.release_volume(disk)
    assert fleet.execute(shards=2).status == "SUCCEEDED"
    assert fleet.snapshots() == dict.fromkeys(fleet.disks(), 1)


def test_a_policy_that_means_nothing_anywhere_fails(fleet: Fleet) -> None:
    for region in ("bj", "gz"):
        store = fleet.world.cloud.region(region)
        for disk in list(store.volumes):
            store.release_volume(disk)
    assert fleet.execute(shards=2) == Execution("FAILED", "NothingSelected", [])


@pytest.mark.parametrize("changes", [{"shards": 0}, {"policy": "nobody"}, {"shards": "16"}])
def test_an_event_that_can_never_succeed_is_delivered_once(
    fleet: Fleet, changes: dict[str, Any]
) -> None:
    assert fleet.execute(**changes).status == "FAILED"
    assert len(fleet.function.events) == 1
    assert fleet.snapshots() == {}
