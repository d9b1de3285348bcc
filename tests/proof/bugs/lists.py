"""Bugs in lists: a part that passes for the whole, and rows that are read too kindly."""

from tests.proof.bugs.bug import Bug

PAGING = "shared/snapkeep/bce/paging.py"
LISTS = "client/test_lists.py"
DAMAGED = "functional/test_damaged_lists.py"

BUGS = (
    Bug(
        "isTruncated is not looked at",
        "a list that is cut off without a marker leads to no decision",
        PAGING,
        old="    if not is_truncated(reply):\n        return None\n",
        new='    if not reply.get("nextMarker"):\n        return None\n',
        test=f"{LISTS}::test_a_breach_of_the_paging_contract_is_an_incomplete_list",
    ),
    Bug(
        "the first page is the list",
        "nothing is decided from a part of a list",
        PAGING,
        old="        marker = next_marker(reply)\n",
        new="        marker = None\n",
        test=f"{LISTS}::test_a_list_is_complete_whatever_its_sizes_are",
        by_proof=True,
    ),
    Bug(
        "a marker that comes again ends the list well",
        "a list that goes in circles leads to no decision",
        PAGING,
        old='            raise ListIncomplete(f"nextMarker {marker[:40]!r} comes again")\n',
        new="            return list(rows.values())\n",
        test=f"{LISTS}::test_a_marker_that_comes_again_ends_the_walk",
    ),
    Bug(
        "a reply without a list is an empty list",
        "a reply that is none is not taken for an account without snapshots",
        PAGING,
        old="    items = reply.get(key)\n",
        new="    items = reply.get(key) or []\n",
        test=f"{DAMAGED}::test_a_damaged_list_of_one_disk_leads_to_no_create",
    ),
    Bug(
        "a damaged row is left out",
        "a list with a row that cannot be read leads to no decision",
        PAGING,
        old="    return [parse(item) for item in items]\n",
        new=(
            "    rows = []\n"
            "    for item in items:\n"
            "        try:\n"
            "            rows.append(parse(item))\n"
            "        except ListIncomplete:\n"
            "            continue\n"
            "    return rows\n"
        ),
        test=f"{LISTS}::test_a_breach_of_the_paging_contract_is_an_incomplete_list",
    ),
    Bug(
        "one walk instead of two",
        "a row is planned for deletion only if two complete lists show it",
        "shared/snapkeep/jobs/reading.py",
        old="    both = [snapshot for snapshot in client.snapshots() if snapshot.id in first]\n",
        new="    both = client.snapshots()\n",
        test=(
            "functional/test_expire_runs.py"
            "::test_a_row_that_is_missing_in_one_walk_is_not_deleted_and_costs_no_other"
        ),
    ),
    Bug(
        "a time without a zone is local time",
        "a creation time that does not say its zone is none, and such a row is kept",
        "shared/snapkeep/times.py",
        old='(Z|[+-]\\d{2}:?\\d{2})")',
        new='(Z|[+-]\\d{2}:?\\d{2})?")',
        test="unit/test_times.py::test_a_text_without_zone_or_of_another_shape_is_no_instant",
    ),
    Bug(
        "local time for UTC",
        "what is decided does not depend on where the machine stands",
        "shared/snapkeep/runtime/wiring.py",
        old="        return datetime.now(UTC) + self._shift\n",
        new="        return datetime.now().replace(tzinfo=UTC) + self._shift\n",
        test="client/test_process.py::test_the_clock_of_the_machine_tells_utc_and_may_be_shifted",
    ),
)
