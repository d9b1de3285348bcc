"""The commands, their options, and how an error is told in one line."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from snapkeep.cli import screen
from snapkeep.cli.local import FUNCTIONS, call_function, local_runtime, read_event
from snapkeep.errors import InvalidInput, RunFailed, SnapkeepError
from snapkeep.runtime import Runtime

EPILOG = (
    "Keys come from BCE_ACCESS_KEY_ID and BCE_SECRET_ACCESS_KEY (and BCE_SESSION_TOKEN). "
    "Exit code 0: done; 1: something was not done, run it again;"
    " 2: the input is wrong and nothing was done."
)
app = typer.Typer(
    name="snapkeep",
    help="Keep the disks of a Baidu AI Cloud account backed up.",
    epilog=EPILOG,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out, err = Console(), Console(stderr=True)


class Format(StrEnum):
    """How a result is written."""

    TABLE = "table"
    JSON = "json"


PolicyOption = Annotated[
    Path | None,
    typer.Option("--policy", help="Policy file; else SNAPKEEP_POLICY, else functions/policy.toml."),
]
EndpointOption = Annotated[
    list[str] | None,
    typer.Option(
        "--endpoint",
        metavar="REGION=URL",
        help="A fake cloud instead of the real one, once per region: bj=http://127.0.0.1:4001",
    ),
]
NowOption = Annotated[
    str | None,
    typer.Option(
        "--now", metavar="TIME", help="Pretend it is 2026-11-23T18:00:30Z (fake cloud only)."
    ),
]
FormatOption = Annotated[
    Format, typer.Option("--format", help="Tables for people, JSON for programs.")
]


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
    with _told():
        show = _show(Format.JSON, screen.plan_tables)
        _run(function, read_event(event), local_runtime(policy, endpoint or (), now, ctx.obj), show)


@app.command()
def plan(
    ctx: typer.Context,
    policy: PolicyOption = None,
    endpoint: EndpointOption = None,
    now: NowOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show what delete-expired would delete, and why; nothing is deleted."""
    with _told():
        show = _show(format_, screen.plan_tables)
        _run(
            "delete-expired",
            {"mode": "plan"},
            local_runtime(policy, endpoint or (), now, ctx.obj),
            show,
        )


@app.command()
def report(
    ctx: typer.Context,
    policy: PolicyOption = None,
    endpoint: EndpointOption = None,
    now: NowOption = None,
    format_: FormatOption = Format.TABLE,
) -> None:
    """Show which disks are protected and which are not."""
    with _told():
        show = _show(format_, screen.report_tables)
        _run(
            "list-report",
            {"format": "json"},
            local_runtime(policy, endpoint or (), now, ctx.obj),
            show,
        )


@app.command()
def lint(policy: PolicyOption = None) -> None:
    """Check the policy file; no keys are needed and nothing is contacted."""
    with _told():
        runtime = local_runtime(policy, (), None)
        policies = runtime.policies
        names = ", ".join(policies.by_name)
        out.print(f"{runtime.settings.policy_file}: good; policies {names}", markup=False)


def main() -> None:
    """Run the command line."""
    app()


def _run(
    function: str, event: object, runtime: Runtime, show: Callable[[dict[str, Any]], None]
) -> None:
    """Call the function and show its result, that of a failed run as well."""
    try:
        with err.status("asking the cloud ..."):
            result = call_function(function, event, runtime)
    except RunFailed as error:
        show(error.result)
        raise
    show(result)


def _show(format_: Format, tables: screen.Render) -> Callable[[dict[str, Any]], None]:
    def show(result: dict[str, Any]) -> None:
        if format_ is Format.JSON:
            typer.echo(json.dumps(result, ensure_ascii=False, indent=2))
        elif parts := tables(result):
            out.print(*parts, sep="\n")

    return show


@contextmanager
def _told() -> Iterator[None]:
    """Turn an error into one line with its remedy, and into an exit code."""
    try:
        yield
    except SnapkeepError as error:
        line = f"snapkeep: {error}{screen.remedy(str(error))}"
        err.print(line, style="red", markup=False, highlight=False, soft_wrap=True)
        raise typer.Exit(2 if isinstance(error, InvalidInput) else 1) from error
