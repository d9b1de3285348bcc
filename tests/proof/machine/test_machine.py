"""The state machine finds nothing in a short run, and finds what is planted in a copy."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.proof.bugs.planted import BY_NAME, ROOT, copied, plant
from tests.proof.figures import Scale
from tests.proof.machine.reference import HOUR, kept
from tests.proof.machine.states import SEPARATOR, jobs, replay, work
from tests.proof.machine.steps import STEPS
from tests.world import SLOT

EXAMPLES, FEWER_STEPS = 15, 30
HUNT = f"""\
import snapkeep
from tests.proof.machine.states import work
print(snapkeep.__file__)
print(*work(1, 12, {FEWER_STEPS}).breaches)
"""


def test_a_short_run_breaks_no_promise() -> None:
    tally = work(1, EXAMPLES, FEWER_STEPS)
    assert (tally.breaches, tally.leaks) == ([], [])
    assert (tally.count, tally.more["steps"]) == (EXAMPLES, EXAMPLES * FEWER_STEPS)
    happened = {name for name, number in tally.more.items() if number}
    assert happened >= {"delivery done", "delivery failed", "delivery refused", "delivery killed"}
    assert happened >= {"expire done", "report done", "snapshots created", "snapshots deleted"}


@pytest.mark.parametrize(
    ("bug", "breach"),
    [
        ("a new token after an unknown outcome", "more than one snapshot"),
        ("one good snapshot is enough", "two good ones have to remain"),
    ],
)
def test_a_planted_bug_is_found_and_told_with_the_steps_that_lead_there(
    tmp_path: Path, bug: str, breach: str
) -> None:
    copy = copied(tmp_path)
    plant(BY_NAME[bug], copy)
    path = f"{copy / 'shared'}:{copy / 'functions'}"
    done = subprocess.run(
        [sys.executable, "-c", HUNT],
        env={"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    where, found = done.stdout.splitlines()
    assert Path(where).is_relative_to(copy)
    assert breach in found
    steps = found[found.index("state.") :].split(SEPARATOR)
    assert len(steps) < FEWER_STEPS
    # they lead to nothing in the product as it is
    assert replay(steps).breaches == []


def test_the_reference_counts_days_of_the_zone_and_keeps_the_oldest_while_a_rule_has_counts() -> (
    None
):
    # in Shanghai: 02:00 of one day, 23:00 and 22:00 of the day before, 02:00 of three days before
    hours = {"newest": 0, "late": 3, "later": 4, "oldest": 72}
    points = {name: (SLOT - ago * HOUR, SLOT, name) for name, ago in hours.items()}
    everything = list(points.values())
    assert kept(everything, 1, 0) == {"newest"}
    assert kept(everything, 3, 0) == {"newest", "late", "later"}
    assert kept(everything, 1, 2) == {"newest", "late"}
    assert kept(everything, 1, 3) == {"newest", "late", "oldest"}
    assert kept(everything[:3], 1, 3) == {"newest", "late", "later"}


def test_at_full_scale_there_are_two_thousand_examples_of_different_seeds() -> None:
    found = jobs(Scale(1))
    assert sum(examples for _, examples in found) == 2_000
    assert len({number for number, _ in found}) == len(found)
    assert STEPS == 50
    assert not {number for number, _ in found} & {number for number, _ in jobs(Scale(1, seed=2))}
    assert jobs(Scale(1, is_short=True)) == []
