"""The commands that run a function, and the export of an inventory."""

import json
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from snapkeep.cli import screen
from snapkeep.cli.app import (
    EndpointOption,
    Format,
    InventoryOption,
    NowOption,
    PolicyOption,
    app,
    err,
    run,
    shown,
    tell,
    told,
)
from snapkeep.cli.local import FUNCTIONS, local_runtime, read_event, write_file
from snapkeep.errors import InvalidInput
from snapkeep.model import iso
from snapkeep.times import Deadline

EXPORT_SECONDS = 900.0


class ReportFormat(StrEnum):
    """How a report is written."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"
    HTML = "html"


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
    inventory: InventoryOption = None,
    now: NowOption = None,
    format_: Annotated[
        ReportFormat, typer.Option("--format", help="html is a page for a browser, to be sent on.")
    ] = ReportFormat.TABLE,
    out_file: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="Write it there, not here.")
    ] = None,
) -> None:
    """Show which disks are protected, which are not, and what to do about those.

    Example: snapkeep report --inventory inventory.json --format html --out report.html
    """
    with told():
        if out_file and format_ is ReportFormat.TABLE:
            message = "is for a file; add --format html, csv, markdown or json"
            raise InvalidInput(message, path="--out")
        runtime = local_runtime(policy, endpoint, now, ctx.obj, inventory)
        asked = "json" if format_ is ReportFormat.TABLE else format_.value
        run("list-report", {"format": asked}, runtime, _report_shown(format_, out_file))


def _report_shown(format_: ReportFormat, file: Path | None) -> Callable[[dict[str, Any]], None]:
    if format_ is ReportFormat.TABLE:
        return shown(Format.TABLE, screen.report_tables)

    def show(result: dict[str, Any]) -> None:
        text = result.get(format_.value) or json.dumps(result, ensure_ascii=False, indent=2)
        if file is None:
            typer.echo(text, nl=format_ is ReportFormat.JSON)
        else:
            write_file(file, text, "--out")
            tell(err, f"wrote {file}")

    return show


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
        write_file(file, json.dumps(exported, ensure_ascii=False), "FILE")
        for region, lists in regions.items():
            counts = ", ".join(f"{len(rows)} {key}" for key, rows in lists.items())
            err.print(f"{region}: {counts}", highlight=False)
