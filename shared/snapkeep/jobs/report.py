"""list-report's work: read every region; what cannot be read is said, never left out."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from snapkeep.bce.client import Client, SnapshotPage
from snapkeep.bce.errors import BceError
from snapkeep.commands import QueryCommand
from snapkeep.jobs.inventory import everything
from snapkeep.markdown import render_snapshots
from snapkeep.model import Inventory
from snapkeep.policy import Policies
from snapkeep.report.build import build_report
from snapkeep.report.model import Report


def report_regions(client_of: Callable[[str], Client], policies: Policies, now: datetime) -> Report:
    """Report on all regions of the policy file."""
    inventories: list[Inventory] = []
    errors: dict[str, str] = {}
    unsized: dict[str, str] = {}
    for region in policies.regions:
        try:
            inventories.append(everything(client_of(region)))
        except BceError as error:
            errors[region] = str(error)
    # whether a disk is protected must be known, and what it costs is good to know: so that comes
    # after all regions
    for place, inventory in enumerate(inventories):
        try:
            chains = client_of(inventory.region).chains()
            inventories[place] = replace(inventory, chains=chains)
        except BceError as error:
            unsized[inventory.region] = str(error)
    return build_report(inventories, policies, now, errors, unsized)


def answer_query(client: Client, query: QueryCommand) -> dict[str, Any]:
    """Return one page of the API's own list, in the form that was asked for."""
    page = query_snapshots(client, query)
    if query.format == "markdown":
        return {"markdown": render_snapshots(page.snapshots, page.next_marker)}
    rows = [snapshot.to_json() for snapshot in page.snapshots]
    return {"snapshots": rows, "next_marker": page.next_marker}


def query_snapshots(client: Client, query: QueryCommand) -> SnapshotPage:
    """Ask the API's own list query, or its detail query where one snapshot is named."""
    if query.snapshot_id:
        return SnapshotPage((client.snapshot(query.snapshot_id),), None)
    return client.snapshot_page(
        marker=query.marker, max_keys=query.max_keys, volume_id=query.volume_id
    )
