"""A state machine walks through all that may happen, and no promise breaks in any state.

``python -m tests.proof.machine.states STEPS`` takes the steps of a breach again, as they were told.
"""

import ast
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS, HypothesisProvider
from hypothesis.stateful import run_state_machine_as_test

from tests.proof.figures import Part, Scale, Tally
from tests.proof.machine.steps import STEPS, Machine, Session

EXAMPLES, SHARDS = 2_000, 20
SEPARATOR = "; "
_UNSAID = frozenset({"state.agrees()", "state.teardown()"})


class Fresh(HypothesisProvider):
    """Hypothesis's own choices, without the constants that it collects from all loaded modules, so
    that a seed is the same examples in every process.

    Hypothesis makes no variations of what another provider than its own has chosen. Those of a long
    example are the same for most of their steps, or shorter; here each is new and of full length.
    """

    def _maybe_draw_constant(self, *args: Any, **options: Any) -> None:
        return None


AVAILABLE_PROVIDERS["fresh"] = Fresh


def jobs(scale: Scale) -> Sequence[tuple[int, int]]:
    """Return the seed and the number of examples of each shard."""
    if scale.is_short:
        return []
    return [(scale.seed * SHARDS + shard, EXAMPLES // SHARDS) for shard in range(SHARDS)]


def work(number: int, examples: int, steps: int = STEPS) -> Tally:
    """Run so many examples, up to the first that breaks a promise; it is told with the steps that
    lead there, by which ``replay`` makes it again."""
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        error = _run(number, Session(Path(folder), tally), _settings(examples, steps))
    if error:
        notes = [note for note in getattr(error, "__notes__", ()) if note.startswith("state.")]
        taken = shortened([note for note in notes if note not in _UNSAID], error)
        what = " ".join(f"{type(error).__name__}: {error}".split())
        tally.breaches.append(
            f"work({number}, {examples}, {steps}): {what}: {SEPARATOR.join(taken)}"
        )
    return tally


def replay(steps: Sequence[str]) -> Tally:
    """Take the steps of a breach again, such as ``state.wait(minutes=20)``, up to the end.

    Raises:
        Breach: if a promise breaks.
    """
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(Session(Path(folder), tally))
        try:
            for step in steps:
                name, options = _read(step)
                getattr(machine, name)(**options)
                machine.agrees()
        finally:
            machine.teardown()
    return tally


def shortened(steps: list[str], error: Exception) -> list[str]:
    """Leave out all steps without which the same thing breaks; the first opens the account."""
    size = len(steps)
    while size := size // 2:
        for start in range(len(steps) - size, 0, -size):
            fewer = steps[:start] + steps[start + size :]
            if _breaks(fewer, error):
                return shortened(fewer, error)
    return steps


def _breaks(steps: Sequence[str], error: Exception) -> bool:
    try:
        replay(steps)
    except Exception as found:  # noqa: BLE001  it may be another one
        return (type(found), found.args[:1]) == (type(error), error.args[:1])
    return False


def _run(number: int, session: Session, options: settings) -> Exception | None:
    @seed(number)
    def machine() -> Machine:
        return Machine(session)

    try:
        # it takes what makes a machine, as its own documentation says
        run_state_machine_as_test(machine, settings=options)  # type: ignore[arg-type]
    except Exception as error:  # noqa: BLE001  whatever it is, it should not have happened
        return error
    return None


def _read(step: str) -> tuple[str, dict[str, Any]]:
    call = ast.parse(step, mode="eval").body
    assert isinstance(call, ast.Call)
    assert isinstance(call.func, ast.Attribute)
    return call.func.attr, {str(k.arg): ast.literal_eval(k.value) for k in call.keywords}


def _settings(examples: int, steps: int) -> settings:
    return settings(
        backend="fresh",
        max_examples=examples,
        stateful_step_count=steps,
        database=None,
        deadline=None,
        derandomize=False,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )


PART = Part(
    "state machine",
    "all of them, whatever people, the cloud and trouble do in between, in any order",
    jobs,
    work,
)

if __name__ == "__main__":
    replay(sys.argv[1].split(SEPARATOR))
