"""The commands that run a function, and the export of an inventory."""

import json
from pathlib import Path
from typing import Annotated

import typer

from snapkeep.cli import screen
from snapkeep.cli.app import (
    EndpointOption,
    Format,
    FormatOption,
    NowOption,
    PolicyOption,
    app,
    err,
    run,
    shown,
    told,
)
from snapkeep.cli.local import FUNCTIONS, local_runtime, read_event
from snapkeep.errors import InvalidInput
from snapkeep.model import iso
from snapkeep.times import Deadline

EXPORT_SECONDS = 900.0


@app.command()
def invoke(
    ctx: typer.Context,
    function: Annotated[str, typer.Argument(help=f"One of {', '.join(FUNCTIONS)}.")],
    event: Annotated[
        Path, typer.Argument(help="File with the event's JSON, - for standard input.")
    ],
    policy: PolicyOption = None,
    endpoint: EndpointOption = None,
    now: NowOption = None,
) -> None:
    """Run one of the three functions on an event, as Lambda would.

    Example: snapkeep invoke create-on-event events/create-on-event/scheduler.json
    """
    with told():
        runtime = local_runtime(policy, endpoint, now, ctx.obj)
        run(function, read_event(event), runtime, shown(Format.JSON, screen.report_tables))


@app.command()
def report(
    ctx: typer.Context,
    policy: PolicyOption = None,
    endpoint: EndpointOption = None,
    now: NowOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show which disks are protected and which are not."""
    with told():
        runtime = local_runtime(policy, endpoint, now, ctx.obj)
        show = shown(format_, screen.report_tables)
        run("list-report", {"format": "json"}, runtime, show)


@app.command()
def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to write the inventory.")],
    policy: PolicyOption = None,
    endpoint: EndpointOption = None,
) -> None:
    """Write all disks, instances, snapshots and chains to a file, as the API lists them.

    Example: snapkeep export inventory.json; then plan, simulate and lint work on it offline.
    """
    with told():
        runtime = local_runtime(policy, endpoint, clock=ctx.obj)
        exported: dict[str, object] = {"exported_at": iso(runtime.clock.now())}
        deadline = Deadline.after(runtime.clock, EXPORT_SECONDS)
        regions = {}
        for region in runtime.policies.regions:
            with err.status(f"listing {region} ..."):
                regions[region] = runtime.client(region, deadline).export()
        exported["regions"] = regions
        try:
            # half a character can be in the API's JSON, but in no file
            file.write_bytes(json.dumps(exported, ensure_ascii=False).encode(errors="replace"))
        except OSError as error:
            message = f"cannot write {file}: {type(error).__name__}"
            raise InvalidInput(message, path="FILE") from error
        for region, lists in regions.items():
            counts = ", ".join(f"{len(rows)} {key}" for key, rows in lists.items())
            err.print(f"{region}: {counts}", highlight=False)
