"""Builders of the values that the pure modules speak about, each with everything in order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from snapkeep.identity import Identity, cron_event, event_hash, with_hold
from snapkeep.model import Instance, Inventory, Snapshot, Source, Volume, iso
from snapkeep.policy import Adopt, Hold, Keep, Policies, Policy, Selector
from snapkeep.rows import World

SLOT = datetime(2026, 11, 23, 18, tzinfo=UTC)
NOW = datetime(2026, 11, 23, 18, 0, 30, tzinfo=UTC)
DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)
DISK, SERVER = "v-disk0001", "i-host0001"

ALL = Selector(all=True)
NIGHTLY = Policy(
    "nightly", ALL, keep=Keep(last=3), schedule="cron(0 2 * * ? *)", rpo=timedelta(hours=26)
)
ADHOC = Policy("adhoc", ALL, ad_hoc_keep=timedelta(days=7))
ADOPT = Adopt("backup-", NOW - 10 * DAY)


def identity(
    slot: datetime = SLOT,
    *,
    policy: str = "nightly",
    volume_id: str = DISK,
    region: str = "bj",
    source: Source = Source.CRON,
    event: str | None = None,
) -> Identity:
    """Return an identity; the event is the cron event, or one of its own per slot."""
    if event is None:
        is_cron = source is Source.CRON
        event = cron_event(policy, slot) if is_cron else event_hash(source, iso(slot))
    return Identity(region, policy, volume_id, source, slot, event)


def row(
    slot: datetime = SLOT,
    *,
    generation: int = 0,
    keep_until: datetime | None = None,
    hold: str | None = None,
    of: Mapping[str, Any] | None = None,
    **changes: Any,
) -> Snapshot:
    """Return a good snapshot of ours, made at its slot.

    Args:
        of: other arguments of ``identity``.
        changes: fields of the snapshot that differ from what we would have made.
    """
    mine = identity(slot, **(of or {}))
    desc = mine.desc(generation, keep_until)
    if hold:
        desc = desc.replace(" id=", f" hold={hold} id=")
    snapshot = Snapshot(
        id=f"s-{mine.digest[:8]}{generation or ''}",
        name=mine.name(generation),
        status="Available",
        create_time=slot,
        create_method="manual",
        volume_id=mine.volume_id,
        desc=desc,
        size_gb=40,
    )
    return replace(snapshot, **changes)


def nights(number: int, newest: datetime = SLOT, **options: Any) -> list[Snapshot]:
    """Return good rows of that many nights, the newest first."""
    return [row(newest - night * DAY, **options) for night in range(number)]


def adhoc(age: timedelta, keep_until: datetime | None, **changes: Any) -> Snapshot:
    """Return a good row that a webhook asked for."""
    of = {"policy": "adhoc", "source": Source.WEBHOOK}
    return row(SLOT - age, keep_until=keep_until, of=of, **changes)


def backup(age: int, **changes: Any) -> Snapshot:
    """Return a good snapshot that somebody else made by hand so many days ago."""
    made = NOW - age * DAY
    plain = Snapshot(f"s-b{age:04}", f"backup-{age}", "Available", made, "manual", DISK, "by hand")
    return replace(plain, **changes)


def policies(*given: Policy, **changes: Any) -> Policies:
    """Return a policy file with the given policies, by default NIGHTLY and ADHOC."""
    by_name = {policy.name: policy for policy in given or (NIGHTLY, ADHOC)}
    return replace(Policies("Asia/Shanghai", ("bj", "gz"), by_name), **changes)


def nightly(**changes: Any) -> Policies:
    """Return a policy file whose policy ``nightly`` differs from NIGHTLY."""
    return policies(replace(NIGHTLY, **changes))


def world(
    given: Policies | None = None,
    *,
    now: datetime = NOW,
    disks: Mapping[str, tuple[str, ...]] | None = None,
) -> World:
    """Return region bj with one disk, DISK, whose snapshots may be listed under SERVER too."""
    return World("bj", now, given or policies(), {DISK: (SERVER,)} if disks is None else disks)


def adopting(given: Policies | None = None, **changes: Any) -> World:
    """Return a world in which ``nightly`` covers DISK and, by default, adopts by ADOPT."""
    found = world(given or nightly(adopt=ADOPT))
    return replace(found, **{"covered": {"nightly": frozenset({DISK})}, **changes})


def volume(id: str = DISK, **changes: Any) -> Volume:
    """Return a CDS disk attached to SERVER."""
    plain = Volume(id, "data", "InUse", "Cds", size_gb=40, instance_ids=(SERVER,))
    return replace(plain, **changes)


def system_disk(id: str = "v-system01", **changes: Any) -> Volume:
    """Return the system disk of SERVER."""
    return volume(id, **({"name": "root", "type": "System", "is_system": True} | changes))


def server(id: str = SERVER, **changes: Any) -> Instance:
    """Return a running server."""
    return replace(Instance(id, "web", "Running"), **changes)


def inventory(
    volumes: Iterable[Volume] = (),
    instances: Sequence[Instance] | None = None,
    snapshots: Iterable[Snapshot] = (),
) -> Inventory:
    """Return region bj, with SERVER unless other instances are given."""
    owners = (server(),) if instances is None else instances
    return Inventory("bj", tuple(volumes), tuple(owners), tuple(snapshots))


def mixture() -> tuple[list[Snapshot], World]:
    """Return rows of every kind of three disks and a released one, and what decides about them:
    every gate objects to one."""
    data, covered = {"volume_id": "v-data0001"}, frozenset({DISK, "v-data0001"})
    bus, late = data | {"source": Source.BUS}, {"volume_id": "v-stale001"}
    old = nights(40)
    old[30] = replace(old[30], desc=with_hold(old[30].desc, "审计：勿删", NOW + 9 * DAY))
    rows = [
        *(*old, *nights(9, SLOT - DAY, of=data), *nights(12, SLOT - 9 * DAY, of=late)),
        *nights(3, SLOT - 3 * DAY, of=data, generation=1),  # at times that others have as well
        *nights(6, of={"volume_id": "v-gone0001"}, volume_id=None),
        row(SLOT - 5 * DAY, id="s-copy0001", of={"volume_id": "v-gone0001"}, volume_id=None),
        *(*nights(20, of=data | {"policy": "weekly"}), *nights(3, of={"policy": "paused"})),
        *(*nights(3, of={"policy": "removed"}), row(SLOT - HOUR, keep_until=NOW + HOUR, of=bus)),
        *(adhoc(age * DAY, NOW - HOUR, volume_id=SERVER) for age in range(1, 7)),
        *(row(SLOT - 41 * DAY, create_time=None), row(SLOT - 42 * DAY, volume_id=None)),
        *(row(SLOT - 43 * DAY, status="NotAvailable"), row(SLOT - 2 * HOUR, status="Creating")),
        *(row(SLOT - age, status="CreatedFailed") for age in (44 * DAY, HOUR)),
        *(row(NOW + HOUR), row(SLOT - 45 * DAY, create_time=NOW + DAY)),
        row(SLOT - 46 * DAY, name="edited"),
        *(backup(age, name=f"备份-{age}", desc="手工", **data) for age in range(60, 65)),
    ]
    given = policies(
        replace(NIGHTLY, keep=Keep(last=2, daily=4, weekly=2, within=36 * HOUR)),
        replace(NIGHTLY, name="weekly", keep=Keep(daily=2, yearly=2, exclusive=True),
                adopt=Adopt("备份-", NOW - 30 * DAY)),
        *(replace(NIGHTLY, name="paused", enabled=False), replace(NIGHTLY, name="spare"), ADHOC),
        holds=(Hold(old[31].id, "财务要求保留", NOW + DAY), Hold("s-other001", "别人的")),
    )  # fmt: skip
    disks = {DISK: (SERVER,), "v-data0001": (), "v-stale001": ()}
    return rows, replace(world(given, disks=disks), covered={"weekly": covered})
