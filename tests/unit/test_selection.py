from dataclasses import replace

import pytest

from snapkeep.model import Instance, Volume
from snapkeep.policy import Selector
from snapkeep.selection import covers, matches, needs_instances, select
from tests.unit.rows import ALL, DISK, NIGHTLY, SERVER, inventory, server, system_disk, volume

NIGHT, DB = ("backup", "nightly"), ("team", "db")
BACKUP = ("backup", ("nightly", "all"))

# name, selector, disk, its instance, whether it matches
TABLE: list[tuple[str, Selector, Volume, Instance, bool]] = [
    ("all", ALL, volume(), server(), True),
    ("tag of the disk", Selector(tags=(BACKUP,)), volume(tags=(NIGHT,)), server(), True),
    ("tag of the instance", Selector(tags=(BACKUP,)), volume(), server(tags=(NIGHT,)), True),
    ("other value", Selector(tags=(BACKUP,)), volume(tags=(("backup", "all"),)), server(), True),
    ("wrong value", Selector(tags=(BACKUP,)), volume(tags=(("backup", "no"),)), server(), False),
    ("wrong key", Selector(tags=(BACKUP,)), volume(tags=(("Backup", "all"),)), server(), False),
    ("no tag", Selector(tags=(BACKUP,)), volume(), server(), False),
    ("tags are all needed", Selector(tags=(BACKUP, ("team", ("db",)))), volume(tags=(NIGHT,)),
     server(), False),
    ("tags of both", Selector(tags=(BACKUP, ("team", ("db",)))), volume(tags=(NIGHT,)),
     server(tags=(DB,)), True),
    ("disk's id", Selector(volumes=("v-other001", DISK)), volume(), server(), True),
    ("other disk's id", Selector(volumes=("v-other001",)), volume(), server(), False),
    ("instance", Selector(instances=("i-other001", SERVER)), volume(), server(), True),
    ("other instance", Selector(instances=("i-other001",)), volume(), server(), False),
    ("detached", Selector(instances=(SERVER,)), volume(instance_ids=()), server(), False),
    ("second instance", Selector(instances=(SERVER,)), volume(instance_ids=("i-a", SERVER)),
     server(), True),
    ("disk's name", Selector(names=("data", "x")), volume(), server(), True),
    ("instance's name", Selector(names=("web",)), volume(), server(), True),
    ("part of a name", Selector(names=("dat",)), volume(), server(), False),
    ("name in capitals", Selector(names=("DATA",)), volume(), server(), False),
    ("Chinese name", Selector(names=("数据盘",)), volume(name="数据盘"), server(), True),
    ("system wanted", Selector(system=True), system_disk(), server(), True),
    ("system not wanted", Selector(system=False), system_disk(), server(), False),
    ("data wanted", Selector(system=False), volume(), server(), True),
    ("data not wanted", Selector(system=True), volume(), server(), False),
    ("keys are all needed", Selector(names=("data",), system=True), volume(), server(), False),
    ("all keys answer", Selector(names=("data",), instances=(SERVER,), volumes=(DISK,)), volume(),
     server(), True),
    ("one key fails", Selector(names=("data",), instances=("i-x",), volumes=(DISK,)), volume(),
     server(), False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("selector", "disk", "owner", "expected"),
    [case[1:] for case in TABLE],
    ids=[case[0] for case in TABLE],
)
def test_keys_are_anded_and_values_ored(
    selector: Selector, disk: Volume, owner: Instance, expected: bool
) -> None:
    assert matches(selector, disk, {owner.id: owner}) is expected
    policy = replace(NIGHTLY, select=selector)
    chosen = [
        target.volume_id for target in select(policy, inventory([disk], [owner]), NONE).targets
    ]
    assert chosen == ([disk.id] if expected else [])


NONE: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("exclude", "excluded"),
    [
        (Selector(), False),
        (Selector(volumes=(DISK,)), True),
        (Selector(names=("web",)), True),
        (Selector(volumes=(DISK,), names=("other",)), True),
        (Selector(volumes=("v-other001",), names=("web",)), True),
        (Selector(volumes=("v-other001",), names=("other",)), False),
        (Selector(system=True), False),
        (Selector(tags=(("a", ("b",)), ("team", ("db",)))), True),
        (ALL, True),
    ],
    ids=["nothing", "disk", "instance's name", "first key", "second key", "neither", "system",
         "second tag", "all"],
)  # fmt: skip
def test_any_key_of_exclude_is_enough(exclude: Selector, excluded: bool) -> None:
    policy = replace(NIGHTLY, exclude=exclude)
    disk, owner = volume(tags=(DB,)), server()
    found = select(policy, inventory([disk], [owner]), NONE)
    assert covers(policy, disk, {owner.id: owner}) is not excluded
    assert [target.volume_id for target in found.targets] == ([] if excluded else [DISK])
    assert [(o.status, o.code) for o in found.outcomes] == (
        [("skipped", "Excluded")] if excluded else []
    )


def test_only_the_selected_disks_are_meant() -> None:
    policy = replace(NIGHTLY, select=Selector(names=("data",)))
    disks = [volume(), volume("v-disk0002", name="log"), volume("v-disk0003")]
    found = select(policy, inventory(disks), NONE)
    assert [target.volume_id for target in found.targets] == [DISK, "v-disk0003"]
    assert found.outcomes == ()


def test_an_empty_region_selects_nothing() -> None:
    found = select(NIGHTLY, inventory(), frozenset({DISK}))
    assert (found.targets, found.outcomes, found.unknown) == ((), (), frozenset({DISK}))


@pytest.mark.parametrize(
    ("selector", "exclude", "disk", "needed"),
    [
        (ALL, Selector(), volume(), False),
        (ALL, Selector(), system_disk(), True),
        (Selector(system=False), Selector(), system_disk(), False),
        (Selector(volumes=(DISK,)), Selector(), system_disk(), False),
        (Selector(names=("x",)), Selector(), volume(), True),
        (Selector(tags=(BACKUP,)), Selector(), volume(), True),
        (ALL, Selector(names=("x",)), volume(), True),
        (ALL, Selector(tags=(BACKUP,)), volume(), True),
        (ALL, Selector(instances=(SERVER,)), volume(), False),
    ],
    ids=["data", "system", "system unselected", "by id", "by name", "by tag", "name excluded",
         "tag excluded", "instance excluded"],
)  # fmt: skip
def test_the_instances_are_asked_for_only_if_they_decide(
    selector: Selector, exclude: Selector, disk: Volume, needed: bool
) -> None:
    policy = replace(NIGHTLY, select=selector, exclude=exclude)
    assert needs_instances(policy, [disk], NONE) is needed


@pytest.mark.parametrize(
    ("selector", "named", "needed"),
    [
        (ALL, {DISK}, False),
        (ALL, {"v-system01"}, True),
        (ALL, {"v-other001"}, False),
        (ALL, {SERVER}, True),
        (Selector(volumes=(DISK,)), {"v-system01"}, True),
        (Selector(names=("x",)), {DISK}, True),
    ],
    ids=["data disk", "system disk", "unknown id", "instance", "not selected", "by name"],
)
def test_only_the_disks_that_an_event_names_count_for_asking(
    selector: Selector, named: set[str], needed: bool
) -> None:
    policy, disks = replace(NIGHTLY, select=selector), [volume(), system_disk()]
    assert needs_instances(policy, disks, frozenset(named)) is needed
