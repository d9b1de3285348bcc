"""Making the report of what was read."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from snapkeep.model import Inventory
from snapkeep.money import cost_of, size_of
from snapkeep.policy import Policies, Policy
from snapkeep.report.forecast import forecast
from snapkeep.report.judging import WORST_FIRST
from snapkeep.report.model import Disk, PolicyLine, Report
from snapkeep.report.observe import Seen, findings_of
from snapkeep.report.region import Region
from snapkeep.schedule import runs

# no schedule that is worth having pauses for longer
_NEXT_WITHIN = timedelta(days=400)


def build_report(
    inventories: Sequence[Inventory],
    policies: Policies,
    now: datetime,
    errors: Mapping[str, str],
    unsized: Mapping[str, str] | None = None,
) -> Report:
    """Judge every disk of the regions that could be read, the most urgent first.

    Args:
        errors: why a region could not be read.
        unsized: why a region's chains could not be read.
    """
    regions = [Region(each, policies, now) for each in inventories]
    outlook = forecast([(each.inventory, each.rows) for each in regions], policies, now)
    goes = outlook.goes if outlook else {}
    next_runs = _next_runs(policies, regions, now)
    disks = sorted(
        (disk for region in regions for disk in region.disks(next_runs, goes)),
        key=lambda disk: (WORST_FIRST.index(disk.state), disk.region, disk.volume_id),
    )
    orphans = [orphan for region in regions for orphan in region.orphans(goes)]
    unforeseen = bool(regions) and outlook is None
    seen = Seen(policies, now, regions, disks, orphans, errors, unsized or {}, unforeseen)
    # of a part there is no size and no cost, which would be taken for the whole
    size = None if errors else _size(inventories)
    return Report(
        now=now,
        timezone=policies.timezone,
        disks=tuple(disks),
        orphans=tuple(orphans),
        policies=tuple(_lines(policies, disks, next_runs)),
        findings=findings_of(seen),
        snapshots=sum((region.kinds for region in regions), Counter()),
        errors=errors,
        forecast=outlook,
        size_gb=size,
        cost=cost_of(size, policies.price) if size is not None and policies.price else None,
        quota=seen.quota,
    )


def _size(inventories: Sequence[Inventory]) -> Decimal | None:
    """Return what all chains take, ``None`` if some could not be read."""
    if not inventories or any(each.chains is None for each in inventories):
        return None
    return size_of(chain for each in inventories for chain in each.chains or ())


def _next_runs(
    policies: Policies, regions: Sequence[Region], now: datetime
) -> dict[str, datetime | None]:
    last: dict[str, datetime] = {}
    for region in regions:
        for policy, slot in region.last_slots.items():
            last[policy] = max(slot, last.get(policy, slot))
    return {
        name: _next_run(policy, policies, now, last.get(name, now))
        for name, policy in policies.by_name.items()
    }


def _next_run(
    policy: Policy, policies: Policies, now: datetime, anchor: datetime
) -> datetime | None:
    if not (policy.enabled and policy.schedule):
        return None
    return next(runs(policy.schedule, policies.zone, now, now + _NEXT_WITHIN, anchor), None)


def _lines(
    policies: Policies, disks: Sequence[Disk], next_runs: Mapping[str, datetime | None]
) -> Iterator[PolicyLine]:
    for name, policy in policies.by_name.items():
        found = [each for disk in disks for each in disk.coverages if each.policy == name]
        yield PolicyLine(
            name=name,
            enabled=policy.enabled,
            schedule=policy.schedule,
            next_run=next_runs[name],
            rpo=policy.rpo,
            disks=Counter(each.state for each in found if each.state),
            covered=len(found),
            good=sum(each.good for each in found),
            deletes=sum(each.deletes for each in found),
        )
