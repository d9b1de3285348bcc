"""The commands about deleting: plan, approve, simulate."""

import sys
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
    told,
)
from snapkeep.cli.local import local_runtime
from snapkeep.cli.timeline import plan_view
from snapkeep.errors import InvalidInput, PlanChanged
from snapkeep.plan import DIGESTS, FORMAT, canonical
from snapkeep.plan_difference import difference
from snapkeep.plan_markdown import render_plan
from snapkeep.runtime import Runtime
from snapkeep.strict import Table, read_json


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
            for found in result["regions"].values():
                if format_ is PlanFormat.JSON:
                    typer.echo(canonical(found))
                elif format_ is PlanFormat.MARKDOWN:
                    typer.echo(render_plan(found))
                else:
                    zone = runtime.policies.zone
                    out.print(*plan_view(found, zone, disk, everything=everything), sep="\n")

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
    snapshots. Every gate is asked again before each delete.

    Example: snapkeep approve plan.json --only s-6r3dam6F
    """
    with told():
        runtime = local_runtime(policy, endpoint, now, ctx.obj)
        for approved in _plans(file):
            _approve(approved, frozenset(only or ()), runtime)


def _approve(approved: dict[str, Any], only: frozenset[str], runtime: Runtime) -> None:
    # a line that was taken out of the file must not be deleted, so the ids are always named
    named = [id_ for id_ in (*approved["delete"], *approved["approve"]) if not only or id_ in only]
    if not named:
        err.print(f"{approved['region']}: nothing to delete", highlight=False)
        return
    event = {
        "mode": "approve",
        "region": approved["region"],
        "plan_id": approved["id"],
        "as_of": approved["now"],
        "delete": named,
    }
    try:
        run("delete-expired", event, runtime, partial(_applied, approved["region"]))
    except PlanChanged as error:
        lines = difference(approved, error.result["recomputed"])
        raise PlanChanged(
            error.message, path=str(error.path), result=error.result | {"difference": lines}
        ) from error


def _applied(region: str, result: dict[str, Any]) -> None:
    applied = result["regions"].get(region, {}).get("applied", {})
    for id_ in applied.get("deleted", ()):
        out.print(f"deleted {id_}", markup=False, highlight=False)
    for id_ in applied.get("gone", ()):
        out.print(f"gone before {id_}", markup=False, highlight=False)
    for id_, why in applied.get("kept", {}).items():
        out.print(f"kept {id_}: {why}", markup=False, highlight=False, soft_wrap=True)


def _plans(file: Path) -> list[dict[str, Any]]:
    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        plans = [_plan(read_json(line)) for line in text.splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"cannot read {file}: {type(error).__name__}", path="FILE") from error
    except InvalidInput as error:
        raise InvalidInput(f"{file} is no plan: {error}", path="FILE") from error
    if not plans:
        message = f"{file} is empty; write a plan with snapkeep plan --format json"
        raise InvalidInput(message, path="FILE")
    return plans


def _plan(value: object) -> dict[str, Any]:
    table = Table(value)
    if table.text("format") != FORMAT:
        raise InvalidInput(f"must be {FORMAT!r}", path="format")
    texts = {key: table.text(key) for key in ("id", "region", "now", *DIGESTS)}
    lists = {key: table.get(key, list) for key in ("delete", "approve", "snapshots")}
    return texts | lists
