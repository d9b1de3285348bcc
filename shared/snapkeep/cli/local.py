"""Running a deployed function here: the same handler, with a runtime made from options."""

import io
import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, TextIO

from snapkeep.cli.offline import FixedClock, InventoryFile, OfflineRuntime
from snapkeep.errors import InvalidInput
from snapkeep.runtime import Runtime
from snapkeep.runtime.settings import Settings, parse_endpoints
from snapkeep.runtime.telemetry import Telemetry
from snapkeep.runtime.wiring import SystemClock
from snapkeep.strict import read_json
from snapkeep.times import Clock, parse_instant

FUNCTIONS = ("create-on-event", "list-report", "delete-expired")


def local_runtime(
    policy: Path | None,
    endpoints: Sequence[str] | None = None,
    now: str | None = None,
    clock: Clock | None = None,
    inventory: Path | None = None,
    webhook_secret: str | None = None,
    log: TextIO | None = None,
) -> Runtime:
    """Return a runtime for this terminal; what is not given comes from the environment.

    Args:
        log: where log lines go; nowhere by default, since a person reads the result and the one
            line of an error.

    Raises:
        InvalidInput: names the option or variable that is wrong.
    """
    if endpoints and inventory:
        message = "is instead of a cloud; leave out one of --inventory and --endpoint"
        raise InvalidInput(message, path="--inventory")
    parse_endpoints(list(endpoints or ()))
    given = {
        "SNAPKEEP_POLICY": str(policy) if policy else None,
        "SNAPKEEP_ENDPOINT": " ".join(endpoints) if endpoints else None,
        "SNAPKEEP_WEBHOOK_SECRET": webhook_secret,
    }
    environ = {**os.environ, **{name: value for name, value in given.items() if value is not None}}
    settings = Settings.of(environ)
    file = InventoryFile.read(inventory) if inventory else None
    if now and not (settings.is_loopback or file):
        message = "the cloud has its own clock; --now goes with --inventory, or with --endpoint"
        raise InvalidInput(f"{message} and a fake cloud", path="--now")
    moment = parse_instant(now, "--now") if now else file.exported_at if file else None
    if moment and clock is None:
        clock = FixedClock(moment) if file else SystemClock(moment - datetime.now(UTC))
    telemetry = Telemetry("snapkeep", log or io.StringIO(), None, "INFO" if log else "CRITICAL")
    if file:
        return OfflineRuntime(settings, telemetry, file, clock)
    return Runtime(settings, telemetry, environ=environ, clock=clock)


def call_function(name: str, event: object, runtime: Runtime) -> dict[str, Any]:
    """Call a function's handler, found by name as Lambda finds it.

    Raises:
        SnapkeepError: whatever the function raises.
        InvalidInput: if there is no such function.
    """
    return _handler(name)(event, None, runtime)


@cache
def _handler(name: str) -> Callable[[object, None, Runtime], dict[str, Any]]:
    found = [each for each in entry_points(group="snapkeep.functions") if each.name == name]
    if not found:
        message = f"{name!r} is none of {', '.join(FUNCTIONS)}"
        raise InvalidInput(message, path="FUNCTION")
    handler: Callable[[object, None, Runtime], dict[str, Any]] = found[0].load()
    return handler


def read_event(path: Path, option: str = "EVENT") -> object:
    """Return the JSON of a file, ``-`` for standard input.

    Args:
        option: by which the file was named.

    Raises:
        InvalidInput: if it cannot be read or is not JSON.
    """
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
        return read_json(text)
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput(f"cannot read {path}: {type(error).__name__}", path=option) from error
    except InvalidInput as error:
        raise InvalidInput(f"{path}: {error}", path=option) from error


def write_file(path: Path, text: str, option: str) -> None:
    """Write a text to a file.

    Args:
        option: by which the file was named.

    Raises:
        InvalidInput: if it cannot be written.
    """
    try:
        # half a character can be in the API's JSON, but in no file
        path.write_bytes(text.encode(errors="replace"))
    except OSError as error:
        raise InvalidInput(f"cannot write {path}: {type(error).__name__}", path=option) from error
