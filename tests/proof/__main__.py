"""``make prove``: attack the real functions in every way, and say what broke.

Each figure is one line of JSON, and all of them are written to ``proof.json``. The exit code is 1
if any promise was broken. The same seed is the same run.
"""

import argparse
import json
import multiprocessing
import os
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import track

from tests.proof.bugs import planted
from tests.proof.faults import attacks as faults
from tests.proof.figures import Part, Scale, Tally
from tests.proof.machine import states
from tests.proof.replies import corrupt
from tests.proof.simulation import region, schedules
from tests.proof.simulation.verdict import BEYOND
from tests.proof.sockets import attacks as sockets

ROOT = Path(__file__).parents[2]
PARTS: tuple[Part, ...] = (
    *(faults.SINGLES, faults.PAIRS, schedules.PART, region.PART),
    *(states.PART, corrupt.PART, sockets.PART, planted.PART),
)
SCHEDULES, SHORT_SCHEDULES = 100_000, 5_000
TOLD = 5
Figure = dict[str, Any]


def figure(part: Part, scale: Scale, tally: Tally, seconds: float) -> Figure:
    """Return what is said of one part."""
    told: Figure = {
        "figure": part.name,
        "promise": part.promise,
        "count": tally.count,
        "seed": scale.seed,
        "breaches": len(tally.breaches),
        "seconds": round(seconds, 1),
        **dict(sorted(tally.more.items())),
    }
    if part is schedules.PART and not tally.breaches:
        # Hanley and Lippman-Hand, 1983: none in N means fewer than 3 in N, 95 times of 100
        told["95 % bound on the rate"] = 3 / (tally.count - tally.more[BEYOND])
    return told


def gather(part: Part, under_way: Sequence[Future[Tally]]) -> Tally:
    """Return what all jobs of a part have found."""
    tally, screen = Tally(), Console(stderr=True)
    for job in track(under_way, part.name, console=screen, disable=not screen.is_terminal):
        tally.add(job.result())
    if not tally.count:
        tally.breaches.append(f"{part.name}: nothing was attacked")
    return tally


def prove(scale: Scale, parts: Sequence[Part]) -> Iterator[tuple[Figure, Tally]]:
    """Attack with each part that has something to do, on all cores, one part after the other but
    for their last jobs; the seconds are from one figure to the next."""
    context = multiprocessing.get_context("spawn")
    # one more than cores, since sockets mostly wait
    with ProcessPoolExecutor((os.cpu_count() or 1) + 1, context) as pool:
        submitted = [
            (part, [pool.submit(part.work, *job) for job in part.jobs(scale)]) for part in parts
        ]
        since = time.monotonic()
        for part, under_way in submitted:
            if under_way:
                tally, now = gather(part, under_way), time.monotonic()
                yield figure(part, scale, tally, now - since), tally
                since = now


def main(argv: Sequence[str] | None = None) -> int:
    """Run the proof and return the exit code."""
    options = _options(argv)
    if options.replay is not None:
        lines = schedules.replay(options.replay)
        print("\n".join(lines))
        return int(lines[-1] != schedules.UNBROKEN)
    parts = [part for part in PARTS if not options.only or part.name in options.only]
    scale = Scale(options.schedules, options.seed, options.short)
    figures, outputs = [], Tally()
    for told, tally in prove(scale, parts):
        outputs.add(Tally(outputs=tally.outputs, leaks=tally.leaks))
        outputs.search_text(f"the figure {told['figure']}", "\n".join(tally.breaches))
        print(json.dumps(told, ensure_ascii=False), flush=True)
        for breach in tally.breaches[:TOLD]:
            print(f"BROKEN: {breach}", file=sys.stderr)
        figures.append({**told, "broken": tally.breaches})
    secrets = _of_secrets(outputs)
    print(json.dumps(secrets))
    figures.append({**secrets, "broken": outputs.leaks})
    record = {"short": scale.is_short, **_record(figures)}
    options.json.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    return int(any(told["breaches"] for told in figures))


def _of_secrets(outputs: Tally) -> Figure:
    return {
        "figure": "secrets",
        "promise": "no key, signing key, signature or webhook secret in any output",
        "count": outputs.outputs,
        "breaches": len(outputs.leaks),
    }


def _record(figures: list[Figure]) -> Figure:
    return {
        "at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "figures": figures,
    }


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.proof", description=__doc__)
    names = ", ".join(part.name for part in PARTS)
    parser.add_argument("--short", action="store_true", help="what every change has to pass")
    parser.add_argument("--schedules", type=int, help="how many; 100,000, or 5,000 with --short")
    parser.add_argument("--seed", type=int, default=1, help="of the first schedule")
    parser.add_argument("--only", action="append", metavar="PART", help=f"one of: {names}")
    parser.add_argument("--replay", type=int, metavar="SEED", help="run one schedule and tell it")
    parser.add_argument("--json", type=Path, default=ROOT / "proof.json", help="where to write")
    options = parser.parse_args(argv)
    for name in options.only or ():
        if name not in {part.name for part in PARTS}:
            parser.error(f"there is no part {name!r}; choose of: {names}")
    if options.schedules is None:
        options.schedules = SHORT_SCHEDULES if options.short else SCHEDULES
    if options.schedules < 1:
        parser.error("at least one schedule")
    return options


if __name__ == "__main__":
    sys.exit(main())
