"""``python -m tests.proof.bugs.quick``: some of the attacks, until something breaks.

It is what a planted bug is hunted with; the exit code is 1 if a promise was broken.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.proof.faults.attacks import attack, clean_run
from tests.proof.faults.flows import PAIRED
from tests.proof.faults.kinds import DOUBLE
from tests.proof.figures import Tally
from tests.proof.simulation.schedule import make_schedule
from tests.proof.simulation.trial import try_schedule

SEEDS = range(1, 101)


def attacks(folder: Path, tally: Tally) -> Iterator[None]:
    """Attack step by step: schedules first, since most mistakes break one of them."""
    for seed in SEEDS:
        tally.breaches += try_schedule(make_schedule(seed), folder, tally).breaches
        yield
    for flow in PAIRED:
        for fault in DOUBLE:
            for k in range(1, clean_run(flow).calls + 1):
                attack(flow, [(fault, k)], folder, tally)
                yield


def main() -> int:
    """Attack until something breaks, and return the exit code."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for _ in attacks(Path(folder), tally):
            if tally.breaches:
                print(f"after {tally.count} attacks: {tally.breaches[0][:300]}")
                return 1
    print(f"{tally.count} attacks, and nothing broke")
    return 0


if __name__ == "__main__":
    sys.exit(main())
