"""What is decided about adopted snapshots: kept by the same rules and gates, never ``auto``."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from snapkeep.expiry import Decision, Verdict, decide
from snapkeep.model import Snapshot
from snapkeep.plan import make_plan
from snapkeep.policy import Adopt, Hold, Keep
from snapkeep.rows import World
from tests.unit.rows import (
    ADOPT,
    DAY,
    HOUR,
    NOW,
    SECOND,
    SLOT,
    adopting,
    backup,
    nightly,
    nights,
    row,
)  # fmt: skip


def backups(*ages: int) -> list[Snapshot]:
    return [backup(age) for age in ages]


def verdicts(rows: Iterable[Snapshot], given: World) -> dict[str, tuple[Verdict, str | None]]:
    """Return the verdict and the gate of each row, the oldest first."""
    return {d.row.snapshot.id: (d.verdict, d.gate) for d in decide(rows, given)}


def only(rows: Iterable[Snapshot], of: Snapshot, given: World) -> Decision:
    (found,) = [d for d in decide([of, *rows], given) if d.row.snapshot == of]
    return found


def test_what_no_rule_keeps_needs_approval_and_says_so() -> None:
    plan = make_plan([*nights(3), *backups(11, 12)], adopting(), timedelta()).to_json()
    assert (plan["delete"], plan["approve"]) == ([], ["s-b0012", "s-b0011"])
    assert plan["refusals"] == {}
    entry = plan["snapshots"][0]
    assert (entry["id"], entry["source"], entry["gate"]) == ("s-b0012", "adopted", "adopted")
    assert entry["slot"] == "2026-11-11T18:00:30Z"
    assert entry["reasons"] == ["no rule keeps it", "adopted from snapshots made by others"]


def test_the_rules_count_adopted_snapshots_after_ours_are_judged_alone() -> None:
    rows = [*nights(1), *backups(11, 12, 13)]
    decisions = decide(rows, adopting())
    assert [d.reasons[0] for d in decisions] == [
        "no rule keeps it", "last 3 of 3", "last 2 of 3", "last 1 of 3",
    ]  # fmt: skip
    assert [d.verdict for d in decisions] == ["approve", "keep", "keep", "keep"]


@pytest.mark.parametrize(
    "keep",
    [Keep(last=3), Keep(last=1, daily=2), Keep(monthly=2, exclusive=True), Keep(within=2 * DAY)],
    ids=str,
)
def test_adopting_changes_the_verdict_on_none_of_ours(keep: Keep) -> None:
    given = adopting(nightly(keep=keep, rpo=None, adopt=Adopt("backup-", NOW)))
    ours = nights(6, newest=SLOT - 5 * DAY)
    # newer than ours, older, and on the same days
    rows = [*ours, *backups(1, 2, 6, 7, 12, 40)]
    decided = [d for d in decide(rows, given) if d.row.source]
    assert len(decide(rows, given)) == 12
    assert decided == decide(ours, given)


@pytest.mark.parametrize(
    ("ours", "adopted", "approve", "minimum"),
    [
        (0, 1, 0, set[str]()),
        (0, 2, 0, {"s-b0012"}),
        (0, 4, 2, {"s-b0012"}),
        (1, 3, 2, {"s-b0011"}),
        (2, 2, 2, {nights(2)[1].id}),
    ],
    ids=str,
)
def test_two_good_ones_and_the_newest_stay(
    ours: int, adopted: int, approve: int, minimum: set[str]
) -> None:
    given = adopting(nightly(keep=Keep(last=1), rpo=None, adopt=ADOPT))
    found = verdicts([*nights(ours), *backups(*range(11, 11 + adopted))], given)
    assert [verdict for verdict, _ in found.values()].count(Verdict.APPROVE) == approve
    assert {id_ for id_, (_, gate) in found.items() if gate == "minimum-good"} == minimum
    assert list(found.values())[-1][0] is Verdict.KEEP


@pytest.mark.parametrize(
    ("until", "held"),
    [(None, True), (NOW + SECOND, True), (NOW, False)],
    ids=["for good", "until later", "until now"],
)
def test_the_policy_file_can_hold_an_adopted_snapshot(until: datetime | None, held: bool) -> None:
    held_by_file = replace(nightly(adopt=ADOPT), holds=(Hold("s-b0020", "audit", until),))
    found = only(nights(3), backup(20), adopting(held_by_file))
    assert found.verdict is (Verdict.KEEP if held else Verdict.APPROVE)
    assert found.gate == ("hold" if held else "adopted")
    assert ("held by the policy file: audit" in found.reasons) is held


LATE = Adopt("backup-", NOW + 9 * DAY)
# what else the policy says, the snapshot, those of ours, the gate
HELD: dict[str, tuple[Mapping[str, Any], Snapshot, list[Snapshot], str | None]] = {
    "the policy is disabled": ({"enabled": False}, backup(20), nights(3), "policy"),
    "backups have stopped": ({}, backup(20), nights(3, newest=SLOT - 3 * DAY), "freshness"),
    "it is young": ({"adopt": LATE}, backup(1, create_time=NOW - DAY + SECOND),
                    [row(NOW - place * HOUR) for place in (0, 1, 2)], "minimum-age"),
    "it is of the future": ({"adopt": LATE}, backup(-1), nights(3), "future"),
    "no rule says what is kept": ({"keep": Keep()}, backup(20), nights(3), None),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "found", "ours", "gate"), HELD.values(), ids=HELD)
def test_an_adopted_snapshot_is_kept_where(
    changes: Mapping[str, Any], found: Snapshot, ours: list[Snapshot], gate: str | None
) -> None:
    decision = only(ours, found, adopting(nightly(**{"adopt": ADOPT, **changes})))
    assert (decision.verdict, decision.gate) == (Verdict.KEEP, gate)


def test_the_caps_count_no_adopted_snapshot() -> None:
    plan = make_plan([*nights(3), *backups(*range(11, 41))], adopting(), timedelta())
    assert (len(plan.deletable), plan.deletes, plan.refusals) == (30, [], {})


@pytest.mark.parametrize(
    ("disks", "size", "more", "refusal"),
    [(34, 3, 40, "34 of 102 snapshots (cap 25%)"), (7, 5, 5, "21 in all (cap 20)")],
    ids=["share", "in all"],
)
def test_adopted_snapshots_and_their_disks_raise_no_cap(
    disks: int, size: int, more: int, refusal: str
) -> None:
    ours = [f"v-disk{place:04}" for place in range(disks)]
    others = [f"v-rest{place:04}" for place in range(more)]
    given = adopting(
        nightly(keep=Keep(last=2), adopt=ADOPT),
        disks=dict.fromkeys([*ours, *others], ()),
        covered={"nightly": frozenset(others)},
    )
    rows = [night for disk in ours for night in nights(size, of={"volume_id": disk})]
    adopted = [backup(11, id=f"s-a{disk[2:]}", volume_id=disk) for disk in others]
    for seen in (rows, [*rows, *adopted]):
        plan = make_plan(seen, given, timedelta())
        assert len(plan.decisions) == len(seen)
        assert plan.refusals == {"cap": refusal}


def test_an_edit_of_what_is_adopted_is_another_plan_even_if_the_same_ones_are() -> None:
    rows = [*nights(3), *backups(11, 12)]

    def id_of(adopt: Adopt) -> str:
        return make_plan(rows, adopting(nightly(adopt=adopt)), timedelta()).id

    assert id_of(ADOPT) == id_of(replace(ADOPT))
    assert (
        len(
            {
                id_of(ADOPT),
                id_of(replace(ADOPT, name_prefix="backup")),
                id_of(Adopt("backup-", NOW)),
            }
        )
        == 3
    )
