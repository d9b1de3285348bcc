"""Shards: every disk is in exactly one, the same one on every machine."""

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import pytest

from snapkeep.errors import InvalidEvent
from snapkeep.events import snapshot_requests
from snapkeep.fleet import MOST_EVENTS, shard_events
from snapkeep.model import Outcome, Status
from snapkeep.results import MOST_NAMED, describe, to_json
from snapkeep.selection import Selection, Target
from snapkeep.shards import MOST, Shard
from tests.unit.rows import NOW, policies

EVENT = {"policy": "nightly", "scheduled_time": "2026-11-23T18:00:00Z"}
BAD_SHARDS: dict[str, Any] = {
    "no table": 3,
    "no index": {"count": 4},
    "no count": {"index": 0},
    "index past the count": {"index": 4, "count": 4},
    "negative": {"index": -1, "count": 4},
    "none": {"index": 0, "count": 0},
    "too many": {"index": 0, "count": MOST + 1},
    "true": {"index": True, "count": 4},
    "text": {"index": "1", "count": 4},
    "one key more": {"index": 1, "count": 4, "of": "disks"},
}


@pytest.mark.parametrize("count", [1, 2, 7, 16, MOST])
def test_every_disk_is_in_exactly_one_shard(count: int) -> None:
    shards = [Shard(index, count) for index in range(count)]
    for number in range(200):
        assert sum(shard.holds(f"v-disk{number:04}") for shard in shards) == 1


def test_shards_are_of_about_the_same_size() -> None:
    sizes = Counter(
        next(i for i in range(16) if Shard(i, 16).holds(f"v-{number:08x}"))
        for number in range(16_000)
    )
    assert len(sizes) == 16
    assert all(900 < size < 1_100 for size in sizes.values())


def test_a_disk_is_in_the_same_shard_on_every_machine() -> None:
    # a golden vector: with another one, a fleet that is under way would be divided anew
    found = [
        next(i for i in range(16) if Shard(i, 16).holds(id_))
        for id_ in ("v-a", "v-b", "v-disk0001", "v-磁盘")
    ]
    assert found == [1, 7, 8, 15]


def test_an_event_is_divided_by_region_and_shard() -> None:
    events = shard_events({**EVENT, "shards": 3}, policies(), NOW)
    assert events == [
        {**EVENT, "region": region, "shard": {"index": index, "count": 3}}
        for index in range(3)
        for region in ("bj", "gz")
    ]
    requests = [
        request for event in events for request in snapshot_requests(event, policies(), NOW)
    ]
    assert {request.event for request in requests} == {
        request.event for request in snapshot_requests(EVENT, policies(), NOW)
    }
    assert [request.shard for request in requests[::2]] == [Shard(i, 3) for i in range(3)]
    assert requests[2].to_json()["shard"] == {"index": 1, "count": 3}


def test_an_event_that_names_a_region_is_divided_there() -> None:
    events = shard_events({**EVENT, "region": "gz", "shards": 2}, policies(), NOW)
    assert events is not None
    assert [event["region"] for event in events] == ["gz", "gz"]


def test_an_event_without_shards_is_not_divided() -> None:
    assert shard_events(EVENT, policies(), NOW) is None
    assert shard_events("shards", policies(), NOW) is None
    (request,) = snapshot_requests(EVENT, policies(), NOW)
    assert request.shard is None
    assert "shard" not in request.to_json()


@pytest.mark.parametrize("shards", [0, -1, MOST + 1, "3", None, 2.0, True])
def test_a_number_of_shards_that_is_none_is_refused(shards: object) -> None:
    with pytest.raises(InvalidEvent) as refused:
        shard_events({**EVENT, "shards": shards}, policies(), NOW)
    assert refused.value.path == "shards"


def test_there_are_no_more_events_than_step_functions_passes_on() -> None:
    most = MOST_EVENTS // 2
    events = shard_events({**EVENT, "shards": most}, policies(), NOW)
    assert events is not None
    assert len(events) == MOST_EVENTS
    # at the largest, all of them have failed
    failed = [{"failed": True, "selects": True, "error": "R" * 80, "event": e} for e in events]
    assert len(json.dumps({"done": failed, "left": events})) < 256 * 1024
    three = replace(policies(), regions=("bj", "gz", "su"))
    with pytest.raises(InvalidEvent, match="from 1 to 170 for 3 regions"):
        shard_events({**EVENT, "shards": 171}, three, NOW)


@pytest.mark.parametrize("change", [{"policy": "nobody"}, {"region": "su"}, {"shard": {}}])
def test_what_could_not_be_run_whole_is_not_divided(change: dict[str, object]) -> None:
    with pytest.raises(InvalidEvent):
        shard_events({**EVENT, "shards": 2, **change}, policies(), NOW)


@pytest.mark.parametrize("shard", BAD_SHARDS.values(), ids=BAD_SHARDS)
def test_a_shard_that_is_none_is_refused_and_names_its_field(shard: object) -> None:
    with pytest.raises(InvalidEvent) as refused:
        snapshot_requests({**EVENT, "shard": shard}, policies(), NOW)
    assert refused.value.path.startswith("shard")


@pytest.mark.parametrize(
    ("shard", "path", "message"),
    [
        ({"index": 4, "count": 4}, "shard.index", "must be from 0 to 3"),
        ({"index": 0, "count": 257}, "shard.count", "must be from 1 to 256"),
    ],
)
def test_a_refusal_says_what_a_shard_may_be(shard: dict[str, int], path: str, message: str) -> None:
    with pytest.raises(InvalidEvent) as refused:
        snapshot_requests({**EVENT, "shard": shard}, policies(), NOW)
    assert (refused.value.path, refused.value.message) == (path, message)


def test_a_region_may_be_one_shard() -> None:
    events = shard_events({**EVENT, "region": "bj", "shards": 1}, policies(), NOW)
    assert events == [{**EVENT, "region": "bj", "shard": {"index": 0, "count": 1}}]
    assert snapshot_requests(events[0], policies(), NOW)[0].shard == Shard(0, 1)


def test_a_selection_is_cut_to_a_shard_and_loses_nothing() -> None:
    ids = [f"v-{number:04}" for number in range(40)]
    whole = Selection(
        tuple(Target(id_, id_) for id_ in ids[:30]),
        tuple(Outcome("bj", id_, Status.SKIPPED) for id_ in ids[30:]),
        frozenset({"v-unknown1"}),
    )
    parts = [whole.of(Shard(index, 4)) for index in range(4)]
    assert sorted(t.volume_id for part in parts for t in part.targets) == ids[:30]
    assert sorted(o.volume_id for part in parts for o in part.outcomes) == ids[30:]
    assert all(part.targets and part.unknown == whole.unknown for part in parts)
    assert whole.of(None) is whole


def test_a_brief_result_says_what_is_not_done_and_counts_all() -> None:
    done = [Outcome("bj", f"v-{n}", Status.CREATED, f"s-{n}") for n in range(900)]
    left = [Outcome("bj", f"w-{n}", Status.INCOMPLETE, code="NoTimeLeft") for n in range(80)]
    told = to_json([*done, *left], brief=True)
    assert (told["counts"]["created"], told["counts"]["incomplete"]) == (900, 80)
    assert [disk["volume_id"] for disk in told["disks"]] == [f"w-{n}" for n in range(MOST_NAMED)]
    assert describe([*done, *left]).endswith("; and 30 more, as the log says")
    assert describe(left[:MOST_NAMED]).endswith(f"w-{MOST_NAMED - 1}: incomplete NoTimeLeft")
