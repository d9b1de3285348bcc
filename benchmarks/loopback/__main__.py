"""The process that the region lives in: its first line says where, and each line in is answered
with what has been counted; it ends with its input."""

import argparse
import asyncio
import json
import os
import ssl
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path
from selectors import SelectSelector

import certifi
import trustme

from benchmarks.loopback.doors import HOST, open_doors
from benchmarks.loopback.region import Region


def main() -> None:
    """Serve until there is no more input."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.loopback", description=__doc__)
    parser.add_argument("--volumes", type=int, default=0)
    parser.add_argument("--snapshots", type=int, default=0)
    options = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        # the last core, since a client that may have but one takes the first
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    region, counts = Region(options.volumes, options.snapshots), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder) / "authorities.pem"
        context = trusted(bundle)
        # poll and epoll wait in whole milliseconds, which is a tenth of the round trip
        loop = asyncio.SelectorEventLoop(SelectSelector())
        ports = loop.run_until_complete(open_doors(region, context, counts))
        threading.Thread(target=loop.run_forever, daemon=True).start()
        print(json.dumps({"ports": ports, "bundle": str(bundle)}), flush=True)
        for _ in sys.stdin:
            print(json.dumps({"connections": 0, "requests": 0} | counts), flush=True)


def trusted(bundle: Path) -> ssl.SSLContext:
    """Make a certificate, and write its authority to a file with all that are in common use."""
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    own = authority.cert_pem.bytes().decode()
    bundle.write_text(certifi.contents() + own, encoding="ascii")
    return context


if __name__ == "__main__":
    main()
