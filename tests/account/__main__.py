"""``python -m tests.account``: looks at the disk, asks the person, runs, and says what it found."""

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from requests.adapters import BaseAdapter

from snapkeep.bce.errors import AccessDenied, NotFound
from snapkeep.bce.retry import RateLimit
from snapkeep.bce.transport import new_adapter
from snapkeep.cli.local import write_file
from snapkeep.cli.screen import printable, remedy
from snapkeep.errors import InvalidInput, MissingKeys, SnapkeepError
from snapkeep.runtime.secrets import find_credentials
from snapkeep.runtime.settings import Settings
from snapkeep.runtime.wiring import SystemClock
from snapkeep.selection import INSTANCE_STATUSES, VOLUME_STATUSES
from snapkeep.times import Clock
from tests.account.ledger import LIMIT
from tests.account.line import Line
from tests.account.options import Options, parse
from tests.account.records import Verdict
from tests.account.run import Run
from tests.account.texts import MARK
from tests.account.visit import Visit


def main(
    argv: Sequence[str] | None = None,
    *,
    environ: Mapping[str, str] = os.environ,
    clock: Clock | None = None,
    adapter: BaseAdapter | None = None,
    answer: Callable[[], str] | None = None,
) -> int:
    """Run the suite and return the exit code.

    Args:
        answer: returns what the person types to the question whether to go on.
    """
    options = parse(argv)
    try:
        visit = _visit(options, environ, clock or SystemClock(), adapter or new_adapter())
        _agree(options, visit, answer or _typed)
    except KeyboardInterrupt:
        return 130
    except SnapkeepError as error:
        print(f"{error}{remedy(str(error))}; nothing was made", file=sys.stderr)
        return 2 if isinstance(error, (InvalidInput, MissingKeys, AccessDenied)) else 1
    run, saved = Run(visit), False
    try:
        run.go()
    finally:
        _conclude(run)
        saved = _saved(run, options)
    return run.exit_code if saved else 1


def _visit(options: Options, environ: Mapping[str, str], clock: Clock, by: BaseAdapter) -> Visit:
    """Look at the disk and the instance.

    Raises:
        InvalidInput: if they are not there, or not such that a snapshot can be taken.
    """
    keys = find_credentials(None, environ)
    rate = RateLimit(Settings.of(environ).requests_per_second, clock)
    line = Line(options.endpoint, options.region, keys, clock=clock, adapter=by, rate=rate)
    try:
        volume = line.client.volume(options.volume)
        server = line.client.instance(options.instance) if options.instance else None
    except NotFound as error:
        raise InvalidInput(
            f"there is no such disk or instance at {line.endpoint}: {error}"
        ) from error
    if volume.is_system or not volume.can_have_snapshots:
        raise InvalidInput(f"{volume.id} is {volume.type}; name a CDS disk", path="--volume")
    if volume.status not in VOLUME_STATUSES:
        raise InvalidInput(
            f"{volume.id} is {volume.status}; wait, or name another", path="--volume"
        )
    if server and options.system and server.status not in INSTANCE_STATUSES:
        raise InvalidInput(
            f"{server.id} is {server.status}; wait, or leave it out", path="--system"
        )
    return Visit(
        line,
        volume,
        _tell,
        instance_id=options.instance,
        takes_system=options.system,
        wait=options.wait,
        pause=options.pause,
    )


def _agree(options: Options, visit: Visit, answer: Callable[[], str]) -> None:
    """Say what will be done, and see that the person wants it.

    Raises:
        InvalidInput: if not.
    """
    disk, system = visit.volume, options.instance if options.system else None
    _tell(f"at       {options.endpoint}, region {options.region}")
    _tell(f"disk     {disk.id} {disk.name!r}, {disk.size_gb} GB, {disk.type}, {disk.status}")
    _tell(f"takes    1 to {LIMIT} snapshots, of {f'{disk.id} and {system}' if system else disk.id}")
    _tell(f"named    {MARK}_{visit.texts.started:%Y%m%dT%H%M%SZ}_...")
    _tell("changes  the description of its own snapshot, and nothing else")
    _tell("removes  them all at the end, also after Ctrl-C")
    _tell(f"waits    {options.wait} at the most for the creation, {options.pause} for the token")
    if not options.yes and answer().strip() != "yes":
        raise InvalidInput("not agreed to")
    if options.json:
        _check_writable(options.json)


def _check_writable(path: Path) -> None:
    """See that the records can be written before anything is made."""
    try:
        path.open("a").close()
    except OSError as error:
        raise InvalidInput(f"cannot write it: {type(error).__name__}", path="--json") from error


def _typed() -> str:
    if not sys.stdin.isatty():
        raise InvalidInput("is needed where nobody can be asked", path="--yes")
    try:
        return input("Type yes to go on: ")
    except EOFError:
        return ""


def _conclude(run: Run) -> None:
    verdicts = [record.finding.verdict for record in run.records]
    counts = ", ".join(f"{verdicts.count(each)} {each}" for each in Verdict)
    _tell(
        f"{len(verdicts)} assumptions: {counts}; {len(run.visit.ledger.made)} snapshots were taken"
    )
    for record in run.differing:
        told = record.assumption
        _tell(f"DIFFERS  {told.id}: {told.words} Observed: {record.finding.observed}.")
        _tell(f"         what rests on it: {told.rests} ({told.source})")
    if run.untold:
        _tell(f"UNKNOWN  of the main assumptions: {', '.join(run.untold)}; run it again")
    if run.left:
        _tell(f"LEFT     in region {run.visit.line.region}: {' '.join(run.left)}")
        _tell("         remove them in the console: Baidu Cloud Compute, Snapshots, the id, Delete")
    for name in run.lost:
        _tell(f"PERHAPS  left in region {run.visit.line.region}: look for a snapshot named {name}")


def _saved(run: Run, options: Options) -> bool:
    if options.json is None:
        return True
    try:
        text = json.dumps(run.to_json(), ensure_ascii=False, indent=2)
        write_file(options.json, f"{text}\n", "--json")
    except InvalidInput as error:
        print(error, file=sys.stderr)
        return False
    return True


def _tell(text: str) -> None:
    encoding = sys.stdout.encoding or "utf-8"
    # a terminal that was closed must not stop what removes the snapshots
    with suppress(OSError):
        print(printable(text).encode(encoding, "replace").decode(encoding), flush=True)


if __name__ == "__main__":
    # what ends it otherwise ends it as Ctrl-C does, so that nothing is left behind
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    sys.exit(main())
