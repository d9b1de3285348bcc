"""Bugs in creating: looking before, asking, looking after, and saying what became of it."""

from tests.proof.bugs.bug import Bug

CREATION = "shared/snapkeep/creation.py"
CREATE = "shared/snapkeep/jobs/create.py"
SWEEP = "shared/snapkeep/jobs/sweep.py"
SELECTION = "shared/snapkeep/selection.py"
RESULTS = "shared/snapkeep/results.py"
APP = "functions/create_on_event/app.py"
ONCE = "functional/test_create_once.py"
UNCLEAR = "functional/test_create_unclear.py"
GENERATIONS = "functional/test_create_generations.py"
DAMAGED = "functional/test_damaged_lists.py"
REGIONS = "functional/test_create_regions.py"
LOOKALIKES = "functional/test_create_lookalikes.py"
SETTLED = "if live := _by_status(rows, SnapshotStatus.AVAILABLE):"
DONE = "DONE = frozenset({Status.CREATED, Status.EXISTING, Status.SKIPPED})"

BUGS = (
    Bug(
        "no look before",
        "an event whose token the cloud has forgotten is answered by what the list shows",
        SWEEP,
        old="        index = self._look(intents)\n",
        new="        index = Index(())\n",
        test=f"{ONCE}::test_where_the_token_is_forgotten_the_list_alone_finds_the_snapshot",
        by_proof=True,
    ),
    Bug(
        "a list that may not be read is an empty one",
        "a key that may not list creates nothing",
        SWEEP,
        old="        index = self._look(intents)\n",
        new=(
            "        try:\n"
            "            index = self._look(intents)\n"
            "        except AccessDenied:\n"
            "            index = Index(())\n"
        ),
        test=f"{DAMAGED}::test_a_damaged_list_of_one_disk_leads_to_no_create",
    ),
    Bug(
        "an unknown outcome is not looked into",
        "a snapshot whose creation was answered by nobody is found in the same run",
        SWEEP,
        old="            return replace(intent, sent=True, failure=failure)\n",
        new="            return failure\n",
        test=(
            "functional/test_create_verify.py"
            "::test_an_unknown_outcome_that_turns_out_to_be_creating_is_pending_with_its_id"
        ),
    ),
    Bug(
        "a new token after an unknown outcome",
        "what may have been created is never asked for under another token",
        SWEEP,
        old="            return replace(intent, sent=True, failure=failure)\n",
        new=(
            "            if generation < 3:\n"
            "                return self._create(replace(intent, generation=generation + 1))\n"
            "            return replace(intent, sent=True, failure=failure)\n"
        ),
        test="functional/test_create_faults.py::test_a_lost_answer_of_a_create_is_found_in_the_same_run",
        by_proof=True,
    ),
    Bug(
        "the next generation without a failed one",
        "a snapshot that is still being created is waited for, and no second one is made",
        CREATION,
        old="replace(intent, snapshot_id=_by_status(rows, SnapshotStatus.CREATING)[0].id)\n",
        new="_sendable(replace(intent, generation=1))\n",
        test=f"{UNCLEAR}::test_a_redelivery_while_it_is_creating_waits_for_the_same_snapshot",
        by_proof=True,
    ),
    Bug(
        "always the first generation",
        "a creation that failed in the cloud is repaired by the next delivery",
        CREATION,
        old="    generation = max(map(generation_of, rows)) + 1\n",
        new="    generation = max(map(generation_of, rows))\n",
        test=f"{GENERATIONS}::test_a_failed_creation_is_repaired_by_the_next_delivery",
        by_proof=True,
    ),
    Bug(
        "a failed creation is done",
        "nothing but an Available snapshot is a backup",
        CREATION,
        old=SETTLED,
        new=SETTLED.replace("):", ") or _by_status(rows, SnapshotStatus.CREATED_FAILED):"),
        test=f"{GENERATIONS}::test_a_failed_creation_is_repaired_by_the_next_delivery",
        by_proof=True,
    ),
    Bug(
        "a creation under way is done",
        "nothing but an Available snapshot is a backup",
        CREATION,
        old=SETTLED,
        new=SETTLED.replace("):", ") or _by_status(rows, SnapshotStatus.CREATING):"),
        test=f"{UNCLEAR}::test_what_is_still_creating_at_the_deadline_is_pending_with_its_id",
        by_proof=True,
    ),
    Bug(
        "no look after",
        "an answer to a create is no backup yet",
        SWEEP,
        old="        return replace(intent, sent=True, snapshot_id=snapshot_id)\n",
        new="        return replace(intent, snapshot_id=snapshot_id).ends(Status.CREATED)\n",
        test=f"{GENERATIONS}::test_a_failed_creation_is_repaired_by_the_next_delivery",
        by_proof=True,
    ),
    Bug(
        "the name behind an id is not looked at",
        "an id that belongs to something else is a mismatch and no success",
        CREATION,
        old="    if not mine or not _same_disk(row, intent):\n",
        new="    if not _same_disk(row, intent):\n",
        test=f"{UNCLEAR}::test_an_id_that_belongs_to_something_else_is_a_mismatch",
    ),
    Bug(
        "the disk behind an id is not looked at",
        "an id that belongs to another disk is a mismatch and no success",
        CREATION,
        old="    if not mine or not _same_disk(row, intent):\n",
        new="    if not mine:\n",
        test=f"{UNCLEAR}::test_an_id_that_belongs_to_something_else_is_a_mismatch",
    ),
    Bug(
        "a copied marker answers for another disk",
        "a marker that was copied onto the snapshot of another disk does not count",
        CREATION,
        old="return row.volume_id in {None, intent.target.volume_id, intent.target.api_id}",
        new="return True",
        test=f"{LOOKALIKES}::test_copies_seen_before_the_first_delivery_do_not_stop_it",
    ),
    Bug(
        "one disk that is refused ends the sweep",
        "a disk that fails stops no other",
        SWEEP,
        old="            return outcome\n",
        new="            raise\n",
        test=(
            "functional/test_create_one_of_forty.py"
            "::test_one_disk_at_its_quota_stops_no_other_and_deletes_nothing"
        ),
    ),
    Bug(
        "a region that cannot be listed is left out",
        "a region of which nothing is known is a failure of the run",
        CREATE,
        old='_Begun([*outcomes, failed(Outcome(region, "", Status.FAILED), error)])\n',
        new="_Begun(outcomes)\n",
        test=f"{REGIONS}::test_a_region_that_fails_does_not_stop_the_other",
    ),
    Bug(
        "what is pending counts as done",
        "an event is delivered again until its snapshots are Available",
        RESULTS,
        old=DONE,
        new=DONE.replace("SKIPPED", "SKIPPED, Status.PENDING"),
        test=f"{UNCLEAR}::test_what_is_still_creating_at_the_deadline_is_pending_with_its_id",
    ),
    Bug(
        "a failed disk does not fail the run",
        "a run in which a disk failed fails, so that the event comes again and an alarm rings",
        APP,
        old="        raise RunFailed(describe(outcomes), result)\n",
        new="        return result\n",
        test="functional/test_create_one_of_forty.py::test_one_create_that_fails_stops_no_other",
        by_proof=True,
    ),
    Bug(
        "a disk that the policy does not select",
        "an event that names a disk gets it only if its policy selects it",
        SELECTION,
        old="    if matches(policy.select, volume, instances):\n        return None\n",
        new="    if True:\n        return None\n",
        test=(
            "functional/hostile/test_scope.py"
            "::test_a_disk_that_the_policy_does_not_select_is_forbidden_and_not_touched"
        ),
    ),
)
