"""What a policy says: which disks are backed up, when, and what is kept of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from snapkeep.errors import InvalidInput
from snapkeep.money import Price

DEFAULT_MAX_EVENT_AGE = timedelta(hours=6)
# the rules of ``keep`` that say how many, and those that say for how long
COUNTS = ("last", "hourly", "daily", "weekly", "monthly", "yearly")
WITHINS = (
    *("within", "within_hourly", "within_daily"),
    *("within_weekly", "within_monthly", "within_yearly"),
)


@dataclass(frozen=True, slots=True)
class Selector:
    """Which disks: in ``tags`` each key holds the values that satisfy it."""

    tags: tuple[tuple[str, tuple[str, ...]], ...] = ()
    volumes: tuple[str, ...] = ()
    instances: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    system: bool | None = None
    all: bool = False


@dataclass(frozen=True, slots=True)
class Keep:
    """The retention rules for rows of cron events; 0 and ``None`` switch a rule off.

    ``exclusive``: what one rule keeps does not use up the count of a later one (borg), instead of
    one snapshot serving every rule that wants it (restic).
    """

    last: int = 0
    hourly: int = 0
    daily: int = 0
    weekly: int = 0
    monthly: int = 0
    yearly: int = 0
    within: timedelta | None = None
    within_hourly: timedelta | None = None
    within_daily: timedelta | None = None
    within_weekly: timedelta | None = None
    within_monthly: timedelta | None = None
    within_yearly: timedelta | None = None
    exclusive: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether no rule is switched on."""
        return self in (Keep(), Keep(exclusive=True))


@dataclass(frozen=True, slots=True)
class Adopt:
    """Which of the account's older manual snapshots come under a policy; both must hold."""

    name_prefix: str
    created_before: datetime


@dataclass(frozen=True, slots=True)
class Hold:
    """A snapshot that nothing deletes, until ``until`` if that is given."""

    snapshot_id: str
    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """One ``[policy.NAME]``; durations are positive, ``schedule`` is EventBridge Scheduler's."""

    name: str
    select: Selector
    exclude: Selector = Selector()
    keep: Keep = Keep()
    adopt: Adopt | None = None
    schedule: str | None = None
    rpo: timedelta | None = None
    ad_hoc_keep: timedelta | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Policies:
    """The whole file.

    Attributes:
        quota_per_disk: how many manual snapshots a disk may have; shown by the report, which
            decides nothing.
    """

    timezone: str
    regions: tuple[str, ...]
    by_name: Mapping[str, Policy]
    holds: tuple[Hold, ...] = ()
    max_event_age: timedelta = DEFAULT_MAX_EVENT_AGE
    price: Price | None = None
    quota_per_disk: int | None = None

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which schedules run and periods are counted."""
        return ZoneInfo(self.timezone)

    def named(self, name: str, path: str = "policy") -> Policy:
        """Return the policy of that name.

        Raises:
            InvalidInput: if there is none (``UnknownPolicy``).
        """
        if name not in self.by_name:
            message = (
                f"{name[:40]!r} is not in the policy file, which has {', '.join(self.by_name)}"
            )
            raise InvalidInput(message, path=path, code="UnknownPolicy")
        return self.by_name[name]

    def held(self, snapshot_id: str, now: datetime) -> Hold | None:
        """Return the hold of this file that covers the snapshot at ``now``."""
        for hold in self.holds:
            if hold.snapshot_id == snapshot_id and (hold.until is None or now < hold.until):
                return hold
        return None
