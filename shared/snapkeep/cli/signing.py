"""``snapkeep sign``: a request that is ready to be sent by curl."""

import json
import os
import secrets
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

import typer

from snapkeep.bce.endpoint import LOOPBACK
from snapkeep.cli.app import app, told
from snapkeep.commands import EXPIRE_TYPE
from snapkeep.errors import InvalidInput, Unauthorized
from snapkeep.model import iso
from snapkeep.senders import parse_key
from snapkeep.signatures import LONGEST_LINK, PAGE_TARGET, StandardSignature, sign_link
from snapkeep.signatures import sign as sign_content
from snapkeep.strict import Table, read_json
from snapkeep.times import parse_duration, parse_instant
from snapkeep.webhook_events import WEBHOOK_TYPE

SECRET = "SNAPKEEP_SIGNING_SECRET"  # noqa: S105 - the name of a variable
_TYPE_OF = {"/snapshots": WEBHOOK_TYPE, "/expirations": EXPIRE_TYPE, "/report": ""}
_CURL = ("curl", "--silent", "--show-error", "--fail-with-body", "--max-time", "30")
# a signature is good for five minutes, within which curl tries again when the answer says so
_AGAIN = ("--retry", "4", "--retry-max-time", "240")
LinkOption = Annotated[
    str | None,
    typer.Option(
        metavar="DURATION", help="Of /report: a link for a browser, good for 7d, at most 32d."
    ),
]


@app.command()
def sign(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="Of /snapshots, /expirations or /report.")],
    data: Annotated[
        str | None,
        typer.Argument(help="What is asked for, as JSON; - for standard input; none for /report."),
    ] = None,
    id_: Annotated[
        str | None,
        typer.Option("--id", help="The event's own id, such as that of a pipeline's run."),
    ] = None,
    time: Annotated[
        str | None,
        typer.Option(
            metavar="TIME", help="When it happened; with --id, and the same to send it again."
        ),
    ] = None,
    link: LinkOption = None,
) -> None:
    """Write a curl command that sends a signed request; the secret comes from
    SNAPKEEP_SIGNING_SECRET (whsec_...).

    Example: snapkeep sign https://ID.execute-api.REGION.amazonaws.com/snapshots
    '{"policy": "predeploy", "reason": "release 1.4.2"}' | sh
    """
    with told(), _fails_in_a_shell():
        key = parse_key(os.environ.get(SECRET, ""), SECRET)
        parts, now = _parts(url), ctx.obj.now() if ctx.obj else datetime.now(UTC)
        if link is not None:
            if any(each is not None for each in (data, id_, time)):
                raise InvalidInput("takes a URL and nothing else", path="--link")
            typer.echo(_linked(key, parts, link, now))
            return
        message_id, slot = _event(id_, time, now)
        body = _body(_TYPE_OF[parts.path], data, slot)
        content = (_target(parts) if body is None else body).encode()
        again = _AGAIN if parts.path == "/snapshots" else ()
        typer.echo(_command([*_CURL, *again, url], _signed(key, message_id, now, content), body))


def _target(parts: SplitResult) -> str:
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _linked(key: bytes, parts: SplitResult, link: str, now: datetime) -> str:
    lives = parse_duration(link, "--link")
    if lives > LONGEST_LINK:
        raise InvalidInput("may be at most 32d", path="--link")
    if parts.path != "/report":
        raise InvalidInput("goes with /report alone", path="--link")
    target = _target(parts) if parts.query else PAGE_TARGET
    signed = sign_link(key, target, int((now + lives).timestamp()))
    return f"{parts.scheme}://{parts.netloc}{signed}"


def _command(begin: Sequence[str], headers: dict[str, str], body: str | None) -> str:
    lines = [begin, *(("--header", f"{name}: {value}") for name, value in headers.items())]
    if body is not None:
        lines += [("--header", "content-type: application/json"), ("--data-raw", body)]
    return " \\\n  ".join(shlex.join(line) for line in lines)


def _signed(key: bytes, message_id: str, now: datetime, content: bytes) -> dict[str, str]:
    timestamp = int(now.timestamp())
    headers = {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign_content(key, message_id, timestamp, content),
    }
    try:
        StandardSignature.of(headers)
    except Unauthorized as error:
        message = "must be 1 to 128 letters, digits, _ or -"
        raise InvalidInput(message, path="--id") from error
    return headers


@contextmanager
def _fails_in_a_shell() -> Iterator[None]:
    """Let a shell that is fed with the output fail as well; an empty script would succeed."""
    try:
        yield
    except InvalidInput:
        typer.echo("exit 2")
        raise


def _event(id_: str | None, time: str | None, now: datetime) -> tuple[str, datetime]:
    """Return id and time of the event, a new one of now if neither is given."""
    if id_ is None and time is None:
        return f"msg_{secrets.token_hex(16)}", now
    if id_ is None or time is None:
        message = "go together: an event that is sent again has the same id and the same time"
        raise InvalidInput(message, path="--id and --time")
    return id_, parse_instant(time, "--time")


def _parts(url: str) -> SplitResult:
    """Return the parts of a URL that may be signed for."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise InvalidInput("must begin with https://", path="URL")
    if parts.path not in _TYPE_OF:
        message = f"{parts.path[:40]!r} is no path of the API, which has {', '.join(_TYPE_OF)}"
        raise InvalidInput(message, path="URL")
    return parts


def _body(kind: str, data: str | None, slot: datetime) -> str | None:
    """Return the envelope, as it will be sent, or ``None`` for a GET."""
    if not kind:
        if data is not None:
            raise InvalidInput("takes no data; put ?format=markdown into the URL", path="DATA")
        return None
    if data is None:
        raise InvalidInput('is missing, such as \'{"policy": "predeploy"}\'', path="DATA")
    asked = dict(Table(read_json(sys.stdin.read() if data == "-" else data), "DATA").items())
    return json.dumps({"type": kind, "timestamp": iso(slot), "data": asked}, ensure_ascii=False)
