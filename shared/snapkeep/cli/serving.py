"""``snapkeep serve``: the webhook API on loopback."""

import json
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from snapkeep.cli import gateway
from snapkeep.cli.app import EndpointOption, PolicyOption, app, told
from snapkeep.cli.local import FUNCTIONS, call_function, local_runtime, read_event
from snapkeep.errors import InvalidInput
from snapkeep.runtime import Runtime
from snapkeep.strict import Table


@app.command()
def serve(
    ctx: typer.Context,
    secrets: Annotated[
        Path,
        typer.Option(
            "--secrets",
            help="JSON file with the webhook secret of each function, by the function's name.",
        ),
    ],
    port: Annotated[int, typer.Option(min=0, max=65_535, help="0 takes any.")] = 0,
    policy: PolicyOption = None,
    endpoint: EndpointOption = None,
) -> None:
    """Serve the webhook API on 127.0.0.1, to try senders out; make serve does it with a fake cloud.

    The first line of output is JSON with its url, the log goes to standard error.

    Example: snapkeep serve --secrets secrets.json --endpoint bj=http://127.0.0.1:4001
    """
    with told():
        by_function = _by_function(read_event(secrets, "--secrets"))

        def runtime_of(function: str) -> Runtime:
            return local_runtime(
                policy,
                endpoint,
                clock=ctx.obj,
                webhook_secret=by_function.get(function, ""),
                log=sys.stderr,
            )

        for function in FUNCTIONS:
            _ = runtime_of(function).senders, runtime_of(function).policies
        try:
            serve_until_told(runtime_of, port, {})
        except OSError as error:
            raise InvalidInput(f"cannot listen on port {port}: {error}", path="--port") from error


def serve_until_told(
    runtime_of: Callable[[str], Runtime], port: int, more: Mapping[str, object]
) -> None:
    """Print the first line, with ``more`` in it, and serve until a signal says stop.

    As in Lambda, requests that are served at once have nothing in common but the cloud: each thread
    has a runtime of its own for each function.
    """
    own = threading.local()

    def call(function: str, event: dict[str, Any]) -> dict[str, Any]:
        runtimes: dict[str, Runtime] = own.__dict__.setdefault("runtimes", {})
        if function not in runtimes:
            runtimes[function] = runtime_of(function)
        return call_function(function, event, runtimes[function])

    with socket.create_server((gateway.HOST, port)) as listener:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        url = f"http://{gateway.HOST}:{listener.getsockname()[1]}"
        print(json.dumps({"url": url, **more}), flush=True)
        gateway.serve(call, listener)


def _by_function(content: object) -> dict[str, str]:
    table = Table(content, "--secrets")
    found = {
        name: json.dumps(dict(table.table(name).items())) for name in FUNCTIONS if table.has(name)
    }
    table.done()
    return found
