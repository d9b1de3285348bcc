"""What a report says, as values; every rendering and every metric takes its numbers from here."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from snapkeep.money import Cost
from snapkeep.report.findings import Finding, Urgency
from snapkeep.report.outlook import Forecast
from snapkeep.report.quota import Quota


class State(StrEnum):
    """How a disk stands, the most urgent first; under several policies the worst of them."""

    UNPROTECTED = "unprotected"
    STALE = "stale"
    FAILED = "failed"
    PROTECTED = "protected"
    EXCLUDED = "excluded"
    UNSUPPORTED = "unsupported"


NEEDING = frozenset({State.UNPROTECTED, State.STALE, State.FAILED})


class Kind(StrEnum):
    """What a snapshot is; each is counted once."""

    GOOD = "good"
    CREATING = "creating"
    FAILED = "failed"
    ORPHANED = "orphaned"
    ADOPTED = "adopted"
    AUTOMATIC = "automatic"
    FOREIGN = "foreign"


@dataclass(frozen=True, slots=True)
class Dot:
    """One snapshot in time. ``goes`` is when the policies will delete it, within the forecast."""

    id: str
    at: datetime
    kind: Kind
    goes: datetime | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """One disk under one policy.

    Attributes:
        state: ``None`` for a policy without an rpo, which protects nothing.
        newest_at: slot of the newest good snapshot, ``age`` since then.
        deletes: how many snapshots the plan of now deletes, ``approvals`` if somebody approves; all
            of them where the plan exceeds a cap.
    """

    policy: str
    state: State | None
    newest: str | None
    newest_at: datetime | None
    age: timedelta | None
    rpo: timedelta | None
    next_run: datetime | None
    good: int = 0
    failed: int = 0
    deletes: int = 0
    approvals: int = 0


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk that exists; ``chain_gb`` is what all its snapshots take together, if that is known,
    and ``automatic_policy`` is Baidu's own, by name."""

    region: str
    volume_id: str
    name: str
    size_gb: int
    state: State
    coverages: tuple[Coverage, ...] = ()
    chain_gb: float | None = None
    automatic_policy: str | None = None
    dots: tuple[Dot, ...] = ()

    @property
    def worst(self) -> Coverage | None:
        """The policy under which it stands as it does, else any."""
        return next((each for each in self.coverages if each.state is self.state), None) or next(
            iter(self.coverages), None
        )


@dataclass(frozen=True, slots=True)
class Orphan:
    """What is left of a disk that is gone."""

    region: str
    volume_id: str
    policies: tuple[str, ...]
    newest_at: datetime
    approvals: int
    dots: tuple[Dot, ...] = ()


@dataclass(frozen=True, slots=True)
class PolicyLine:
    """One policy over all regions; ``disks`` counts those it covers by state, each once."""

    name: str
    enabled: bool
    schedule: str | None
    next_run: datetime | None
    rpo: timedelta | None
    disks: Mapping[State, int] = field(default_factory=dict)
    covered: int = 0
    good: int = 0
    deletes: int = 0


@dataclass(frozen=True)
class Report:
    """All regions; ``errors`` maps a region that could not be read to why."""

    now: datetime
    timezone: str
    disks: tuple[Disk, ...]
    orphans: tuple[Orphan, ...]
    policies: tuple[PolicyLine, ...]
    findings: tuple[Finding, ...]
    snapshots: Mapping[Kind, int]
    errors: Mapping[str, str]
    forecast: Forecast | None = None
    size_gb: Decimal | None = None
    cost: Cost | None = None
    quota: Quota | None = None

    @property
    def states(self) -> dict[State, int]:
        """The number of disks in each state."""
        found = Counter(disk.state for disk in self.disks)
        return {state: found[state] for state in State}

    @property
    def kinds(self) -> dict[Kind, int]:
        """The number of snapshots of each kind."""
        return {kind: self.snapshots.get(kind, 0) for kind in Kind}

    @property
    def deletes(self) -> int:
        """How many snapshots the plans of now delete."""
        return sum(each.deletes for disk in self.disks for each in disk.coverages)

    @property
    def oldest_age(self) -> timedelta | None:
        """The greatest age of a newest good snapshot under a policy with an rpo."""
        return max((each.age for each in self._under_rpo() if each.age is not None), default=None)

    @property
    def urgent(self) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.urgency is Urgency.URGENT)

    @property
    def is_well(self) -> bool:
        """Whether every region was read and nothing needs anybody's attention now."""
        return not self.errors and bool(self.disks) and not self.urgent

    @property
    def verdict(self) -> str:
        """The report in a few words."""
        if self.errors:
            return "incomplete: not every region could be read"
        if not self.disks:
            return "no disk was found; check the keys and the regions"
        if needing := sum(n for state, n in self.states.items() if state in NEEDING):
            return f"{needing:,} of {len(self.disks):,} disks need attention"
        if empty := [each.region for each in self.findings if each.kind == "no-disk"]:
            return f"no disk was found in {', '.join(empty)}; check the keys and the regions"
        protected = self.states[State.PROTECTED]
        if protected == len(self.disks):
            return "all disks are protected"
        rest = "the others are excluded or cannot have snapshots"
        return f"{protected:,} of {len(self.disks):,} disks are protected, {rest}"

    def _under_rpo(self) -> Iterator[Coverage]:
        return (each for disk in self.disks for each in disk.coverages if each.rpo)
