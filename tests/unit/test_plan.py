import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapkeep.model import Snapshot
from snapkeep.plan import MAX_SKEW, Plan, make_plan
from snapkeep.policy import Keep
from snapkeep.rows import World
from tests.unit.rows import DAY, DISK, HOUR, SECOND, SLOT, nightly, nights, row, world

IN_STEP = timedelta()


def _fleet(sizes: Sequence[int], *, keep: int) -> tuple[list[Snapshot], World]:
    """Return disks with so many nights each, of which the policy keeps the last few."""
    disks = [f"v-disk{place:04}" for place in range(len(sizes))]
    rows = [
        night
        for disk, size in zip(disks, sizes, strict=True)
        for night in nights(size, newest=SLOT - DAY, of={"volume_id": disk})
    ]
    given = world(nightly(keep=Keep(last=keep)), disks=dict.fromkeys(disks, ()))
    return rows, given


def _plan(sizes: Sequence[int], *, keep: int = 2, skew: timedelta | None = IN_STEP) -> Plan:
    return make_plan(*_fleet(sizes, keep=keep), skew)


@pytest.mark.parametrize("sign", [1, -1], ids=["API ahead", "API behind"])
def test_clock_gate_lets_two_minutes_pass_and_not_more(sign: int) -> None:
    assert timedelta(seconds=120) == MAX_SKEW
    assert _plan([3], skew=sign * 120 * SECOND).refusals == {}
    over = _plan([3], skew=sign * 121 * SECOND)
    assert list(over.refusals) == ["clock"]
    assert f"{sign * 121:+d} s" in over.refusals["clock"]
    assert list(_plan([3], skew=sign * (120 * SECOND + timedelta(microseconds=1))).refusals)


@pytest.mark.parametrize("skew", [HOUR, -HOUR, 3_650 * DAY, -3_650 * DAY], ids=str)
def test_clock_gate_refuses_any_greater_difference(skew: timedelta) -> None:
    assert list(_plan([3], skew=skew).refusals) == ["clock"]


def test_clock_gate_refuses_where_the_api_told_no_date() -> None:
    assert list(_plan([3], skew=None).refusals) == ["clock"]


# name, nights per disk, how many the policy keeps, deletes, what is over a cap
CAPS = [
    ("at the cap of a disk", [5], 2, 3, []),
    ("one over the cap of a disk", [6], 2, 4, ["4 of disk v-disk0000"]),
    ("two disks over", [6, 5, 7], 2, 12, ["4 of disk v-disk0000", "5 of disk v-disk0002"]),
    ("at the cap of 20", [5] * 6 + [4], 2, 20, []),
    ("one over the cap of 20", [5] * 7, 2, 21, ["21 in all (cap 20)"]),
    ("20 where ten disks allow 20", [4] * 10, 2, 20, []),
    ("21 where ten disks allow 20", [4] * 9 + [5], 2, 21, ["21 in all (cap 20)"]),
    ("22 where eleven disks allow 22", [4] * 11, 2, 22, []),
    ("23 where eleven disks allow 22", [4] * 10 + [5], 2, 23, ["23 in all (cap 22)"]),
    ("a third of 99", [3] * 33, 2, 33, []),
    ("a third of 100", [3] * 32 + [4], 2, 34, ["34 of 100 snapshots (cap 25%)"]),
    ("exactly a quarter of 104", [4] * 26, 3, 26, []),
    ("27 of 105", [4] * 25 + [5], 3, 27, ["27 of 105 snapshots (cap 25%)"]),
    ("30 of 100", [10] * 10, 7, 30, ["30 in all (cap 20)", "30 of 100 snapshots (cap 25%)"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sizes", "keep", "deletes", "over"),
    [case[1:] for case in CAPS],
    ids=[case[0] for case in CAPS],
)
def test_cap_gate(sizes: list[int], keep: int, deletes: int, over: list[str]) -> None:
    plan = _plan(sizes, keep=keep)
    assert len(plan.deletes) == deletes
    assert list(plan.refusals) == (["cap"] if over else [])
    told = plan.refusals.get("cap", "").split("; ")
    assert sorted(reason.partition(" (cap 3)")[0] for reason in told if reason) == over


def test_cap_gate_counts_a_disk_over_all_its_policies() -> None:
    policy = nightly(keep=Keep(last=2)).named("nightly")
    given = replace(nightly(), by_name={n: replace(policy, name=n) for n in ("nightly", "weekly")})
    rows = [*nights(4), *nights(4, of={"policy": "weekly"})]
    plan = make_plan(rows, world(given), IN_STEP)
    assert len(plan.deletes) == 4
    assert plan.refusals["cap"].startswith(f"4 of disk {DISK}")


def test_cap_gate_counts_rows_of_ours_only() -> None:
    rows, given = _fleet([3] * 34, keep=2)
    foreign = [replace(each, name="mine", id=f"s-f{i:05}") for i, each in enumerate(rows * 3)]
    assert "cap" in make_plan([*rows, *foreign], given, IN_STEP).refusals


def test_both_gates_are_told_together() -> None:
    assert list(_plan([9], skew=None).refusals) == ["clock", "cap"]


def test_an_empty_region_is_an_empty_plan() -> None:
    plan = make_plan([], world(), IN_STEP)
    assert (plan.decisions, plan.deletes, plan.refusals) == ((), [], {})


def test_deletes_are_oldest_first() -> None:
    plan = _plan([4, 5, 3])
    slots = [decision.row.slot for decision in plan.deletes]
    assert len(slots) == 6
    assert slots == sorted(slots)


@given(st.randoms(), st.lists(st.integers(1, 7), min_size=1, max_size=5))
def test_the_same_rows_in_any_order_are_the_same_bytes(random: Random, sizes: list[int]) -> None:
    rows, given_world = _fleet(sizes, keep=2)
    shuffled = list(rows)
    random.shuffle(shuffled)
    ordered = json.dumps(make_plan(rows, given_world, IN_STEP).to_json())
    plan = json.dumps(make_plan(shuffled, given_world, IN_STEP).to_json())
    assert json.loads(plan)["snapshots"] == json.loads(ordered)["snapshots"]
    assert plan == ordered


def test_the_plan_as_json_has_every_verdict_with_reasons_and_gate() -> None:
    held = row(SLOT - 9 * DAY, hold="audit")
    plan = make_plan([held, *nights(4)], world(), IN_STEP).to_json()
    assert (plan["region"], plan["now"]) == ("bj", "2026-11-23T18:00:30Z")
    assert plan["delete"] == [nights(4)[-1].id]
    assert len(plan["snapshots"]) == 5
    assert plan["snapshots"][0] == {
        "id": held.id,
        "policy": "nightly",
        "volume_id": DISK,
        "slot": "2026-11-14T18:00:00Z",
        "source": "cron",
        "status": "Available",
        "verdict": "keep",
        "reasons": ["no rule keeps it", "held: audit"],
        "gate": "hold",
        "created": "2026-11-14T18:00:00Z",
        "hold": "audit",
    }
    assert [entry["verdict"] for entry in plan["snapshots"]] == ["keep", "delete", *["keep"] * 3]
    assert json.loads(json.dumps(plan)) == plan
