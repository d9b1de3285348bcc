"""Gathering what a decision needs of a region, with the fewest calls."""

from snapkeep.bce.client import Client
from snapkeep.model import Inventory
from snapkeep.policy import Policy
from snapkeep.selection import needs_instances


def disks_for(client: Client, policy: Policy, named: frozenset[str]) -> Inventory:
    """Return the region's disks, and its instances where the policy cannot be judged without."""
    volumes = client.volumes()
    instances = client.instances() if needs_instances(policy, volumes, named) else []
    return Inventory(client.region, volumes, instances)


def everything(client: Client) -> Inventory:
    """Return the region's disks, instances and snapshots."""
    volumes, instances = client.volumes(), client.instances()
    return Inventory(client.region, volumes, instances, client.snapshots())
