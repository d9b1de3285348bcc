"""Reading a region for a plan; apart from the inventory, since who creates needs no plan."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from snapkeep.bce.client import Client
from snapkeep.model import Inventory
from snapkeep.plan import Plan, make_plan
from snapkeep.policy import Policies
from snapkeep.rows import World
from snapkeep.selection import needs_instances


@dataclass(frozen=True, slots=True)
class Reading:
    """What a plan of one region rests on; ``skew`` is the API's clock less ours."""

    inventory: Inventory
    skew: timedelta | None

    def plan(self, policies: Policies, now: datetime) -> Plan:
        """Decide about every row as of an instant."""
        world = World.of(self.inventory, policies, now)
        return make_plan(self.inventory.snapshots, world, self.skew)


def read_region(client: Client, policies: Policies) -> Reading:
    """Read a region for planning: the snapshots are those that two complete walks agree on.

    Raises:
        BceError: if a list is incomplete; then nothing is decided.
    """
    first = {snapshot.id for snapshot in client.snapshots()}
    volumes = client.volumes()
    adopting = [policy for policy in policies.by_name.values() if policy.adopt]
    needed = any(needs_instances(policy, volumes, frozenset()) for policy in adopting)
    instances = client.instances() if needed else []
    both = [snapshot for snapshot in client.snapshots() if snapshot.id in first]
    return Reading(Inventory(client.region, volumes, instances, both), client.skew)
