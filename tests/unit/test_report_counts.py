import json

from hypothesis import given, settings
from hypothesis import strategies as st

from snapkeep.model import Inventory
from snapkeep.policy import Policy, Selector
from snapkeep.report import build_report
from tests.unit.rows import (
    ADHOC,
    ALL,
    DAY,
    HOUR,
    NIGHTLY,
    NOW,
    SLOT,
    inventory,
    nights,
    policies,
    row,
    server,
    volume,
)


def test_each_snapshot_is_counted_once_in_its_class() -> None:
    snapshots = [
        *nights(2),
        row(SLOT - 3 * DAY, status="Creating"),
        row(SLOT - 4 * DAY, status="CreatedFailed"),
        row(SLOT - 5 * DAY, status="NotAvailable"),
        row(of={"volume_id": "v-gone0001"}, volume_id=None),
        row(SLOT - 6 * DAY, name="mine"),
        row(SLOT - 7 * DAY, create_method="Auto"),
    ]
    found = inventory([volume()], snapshots=snapshots)
    report = build_report([found], policies(NIGHTLY), NOW, {})
    assert report.snapshots == {
        "automatic": 1, "creating": 1, "failed": 2, "foreign": 1, "good": 2, "orphaned": 1,
    }  # fmt: skip


STATUSES = st.sampled_from(["Available", "Available", "CreatedFailed", "Creating", "Odd"])
POLICIES = st.lists(
    st.sampled_from(
        [
            NIGHTLY,
            ADHOC,
            Policy("weekly", Selector(system=True), rpo=8 * DAY),
            Policy("off", ALL, enabled=False, rpo=HOUR),
        ]
    ),
    min_size=1,
    unique_by=lambda policy: policy.name,
)


@st.composite
def _inventories(draw: st.DrawFn) -> Inventory:
    disks = [
        volume(f"v-disk{place:04}", is_system=draw(st.booleans()), type=kind)
        for place, kind in enumerate(draw(st.lists(st.sampled_from(["Cds", "Local"]), max_size=5)))
    ]
    rows = [
        row(SLOT - age * HOUR, id=f"s-{place:04}", status=draw(STATUSES), of={"volume_id": disk})
        for place, (age, disk) in enumerate(
            draw(
                st.lists(
                    st.tuples(st.integers(-3, 90), st.sampled_from(["v-disk0000", "v-disk0009"])),
                    max_size=6,
                )
            )
        )
    ]
    return inventory(disks, [server()], rows)


@settings(deadline=None)
@given(_inventories(), POLICIES)
def test_the_counts_add_up(found: Inventory, given_policies: list[Policy]) -> None:
    report = build_report([found], policies(*given_policies), NOW, {})
    as_json = report.to_json()
    assert {disk.volume_id for disk in report.disks} == {disk.id for disk in found.volumes}
    assert sum(as_json["disks"].values()) == len(as_json["rows"]) == len(report.disks)
    assert sum(as_json["snapshots"].values()) == len(found.snapshots)
    assert json.loads(json.dumps(as_json)) == as_json
    bare = {disk.volume_id for disk in report.disks if disk.policy is None}
    covered = {disk.volume_id for disk in report.disks if disk.rpo is not None}
    assert not bare & covered
