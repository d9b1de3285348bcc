"""Which snapshots of others a policy adopts."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from snapkeep.policy import Adopt
from snapkeep.rows import candidate
from tests.unit.rows import (
    ADOPT,
    DAY,
    DISK,
    NIGHTLY,
    NOW,
    SECOND,
    SERVER,
    SLOT,
    adopting,
    backup,
    identity,
    nightly,
    policies,
    row,
)  # fmt: skip

OURS = row(SLOT - 90 * DAY)


def test_an_older_manual_snapshot_is_adopted_and_its_slot_is_its_creation() -> None:
    found = candidate(backup(11), adopting())
    assert found is not None
    assert (found.policy, found.volume_id, found.source) == ("nightly", DISK, None)
    assert found.slot == NOW - 11 * DAY
    assert found.point == (NOW - 11 * DAY, NOW - 11 * DAY, "s-b0011")


@pytest.mark.parametrize("method", ["manual", "MANUAL"])
def test_created_before_is_exclusive_and_the_prefix_may_be_the_whole_name(method: str) -> None:
    last = backup(
        10, name="backup-", create_time=ADOPT.created_before - SECOND, create_method=method
    )
    assert candidate(last, adopting()) is not None
    assert candidate(replace(last, create_time=ADOPT.created_before), adopting()) is None


NOT_ADOPTED: dict[str, Mapping[str, Any]] = {
    "another name": {"name": "by-hand"},
    "the prefix elsewhere": {"name": "my-backup-1"},
    "the prefix in other letters": {"name": "Backup-1"},
    "half the prefix": {"name": "backup"},
    "made at that very instant": {"create_time": ADOPT.created_before},
    "made later": {"create_time": NOW - DAY},
    "no readable creation time": {"create_time": None},
    "automatic": {"create_method": "auto"},
    "of an unknown method": {"create_method": ""},
    "part of an instance snapshot": {"insnap_id": "is-0001"},
    "made into an image": {"template_id": "m-0001"},
    "failed": {"status": "CreatedFailed"},
    "being created": {"status": "Creating"},
    "not available": {"status": "NotAvailable"},
    "of an unknown status": {"status": "Deleting"},
    "of no disk": {"volume_id": None},
    "of a disk that is not listed": {"volume_id": "v-gone0001"},
    "of a disk that the policy does not cover": {"volume_id": "v-other001"},
    "of an unknown instance": {"volume_id": "i-host0002"},
    "marked as ours": {"desc": OURS.desc},
    "marked as ours, and edited": {"desc": OURS.desc.replace("policy=nightly", "policy=n")},
    "marked as ours, and cut short": {"desc": "snapkeep/1"},
    "marked as ours behind other words": {"desc": f"keep! {OURS.desc}"},
    "marked as ours in another region": {"desc": row(of={"region": "gz"}).desc},
}


@pytest.mark.parametrize("changes", NOT_ADOPTED.values(), ids=NOT_ADOPTED)
def test_a_snapshot_of_others_is_not_adopted_that_is(changes: Mapping[str, Any]) -> None:
    given = adopting(disks={DISK: (SERVER,), "v-other001": ()})
    assert candidate(backup(20), given) is not None
    assert candidate(backup(20, **changes), given) is None


@pytest.mark.parametrize("generation", [0, 3])
@pytest.mark.parametrize("prefix", ["s", "sk_nightly_", identity().name()])
def test_a_snapshot_with_a_name_of_ours_is_never_adopted(prefix: str, generation: int) -> None:
    given = adopting(nightly(adopt=Adopt(prefix, NOW)))
    named = backup(20, name=identity().name(generation))
    assert candidate(named, given) is None
    assert candidate(replace(named, desc=""), given) is None
    assert candidate(replace(named, name=f"{named.name}_copy"), given) is not None


def test_a_disk_must_be_listed_even_if_the_policy_covers_it() -> None:
    assert candidate(backup(20), adopting(disks={"v-other001": ()})) is None
    assert candidate(backup(20), adopting(covered={"nightly": frozenset()})) is None
    assert candidate(backup(20), adopting(covered={})) is None


def test_a_policy_that_adopts_nothing_adopts_nothing() -> None:
    assert candidate(backup(20), adopting(policies())) is None


@pytest.mark.parametrize("where", [SERVER, "v-system01"], ids=["its instance", "itself"])
def test_a_system_disks_snapshot_may_be_listed_under_its_instance(where: str) -> None:
    disks = {DISK: (), "v-system01": (SERVER,)}
    found = candidate(
        backup(20, volume_id=where),
        adopting(disks=disks, covered={"nightly": frozenset({"v-system01"})}),
    )
    assert found is not None
    assert found.volume_id == "v-system01"
    assert candidate(backup(20, volume_id=where), adopting(disks=disks)) is None


@pytest.mark.parametrize(
    ("other", "disks", "adopter"),
    [
        (ADOPT, {DISK}, None),
        (Adopt("backup-2", NOW), {DISK}, None),
        (Adopt("backup-3", NOW), {DISK}, "nightly"),
        (Adopt("backup-", NOW - 20 * DAY), {DISK}, "nightly"),
        (ADOPT, {"v-other001"}, "nightly"),
        (None, {DISK}, "nightly"),
    ],
    ids=["both", "both by prefix", "another prefix", "too late", "another disk", "not at all"],
)
def test_exactly_one_policy_may_ask_for_it(
    other: Adopt | None, disks: set[str], adopter: str | None
) -> None:
    weekly = replace(NIGHTLY, name="weekly", adopt=other)
    given = adopting(
        policies(replace(NIGHTLY, adopt=ADOPT), weekly),
        covered={"nightly": frozenset({DISK}), "weekly": frozenset(disks)},
    )
    found = candidate(backup(20), given)
    assert (found.policy if found else None) == adopter
