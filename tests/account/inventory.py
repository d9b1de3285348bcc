"""What the lists of disks, instances, snapshots and chains say of an account as it is."""

from collections import Counter
from collections.abc import Iterable

from snapkeep import ids
from snapkeep.model import SnapshotStatus
from tests.account.records import Assumption, Finding, differs, holds, judged, unknown
from tests.account.visit import Visit

# what the API's enumerations name, in small letters
_METHODS = frozenset({"manual", "auto", "migration", "unknown"})


def volumes(visit: Visit) -> Finding:
    listed = [row for row in visit.inventory.volumes if row.id == visit.volume.id]
    observed = f"{len(visit.inventory.volumes)} disks"
    if not listed:
        return differs(f"{observed}, and not {visit.volume.id}, which has a detail")
    own, detail = listed[0], visit.volume
    same = (own.type, own.is_system, own.tags) == (detail.type, detail.is_system, detail.tags)
    return judged(same, f"{observed}; {own.id} is {own.status}, {own.type}")


def instances(visit: Visit) -> Finding:
    owners = {id_ for disk in visit.inventory.volumes for id_ in disk.instance_ids}
    missing = owners - {row.id for row in visit.inventory.instances}
    observed = f"{len(visit.inventory.instances)} instances, {len(owners)} with disks"
    if missing:
        return differs(f"{observed}; not listed: {_some(missing)}")
    return holds(observed) if owners else unknown(f"{observed}: no disk is attached")


def attachments(visit: Visit) -> Finding:
    attached = [disk for disk in visit.inventory.volumes if disk.status == "InUse"]
    silent = [disk.id for disk in attached if not disk.instance_ids]
    if not attached:
        return unknown("no disk is InUse")
    return judged(not silent, f"{len(attached)} InUse; without an instance: {_some(silent)}")


def system_disks(visit: Visit) -> Finding:
    disks = [disk for disk in visit.inventory.volumes if disk.is_system]
    if not disks:
        return unknown("there is no system disk")
    odd = [disk.id for disk in disks if len(disk.instance_ids) != 1]
    return judged(not odd, f"{len(disks)} system disks; without one instance: {_some(odd)}")


def tags(visit: Visit) -> Finding:
    found = [row.tags for row in visit.inventory.volumes]
    found += [row.tags for row in visit.inventory.instances]
    tagged = sum(map(bool, found))
    observed = f"{tagged} of {len(found)} disks and instances carry tags"
    return holds(observed) if tagged else unknown(observed)


def chains(visit: Visit) -> Finding:
    rows = visit.line.client.chains()
    return holds(f"{len(rows)} chains, {sum(row.size_gb for row in rows):.1f} GB")


def shapes(visit: Visit) -> Finding:
    found = visit.inventory
    known = [(disk.id, ids.VOLUME) for disk in found.volumes]
    known += [(server.id, ids.INSTANCE) for server in found.instances]
    known += [(snapshot.id, ids.SNAPSHOT) for snapshot in found.snapshots]
    odd = [id_ for id_, shape in known if not shape.fullmatch(id_)]
    return judged(not odd, f"{len(known)} ids; of another shape: {_some(odd)}")


def statuses(visit: Visit) -> Finding:
    found = Counter(row.status for row in visit.inventory.snapshots)
    return _known(found, {status.value for status in SnapshotStatus})


def methods(visit: Visit) -> Finding:
    found = Counter(row.create_method for row in visit.inventory.snapshots)
    odd = {method for method in found if method.casefold() not in _METHODS}
    return _known(found, found.keys() - odd)


def instants(visit: Visit) -> Finding:
    rows = visit.inventory.snapshots
    odd = [row.id for row in rows if row.create_time is None]
    if not rows:
        return unknown("there is no snapshot")
    return judged(not odd, f"{len(rows)} rows; cannot be read: {_some(odd)}")


def released(visit: Visit) -> Finding:
    there = {disk.id for disk in visit.inventory.volumes}
    there |= {server.id for server in visit.inventory.instances}
    rows = visit.inventory.snapshots
    orphans = sum(row.volume_id is None for row in rows)
    odd = [row.id for row in rows if row.volume_id and row.volume_id not in there]
    if odd:
        return differs(f"of a disk that is not listed: {_some(odd)}")
    return holds(f"{orphans} without a disk") if orphans else unknown("none without a disk")


def _known(found: Counter[str], known: Iterable[str]) -> Finding:
    observed = ", ".join(f"{value or 'none'}: {count}" for value, count in sorted(found.items()))
    if not found:
        return unknown("there is no snapshot")
    return judged(found.keys() <= set(known), observed)


def _some(values: Iterable[str]) -> str:
    listed = sorted(values)
    return f"{', '.join(listed[:3])}{' ...' if len(listed) > 3 else ''}" or "none"


TABLE = (
    Assumption(
        "list-volumes",
        "The list of disks is complete, and says of a disk what its detail says.",
        "BCC Sjwvyo5be, 1jwvyo4ly",
        "selection; the report's disks without protection",
        volumes,
    ),
    Assumption(
        "list-instances",
        "The list of instances has every instance that a disk names.",
        "BCC Xjwvyodmx",
        "selection by an instance's tags and name; system disks",
        instances,
    ),
    Assumption(
        "attachments",
        "A disk that is InUse names its instance in attachments.",
        "BCC Sjwvyo5be",
        "selection by instance",
        attachments,
    ),
    Assumption(
        "system-disks",
        "A system disk is marked as one, and names exactly one instance.",
        "BCC Sjwvyo5be, Xjwvyo2vz",
        "one snapshot per event: a system disk is asked for by its instance's id",
        system_disks,
    ),
    Assumption(
        "tags",
        "The lists carry tags, as tagKey and tagValue.",
        "BCC Sjwvyo5be, Xjwvyodmx",
        "selection by tags",
        tags,
    ),
    Assumption(
        "list-chains",
        "The list of chains is paged by number and names each chain's size.",
        "BCC 1kckej0zw",
        "the report's sizes and costs; nothing is decided from it",
        chains,
    ),
    Assumption(
        "ids",
        "Ids are v-, i- or s- and 4 to 32 letters and digits.",
        "the documents' examples",
        "ids in events, approvals and holds are refused if they have another shape",
        shapes,
    ),
    Assumption(
        "statuses",
        "A snapshot is Creating, Available, CreatedFailed or NotAvailable.",
        "the SDKs' models",
        "a status that is not known is kept, and never counts as good",
        statuses,
    ),
    Assumption(
        "create-methods",
        "createMethod is manual, auto or migration, in whatever case.",
        "BCC Ujwvyo7qi; the SDKs' models",
        "never a wrong delete: only what is manual can be ours",
        methods,
    ),
    Assumption(
        "instants",
        "Every createTime is an instant with a zone.",
        "BCC Ujwvyo7qi",
        "a row whose time cannot be read is kept for ever",
        instants,
    ),
    Assumption(
        "released-disks",
        "A snapshot whose disk was released has no volumeId.",
        "terraform's schema; BCC Xjwvyo2vz",
        "the gate disk: a snapshot and the list of disks must agree",
        released,
    ),
)
