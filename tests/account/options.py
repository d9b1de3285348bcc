"""The command line, and what it teaches to a person who has an account."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from snapkeep import ids
from snapkeep.bce.endpoint import LOOPBACK, check_endpoint
from snapkeep.bce.errors import EndpointRefused
from tests.account.table import TABLE, markdown

_LOOPBACK_REGION = "loopback"
_ABOUT = f"""\
Checks what snapkeep assumes about Baidu AI Cloud on a real account: {len(TABLE)} assumptions,
from how a request is signed to what the cloud remembers of a client token.

It takes one to three snapshots of ONE disk and removes them again, also after Ctrl-C. Whatever
it did not make itself in this run it never changes and never deletes.

  the disk   Name a small CDS disk of no importance that is InUse or Available. Nothing is written
             to it, but it may be busy while a snapshot is taken.
  the cost   Baidu charges for what snapshots take while they exist, here for some minutes.
  the time   About five minutes, and as long as the disk needs for a snapshot.
  the key    BCE_ACCESS_KEY_ID and BCE_SECRET_ACCESS_KEY, and BCE_SESSION_TOKEN if it is
             temporary. Its user must be allowed to list and read disks, instances, snapshots and
             snapshot chains, and to create, modify and delete snapshots. Take a user made for
             this, and remove it afterwards."""
_MORE = """\
example:
  make contract ENDPOINT=https://bcc.bj.baidubce.com VOLUME=v-... ARGS="--json contract.json"

exit codes:
  0    nothing differs, and nothing is left behind (what was not asked is unknown, with the reason)
  1    something differs, a main assumption could not be told, or something is left behind
  2    the input is wrong, or was not agreed to; nothing was made
  130  stopped by Ctrl-C; nothing is left behind"""


@dataclass(frozen=True, slots=True)
class Options:
    """What a person asks for."""

    endpoint: str
    region: str
    volume: str
    instance: str | None
    system: bool
    yes: bool
    json: Path | None
    wait: timedelta
    pause: timedelta


class _List(argparse.Action):
    """Prints the table and ends."""

    def __init__(self, option_strings: Sequence[str], dest: str, **more: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, **more)

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        print("\n".join(markdown()))
        parser.exit()


def parse(argv: Sequence[str] | None) -> Options:
    """Read the command line; what is wrong ends the process with code 2."""
    made = _parser()
    given = made.parse_args(argv)
    if given.system and not given.instance:
        made.error("--system needs --instance")
    host = urlsplit(given.endpoint).hostname or ""
    said = _LOOPBACK_REGION if host in LOOPBACK else host.split(".")[1]
    if given.region and host not in LOOPBACK and given.region != said:
        made.error(f"--region {given.region}, but the endpoint is of {said}")
    return Options(
        given.endpoint,
        given.region or said,
        given.volume,
        given.instance,
        given.system,
        given.yes,
        given.json,
        timedelta(minutes=given.wait_minutes),
        timedelta(minutes=given.token_minutes),
    )


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(
        prog="python -m tests.account",
        description=_ABOUT,
        epilog=_MORE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = made.add_argument
    add("--endpoint", required=True, type=_endpoint, help="https://bcc.REGION.baidubce.com")
    add("--volume", required=True, type=_volume, help="the disk, v-...")
    add("--region", choices=ids.REGIONS, help="only for a fake cloud; else the endpoint tells it")
    add("--instance", type=_instance, help="i-...: look at the snapshots of its system disk too")
    add(
        "--system",
        action="store_true",
        help="take a snapshot of that system disk, instead of a second one of the disk",
    )
    add("--yes", action="store_true", help="do not ask before the first snapshot")
    add("--json", type=Path, metavar="FILE", help="write the records, with the request ids")
    add(
        "--token-minutes",
        type=_minutes,
        default=2,
        help="leave the token alone for so long, up to 1500, before it is sent once more"
        " (default: %(default)s); 1430 is nearly the 24 hours that it is said to live",
    )
    add(
        "--wait-minutes",
        type=_minutes,
        default=15,
        help="how long a creation may take, and each removal (default: %(default)s)",
    )
    add("--list", action=_List, help="print the assumptions as a Markdown table, and end")
    return made


def _endpoint(text: str) -> str:
    try:
        endpoint = check_endpoint(text)
    except EndpointRefused as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    host = urlsplit(endpoint).hostname or ""
    if not (host in LOOPBACK or host.startswith("bcc.")):
        raise argparse.ArgumentTypeError("this is a bucket; use https://bcc.REGION.baidubce.com")
    return endpoint


def _volume(text: str) -> str:
    return _id(text, ids.VOLUME)


def _instance(text: str) -> str:
    return _id(text, ids.INSTANCE)


def _id(text: str, shape: ids.Shape) -> str:
    if not shape.fullmatch(text):
        raise argparse.ArgumentTypeError(
            f"{text[:40]!r} is not an id; it must match {shape.pattern}"
        )
    return text


def _minutes(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:5]) <= 1_500):
        raise argparse.ArgumentTypeError("is a whole number from 0 to 1500")
    return int(text[:5])
