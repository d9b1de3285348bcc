"""Row 8: how large the create function is with its layer, unzipped and with bytecode."""

from collections.abc import Callable
from pathlib import Path

from benchmarks import packages
from benchmarks.figures import Figure, Line, Target
from benchmarks.measure import ROOT, Bench, Case, Counts, Row, Unmeasurable, Variant, Work

NUMBER = 8
BUILD = ROOT / ".aws-sam/build"
LAYER, FUNCTION = BUILD / "SharedLayer/python", BUILD / "CreateOnEventFunction"


def built() -> tuple[Path, Path]:
    """Return the layer and the create function as they are shipped.

    Raises:
        Unmeasurable: if they are not there, or without the bytecode of this interpreter.
    """
    bytecode = packages.bytecode_of(FUNCTION / "create_on_event/app.py")
    if not bytecode.exists():
        raise Unmeasurable(f"there is no {bytecode}; make build, with a Python 3.13")
    return LAYER, FUNCTION


def _size(folders: Callable[[], tuple[Path, ...]]) -> Variant:
    def prepared(_: int) -> Work:
        found = folders()
        return lambda: Counts({"MB": packages.size(*found) / 1e6})

    return prepared


def _shipped(*wanted: str) -> Variant:
    return _size(lambda: (packages.installed(*wanted, for_lambda=True),))


VARIANTS: dict[str, Variant] = {
    "ours": _size(built),
    "sdk": _shipped("aws-lambda-powertools", "bce-python-sdk"),
    "all": _shipped("aws-lambda-powertools[all]"),
    "limit": _size(lambda: (packages.locked(packages.LAYER_LOCK),)),
}


def measure(bench: Bench) -> list[Line]:
    cases = {name: Case(name, 1) for name in VARIANTS}
    samples = bench.samples(__name__, list(cases.values()))

    def megabytes(name: str) -> Figure:
        return Figure.of((sample.counts["MB"] for sample in samples[cases[name]]), "MB")

    what, mine = "create function and layer, unzipped", megabytes("ours")
    return [
        Line(NUMBER, what, mine, "Powertools and the SDK", megabytes("sdk"), Target(2.3, True)),
        Line(NUMBER, what, mine, "Powertools[all]", megabytes("all"), Target(5, True)),
        Line(NUMBER, what, mine, "what it depends on alone", megabytes("limit"), Target(1.05)),
    ]


ROW = Row(NUMBER, "packages", 1, measure)
