"""``make fuzz``: bytes that Atheris makes up, through every reader that a stranger can reach.

Each input is one way in and what is sent there. Only errors of ours may come out, and each of them
has to be an answer that can be written. It begins with the events of ``events/``.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["snapkeep"]):
    from snapkeep.answers import refusal
    from snapkeep.authentication import Claim
    from snapkeep.commands import expire_command, expire_webhook, report_command, report_query
    from snapkeep.errors import InvalidInput
    from snapkeep.events import snapshot_requests
    from snapkeep.policy_file import parse_policies
    from snapkeep.senders import read_senders
    from snapkeep.strict import read_json
    from snapkeep.webhook import is_http, json_body, read_request
    from snapkeep.webhook_events import webhook_request

from tests.senders import ALARM, BY_FUNCTION, OPERATOR, PIPELINE, hub, standard

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 23, 18, 0, 30, tzinfo=UTC)
POLICIES = parse_policies((ROOT / "functions/policy.toml").read_text("utf-8"))
SENDERS = {name: read_senders(json.dumps(told)) for name, told in BY_FUNCTION.items()}
ROUTES = ("POST /snapshots", "POST /snapshots/{capability}", "GET /report", "POST /expirations")
JSON = {"content-type": "application/json"}


def request(path: str, headers: dict[str, str], body: bytes, method: str = "POST") -> object:
    """Return a request whose body may be any bytes."""
    return {
        "requestContext": {"http": {"method": method, "path": path}},
        "headers": JSON | headers,
        "body": body.decode("utf-8", "surrogateescape"),
    }


def let_in(event: object, function: str) -> None:
    """Take a request as far as its route would, for each function's senders."""
    message = Claim.of(read_request(event, ROUTES)).verified(SENDERS[function], NOW)
    if message.request.route == "GET /report":
        accept = message.request.headers.get("accept", "")
        report_query(message.request.query, accept, POLICIES)
    elif message.request.route == "POST /expirations":
        expire_webhook(json_body(message.request), POLICIES, approve=True)
    else:
        webhook_request(message, POLICIES, NOW)


def text_of(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape" if len(data) % 2 else "replace")


def queued(data: bytes) -> None:
    snapshot_requests(read_json(text_of(data)), POLICIES, NOW)


def commanded(data: bytes) -> None:
    expire_command(read_json(text_of(data)), POLICIES)


def reported(data: bytes) -> None:
    report_command(read_json(text_of(data)), POLICIES)


def signed(data: bytes) -> None:
    let_in(request("/snapshots", standard(PIPELINE, data, NOW), data), "create-on-event")


def signed_plan(data: bytes) -> None:
    let_in(request("/expirations", standard(OPERATOR, data, NOW), data), "delete-expired")


def deployed(data: bytes) -> None:
    let_in(request("/snapshots", hub(data), data), "create-on-event")


def alarmed(data: bytes) -> None:
    let_in(request(f"/snapshots/{ALARM}", {}, data), "create-on-event")


def forged(data: bytes) -> None:
    """Every line is a header of the request, the last one its body."""
    names = ("webhook-id", "webhook-timestamp", "webhook-signature", "x-hub-signature-256")
    *values, body = text_of(data).split("\n")
    headers = dict(zip(names, values, strict=False))
    let_in(request("/snapshots", headers, body.encode(errors="replace")), "create-on-event")


def delivered(data: bytes) -> None:
    """The whole event is made up."""
    event = read_json(text_of(data))
    if is_http(event):
        for function in SENDERS:
            let_in(event, function)


def configured(data: bytes) -> None:
    read_senders(text_of(data))


WAYS: tuple[Callable[[bytes], None], ...] = (
    *(queued, commanded, reported, signed, signed_plan),
    *(deployed, alarmed, forged, delivered, configured),
)


def one_input(data: bytes) -> None:
    """Send the rest of the input the way that its first byte says."""
    if not data:
        return
    try:
        WAYS[data[0] % len(WAYS)](data[1:])
    except InvalidInput as error:
        check(error)


def check(error: InvalidInput) -> None:
    """See that a refusal can be told."""
    answer = refusal(error)
    assert answer["statusCode"] < 500
    assert len(answer["body"]) < 2_000
    assert json.loads(answer["body"].encode())["code"] == error.code


def seeds() -> Iterator[bytes]:
    """Yield each event by each way that might take it."""
    for path in sorted((ROOT / "events").glob("*/*.json")):
        event = json.loads(path.read_text("utf-8"))
        for content in (event, event.get("body"), event.get("headers")):
            if content:
                text = content if isinstance(content, str) else json.dumps(content)
                yield from (bytes([way]) + text.encode() for way in range(len(WAYS)))
    for told in BY_FUNCTION.values():
        yield bytes([WAYS.index(configured)]) + json.dumps(told).encode()


def main(argv: Sequence[str] | None = None) -> int:
    """Fuzz in a process of its own, since Atheris ends the one that it runs in."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--runs", type=int, default=1_000_000, help="default: %(default)s")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--corpus", help=argparse.SUPPRESS)
    options = parser.parse_args(argv)
    if options.corpus:
        flags = [f"-runs={options.runs}", f"-seed={options.seed}", "-max_len=4096", "-timeout=10"]
        atheris.Setup([sys.argv[0], *flags, options.corpus], one_input)
        atheris.Fuzz()
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(seeds()):
            Path(corpus, f"{number:04}").write_bytes(seed)
        command = [sys.executable, "-m", "tests.fuzz", "--corpus", corpus]
        command += ["--runs", str(options.runs), "--seed", str(options.seed)]
        # a crash's input is written beside the reports of the other checks
        Path(ROOT, "build").mkdir(exist_ok=True)
        environ = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.run(command, cwd=ROOT / "build", env=environ, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
