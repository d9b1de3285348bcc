"""The fake cloud as a server of its own, for demos and for clients in any language."""

import argparse
import json
import signal
import sys
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from tests.fake_bce.clock import OffsetClock
from tests.fake_bce.cloud import FakeCloud
from tests.fake_bce.seed import seed_demo
from tests.fake_bce.server import http_door
from tests.fake_bce.settings import FakeSettings

_ABOUT = """\
A stateful fake of Baidu AI Cloud's snapshot API on 127.0.0.1, one port per region.
The first line of output is JSON: url (first region), urls (by region), access_key_id and
secret_access_key, which open nothing but this. Stop it with Ctrl-C or SIGTERM."""
_EXAMPLE = """\
example: python -m tests.fake_bce --port 8080 --seed demo --now 2026-11-23T18:00:30Z"""


def parser() -> argparse.ArgumentParser:
    """Return what the command line understands."""
    made = argparse.ArgumentParser(
        prog="python -m tests.fake_bce",
        description=_ABOUT,
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument(
        "--port", type=port_number, default=0, help="of the first region; 0 takes any"
    )
    made.add_argument(
        "--seed", choices=("demo", "empty"), default="demo", help="what is in the account"
    )
    made.add_argument(
        "--now", type=instant, help="instant at which the cloud's clock starts to tick"
    )
    made.add_argument(
        "--quota",
        choices=("per_disk", "eight_per_disk"),
        default="per_disk",
        help="512 manual snapshots per disk, or 8 times the number of disks in all",
    )
    made.add_argument(
        "--regions", default="bj,gz", help="comma list, first one first (default: %(default)s)"
    )
    made.add_argument(
        "--creation-seconds", type=float, default=30.0, help="until a snapshot is Available"
    )
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until a signal says stop; return the exit status."""
    options = parser().parse_args(argv)
    now = options.now or datetime.now(UTC)
    settings = FakeSettings(
        quota=options.quota, creation_time=timedelta(seconds=options.creation_seconds)
    )
    cloud = FakeCloud(OffsetClock(now), settings, options.regions.split(","))
    if options.seed == "demo":
        seed_demo(cloud, now)
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with http_door(cloud, options.port) as urls:
        first = {
            "url": next(iter(urls.values())),
            "urls": urls,
            "access_key_id": settings.access_key_id,
            "secret_access_key": settings.secret_access_key,
        }
        print(json.dumps(first), flush=True)
        stop.wait()
    return 0


def port_number(text: str) -> int:
    """Read a port."""
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError("a port is 0 to 65535")
    return port


def instant(text: str) -> datetime:
    """Read an instant with a zone."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("write it as 2026-11-23T18:00:30Z") from error
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("needs a zone, such as Z")
    return moment.astimezone(UTC)


if __name__ == "__main__":
    sys.exit(main())
