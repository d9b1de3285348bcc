"""``make bench``: measure ours beside its peers and its limits, and write the table.

Figures are of one machine and one run; the ratios are what can be compared.
"""

import argparse
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import (
    artifacts,
    calls,
    cold_start,
    creates,
    growth,
    latency,
    listing,
    retention,
    signing,
    warm_call,
    webhooks,
)
from benchmarks.figures import Line
from benchmarks.measure import ROOT, Bench, Row, Sampler, Unmeasurable, in_fresh_process

MODULES = (
    *(cold_start, signing, warm_call, latency, creates, listing),
    *(retention, artifacts, calls, growth, webhooks),
)
ROWS: tuple[Row, ...] = tuple(module.ROW for module in MODULES)
RESULTS = ROOT / "benchmarks/RESULTS.md"
RAW = ROOT / "build/bench.json"
_HEAD = ("row", "what", "ours", "against", "theirs", "ratio", "target", "met")
_CPU_INFO = Path("/proc/cpuinfo")


def table(lines: list[Line]) -> str:
    """Return the lines as a Markdown table."""
    rows = [_HEAD, ("---",) * len(_HEAD), *(line.cells() for line in lines)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def machine() -> str:
    """Return what the figures were measured on, and when."""
    models = {
        line.partition(":")[2].strip()
        for line in (_CPU_INFO.read_text().splitlines() if _CPU_INFO.exists() else ())
        if line.startswith("model name")
    }
    name = ", ".join(sorted(models)) or platform.processor() or platform.machine()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{name}, {os.cpu_count()} cores, {python}, {datetime.now(UTC):%Y-%m-%d}"


def run(
    rows: tuple[Row, ...], rounds: int | None, sampler: Sampler = in_fresh_process
) -> tuple[list[Line], list[str]]:
    """Measure the rows and say how far it is; return the lines, and what could not be measured."""
    lines, missing = [], []
    for row in rows:
        print(f"row {row.number}: {row.title}", file=sys.stderr)
        try:
            lines += row.measure(Bench(rounds or row.rounds, sampler))
        except Unmeasurable as why:
            missing.append(f"Row {row.number}, {row.title}, was not measured: {why}.")
    return lines, missing


def main() -> int:
    """Run the benchmarks; return 1 if a target was missed, or a row could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    numbers = [row.number for row in ROWS]
    parser.add_argument("--row", type=int, choices=numbers, help="only this row of the table")
    parser.add_argument("--rounds", type=int, help="how often each sample is taken")
    options = parser.parse_args()
    chosen = tuple(row for row in ROWS if options.row in {None, row.number})
    lines, missing = run(chosen, options.rounds)
    text = "\n\n".join([table(lines), *missing])
    print(text)
    RAW.parent.mkdir(exist_ok=True)
    RAW.write_text(json.dumps([line.to_json() for line in lines], indent=2), encoding="utf-8")
    if len(chosen) == len(ROWS):
        often = f"{options.rounds} rounds" if options.rounds else "as many rounds as each row has"
        how = f"Medians of {often}, by turns; what takes longest is measured once."
        head = f"# Results of `make bench`\n\n{machine()}. {how}"
        RESULTS.write_text(f"{head}\n\n{text}\n", encoding="utf-8")
    return 0 if not missing and all(line.met is not False for line in lines) else 1


if __name__ == "__main__":
    sys.exit(main())
