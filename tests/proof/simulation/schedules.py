"""Random schedules: deliveries at the same time, crashes, faults and people, each from its seed."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.proof.figures import Job, Part, Scale, Tally
from tests.proof.simulation.schedule import Schedule, make_schedule
from tests.proof.simulation.shrink import shrink
from tests.proof.simulation.trial import Trial, try_schedule

PER_JOB = 250
MOST_SHRUNK = 3
UNBROKEN = "no promise was broken"


def jobs(scale: Scale) -> Sequence[Job]:
    """Return the seeds of each job: the first, and how many."""
    first, last = scale.seed, scale.seed + scale.schedules
    return [(seed, min(PER_JOB, last - seed)) for seed in range(first, last, PER_JOB)]


def work(first: int, number: int) -> Tally:
    """Run the schedules of some seeds."""
    tally, shrunk = Tally(), 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for seed in range(first, first + number):
            schedule = make_schedule(seed)
            found = _found(schedule, folder, tally)
            if found:
                shrunk += 1
                small = _shrunk(schedule, folder) if shrunk <= MOST_SHRUNK else schedule
                tally.breaches.append(f"seed {seed}: {found[0]}; shrunk: {small}")
    return tally


def _shrunk(schedule: Schedule, folder: Path) -> Schedule:
    return shrink(schedule, lambda smaller: bool(_found(smaller, folder)))


def _found(schedule: Schedule, folder: Path, tally: Tally | None = None) -> list[str]:
    try:
        return try_schedule(schedule, folder, tally).breaches
    except Exception as error:  # noqa: BLE001  whatever it is, its seed has to be told
        return [f"{type(error).__name__}: {error}"]


def replay(seed: int) -> list[str]:
    """Run one schedule again, and say what it is, what was asked of the cloud and what broke."""
    with tempfile.TemporaryDirectory() as name:
        schedule = make_schedule(seed)
        trial = try_schedule(schedule, Path(name))
        if not trial.breaches:
            return [f"seed {seed}: {schedule}", *_told(trial), UNBROKEN]
        small = _shrunk(schedule, Path(name))
        again = try_schedule(small, Path(name))
        return [f"seed {seed}, shrunk: {small}", *_told(again), *again.breaches]


def _told(trial: Trial) -> list[str]:
    return [
        f"  {call.at:%H:%M:%S.%f} {call.operation} {call.target[:60]}"
        f" {call.status or 'lost'} {call.code or ''} {call.fault or ''}".rstrip()
        for call in trial.scene.world.cloud.journal
    ]


PART = Part(
    "schedules",
    "one snapshot per event and disk, no wrong delete, no false claim, done within 3 deliveries",
    jobs,
    work,
)
