"""Token memory against list lag: where "exactly one" holds.

Each cell is a cloud that remembers a client token for so long, and shows a new snapshot in its list
so late; in each, the same event is delivered again and again while answers get lost and processes
die.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random

from tests.fake_bce import Fault
from tests.proof.figures import Job, Part, Scale, Tally
from tests.proof.simulation.schedule import HOUR, MINUTE, NONE, SECOND, Arrival, Schedule, Trouble
from tests.proof.simulation.trial import try_schedule
from tests.proof.simulation.verdict import DUPLICATED

LIVES = {
    "0": NONE,
    "1 s": SECOND,
    "30 s": 30 * SECOND,
    "5 min": 5 * MINUTE,
    "11 min": 11 * MINUTE,
    "1 h": HOUR,
    "24 h": 24 * HOUR,
}
LAGS = {
    "0": NONE,
    "1 s": SECOND,
    "5 s": 5 * SECOND,
    "1 min": MINUTE,
    "10 min": 10 * MINUTE,
    "1 h": HOUR,
}
WAYS = {"at once": False, "one at a time": True}
PER_CELL = 60
LOSSES = (Fault("reset_after"), Fault("timeout_after"), Fault("after", status=502), Fault("kill"))


def _jobs(scale: Scale) -> Sequence[Job]:
    return [] if scale.is_short else [(way, lag) for way in WAYS for lag in LAGS]


def _work(way: str, lag: str) -> Tally:
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for life, remembered in LIVES.items():
            for seed in range(PER_CELL):
                schedule = _schedule(seed, remembered, LAGS[lag], one_at_a_time=WAYS[way])
                cell = Tally()
                found = try_schedule(schedule, Path(folder), cell).breaches
                tally.more[f"{way}, list lag {lag}, token life {life}"] += cell.more[DUPLICATED]
                tally.breaches += [f"{schedule}: {breach}" for breach in found]
                cell.more.clear()
                tally.add(cell)
    return tally


def _schedule(seed: int, life: timedelta, lag: timedelta, *, one_at_a_time: bool) -> Schedule:
    random = Random(f"region {seed}")
    span = random.choice((1.0, 30.0, 300.0, 2_000.0))
    arrivals = [
        Arrival(
            random.uniform(0, span), "cron 18:00", number, again=random.choice((None, 1.0, 900.0))
        )
        for number in range(random.choice((2, 2, 3, 4)))
    ]
    losses = [
        Trouble(
            random.choice(LOSSES), "CreateSnapshot", random.randint(1, 3), random.choice((1, 2))
        )
        for _ in range(random.choice((0, 1, 1)))
    ]
    return Schedule(
        seed,
        disks=1,
        nights=0,
        by_tags=False,
        fails=0,
        one_at_a_time=one_at_a_time,
        cloud=(
            *(
                ("token_life", life),
                ("list_lag", lag),
                ("creation_time", random.choice((NONE, MINUTE))),
            ),
            *(("busy_while_creating", False), ("manual_quota", 512), ("max_keys", 1000)),
        ),
        arrivals=tuple(arrivals),
        acts=(),
        troubles=tuple(
            replace(loss, times=1) if loss.fault.kind == "kill" else loss for loss in losses
        ),
    )


def table(more: Mapping[str, int]) -> list[str]:
    """Return the region as Markdown: how many schedules of each cell had a duplicate."""
    lines = []
    for way in WAYS:
        lines += ["", f"Deliveries {way}:", "", f"| list lag \\ token life | {' | '.join(LIVES)} |"]
        lines.append("|---" * (len(LIVES) + 1) + "|")
        for lag in LAGS:
            cells = [more[f"{way}, list lag {lag}, token life {life}"] for life in LIVES]
            lines.append(f"| {lag} | {' | '.join(map(str, cells))} |")
    return lines


PART = Part(
    "region", "none where a token is remembered for the list lag and 10 minutes more", _jobs, _work
)
