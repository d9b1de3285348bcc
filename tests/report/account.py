"""An account of one disk in one region, for what the report has to notice in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from snapkeep.model import Inventory, Snapshot, Volume
from snapkeep.policy import Policies
from snapkeep.report.build import build_report
from snapkeep.report.findings import Finding
from snapkeep.report.model import Report
from tests.unit.rows import NIGHTLY, NOW, backup, nights, policies, server, volume

ONLY = policies(NIGHTLY)
GONE = {"volume_id": "v-gone0001"}


@dataclass(frozen=True)
class Account:
    """An account of one disk and what is wrong in it."""

    snapshots: Sequence[Snapshot] = ()
    volumes: Sequence[Volume] = (volume(),)
    policies: Policies = ONLY
    errors: Mapping[str, str] = field(default_factory=dict)
    unsized: Mapping[str, str] = field(default_factory=dict)

    @property
    def report(self) -> Report:
        found = Inventory("bj", self.volumes, (server(),), self.snapshots)
        return build_report([found], self.policies, NOW, self.errors, self.unsized)

    def findings(self, kind: str) -> list[Finding]:
        return [each for each in self.report.findings if each.kind == kind]


GOOD = Account(nights(3))
FULL = replace(ONLY, quota_per_disk=5)


def by_hand(number: int, **changes: Any) -> list[Snapshot]:
    """Return snapshots that others made by hand."""
    return [backup(age, **changes) for age in range(1, number + 1)]
