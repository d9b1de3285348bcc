"""hold and release: keep one snapshot of ours whatever the rules say, and let it go again."""

from collections.abc import Iterator
from typing import Annotated

import typer

from snapkeep.bce.client import Client
from snapkeep.cli.app import (
    EndpointOption,
    PolicyOption,
    RegionOption,
    app,
    err,
    out,
    tell,
    told,
)
from snapkeep.cli.local import local_runtime
from snapkeep.ids import check_region
from snapkeep.jobs.hold import Held, set_hold
from snapkeep.runtime import Runtime
from snapkeep.times import Deadline, parse_day

_SECONDS = 120.0
SnapshotArgument = Annotated[str, typer.Argument(metavar="ID", help="The snapshot, s-6r3dam6F.")]


@app.command()
def hold(
    ctx: typer.Context,
    snapshot: SnapshotArgument,
    reason: Annotated[str, typer.Option("--reason", help="Why; every plan shows it.")],
    until: Annotated[
        str | None,
        typer.Option("--until", metavar="DATE", help="The day or instant it ends; else never."),
    ] = None,
    region: RegionOption = None,
    policy: PolicyOption = None,
    endpoint: EndpointOption = None,
) -> None:
    """Keep a snapshot of snapkeep's own whatever the rules say.

    The hold is written into the marker in the snapshot's description, where everybody with access
    to the account sees it. A snapshot of others is held by a [[hold]] table in the policy file.

    Example: snapkeep hold s-6r3dam6F --reason "audit 2026" --until 2027-01-01
    """
    with told():
        runtime = local_runtime(policy, endpoint, clock=ctx.obj)
        end = parse_day(until, runtime.policies.zone, "--until") if until else None
        now = runtime.clock.now()
        with err.status("asking the cloud ..."):
            held = set_hold(_clients(runtime, region), snapshot, reason=reason, until=end, now=now)
        zone = runtime.policies.zone
        ends = f" until {held.until.astimezone(zone)}" if held.until else " for good"
        _say(held, f"held{ends}: {held.reason}")


@app.command()
def release(
    ctx: typer.Context,
    snapshot: SnapshotArgument,
    region: RegionOption = None,
    policy: PolicyOption = None,
    endpoint: EndpointOption = None,
) -> None:
    """Take the hold off a snapshot; the next plan decides about it as about any other.

    Example: snapkeep release s-6r3dam6F
    """
    with told():
        runtime = local_runtime(policy, endpoint, clock=ctx.obj)
        now = runtime.clock.now()
        with err.status("asking the cloud ..."):
            held = set_hold(_clients(runtime, region), snapshot, reason=None, until=None, now=now)
        _say(held, "released" if held.changed else "was not held")
        if hold := runtime.policies.held(snapshot, now):
            why = f"the policy file still holds it: {hold.reason}; remove its [[hold]] as well"
            tell(err, why)


def _clients(runtime: Runtime, region: str | None) -> Iterator[Client]:
    regions = runtime.policies.regions
    if region:
        regions = (check_region(region, regions, "--region"),)
    for name in regions:
        yield runtime.client(name, Deadline.after(runtime.clock, _SECONDS))


def _say(held: Held, what: str) -> None:
    line = f"{held.region}: {held.snapshot_id} ({held.name}) {what}"
    if held.replaced:
        line += f"; before: {held.replaced}"
    elif not held.changed:
        line += "; nothing was changed"
    tell(out, line)
