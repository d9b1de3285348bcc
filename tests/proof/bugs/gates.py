"""Bugs in the gates: what holds back a delete of a row, or of the whole plan, and does not."""

from tests.proof.bugs.bug import Bug

GATES = "shared/snapkeep/gates.py"
EXPIRY = "shared/snapkeep/expiry.py"
PLAN = "shared/snapkeep/plan.py"
HOLDS = "functional/test_holds.py"
# the gates that random schedules come up against soon
SEEN_BY_PROOF = frozenset({"policy", "hold", "minimum-age", "released"})
UNIT, OF_A_DISK = "unit/test_gates.py", "unit/test_gates_of_a_disk.py"
CAPS = "unit/test_plan.py::test_cap_gate"
CLOCK = (
    "functional/test_expire_refusals.py::test_the_clock_of_the_api_is_compared_before_anything_goes"
)


def without(name: str, gate: str, promise: str, test: str) -> Bug:
    """Return the bug that a gate is not in the table of gates."""
    entry = f'    Gate("{name}", {gate}),\n'
    seen = name in SEEN_BY_PROOF
    return Bug(f"no gate {name!r}", promise, GATES, entry, "", test=test, by_proof=seen)


BUGS = (
    without(
        "policy",
        "_no_policy",
        "nothing goes of a policy that is disabled or was removed",
        f"{UNIT}::test_policy_gate_a_removed_or_disabled_policy_deletes_nothing",
    ),
    without(
        "status",
        "_wrong_status",
        "what is being created, or in a status that we do not know, is kept",
        "functional/test_expire_gates.py::test_a_gate_holds_its_row_and_no_other",
    ),
    without(
        "future",
        "_future",
        "what is dated later than now is kept",
        f"{UNIT}::test_future_gate_a_row_of_a_future_slot_is_kept_and_does_not_anchor",
    ),
    without(
        "hold",
        "_hold",
        "what somebody holds is never deleted",
        f"{HOLDS}::test_a_held_snapshot_stays_and_a_released_one_goes",
    ),
    without(
        "newest-good",
        "_newest",
        "the newest good snapshot of a disk is never deleted",
        f"{UNIT}::test_newest_good_gate_the_newest_good_row_is_never_deleted",
    ),
    without(
        "minimum-age",
        "_too_young",
        "what is younger than a day is kept, whatever a policy says",
        f"{UNIT}::test_minimum_age_gate_a_row_younger_than_24_hours_is_kept",
    ),
    without(
        "freshness",
        "_stale",
        "where backups have stopped, what is left stays",
        "functional/test_expire_stopped.py::test_where_backups_have_stopped_nothing_of_the_disk_is_deleted",
    ),
    without(
        "disk",
        "_disk_unclear",
        "where a snapshot and the list of disks disagree, the snapshot is kept",
        "functional/test_expire_released.py::test_a_row_that_no_longer_says_whose_it_is_is_kept",
    ),
    without(
        "copy",
        "_copied",
        "where nothing tells an original from its copy, both stay",
        f"{OF_A_DISK}::test_copy_gate_what_may_be_a_copy_on_a_disk_that_is_gone_is_kept_and_counts_once",
    ),
    without(
        "released",
        "_released, approvable=True",
        "nothing of a disk that is gone is deleted unless somebody approves it",
        "functional/test_expire_stopped.py::test_nothing_of_a_released_disk_is_deleted",
    ),
    without(
        "adopted",
        "_adopted, approvable=True",
        "what others made is deleted only if somebody approves it",
        "functional/test_adopt_events.py::test_auto_goes_on_with_ours_beside_adopted_ones",
    ),
    Bug(
        "a day and not an instant less",
        "what is exactly a day old may go",
        GATES,
        old="group.world.now - created >= least",
        new="group.world.now - created > least",
        test=f"{UNIT}::test_minimum_age_gate_a_row_younger_than_24_hours_is_kept",
    ),
    Bug(
        "fresh for an instant less",
        "backups have stopped once the newest is older than twice the rpo",
        GATES,
        old="group.world.now - newest.slot <= 2 * rpo",
        new="group.world.now - newest.slot < 2 * rpo",
        test=f"{OF_A_DISK}::test_freshness_gate_stopped_backups_delete_nothing",
    ),
    Bug(
        "a hold with an end holds nothing",
        "a hold holds until its end",
        GATES,
        old="    if row.hold and (row.hold_until is None or now < row.hold_until):\n",
        new="    if row.hold and row.hold_until is None:\n",
        test=f"{HOLDS}::test_a_hold_ends_by_itself",
    ),
    Bug(
        "the holds of the policy file are not looked at",
        "what the policy file holds is never deleted",
        GATES,
        old='    return f"held by the policy file: {hold.reason}" if hold else None\n',
        new="    return None\n",
        test=f"{UNIT}::test_hold_gate_the_policy_file_holds_by_id_until_its_end",
    ),
    Bug(
        "each copy of a night counts as a night",
        "what may be a copy counts once",
        GATES,
        old="        if self.is_released:\n            namesakes",
        new="        if False:\n            namesakes",
        test=f"{OF_A_DISK}::test_copy_gate_what_may_be_a_copy_on_a_disk_that_is_gone_is_kept_and_counts_once",
    ),
    Bug(
        "one good snapshot is enough",
        "the last two good ones of each disk and policy stay",
        EXPIRY,
        old="MINIMUM_GOOD = 2\n",
        new="MINIMUM_GOOD = 1\n",
        test=f"{OF_A_DISK}::test_minimum_good_gate_two_good_rows_remain",
    ),
    Bug(
        "a cap of a disk that is one less",
        "three snapshots of a disk may go in one run",
        PLAN,
        old="if n > PER_DISK]",
        new="if n >= PER_DISK]",
        test=CAPS,
        by_proof=True,
    ),
    Bug(
        "a cap of a disk that is one more",
        "no more than three snapshots of a disk go in one run",
        PLAN,
        old="if n > PER_DISK]",
        new="if n > PER_DISK + 1]",
        test=CAPS,
    ),
    Bug(
        "no caps",
        "a plan that would delete much at once deletes nothing",
        PLAN,
        old="    if reasons := _over_caps(decisions):\n",
        new="    if reasons := []:\n",
        test="functional/test_expire_refusals.py::test_a_plan_over_a_cap_deletes_nothing_and_fails",
    ),
    Bug(
        "clocks are not compared",
        "nothing goes if our clock and the API's are far apart",
        PLAN,
        old="    if abs(skew) > MAX_SKEW:\n",
        new="    if False:\n",
        test=CLOCK,
    ),
    Bug(
        "an API that tells no time",
        "nothing goes if there is no clock to compare ours with",
        PLAN,
        old='        return "the API gave no Date to compare our clock with"\n',
        new="        return None\n",
        test=CLOCK,
    ),
)
