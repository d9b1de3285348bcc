"""Which rows are ours to delete at all, and when they have expired."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from snapkeep.expiry import decide
from snapkeep.model import Snapshot, Source, iso
from snapkeep.rows import candidate
from tests.unit.rows import (
    DAY,
    DISK,
    HOUR,
    NOW,
    SECOND,
    SERVER,
    SLOT,
    adhoc,
    nightly,
    nights,
    policies,
    row,
    world,
)  # fmt: skip


@pytest.mark.parametrize("where", [DISK, SERVER, None], ids=["its disk", "its instance", "none"])
def test_a_row_of_its_disk_of_the_instance_or_of_none_is_a_candidate(where: str | None) -> None:
    found = candidate(row(volume_id=where), world())
    assert found is not None
    assert found.volume_id == DISK


@pytest.mark.parametrize(
    ("changes", "disks"),
    [
        ({"volume_id": "v-disk0002"}, {DISK: (SERVER,), "v-disk0002": (SERVER,)}),
        ({"volume_id": "i-host0002"}, {DISK: (SERVER,), "v-disk0002": ("i-host0002",)}),
        ({"volume_id": SERVER}, {DISK: ()}),
        ({"volume_id": SERVER}, {}),
        ({"volume_id": ""}, {DISK: (SERVER,)}),
        ({"create_method": "auto"}, {DISK: (SERVER,)}),
        ({"insnap_id": "is-0001"}, {DISK: (SERVER,)}),
        ({"template_id": "m-0001"}, {DISK: (SERVER,)}),
        ({"name": "mine"}, {DISK: (SERVER,)}),
        ({"desc": "mine"}, {DISK: (SERVER,)}),
    ],
    ids=["another disk", "another instance", "a former instance", "instance of a released disk",
         "no id", "automatic", "of an instance snapshot", "of an image", "renamed", "no marker"],
)  # fmt: skip
def test_any_other_row_is_invisible_to_delete(
    changes: Mapping[str, Any], disks: dict[str, tuple[str, ...]]
) -> None:
    foreign = replace(row(SLOT - 90 * DAY), **changes)
    assert candidate(foreign, world(disks=disks)) is None
    decisions = decide([foreign, *nights(4)], world(disks=disks))
    assert foreign.id not in {decision.row.snapshot.id for decision in decisions}


def test_a_row_of_another_region_is_invisible_to_delete() -> None:
    assert candidate(row(of={"region": "gz"}), world()) is None


def test_foreign_rows_neither_anchor_nor_count() -> None:
    foreign = [replace(each, name="mine") for each in nights(9, newest=SLOT + DAY)]
    alone = decide(nights(5), world())
    assert decide([*foreign, *nights(5)], world()) == alone


@pytest.mark.parametrize(
    ("until", "delete", "reason"),
    [
        (None, False, "ad hoc without keep_until"),
        (NOW + SECOND, False, "keep_until 2026-11-23T18:00:31Z"),
        (NOW, True, "keep_until 2026-11-23T18:00:30Z has passed"),
        (NOW - DAY, True, "keep_until 2026-11-22T18:00:30Z has passed"),
    ],
    ids=["never told", "not yet", "just now", "yesterday"],
)
def test_an_ad_hoc_row_is_kept_until_its_keep_until(
    until: datetime | None, delete: bool, reason: str
) -> None:
    asked = adhoc(8 * DAY, until)
    newer = [adhoc(age * DAY, NOW + DAY) for age in (1, 2)]
    (found,) = [d for d in decide([asked, *newer], world()) if d.row.snapshot == asked]
    assert (found.delete, found.reasons) == (delete, (reason,))


def test_ad_hoc_rows_evict_no_cron_row_and_no_rule_keeps_them() -> None:
    of = {"source": Source.WEBHOOK}
    burst = [row(SLOT - n * HOUR, keep_until=NOW + DAY, of=of) for n in range(1, 9)]
    decisions = {d.row.snapshot.id: d for d in decide([*burst, *nights(3)], world())}
    assert [decisions[each.id].reasons[0] for each in nights(3)] == [
        "last 1 of 3", "last 2 of 3", "last 3 of 3",
    ]  # fmt: skip
    assert all(decisions[each.id].reasons == (f"keep_until {iso(NOW + DAY)}",) for each in burst)


@pytest.mark.parametrize(("until", "delete"), [(NOW + SECOND, False), (NOW, True)])
def test_a_cron_row_to_which_somebody_added_a_keep_until_is_kept_until_then(
    until: datetime, delete: bool
) -> None:
    edited = row(SLOT - 9 * DAY, keep_until=until)
    (found,) = [d for d in decide([edited, *nights(4)], world()) if d.row.snapshot == edited]
    has_passed = " has passed" if delete else ""
    assert found.delete is delete
    assert found.reasons == (f"keep_until {iso(until)}{has_passed}",)


def test_cron_rows_of_a_policy_without_keep_are_kept() -> None:
    rows = nights(5, of={"policy": "adhoc"})
    decisions = decide(rows, world())
    assert {decision.reasons for decision in decisions} == {("the policy has no keep rule",)}
    assert not any(decision.delete for decision in decisions)


def _failed(age: timedelta, **changes: Any) -> Snapshot:
    return row(NOW - age, status="CreatedFailed", **changes)


@pytest.mark.parametrize(
    ("age", "delete"),
    [(54 * HOUR - SECOND, False), (54 * HOUR, True), (400 * DAY, True)],
    ids=["a second less", "exactly max_event_age + 48 h", "a year"],
)
def test_a_failed_row_goes_after_the_event_can_no_longer_come(age: timedelta, delete: bool) -> None:
    failed = _failed(age)
    (found,) = [d for d in decide([failed, *nights(2)], world()) if d.row.snapshot == failed]
    assert found.delete is delete
    assert found.reasons[0] == "its creation failed"
    assert found.gate == (None if delete else "minimum-age")


def test_the_wait_for_a_failed_row_follows_max_event_age() -> None:
    failed, given = _failed(54 * HOUR), policies(max_event_age=7 * HOUR)
    (found,) = [d for d in decide([failed, *nights(2)], world(given)) if d.row.snapshot == failed]
    assert (found.delete, found.gate) == (False, "minimum-age")


@pytest.mark.parametrize(
    ("good", "delete"),
    [
        ([], False),
        ([row(NOW - 5 * DAY)], False),
        ([row(NOW - 3 * DAY, id="s-0000")], False),
        ([row(NOW - HOUR)], True),
        ([row(NOW + HOUR)], False),
        ([row(NOW - HOUR, status="Creating")], False),
        ([row(NOW - HOUR, of={"volume_id": "v-disk0002"})], False),
        ([row(NOW - HOUR, of={"policy": "adhoc"})], False),
    ],
    ids=["none", "older", "same slot", "newer", "future", "creating", "other disk", "other policy"],
)
def test_a_failed_row_goes_only_if_a_newer_good_one_exists(
    good: list[Snapshot], delete: bool
) -> None:
    failed = _failed(3 * DAY)
    given = replace(world(), disks={DISK: (), "v-disk0002": ()})
    (found,) = [d for d in decide([failed, *good], given) if d.row.snapshot == failed]
    assert found.delete is delete
    assert found.gate == (None if delete else "status")


def test_a_failed_row_that_is_held_or_of_a_disabled_policy_stays() -> None:
    held, plain = _failed(9 * DAY, hold="audit"), _failed(8 * DAY)
    found = {d.row.snapshot.id: d.gate for d in decide([held, plain, *nights(2)], world())}
    assert (found[held.id], found[plain.id]) == ("hold", None)
    disabled = decide([plain, *nights(2)], world(nightly(enabled=False)))
    assert [decision.gate for decision in disabled if decision.row.snapshot == plain] == ["policy"]
