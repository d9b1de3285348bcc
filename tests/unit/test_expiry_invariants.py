"""What holds for every mixture of rows, however odd."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from snapkeep.expiry import MINIMUM_GOOD, Decision, decide
from snapkeep.model import Snapshot, Source
from snapkeep.policy import Keep
from snapkeep.rows import World, candidate
from tests.unit.rows import (
    ADHOC,
    DISK,
    HOUR,
    NIGHTLY,
    NOW,
    SERVER,
    adhoc,
    nightly,
    policies,
    row,
    world,
)  # fmt: skip

DISKS = [DISK, "v-disk0002", "v-gone0001"]
WORLD = replace(world(), disks={DISK: (SERVER,), "v-disk0002": ()})
LAX = policies(replace(NIGHTLY, keep=Keep(last=1), rpo=None), ADHOC)
WORLDS = st.sampled_from([WORLD, replace(WORLD, policies=LAX)])
AGES = st.integers(-30, 24 * 9).map(lambda hours: hours * HOUR)


@st.composite
def _snapshots(draw: st.DrawFn) -> list[Snapshot]:
    number = draw(st.integers(0, 14))
    return [_snapshot(draw, place) for place in range(number)]


def _snapshot(draw: st.DrawFn, place: int) -> Snapshot:
    slot = NOW - draw(AGES)
    of = {
        "volume_id": draw(st.sampled_from(DISKS)),
        "policy": draw(st.sampled_from(["nightly", "nightly", "adhoc", "removed"])),
        "source": draw(st.sampled_from(Source)),
    }
    until = draw(st.none() | AGES)
    # the disk itself, no disk, the instance, or a stranger
    where = draw(st.sampled_from([str(of["volume_id"])] * 5 + [None, SERVER, "v-other001"]))
    made = row(
        slot,
        of=of,
        volume_id=where,
        generation=draw(st.sampled_from([0, 0, 0, 2])),
        hold=draw(st.sampled_from([None, None, None, "audit"])),
        keep_until=None if until is None else NOW - until,
        status=draw(st.sampled_from(["Available"] * 4 + ["CreatedFailed", "Creating", "Odd"])),
        create_time=draw(st.sampled_from([slot, slot, slot, slot + 3 * HOUR, None])),
    )
    name = draw(st.sampled_from([made.name] * 5 + ["mine"]))
    method = draw(st.sampled_from(["manual"] * 5 + ["auto"]))
    return replace(made, id=f"s-{place:04}", name=name, create_method=method)


def _ids(decisions: list[Decision], *, delete: bool) -> set[str]:
    return {d.row.snapshot.id for d in decisions if d.delete is delete}


@settings(deadline=None, max_examples=120)
@given(_snapshots(), WORLDS, st.randoms())
def test_kept_and_deleted_are_all_of_ours_each_with_a_reason_in_any_order(
    snapshots: list[Snapshot], given_world: World, random: Random
) -> None:
    decisions = decide(snapshots, given_world)
    ours = {snapshot.id for snapshot in snapshots if candidate(snapshot, given_world)}
    assert _ids(decisions, delete=True) | _ids(decisions, delete=False) == ours
    assert len(decisions) == len(ours)
    assert all(decision.reasons for decision in decisions)
    assert not any(decision.delete and decision.gate for decision in decisions)
    assert decisions == sorted(decisions, key=lambda decision: decision.row.point)
    shuffled = list(snapshots)
    random.shuffle(shuffled)
    before = list(shuffled)
    assert decide(shuffled, given_world) == decisions
    assert shuffled == before


@settings(deadline=None, max_examples=120)
@given(_snapshots(), WORLDS)
def test_planning_again_after_the_deletes_deletes_nothing_more(
    snapshots: list[Snapshot], given_world: World
) -> None:
    deleted = _ids(decide(snapshots, given_world), delete=True)
    left = [snapshot for snapshot in snapshots if snapshot.id not in deleted]
    assert _ids(decide(left, given_world), delete=True) == set()


@settings(deadline=None, max_examples=120)
@given(_snapshots(), WORLDS)
def test_no_delete_takes_the_newest_good_row_or_leaves_fewer_than_two(
    snapshots: list[Snapshot], given_world: World
) -> None:
    groups: dict[tuple[str, str], list[Decision]] = {}
    for decision in decide(snapshots, given_world):
        identity = decision.row
        groups.setdefault((identity.policy, identity.volume_id), []).append(decision)
    for decisions in groups.values():
        good = [d for d in decisions if d.row.snapshot.is_available and not _is_future(d)]
        deleted = [d for d in good if d.delete]
        assert not deleted or len(good) - len(deleted) >= MINIMUM_GOOD
        assert not good or not max(good, key=lambda d: d.row.point).delete


@settings(deadline=None, max_examples=120)
@given(_snapshots(), WORLDS)
def test_every_delete_is_of_a_row_that_nothing_protects(
    snapshots: list[Snapshot], given_world: World
) -> None:
    for decision in decide(snapshots, given_world):
        if not decision.delete:
            continue
        snapshot, row_ = decision.row.snapshot, decision.row
        assert snapshot.create_method == "manual"
        assert snapshot.status in {"Available", "CreatedFailed"}
        assert snapshot.create_time is not None
        assert given_world.now - snapshot.create_time >= timedelta(hours=24)
        assert row_.hold is None
        disk = row_.volume_id
        assert disk in given_world.disks
        assert snapshot.volume_id in {disk, *given_world.disks[disk]}
        assert row_.policy in given_world.policies.by_name
        until_passed = row_.keep_until is not None and row_.keep_until <= given_world.now
        is_cron = row_.source is Source.CRON
        assert is_cron or until_passed or not snapshot.is_available


def test_every_kind_of_verdict_can_happen_in_these_mixtures() -> None:
    old = [adhoc(age * 24 * HOUR, NOW - HOUR) for age in range(2, 9)]
    decisions = decide(old, world(LAX))
    assert len(_ids(decisions, delete=True)) == 5
    assert {decision.gate for decision in decisions} == {None, "newest-good", "minimum-good"}
    assert not _ids(decide(old, world(nightly())), delete=True)


def _is_future(decision: Decision) -> bool:
    created = decision.row.snapshot.create_time
    return decision.row.slot > NOW or (created is not None and created > NOW)
