"""What is allowed in a policy file and yet is probably not meant."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, pairwise

from snapkeep.errors import InvalidInput
from snapkeep.model import Inventory, iso
from snapkeep.policy import Policies, Policy
from snapkeep.schedule import check_schedule, runs
from snapkeep.selection import covered
from snapkeep.times import short
from snapkeep.toml_lines import line_of

# as far ahead as the gaps between runs are looked at; a year and its last month
_AHEAD = timedelta(days=400)
_MOST_RUNS = 10_000
# a period that is never shorter than this
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "monthly": timedelta(days=31),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at; ``line`` is 1-based, ``None`` where nothing in the file is to blame."""

    path: str
    message: str
    line: int | None = None

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.path}: {self.message}"


def lint(text: str, policies: Policies, now: datetime) -> list[Finding]:
    """Return what is odd about a policy file, in the order of its lines.

    Args:
        text: the file.
        policies: what was read from it.
    """
    every = policies.by_name.values()
    found = [each for policy in every for each in _policy(policy, policies, now)]
    for number, hold in enumerate(policies.holds):
        if hold.until and hold.until <= now:
            ended = iso(hold.until.astimezone(UTC))
            message = f"ended on {ended}; remove it, or renew it if it is still meant"
            found.append(Finding(f"hold[{number}].until", message))
    placed = [Finding(each.path, each.message, line_of(text, each.path)) for each in found]
    return sorted(placed, key=lambda each: each.line or 0)


def lint_inventory(inventory: Inventory, policies: Policies) -> Iterator[Finding]:
    """Yield what the policies mean for the disks of one region, and do not say."""
    enabled = [policy for policy in policies.by_name.values() if policy.enabled]
    taken = {policy.name: covered(policy, inventory) for policy in enabled}
    for name, disks in taken.items():
        if not disks:
            yield Finding(f"policy.{name}.select", f"selects no disk of {inventory.region}")
    backed_up = [policy.name for policy in enabled if policy.rpo]
    for volume in inventory.volumes:
        names = [name for name in backed_up if volume.id in taken[name]]
        if len(names) > 1:
            message = f"{volume.id} is under {' and '.join(names)}; each keeps its own snapshots"
            yield Finding(f"policy.{names[-1]}.select", message)


def lint_holds(inventories: Sequence[Inventory], policies: Policies) -> Iterator[Finding]:
    """Yield the holds of no snapshot; the inventories are those of all the policies' regions."""
    listed = {snapshot.id for each in inventories for snapshot in each.snapshots}
    regions = ", ".join(each.region for each in inventories)
    for number, hold in enumerate(policies.holds):
        if hold.snapshot_id not in listed:
            message = f"{hold.snapshot_id} is no snapshot of {regions}"
            yield Finding(f"hold[{number}].snapshot", message)


def _policy(policy: Policy, policies: Policies, now: datetime) -> Iterator[Finding]:
    path = f"policy.{policy.name}"
    if policy.adopt and policy.adopt.created_before > now:
        message = "is in the future: what is made until then is adopted as well"
        yield Finding(f"{path}.adopt.created_before", message)
    if policy.schedule is None:
        if not policy.keep.is_empty:
            yield Finding(f"{path}.keep", "counts the snapshots of a schedule, and there is none")
        elif policy.ad_hoc_keep is None:
            message = "has neither a schedule nor ad_hoc_keep: each request has to say keep_for"
            yield Finding(path, message)
        return
    try:
        check_schedule(policy.schedule, f"{path}.schedule")
        ahead = runs(policy.schedule, policies.zone, now, now + _AHEAD, now)
        gaps = [after - before for before, after in pairwise(islice(ahead, _MOST_RUNS))]
    except InvalidInput as error:
        yield Finding(f"{path}.schedule", error.message)
        return
    if not gaps:
        yield Finding(f"{path}.schedule", f"runs less than twice in the next {short(_AHEAD)}")
        return
    if policy.rpo and max(gaps) > policy.rpo:
        message = f"is shorter than the {short(max(gaps))} that can lie between two runs"
        yield Finding(f"{path}.rpo", f"{message}; the disks are stale in between")
    for rule, period in _PERIODS.items():
        if getattr(policy.keep, rule) and min(gaps) > period:
            message = f"keeps a snapshot per run, and runs are at least {short(min(gaps))} apart"
            yield Finding(f"{path}.keep.{rule}", message)
