"""How a snapshot, a disk under one policy, and a disk stand."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from snapkeep.model import SnapshotStatus, Volume
from snapkeep.report.model import Coverage, Kind, State
from snapkeep.rows import Row

_KIND_OF: Mapping[str, Kind] = {
    SnapshotStatus.AVAILABLE.value: Kind.GOOD,
    SnapshotStatus.CREATING.value: Kind.CREATING,
}
WORST_FIRST = tuple(State)


def kind_of(row: Row) -> Kind:
    return _KIND_OF.get(row.snapshot.status, Kind.FAILED)


def coverage_state(
    rpo: timedelta | None, age: timedelta | None, newest: Row | None, failed: Sequence[Row]
) -> State | None:
    if rpo is None:
        return None
    if age is None or age > rpo:
        return State.STALE
    latest_failed = any(newest is None or row.point > newest.point for row in failed)
    return State.FAILED if latest_failed else State.PROTECTED


def state_of(volume: Volume, coverages: Sequence[Coverage], meant: bool) -> State:
    """Return how a disk stands; ``meant`` by a policy with an rpo, which may exclude it."""
    if not volume.can_have_snapshots:
        return State.UNSUPPORTED
    states = [each.state for each in coverages if each.state]
    if states:
        return min(states, key=WORST_FIRST.index)
    return State.EXCLUDED if meant else State.UNPROTECTED
