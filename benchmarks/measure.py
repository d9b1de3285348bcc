"""How everything is measured: each sample in a process of its own, the variants by turns."""

import gc
import json
import resource
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib import import_module
from pathlib import Path
from time import perf_counter, process_time
from typing import NamedTuple

from benchmarks.figures import Line

ROOT = Path(__file__).parents[1]
TIMEOUT_SECONDS = 300
# the exit code that says that something is missing, and what
UNMEASURABLE = 3
MIB = 2**20
# the peak comes in KiB from Linux and in bytes from macOS
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024
_STATM = Path("/proc/self/statm")

Work = Callable[[], object]
# makes the input of a size, which is not measured, and returns what is
Variant = Callable[[int], Work]


class Case(NamedTuple):
    """A variant, by its name in ``VARIANTS`` of a row's module, at a size."""

    variant: str
    size: int


class Counts(dict[str, float]):
    """What a work returns if it has counted something itself."""


class Unmeasurable(Exception):
    """What is needed to measure a row is missing; the message names the remedy."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One run: CPU time, what resident memory grew by at most, and its peak with the input.

    Attributes:
        elapsed: seconds by the clock on the wall.
        counts: what the work counted.
    """

    seconds: float
    growth_mib: float
    peak_mib: float
    elapsed: float = 0.0
    counts: Mapping[str, float] = field(default_factory=dict)


Samples = dict[Case, list[Sample]]
Sampler = Callable[[str, Case], Sample]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table, of which ``measure`` makes the lines."""

    number: int
    title: str
    rounds: int
    measure: Callable[["Bench"], list[Line]]


@dataclass(frozen=True, slots=True)
class Bench:
    """One run of a row.

    Attributes:
        shrink: divides every size, so that a test takes no time.
    """

    rounds: int
    sampler: Sampler
    shrink: int = 1

    def size(self, size: int) -> int:
        """Return a size as this run has it."""
        return max(1, size // self.shrink)

    def samples(self, module: str, cases: Sequence[Case], once: Sequence[Case] = ()) -> Samples:
        """Measure the cases by turns, so that a busy moment of the machine hits all alike.

        Args:
            once: those among them that take so long that the first round has to do.
        """
        samples: Samples = {case: [] for case in cases}
        for number in range(1, self.rounds + 1):
            for case in cases:
                if case in once and number > 1:
                    continue
                sample = self.sampler(module, case)
                samples[case].append(sample)
                print(
                    f"  round {number} of {self.rounds}: {case.variant} at {case.size:,}:"
                    f" {sample.seconds:.3f} s of CPU in {sample.elapsed:.3f} s,"
                    f" +{sample.growth_mib:.0f} MiB {dict(sample.counts) or ''}",
                    file=sys.stderr,
                )
        return samples


def here(module: str, case: Case) -> Sample:
    """Measure one case in this process."""
    variant: Variant = import_module(module).VARIANTS[case.variant]
    # the collector neither slows the preparation nor goes through the input while work is measured
    gc.disable()
    work = variant(case.size)
    gc.freeze()
    gc.enable()
    before, begun, start = _resident(), perf_counter(), process_time()
    result = work()
    seconds, elapsed, peak = process_time() - start, perf_counter() - begun, _peak()
    counts = result if isinstance(result, Counts) else {}
    del result
    return Sample(seconds, (peak - before) / MIB, peak / MIB, elapsed, counts)


def in_fresh_process(module: str, case: Case) -> Sample:
    """Measure one case in an interpreter that has done nothing before.

    Raises:
        Unmeasurable: if it said so.
    """
    command = [sys.executable, "-m", "benchmarks.child", module, case.variant, str(case.size)]
    done = subprocess.run(
        command, cwd=ROOT, stdout=subprocess.PIPE, timeout=TIMEOUT_SECONDS, check=False, text=True
    )
    if done.returncode == UNMEASURABLE:
        raise Unmeasurable(done.stdout.strip())
    done.check_returncode()
    return Sample(**json.loads(done.stdout))


def as_json(sample: Sample) -> str:
    return json.dumps(asdict(sample))


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _PEAK_UNIT


def _resident() -> int:
    """Return the bytes that are resident now, or their peak so far where only that is told."""
    if not _STATM.exists():
        return _peak()
    return int(_STATM.read_text().split()[1]) * resource.getpagesize()
