"""Bugs in judging: which rows are ours, which of them the rules keep, which are good."""

from tests.proof.bugs.bug import Bug

IDENTITY = "shared/snapkeep/identity.py"
RETENTION = "shared/snapkeep/retention.py"
EXPIRY = "shared/snapkeep/expiry.py"
GATES = "shared/snapkeep/gates.py"
MARKED = 'return marker if named and fields.get("id") == marker.identity.id else None'
OURS = 'not snapshot.is_manual or fields.get("region") != region'
CANDIDATES = "functional/test_expire_candidates.py"
INVISIBLE = f"{CANDIDATES}::test_a_row_is_invisible_to_delete_that_is"

BUGS = (
    Bug(
        "the digest is not computed again",
        "a marker in which anything was edited is not ours to delete",
        IDENTITY,
        old=MARKED,
        new='return marker if fields.get("id", "none") in snapshot.name else None',
        test=INVISIBLE,
    ),
    Bug(
        "the name is not looked at",
        "a snapshot that somebody renamed is not ours to delete",
        IDENTITY,
        old=MARKED,
        new='return marker if fields.get("id") == marker.identity.id else None',
        test=INVISIBLE,
    ),
    Bug(
        "the region is not looked at",
        "a row that was copied to another region is not ours there",
        IDENTITY,
        old=OURS,
        new="not snapshot.is_manual",
        test=f"{CANDIDATES}::test_a_row_copied_to_another_region_is_invisible_there",
    ),
    Bug(
        "how it was made is not looked at",
        "Baidu's automatic snapshots and parts of images are not ours to delete",
        IDENTITY,
        old=OURS,
        new='fields.get("region") != region',
        test=INVISIBLE,
    ),
    Bug(
        "the disk is not looked at",
        "a marker that was copied onto the snapshot of another disk makes it no one of ours",
        "shared/snapkeep/rows.py",
        old="return Row.of(snapshot, marker) if snapshot.volume_id in owners else None",
        new="return Row.of(snapshot, marker)",
        test=INVISIBLE,
    ),
    Bug(
        "periods of UTC",
        "days, weeks and months are those of the policy's zone",
        "shared/snapkeep/periods.py",
        old="        local = moment.astimezone(zone).replace(",
        new="        local = moment.astimezone(UTC).replace(",
        test="unit/test_periods.py::test_a_period_began_at_its_first_instant_in_the_zone",
    ),
    Bug(
        "one less than the rule says",
        "a rule keeps as many as it says",
        RETENTION,
        old="        if number == wanted:\n",
        new="        if number == wanted - 1:\n",
        test="functional/test_expire_plan.py::test_last_keeps_so_many",
        by_proof=True,
    ),
    Bug(
        "the oldest goes while counts are left",
        "the oldest snapshot is kept while a rule has counts left",
        RETENTION,
        old="    if point is not oldest and oldest.id not in taken and (",
        new="    if False and (",
        test=(
            "unit/test_retention.py"
            "::test_the_oldest_is_kept_while_a_rule_has_counts_left_and_says_so"
        ),
    ),
    Bug(
        "broken snapshots count as good",
        "what cannot be restored neither counts for a rule nor for the minimum",
        GATES,
        old="        return row.snapshot.is_available and is_of_it",
        new="        return is_of_it",
        test="functional/test_expire_plan.py::test_only_good_snapshots_are_counted_by_a_rule",
        by_proof=True,
    ),
    Bug(
        "snapshots of the future count as good",
        "a snapshot that is dated ahead neither counts nor anchors",
        GATES,
        old=" and is_of_it and not row.is_after(self.world.now)\n",
        new=" and is_of_it\n",
        test="functional/test_expire_stopped.py::test_a_row_of_the_future_anchors_nothing",
    ),
    Bug(
        "deploys count as nights",
        "a burst of deploys evicts no nightly snapshot",
        GATES,
        old="        return [row for row in rows if row.source in {Source.CRON, None}]\n",
        new="        return rows\n",
        test="functional/test_expire_plan.py::test_a_burst_of_deploys_evicts_no_nightly",
    ),
    Bug(
        "adopted snapshots push out ours",
        "adopting a snapshot never costs one of ours",
        EXPIRY,
        old="    ours = replace(group, rows=marked, deleted=",
        new="    ours = replace(group, deleted=",
        test="unit/test_adoption_verdicts.py::test_adopting_changes_the_verdict_on_none_of_ours",
    ),
    Bug(
        "kept beyond its time",
        "a snapshot is kept until the instant that its marker says, and not longer",
        EXPIRY,
        old="row.keep_until > group.world.now:",
        new="row.keep_until >= group.world.now:",
        test="unit/test_candidates.py::test_an_ad_hoc_row_is_kept_until_its_keep_until",
    ),
    Bug(
        "an end that nobody keeps to",
        "a snapshot is kept until the instant that its marker says",
        EXPIRY,
        old="    if row.keep_until is not None and row.keep_until > group.world.now:\n",
        new="    if False:\n",
        test="unit/test_candidates.py::test_an_ad_hoc_row_is_kept_until_its_keep_until",
    ),
)
