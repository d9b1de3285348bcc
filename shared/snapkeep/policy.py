"""What a policy says: which disks are backed up, when, and what is kept of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from snapkeep.errors import InvalidInput

DEFAULT_MAX_EVENT_AGE = timedelta(hours=6)


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
    """The retention rules for rows of cron events; 0 and ``None`` switch a rule off."""

    last: int = 0
    within: timedelta | None = None


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
    schedule: str | None = None
    rpo: timedelta | None = None
    ad_hoc_keep: timedelta | None = None
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Policies:
    """The whole file."""

    timezone: str
    regions: tuple[str, ...]
    by_name: Mapping[str, Policy]
    holds: tuple[Hold, ...] = ()
    max_event_age: timedelta = DEFAULT_MAX_EVENT_AGE

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
