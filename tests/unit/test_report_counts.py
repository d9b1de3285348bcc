import json

from hypothesis import given, settings
from hypothesis import strategies as st

from snapkeep.model import Inventory
from snapkeep.policy import Policy, Selector
from snapkeep.report.as_json import to_json
from snapkeep.report.build import build_report
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
    assert report.kinds == {
        "good": 2, "creating": 1, "failed": 2, "orphaned": 1, "adopted": 0, "automatic": 1,
        "foreign": 1,
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
    as_json = to_json(report)
    assert sorted(disk.volume_id for disk in report.disks) == [disk.id for disk in found.volumes]
    figures = as_json["summary"]
    assert sum(figures["disks"].values()) == len(as_json["disks"]) == len(report.disks)
    assert sum(figures["snapshots"].values()) == len(found.snapshots)
    assert json.loads(json.dumps(as_json)) == as_json
    for disk in report.disks:
        under_rpo = any(each.rpo for each in disk.coverages)
        assert under_rpo is (disk.state in {"stale", "failed", "protected"})
    for line in report.policies:
        covers = [each for disk in report.disks for each in disk.coverages]
        own = [each for each in covers if each.policy == line.name]
        assert (line.covered, line.good) == (len(own), sum(each.good for each in own))
        assert sum(line.disks.values()) == (line.covered if line.rpo else 0)
