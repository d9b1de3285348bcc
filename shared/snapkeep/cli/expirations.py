"""The commands about deleting: plan and approve."""

from collections.abc import Sequence
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from snapkeep.cli.app import (
    EndpointOption,
    InventoryOption,
    NowOption,
    PolicyOption,
    RegionOption,
    app,
    err,
    out,
    run,
    tell,
    tell_error,
    told,
)
from snapkeep.cli.approvals import ApprovedPlan, read_approvals
from snapkeep.cli.local import local_runtime
from snapkeep.cli.timeline import plan_view
from snapkeep.commands import expire_command
from snapkeep.errors import InvalidInput, PlanChanged, RunFailed, SnapkeepError
from snapkeep.plan import canonical
from snapkeep.plan_difference import difference
from snapkeep.plan_markdown import render_plan
from snapkeep.runtime import Runtime


class PlanFormat(StrEnum):
    """How a plan is written; JSON is canonical, one line per region."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


@app.command()
def plan(
    ctx: typer.Context,
    policy: PolicyOption = None,
    endpoint: EndpointOption = None,
    inventory: InventoryOption = None,
    now: NowOption = None,
    region: RegionOption = None,
    disk: Annotated[
        str | None, typer.Option("--disk", help="Show every snapshot of this disk.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Show also disks of which nothing goes.")
    ] = False,
    format_: Annotated[
        PlanFormat,
        typer.Option("--format", help="JSON is the canonical plan, a line per region."),
    ] = PlanFormat.TABLE,
) -> None:
    """Show what delete-expired would delete, and why; nothing is deleted.

    Example: snapkeep plan --format json > plan.json; then snapkeep approve plan.json
    """
    with told():
        runtime = local_runtime(policy, endpoint, now, ctx.obj, inventory)
        event = {"mode": "plan"} | ({"region": region} if region else {})

        def show(result: dict[str, Any]) -> None:
            for number, found in enumerate(result["regions"].values()):
                if format_ is PlanFormat.JSON:
                    typer.echo(canonical(found))
                elif format_ is PlanFormat.MARKDOWN:
                    typer.echo(render_plan(found))
                else:
                    zone = runtime.policies.zone
                    parts = plan_view(found, zone, disk, everything=everything)
                    out.print(*[""] * (number > 0), *parts, sep="\n")

        run("delete-expired", event, runtime, show)


@app.command()
def approve(
    ctx: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="What snapkeep plan --format json wrote; - for standard input.")
    ],
    only: Annotated[
        list[str] | None,
        typer.Option("--only", metavar="SNAPSHOT", help="Delete this one, once per snapshot."),
    ] = None,
    policy: PolicyOption = None,
    endpoint: EndpointOption = None,
    now: NowOption = None,
) -> None:
    """Delete exactly what a plan of the last 24 hours deletes, and nothing if it has changed.

    That includes what mode auto leaves alone: more than the caps, released disks, adopted
    snapshots. Every gate is asked again before each delete. Each region's plan in the file stands
    for itself: that one has changed does not stop another.

    Example: snapkeep approve plan.json --only s-6r3dam6F
    """
    with told():
        runtime = local_runtime(policy, endpoint, now, ctx.obj)
        approvals = read_approvals(file, only or ())
        chosen = [approval for approval in approvals if approval.chosen]
        for approval in chosen:
            expire_command(approval.event, runtime.policies)  # refuse all before doing any
        for approval in approvals:
            if not approval.chosen:
                tell(err, f"{approval.region}: nothing to delete")
        _carry_out(chosen, runtime)


def _carry_out(approvals: Sequence[ApprovedPlan], runtime: Runtime) -> None:
    """Approve the plans one by one, and fail at the end if one was refused or left undone."""
    deleted: list[str] = []
    kept: list[str] = []
    failures: list[SnapkeepError] = []
    for approval in approvals:
        show = partial(_applied, approval.region, deleted, kept)
        try:
            run("delete-expired", approval.event, runtime, show)
        except InvalidInput as error:
            if isinstance(error, PlanChanged):
                for line in difference(approval.plan, error.result["recomputed"]):
                    tell(out, f"{approval.region}: {line}")
            tell_error(error, approval.region)
            failures.append(error)
        except RunFailed as error:
            tell_error(error)
            failures.append(error)
    if failures or kept:
        refused = bool(failures) and all(isinstance(e, InvalidInput) for e in failures)
        raise typer.Exit(2 if refused and not deleted else 1)


def _applied(region: str, deleted: list[str], kept: list[str], result: dict[str, Any]) -> None:
    applied = result["regions"].get(region, {}).get("applied", {})
    for id_ in applied.get("deleted", ()):
        deleted.append(id_)
        tell(out, f"{region}: deleted {id_}")
    for id_ in applied.get("gone", ()):
        tell(out, f"{region}: gone before {id_}")
    for id_, why in applied.get("kept", {}).items():
        kept.append(id_)
        tell(out, f"{region}: kept {id_}: {why}")
