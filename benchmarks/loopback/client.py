"""The loopback region as a client sees it."""

import atexit
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Literal

from benchmarks.loopback.doors import HOST
from benchmarks.measure import ROOT, Counts

Door = Literal["near", "far", "slow"]


class Loopback:
    """A region in a process of its own.

    Attributes:
        bundle: path of a file with the authorities in common use and the region's own.
    """

    def __init__(self, volumes: int, snapshots: int) -> None:
        command = [sys.executable, "-m", "benchmarks.loopback"]
        sizes = ["--volumes", str(volumes), "--snapshots", str(snapshots)]
        self._process = subprocess.Popen(
            [*command, *sizes], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise RuntimeError("no pipes")
        self._in, self._out = stdin, stdout
        first = self._line()
        self._ports: dict[str, int] = first["ports"]
        self.bundle: str = first["bundle"]

    def port(self, door: Door) -> int:
        return self._ports[door]

    def url(self, door: Door) -> str:
        return f"https://{HOST}:{self._ports[door]}"

    def counts(self) -> Counts:
        """Return the connections and requests so far."""
        self._in.write("\n")
        self._in.flush()
        return Counts(self._line())

    @contextmanager
    def trusted(self) -> Iterator[None]:
        """Let clients that know but the usual authorities trust the region."""
        names = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE")
        before = {name: os.environ.get(name) for name in names}
        os.environ.update(dict.fromkeys(names, self.bundle))
        try:
            yield
        finally:
            for name, value in before.items():
                del os.environ[name]
                if value is not None:
                    os.environ[name] = value

    def close(self) -> None:
        self._process.communicate()

    def _line(self) -> dict[str, Any]:
        line: dict[str, Any] = json.loads(self._out.readline())
        return line


@cache
def loopback(volumes: int = 0, snapshots: int = 0) -> Loopback:
    """Start a region, which ends with this process."""
    made = Loopback(volumes, snapshots)
    atexit.register(made.close)
    return made
