"""One page behind the HTTP API of ``snapkeep serve``, in a process of its own."""

import signal
import socket
import sys
from pathlib import Path
from typing import Any

from snapkeep.cli import gateway
from snapkeep.render.formats import FORMS


def main(path: Path) -> None:
    """Print the url and answer every request with the page until a signal says stop."""
    answer = FORMS["html"].answered(200, path.read_text(encoding="utf-8"))

    def call(function: str, event: dict[str, Any]) -> dict[str, Any]:
        return answer

    with socket.create_server((gateway.HOST, 0)) as listener:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        print(f"http://{gateway.HOST}:{listener.getsockname()[1]}", flush=True)
        gateway.serve(call, listener)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
