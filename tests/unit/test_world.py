"""What a list of a region says besides its snapshots."""

from dataclasses import replace

from snapkeep.policy import Adopt
from snapkeep.rows import World
from tests.unit.rows import (
    ADHOC,
    DISK,
    NIGHTLY,
    NOW,
    SERVER,
    inventory,
    policies,
    system_disk,
    volume,
)


def test_a_world_knows_its_disks_and_what_each_adopting_policy_covers() -> None:
    adopting = policies(replace(NIGHTLY, adopt=Adopt("backup-", NOW)), ADHOC)
    found = World.of(inventory([volume(), system_disk()]), adopting, NOW)
    assert (found.region, found.now, found.policies) == ("bj", NOW, adopting)
    assert found.disks == {DISK: (), "v-system01": (SERVER,)}
    assert found.covered == {"nightly": frozenset({DISK, "v-system01"})}
    assert World.of(inventory([volume()]), policies(), NOW).covered == {}
