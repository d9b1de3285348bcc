"""What all commands share: the app, their options, and how an error is told in one line."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from snapkeep.cli import screen
from snapkeep.cli.local import call_function
from snapkeep.errors import InvalidInput, PlanChanged, RunFailed, SnapkeepError
from snapkeep.runtime import Runtime

EPILOG = (
    "Keys come from BCE_ACCESS_KEY_ID and BCE_SECRET_ACCESS_KEY (and BCE_SESSION_TOKEN). "
    "Exit code 0: done; 1: something was not done, run it again (after approve: plan again);"
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
InventoryOption = Annotated[
    Path | None,
    typer.Option(
        "--inventory", help="File written by snapkeep export, instead of a cloud; needs no keys."
    ),
]
NowOption = Annotated[
    str | None,
    typer.Option(
        "--now",
        metavar="TIME",
        help="Pretend it is 2026-11-23T18:00:30Z; not against the real cloud."
        " An inventory is taken as of its export.",
    ),
]
RegionOption = Annotated[
    str | None, typer.Option("--region", help="One region; else all of the policy file.")
]
FormatOption = Annotated[
    Format, typer.Option("--format", help="Tables for people, JSON for programs.")
]


def run(
    function: str, event: object, runtime: Runtime, show: Callable[[dict[str, Any]], None]
) -> None:
    """Call a function and show its result, that of a failed run as well."""
    try:
        with err.status("asking the cloud ..."):
            result = call_function(function, event, runtime)
    except RunFailed as error:
        show(error.result)
        raise
    show(result)


def shown(format_: Format, tables: screen.Render) -> Callable[[dict[str, Any]], None]:
    """Return what writes a result in this format."""

    def show(result: dict[str, Any]) -> None:
        if format_ is Format.JSON:
            typer.echo(json.dumps(result, ensure_ascii=False, indent=2))
        elif parts := tables(result):
            out.print(*parts, sep="\n")

    return show


def tell(console: Console, text: str, style: str = "") -> None:
    """Write one line as it is, however long and whoever wrote it."""
    text = screen.printable(text)
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)


def tell_error(error: SnapkeepError, where: str = "") -> None:
    """Write an error as one line with its remedy."""
    place = f"{where}: " if where else ""
    tell(err, f"snapkeep: {place}{error}{screen.remedy(str(error))}", "red")


@contextmanager
def told() -> Iterator[None]:
    """Turn an error into one line with its remedy, and into an exit code."""
    try:
        yield
    except SnapkeepError as error:
        if isinstance(error, PlanChanged):
            for line in error.result["difference"]:
                tell(out, line)
        tell_error(error)
        raise typer.Exit(2 if isinstance(error, InvalidInput) else 1) from error


def main() -> None:
    """Run the command line."""
    app()
