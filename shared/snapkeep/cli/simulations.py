"""simulate: what a policy will keep and delete, day by day, and what an edit of it would change."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.progress import track

from snapkeep.cli import forecast
from snapkeep.cli.app import (
    EndpointOption,
    Format,
    FormatOption,
    InventoryOption,
    NowOption,
    PolicyOption,
    RegionOption,
    app,
    err,
    out,
    told,
)
from snapkeep.cli.local import local_runtime
from snapkeep.ids import check_region
from snapkeep.jobs.inventory import everything
from snapkeep.model import Inventory
from snapkeep.plan import canonical
from snapkeep.policy import Policies
from snapkeep.runtime import Runtime
from snapkeep.simulation import Day, simulate
from snapkeep.times import Deadline

_SECONDS = 900.0
_MAX_DAYS = 3_660

Days = dict[str, list[Day]]


@app.command("simulate")
def simulate_(
    ctx: typer.Context,
    days: Annotated[
        int, typer.Option("--days", min=1, max=_MAX_DAYS, help="How many days from now.")
    ] = 30,
    policy: PolicyOption = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", help="Policy file to compare with: what does the edit change?"),
    ] = None,
    endpoint: EndpointOption = None,
    inventory: InventoryOption = None,
    now: NowOption = None,
    region: RegionOption = None,
    approved: Annotated[
        bool, typer.Option("--approved", help="As if somebody approved what the caps refuse.")
    ] = False,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Run create-on-event and delete-expired forward in memory: what is kept, what goes, and when.

    Once a day, at the time of day it is now, mode auto is played. Nothing is created or deleted.

    Example: snapkeep simulate --days 365 --policy new.toml --against functions/policy.toml
    """
    with told():
        runtime = local_runtime(policy, endpoint, now, ctx.obj, inventory)
        before = local_runtime(against, clock=runtime.clock).policies if against else None
        read = {name: _read(runtime, name) for name in _regions(runtime, region)}
        moment = runtime.clock.now()
        played = partial(_played, read, now=moment, days=days, approved=approved)
        after, zone = played(runtime.policies), runtime.policies.zone
        if before is None:
            _show(format_, forecast.to_json(after), forecast.tables(after, zone))
        else:
            old = played(before)
            tables = forecast.edit_tables(old, after, zone)
            _show(format_, forecast.edit_to_json(old, after), tables)


def _show(format_: Format, json: Mapping[str, object], tables: Iterable[RenderableType]) -> None:
    if format_ is Format.JSON:
        typer.echo(canonical(json))
    else:
        out.print(*tables, sep="\n")


def _regions(runtime: Runtime, region: str | None) -> tuple[str, ...]:
    regions = runtime.policies.regions
    return (check_region(region, regions, "--region"),) if region else regions


def _read(runtime: Runtime, region: str) -> Inventory:
    with err.status(f"listing {region} ..."):
        return everything(runtime.client(region, Deadline.after(runtime.clock, _SECONDS)))


def _played(
    read: Mapping[str, Inventory],
    policies: Policies,
    *,
    now: datetime,
    days: int,
    approved: bool,
) -> Days:
    return {
        region: list(
            track(
                simulate(inventory, policies, now, days, approved=approved),
                total=days + 1,
                description=f"simulating {region}",
                console=err,
                transient=True,
                disable=not err.is_terminal,  # else it leaves empty lines in a log
            )
        )
        for region, inventory in read.items()
    }
