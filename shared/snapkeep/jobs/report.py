"""list-report's work: read every region; a region that cannot be read is said, never left out."""

from collections.abc import Callable
from datetime import datetime

from snapkeep.bce.client import Client, SnapshotPage
from snapkeep.bce.errors import BceError
from snapkeep.commands import QueryCommand
from snapkeep.jobs.inventory import everything
from snapkeep.policy import Policies
from snapkeep.report import Report, build_report


def report_regions(client_of: Callable[[str], Client], policies: Policies, now: datetime) -> Report:
    """Report on all regions of the policy file."""
    inventories, errors = [], {}
    for region in policies.regions:
        try:
            inventories.append(everything(client_of(region)))
        except BceError as error:
            errors[region] = str(error)
    return build_report(inventories, policies, now, errors)


def query_snapshots(client: Client, query: QueryCommand) -> SnapshotPage:
    """Ask the API's own list query, or its detail query where one snapshot is named."""
    if query.snapshot_id:
        return SnapshotPage((client.snapshot(query.snapshot_id),), None)
    return client.snapshot_page(
        marker=query.marker, max_keys=query.max_keys, volume_id=query.volume_id
    )
