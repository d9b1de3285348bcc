"""A run of create-on-event in a process of its own, as in Lambda: an event in, its result out.

The clock is shifted to the time of the event; the last thing that it says is the memory it took.
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

from create_on_event.app import handler
from snapkeep.runtime import Runtime
from snapkeep.runtime.settings import Settings
from snapkeep.runtime.telemetry import Telemetry
from snapkeep.runtime.wiring import SystemClock
from tests.world import KEYS

# the peak comes in KiB from Linux and in bytes from macOS
_UNIT = 1 if sys.platform == "darwin" else 1024


def main() -> None:
    """Read what to run from standard input and write the result as the last line."""
    asked = json.load(sys.stdin)
    now = datetime.fromisoformat(asked["now"])
    settings = Settings(
        Path(asked["policy_file"]), endpoints=asked["endpoints"], requests_per_second=1_000
    )
    runtime = Runtime(
        settings,
        Telemetry("fleet", sys.stderr, None, "ERROR"),
        environ=KEYS,
        clock=SystemClock(now - datetime.now(UTC)),
    )
    result = handler(asked["event"], None, runtime)
    print(json.dumps({"result": result, "peak": getrusage(RUSAGE_SELF).ru_maxrss * _UNIT}))


if __name__ == "__main__":
    main()
