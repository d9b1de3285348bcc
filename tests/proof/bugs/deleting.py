"""Bugs in carrying out a plan: what is read again before each delete, and what stops a run."""

from tests.proof.bugs.bug import Bug

APPLY = "shared/snapkeep/jobs/apply.py"
APP = "functions/delete_expired/app.py"
TWICE = "functional/test_expire_two_readings.py"
REMAINING = "functional/test_expire_remaining.py"
BY_HAND = f"{REMAINING}::test_where_good_ones_were_removed_by_hand_two_of_the_rest_stay"
MEANWHILE = "functional/test_approve_meanwhile.py"
ERRORS = "functional/test_expire_errors.py"
LOST = "functional/test_expire_lost.py"
REFUSALS = "functional/test_expire_refusals.py"
DISK = "        disk = {row.id: row for row in self._disk(decision)}\n"
ALLOWED = "        return None if allowed else f\"now kept: {'; '.join(verdict.reasons)}\"\n"

BUGS = (
    Bug(
        "a row is not read again",
        "what changed since the plan is seen right before the delete",
        APPLY,
        old="        fresh = self._client.snapshot(planned.id)\n",
        new="        fresh = planned\n",
        test=f"{TWICE}::test_a_row_is_kept_where_the_list_of_its_disk_does_not_know_yet_that",
    ),
    Bug(
        "a disk is not read again",
        "the good snapshots that remain are counted with what is there now",
        APPLY,
        old=DISK,
        new=(
            "        rows = (d.row.snapshot for d in self._plan.decisions)\n"
            "        disk = {row.id: row for row in rows if row.id not in self.applied.deleted}\n"
        ),
        test=BY_HAND,
    ),
    Bug(
        "the detail alone is judged",
        "a row goes only if its detail and the list of its disk agree that it may",
        APPLY,
        old="        return self._judged(listed, disk, decision.row)\n",
        new="        return None\n",
        test=f"{TWICE}::test_a_row_is_kept_where_between_its_detail_and_the_list_of_its_disk",
    ),
    Bug(
        "the list of the disk alone is judged",
        "a row goes only if its detail and the list of its disk agree that it may",
        APPLY,
        old="self._judged(fresh, disk | {fresh.id: fresh}, decision.row):\n",
        new='"":\n',
        test=f"{TWICE}::test_a_row_is_kept_where_the_list_of_its_disk_does_not_know_yet_that",
    ),
    Bug(
        "the minimum is that of the plan",
        "the last two good ones stay, counted again before each delete",
        APPLY,
        old=ALLOWED,
        new=ALLOWED.replace("if allowed", 'if allowed or verdict.gate == "minimum-good"'),
        test=f"{REMAINING}::test_two_deleters_on_either_side_of_a_keep_until_leave_two_good_ones",
    ),
    Bug(
        "the time is that of the plan",
        "a backup that becomes too old while a plan is carried out stops the rest of its disk",
        APPLY,
        old="        world = replace(self._plan.world, now=self._now())\n",
        new="        world = self._plan.world\n",
        test=(
            f"{MEANWHILE}"
            "::test_a_backup_that_becomes_too_old_while_rows_go_stops_the_rest_of_its_disk"
        ),
    ),
    Bug(
        "an edited row is the one that was planned",
        "a row whose name or marker was edited since the plan is another row",
        APPLY,
        old="        if verdict is None or verdict.row.is_of != planned.is_of:\n",
        new="        if verdict is None:\n",
        test=f"{MEANWHILE}::test_an_adopted_row_is_kept_that_is_no_longer_adopted",
    ),
    Bug(
        "what was deleted frees its place in the rules",
        "a plan is carried out as it was decided, though it changes what is left",
        APPLY,
        old="        decisions = decide(disk.values(), world, self._deleted)\n",
        new="        decisions = decide(disk.values(), world)\n",
        test=(
            f"{MEANWHILE}"
            "::test_a_plan_is_carried_out_as_it_was_decided_though_less_would_go_of_what_is_left"
        ),
    ),
    Bug(
        "the newest goes first",
        "the oldest goes first, so that a run that ends early leaves the newer ones",
        APPLY,
        old="        for decision in chosen:\n",
        new="        for decision in reversed(chosen):\n",
        test=(
            "functional/test_expire_plan.py"
            "::test_auto_deletes_exactly_the_plan_oldest_first_and_a_second_time_nothing"
        ),
    ),
    Bug(
        "a plan that is refused is carried out",
        "a plan over a cap deletes nothing at all",
        APPLY,
        old="        if refusals and chosen:\n",
        new="        if False:\n",
        test=f"{REFUSALS}::test_a_plan_over_a_cap_deletes_nothing_and_fails",
    ),
    Bug(
        "any number of rows that are not found",
        "three rows in a row that are not found stop the run, as of a wrong account",
        APPLY,
        old="            if not_found == MAX_NOT_FOUND:\n",
        new="            if False:\n",
        test=f"{ERRORS}::test_three_rows_in_a_row_not_found_stop_the_run",
    ),
    Bug(
        "a lost delete is a delete",
        "a delete whose answer was lost is looked into, and never assumed",
        APPLY,
        old="            if self._find(id_):\n",
        new="            if False:\n",
        test=f"{LOST}::test_a_delete_that_keeps_failing_is_reported_and_the_others_go",
    ),
    Bug(
        "a failed delete does not fail the run",
        "a run in which something is not done fails, so that an alarm rings",
        APP,
        old="    if failures:\n",
        new="    if False:\n",
        test=f"{LOST}::test_a_delete_that_keeps_failing_is_reported_and_the_others_go",
        by_proof=True,
    ),
    Bug(
        "a region that cannot be read does not fail the run",
        "a region of which nothing is known is a failure of the run",
        APP,
        old="        return {}, {region: str(error)}\n",
        new="        return {}, {}\n",
        test=f"{REFUSALS}::test_an_unreadable_region_does_not_stop_the_other_and_the_run_fails",
        by_proof=True,
    ),
    Bug(
        "a plan is carried out",
        "asking for a plan changes nothing",
        APP,
        old='    if command.mode == "plan":\n',
        new="    if False:\n",
        test="functional/test_expire_plan.py::test_a_plan_lists_what_would_go_and_touches_nothing",
    ),
)
