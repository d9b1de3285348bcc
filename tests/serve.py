"""``make serve``: the webhook API on loopback, over a fake cloud with the demo fleet."""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from snapkeep.cli.serving import serve_until_told
from snapkeep.runtime import Runtime
from snapkeep.runtime.settings import Settings
from snapkeep.runtime.telemetry import Telemetry
from tests.fake_bce import FakeCloud, FakeSettings, OffsetClock, http_door
from tests.fake_bce.__main__ import instant, port_number
from tests.fake_bce.seed import seed_demo
from tests.senders import CREATE, SECRET_OF, environ_of
from tests.stage import ROOT
from tests.world import KEYS

# those of the demo fleet that the senders in tests/senders.py ask for
DISKS = ("v-2ewfZOpC", "v-XiyuHsyS", "v-38y1yCcb", "v-piUpEnHh")
_ABOUT = """\
The webhook API of the three functions on 127.0.0.1, over a fake cloud with the demo fleet.
The first line of output is JSON: url, the secret to sign with by path, the capability urls by
sender, and cloud, the endpoints by region. The log goes to standard error. Stop it with Ctrl-C."""
_EXAMPLE = """\
example: make serve, then in another terminal
  export SNAPKEEP_SIGNING_SECRET=...   # secrets, /snapshots
  .venv/bin/snapkeep sign URL/snapshots '{"policy": "predeploy", "volumes": ["v-XiyuHsyS"]}' | sh"""


def parser() -> argparse.ArgumentParser:
    """Return what the command line understands."""
    made = argparse.ArgumentParser(
        prog="python -m tests.serve",
        description=_ABOUT,
        epilog=_EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--port", type=port_number, default=0, help="0 takes any")
    made.add_argument("--now", type=instant, help="instant at which the clock starts to tick")
    made.add_argument("--small", action="store_true", help="four disks instead of the demo fleet")
    made.add_argument(
        "--creation-seconds", type=float, default=2.0, help="until a snapshot is Available"
    )
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until a signal says stop; return the exit status."""
    options = parser().parse_args(argv)
    now = options.now or datetime.now(UTC)
    clock = OffsetClock(now)
    cloud = FakeCloud(
        clock, FakeSettings(creation_time=timedelta(seconds=options.creation_seconds))
    )
    if options.small:
        for volume_id in DISKS:
            cloud.region("bj").add_volume(f"disk {volume_id}", id=volume_id)
    else:
        seed_demo(cloud, now)
    with http_door(cloud) as endpoints:
        settings = Settings(
            ROOT / "functions/policy.toml",
            endpoints=endpoints,
            approve_over_http=True,
            requests_per_second=1_000.0,
        )

        def runtime_of(function: str) -> Runtime:
            telemetry = Telemetry(function, sys.stderr, None, "INFO")
            environ = {**KEYS, **environ_of(function)}
            return Runtime(settings, telemetry, environ=environ, clock=clock)

        told = {"secrets": SECRET_OF, "capabilities": _capabilities(), "cloud": endpoints}
        serve_until_told(runtime_of, options.port, told)
    return 0


def _capabilities() -> dict[str, str]:
    return {
        sender["name"]: f"/snapshots/{sender['secrets'][0]['secret']}"
        for sender in CREATE["senders"]
        if sender["scheme"] == "capability-url"
    }


if __name__ == "__main__":
    sys.exit(main())
