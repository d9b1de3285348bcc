"""list-report's work: read every region; what cannot be read is said, never left out."""

from collections.abc import Callable, Iterable
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
from snapkeep.side_by_side import Each


def report_regions(
    client_of: Callable[[str], Client], policies: Policies, each: Each, now: datetime
) -> Report:
    """Report on all regions of the policy file.

    Args:
        each: how regions are done.
    """

    def read(region: str) -> Inventory | str:
        try:
            return everything(client_of(region))
        except BceError as error:
            return str(error)

    def sized(inventory: Inventory) -> Inventory | str:
        try:
            return replace(inventory, chains=client_of(inventory.region).chains())
        except BceError as error:
            return str(error)

    found, errors = _parted(policies.regions, each(read, policies.regions))
    # whether a disk is protected must be known, and what it costs is good to know: so that comes
    # after all regions
    with_chains, unsized = _parted(found, each(sized, found.values()))
    inventories = [with_chains.get(region, found[region]) for region in found]
    return build_report(inventories, policies, now, errors, unsized)


def _parted(
    regions: Iterable[str], results: Iterable[Inventory | str]
) -> tuple[dict[str, Inventory], dict[str, str]]:
    """Return what was read, and why the others were not."""
    pairs = dict(zip(regions, results, strict=True))
    read = {region: found for region, found in pairs.items() if isinstance(found, Inventory)}
    return read, {region: why for region, why in pairs.items() if isinstance(why, str)}


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
