"""Noticing: every kind of finding is a function over what was seen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from snapkeep.model import iso
from snapkeep.policy import Policies
from snapkeep.report.findings import Finding
from snapkeep.report.model import Coverage, Disk, Kind, Orphan, State
from snapkeep.report.quota import Quota
from snapkeep.report.region import Region
from snapkeep.times import short

# the share of the quota from which on it is near
QUOTA_NEAR = 0.8
# a name may be as long as its owner likes, a finding is a line
_MAX_NAME = 100


@dataclass(frozen=True)
class Seen:
    """All there is to notice something in."""

    policies: Policies
    now: datetime
    regions: Sequence[Region]
    disks: Sequence[Disk]
    orphans: Sequence[Orphan]
    errors: Mapping[str, str]
    unsized: Mapping[str, str]
    is_unforeseen: bool

    @cached_property
    def quota(self) -> Quota | None:
        """The disk that is nearest to its quota, if there is a quota."""
        limit = self.policies.quota_per_disk
        used = [
            (number, disk)
            for region in self.regions
            for disk, number in region.manual_per_disk.items()
        ]
        return Quota(limit, *max(used, default=(0, ""))) if limit else None


def findings_of(seen: Seen) -> tuple[Finding, ...]:
    """Return all findings, the most urgent first."""
    return tuple(sorted((f for notice in _NOTICES for f in notice(seen)), key=lambda f: f.place))


def _unreadable(seen: Seen) -> Iterator[Finding]:
    for region, why in seen.errors.items():
        yield Finding("region-unreadable", f"region {region} could not be read: {why}", region)


def _no_disk(seen: Seen) -> Iterator[Finding]:
    for region in seen.regions:
        if not region.inventory.volumes:
            name = region.inventory.region
            yield Finding("no-disk", f"no disk in {name}", name)


def _states(seen: Seen) -> Iterator[Finding]:
    for disk in seen.disks:
        place = (disk.region, disk.volume_id)
        if disk.state is State.UNPROTECTED:
            yield Finding("unprotected", f"{_named(disk)}: no policy with an rpo covers it", *place)
        for each in disk.coverages:
            if each.state is State.STALE:
                yield Finding("stale", f"{_named(disk)}: {_age(each)}", *place, each.policy)
            if each.state is State.FAILED:
                text = f"{_named(disk)}: the newest snapshot of {each.policy} failed"
                yield Finding("last-failed", text, *place, each.policy)


def _refused(seen: Seen) -> Iterator[Finding]:
    for region in seen.regions:
        if cap := region.plan.refusals.get("cap"):
            name = region.inventory.region
            yield Finding("plan-refused", f"the plan of {name} is over a cap: {cap}", name)


def _near_quota(seen: Seen) -> Iterator[Finding]:
    limit = seen.policies.quota_per_disk
    if limit is None:
        return
    for region in seen.regions:
        for disk, used in region.manual_per_disk.items():
            if used >= QUOTA_NEAR * limit:
                text = f"disk {disk} has {used} of {limit} manual snapshots (estimate)"
                yield Finding("quota-near", text, region.inventory.region, disk)


def _long_creating(seen: Seen) -> Iterator[Finding]:
    since = seen.now - seen.policies.max_event_age
    for disk in seen.disks:
        late = [dot for dot in disk.dots if dot.kind is Kind.CREATING and dot.at < since]
        if late:
            text = f"{_named(disk)}: {late[0].id} is Creating since {iso(late[0].at)}"
            yield Finding("long-creating", text, disk.region, disk.volume_id)


def _policy_gone(seen: Seen) -> Iterator[Finding]:
    counts: dict[tuple[str, str], int] = {}
    for region in seen.regions:
        for decision in region.plan.decisions:
            policy = seen.policies.by_name.get(decision.row.policy)
            if policy is None or not policy.enabled:
                key = (region.inventory.region, decision.row.policy)
                counts[key] = counts.get(key, 0) + 1
    for (name, policy_name), number in counts.items():
        text = f"{number} snapshots of policy {policy_name} in {name}, which is not in force"
        yield Finding("policy-gone", text, name, policy=policy_name)


def _unsized(seen: Seen) -> Iterator[Finding]:
    for region, why in seen.unsized.items():
        text = f"the sizes in {region} are not known: {why}"
        yield Finding("sizes-unknown", text, region)


def _orphans(seen: Seen) -> Iterator[Finding]:
    for region in seen.regions:
        name = region.inventory.region
        left = [orphan for orphan in seen.orphans if orphan.region == name]
        if left:
            number, waiting = sum(len(o.dots) for o in left), sum(o.approvals for o in left)
            text = f"{number} snapshots of {len(left)} disks that are gone from {name}"
            yield Finding("orphans", f"{text}; {waiting} of them would go if approved", name)


def _automatic(seen: Seen) -> Iterator[Finding]:
    for disk in seen.disks:
        if disk.automatic_policy and any(each.rpo for each in disk.coverages):
            name = disk.automatic_policy[:_MAX_NAME]
            text = f"{_named(disk)} is under Baidu's automatic policy {name!r}"
            yield Finding("automatic-overlap", text, disk.region, disk.volume_id)


def _unforeseen(seen: Seen) -> Iterator[Finding]:
    if seen.is_unforeseen:
        yield Finding("forecast-left-out", "there is no forecast")


def _named(disk: Disk) -> str:
    return f"{disk.volume_id} {disk.name[:_MAX_NAME]}".rstrip()


def _age(coverage: Coverage) -> str:
    if coverage.age is None or coverage.rpo is None:
        return f"no good snapshot of {coverage.policy}"
    hours = coverage.age / timedelta(hours=1)
    return f"newest good one of {coverage.policy} is {hours:.1f} h old, rpo {short(coverage.rpo)}"


_NOTICES: tuple[Callable[[Seen], Iterator[Finding]], ...] = (
    *(_unreadable, _no_disk, _states, _refused, _near_quota, _long_creating),
    *(_policy_gone, _unsized, _orphans, _automatic, _unforeseen),
)
