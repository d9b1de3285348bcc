"""Which disks a policy covers, and by which id each is snapshotted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from snapkeep.model import Instance, Inventory, Outcome, Status, Volume
from snapkeep.policy import Policy, Selector
from snapkeep.shards import Shard

# BCC API, create snapshot: a CDS disk must be in one of these, a system disk's instance in those
VOLUME_STATUSES = frozenset({"InUse", "Available"})
INSTANCE_STATUSES = frozenset({"Running", "Stopped"})


@dataclass(frozen=True, slots=True)
class Target:
    """A disk to snapshot; ``api_id`` is what create and list call ``volumeId``: the disk's own id,
    for a system disk its instance's."""

    volume_id: str
    api_id: str
    refusal: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """The disks of one region that an event means, and those it means but cannot have."""

    targets: tuple[Target, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    unknown: frozenset[str] = frozenset()

    def of(self, shard: Shard | None) -> "Selection":
        """Return what of it is of a shard, all of it where there is none."""
        if shard is None:
            return self
        targets = tuple(target for target in self.targets if shard.holds(target.volume_id))
        outcomes = tuple(found for found in self.outcomes if shard.holds(found.volume_id))
        return Selection(targets, outcomes, self.unknown)


def needs_instances(policy: Policy, volumes: Iterable[Volume], named: frozenset[str]) -> bool:
    """Say whether deciding needs the instance list, which costs a call per 1,000 instances."""
    return _by_name(policy) or any(v.is_system and _is_meant(policy, v, {}, named) for v in volumes)


def covers(policy: Policy, volume: Volume, instances: Mapping[str, Instance]) -> bool:
    """Say whether the policy selects the disk and does not exclude it."""
    return matches(policy.select, volume, instances) and not excludes(policy, volume, instances)


def covered(policy: Policy, inventory: Inventory) -> frozenset[str]:
    """Return the disks of a region that the policy surely covers.

    Where tags or names decide, a disk whose instance is not listed cannot be judged.
    """
    instances = {instance.id: instance for instance in inventory.instances}
    return frozenset(
        volume.id
        for volume in inventory.volumes
        if covers(policy, volume, instances)
        and (not _by_name(policy) or instances.keys() >= set(volume.instance_ids))
    )


def select(policy: Policy, inventory: Inventory, named: frozenset[str]) -> Selection:
    """Return what an event means in one region.

    Args:
        named: ids of disks and instances that the event names; empty means all the policy selects.
    """
    instances = {instance.id: instance for instance in inventory.instances}
    targets: list[Target] = []
    outcomes: list[Outcome] = []
    for volume in inventory.volumes:
        if not _is_meant(policy, volume, instances, named):
            continue
        if found := _barred(policy, volume, instances):
            outcomes.append(Outcome(inventory.region, volume.id, found[0], None, *found[1:]))
        else:
            targets.append(_target(volume, instances))
    seen = {id_ for volume in inventory.volumes for id_ in (volume.id, *volume.instance_ids)}
    return Selection(tuple(targets), tuple(outcomes), named - seen)


def matches(selector: Selector, volume: Volume, instances: Mapping[str, Instance]) -> bool:
    """Say whether every key of the selector is satisfied."""
    return selector.all or all(_answers(selector, volume, instances))


def excludes(policy: Policy, volume: Volume, instances: Mapping[str, Instance]) -> bool:
    """Say whether any key of the policy's ``exclude`` is satisfied."""
    return policy.exclude.all or any(_answers(policy.exclude, volume, instances))


def _by_name(policy: Policy) -> bool:
    """Say whether what an instance is called or tagged takes part."""
    return any(bool(each.tags or each.names) for each in (policy.select, policy.exclude))


def _answers(
    selector: Selector, volume: Volume, instances: Mapping[str, Instance]
) -> Iterable[bool]:
    attached = [instances[id_] for id_ in volume.instance_ids if id_ in instances]
    tags = set(volume.tags).union(*(instance.tags for instance in attached))
    for key, values in selector.tags:
        yield any((key, value) in tags for value in values)
    if selector.volumes:
        yield volume.id in selector.volumes
    if selector.instances:
        yield not set(selector.instances).isdisjoint(volume.instance_ids)
    if selector.names:
        yield not {volume.name, *(owner.name for owner in attached)}.isdisjoint(selector.names)
    if selector.system is not None:
        yield volume.is_system is selector.system


def _is_meant(
    policy: Policy, volume: Volume, instances: Mapping[str, Instance], named: frozenset[str]
) -> bool:
    if named:
        return not named.isdisjoint({volume.id, *volume.instance_ids})
    return matches(policy.select, volume, instances)


def _barred(
    policy: Policy, volume: Volume, instances: Mapping[str, Instance]
) -> tuple[Status, str, str] | None:
    if not volume.can_have_snapshots:
        message = f"a disk of type {volume.type} cannot have snapshots"
        return Status.SKIPPED, "Unsupported", message
    if excludes(policy, volume, instances):
        return Status.SKIPPED, "Excluded", f"policy {policy.name} excludes it"
    if matches(policy.select, volume, instances):
        return None
    message = f"policy {policy.name} does not select it; name another policy or widen select"
    return Status.FAILED, "OutOfScope", message


def _target(volume: Volume, instances: Mapping[str, Instance]) -> Target:
    if not volume.is_system:
        fit = volume.status in VOLUME_STATUSES
        refusal = None if fit else ("VolumeStatus", f"the disk is {volume.status}")
        return Target(volume.id, volume.id, refusal)
    instance = instances.get(next(iter(volume.instance_ids), ""))
    if instance is None:
        return Target(volume.id, volume.id, ("NoInstance", "its instance is not listed"))
    fit = instance.status in INSTANCE_STATUSES
    refusal = None if fit else ("InstanceStatus", f"its instance is {instance.status}")
    return Target(volume.id, instance.id, refusal)
