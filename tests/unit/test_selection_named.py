from dataclasses import replace

import pytest

from snapkeep.model import Outcome, Status, Volume
from snapkeep.policy import Policy, Selector
from snapkeep.selection import Selection, Target, select
from tests.unit.rows import ADHOC, ALL, DISK, SERVER, inventory, server, system_disk, volume

OTHER = "v-disk0002"
NARROW = replace(ADHOC, select=Selector(volumes=(OTHER,)))
EXCLUDING = replace(ADHOC, exclude=Selector(volumes=(DISK,)))
LOCAL = volume("v-local001", type="Local")
EPHEMERAL = volume("v-temp0001", type="Ephemeral")


def _outcomes(found: Selection) -> list[tuple[str, str, str | None]]:
    return [(outcome.volume_id, outcome.status, outcome.code) for outcome in found.outcomes]


# name, policy, disks, named ids, targets, outcomes, unknown ids
TABLE: list[
    tuple[str, Policy, list[Volume], set[str], list[str], list[tuple[str, str, str]], set[str]]
] = [
    ("a disk", ADHOC, [volume(), volume(OTHER)], {DISK}, [DISK], [], set()),
    ("the disks of an instance", ADHOC, [volume(), volume(OTHER, instance_ids=())], {SERVER},
     [DISK], [], set()),
    ("a disk and its instance", ADHOC, [volume()], {DISK, SERVER}, [DISK], [], set()),
    ("a disk that is not selected", NARROW, [volume()], {DISK}, [],
     [(DISK, "failed", "OutOfScope")], set()),
    ("a disk by an instance, not selected", NARROW, [volume(), volume(OTHER)], {SERVER}, [OTHER],
     [(DISK, "failed", "OutOfScope")], set()),
    ("an instance of which no disk is selected", NARROW, [volume(), volume("v-disk0003")],
     {SERVER}, [], [(DISK, "failed", "OutOfScope"), ("v-disk0003", "failed", "OutOfScope")], set()),
    ("an instance with a disk that is excluded", EXCLUDING, [volume(), volume(OTHER)], {SERVER},
     [OTHER], [(DISK, "skipped", "Excluded")], set()),
    ("a disk itself and by its instance, not selected", NARROW, [volume()], {DISK, SERVER}, [],
     [(DISK, "failed", "OutOfScope")], set()),
    ("a disk that is excluded", EXCLUDING, [volume()], {DISK}, [],
     [(DISK, "skipped", "Excluded")], set()),
    ("a local disk", ADHOC, [LOCAL], {LOCAL.id}, [],
     [(LOCAL.id, "skipped", "Unsupported")], set()),
    ("a local disk that is not selected", NARROW, [LOCAL], {LOCAL.id}, [],
     [(LOCAL.id, "skipped", "Unsupported")], set()),
    ("an id that is not there", ADHOC, [volume()], {"v-gone0001", DISK}, [DISK], [],
     {"v-gone0001"}),
    ("an instance that is not there", ADHOC, [volume()], {"i-gone0001"}, [], [], {"i-gone0001"}),
    ("another case of the letters", ADHOC, [volume()], {"v-DISK0001"}, [], [], {"v-DISK0001"}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("policy", "disks", "named", "targets", "outcomes", "unknown"),
    [case[1:] for case in TABLE],
    ids=[case[0] for case in TABLE],
)
def test_an_event_may_name(
    policy: Policy,
    disks: list[Volume],
    named: set[str],
    targets: list[str],
    outcomes: list[tuple[str, str, str]],
    unknown: set[str],
) -> None:
    found = select(policy, inventory(disks), frozenset(named))
    assert [target.volume_id for target in found.targets] == targets
    assert _outcomes(found) == outcomes
    assert found.unknown == unknown


@pytest.mark.parametrize("name", [DISK, SERVER], ids=["disk", "instance"])
def test_a_named_disk_that_is_not_selected_fails_with_the_remedy(name: str) -> None:
    found = select(NARROW, inventory([volume()]), frozenset({name}))
    message = "policy adhoc does not select it; name another policy or widen select"
    expected = Outcome("bj", DISK, Status.FAILED, code="OutOfScope", message=message)
    assert found == Selection(outcomes=(expected,))


@pytest.mark.parametrize("disk", [LOCAL, EPHEMERAL], ids=lambda disk: disk.type)
def test_a_disk_that_cannot_have_snapshots_is_skipped_with_its_type(disk: Volume) -> None:
    found = select(ADHOC, inventory([disk, volume()]), frozenset())
    message = f"a disk of type {disk.type} cannot have snapshots"
    assert found.outcomes == (
        Outcome("bj", disk.id, found.outcomes[0].status, code="Unsupported", message=message),
    )
    assert _outcomes(found) == [(disk.id, "skipped", "Unsupported")]
    assert [target.volume_id for target in found.targets] == [DISK]


@pytest.mark.parametrize("status", ["InUse", "Available"])
def test_a_disk_in_use_or_available_can_be_snapshotted(status: str) -> None:
    assert _target(volume(status=status)) == Target(DISK, DISK)


@pytest.mark.parametrize("status", ["Creating", "Attaching", "Detaching", "Error", "", "inuse"])
def test_a_disk_in_another_status_is_refused_with_it(status: str) -> None:
    expected = Target(DISK, DISK, ("VolumeStatus", f"the disk is {status}"))
    assert _target(volume(status=status)) == expected


@pytest.mark.parametrize("status", ["Running", "Stopped"])
def test_a_system_disk_goes_by_the_id_and_the_status_of_its_instance(status: str) -> None:
    disk = system_disk(status="Whatever")
    assert _target(disk, status) == Target(disk.id, SERVER)


@pytest.mark.parametrize("status", ["Starting", "Stopping", "Recycled", "", "running"])
def test_a_system_disk_of_an_instance_in_another_status_is_refused(status: str) -> None:
    disk = system_disk(status="InUse")
    expected = Target(disk.id, SERVER, ("InstanceStatus", f"its instance is {status}"))
    assert _target(disk, status) == expected


@pytest.mark.parametrize("owners", [(), ("i-gone0001",)], ids=["detached", "not listed"])
def test_a_system_disk_without_its_instance_is_refused(owners: tuple[str, ...]) -> None:
    disk = system_disk(instance_ids=owners)
    expected = Target(disk.id, disk.id, ("NoInstance", "its instance is not listed"))
    assert _target(disk) == expected


def _target(disk: Volume, instance_status: str = "Running") -> Target:
    owner = server(status=instance_status)
    policy = replace(ADHOC, select=ALL)
    (target,) = select(policy, inventory([disk], [owner]), frozenset()).targets
    return target
