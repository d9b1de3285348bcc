"""Row 10: what a disk costs in a fleet of a hundred times the size, and what a report takes."""

from datetime import timedelta
from importlib import import_module

from benchmarks import fleet
from benchmarks.figures import Figure, Line, Target
from benchmarks.measure import Bench, Case, Row, Variant, Work
from snapkeep.creation import Index, Intent, look_before
from snapkeep.model import Inventory, Outcome
from snapkeep.plan import Plan, make_plan
from snapkeep.render.formats import FORMS
from snapkeep.report.build import build_report
from snapkeep.selection import select

NIGHTS = 10
SIZES = (1_000, 10_000, 100_000)
REPORT_DISKS = 10_000


def sweep(region: Inventory) -> list[Intent | Outcome]:
    """Decide what a nightly event means for every disk, as ``snapkeep.jobs.create`` does."""
    request = fleet.tonight()
    selection = select(request.policy, region, request.named)
    intents = [Intent.of(request, target, region.region) for target in selection.targets]
    index = Index(region.snapshots)
    return [look_before(intent, index) for intent in intents]


def plan(region: Inventory) -> Plan:
    return make_plan(region.snapshots, fleet.world(region), timedelta())


def report(region: Inventory) -> str:
    return FORMS["html"].write(build_report([region], fleet.POLICIES, fleet.NOW, {}))


def _sweep(disks: int) -> Work:
    region = fleet.inventory(disks, NIGHTS)
    return lambda: sweep(region)


def _plan(disks: int) -> Work:
    region = fleet.inventory(disks, NIGHTS)
    return lambda: plan(region)


def _report(disks: int) -> Work:
    # what the function itself takes counts as well
    import_module("list_report.app")
    region = fleet.inventory(disks, NIGHTS)
    return lambda: report(region)


VARIANTS: dict[str, Variant] = {"sweep": _sweep, "plan": _plan, "report": _report}


def measure(bench: Bench) -> list[Line]:
    sizes = [bench.size(disks) for disks in SIZES]
    reported = Case("report", bench.size(REPORT_DISKS))
    cases = [Case(name, disks) for disks in sizes for name in ("sweep", "plan")]
    largest = [case for case in cases if case.size == sizes[-1]]
    samples = bench.samples(__name__, [*cases, reported], once=largest)

    def per_disk(case: Case) -> Figure:
        return Figure.of((sample.seconds / case.size * 1e6 for sample in samples[case]), "us")

    lines = []
    for name in ("sweep", "plan"):
        least = Case(name, sizes[0])
        for disks in sizes[1:]:
            case = Case(name, disks)
            lines.append(
                Line(
                    10,
                    f"{name} per disk at {disks:,} disks, {disks * NIGHTS:,} snapshots",
                    per_disk(case),
                    f"at {least.size:,}",
                    per_disk(least),
                    Target(1.3) if disks == sizes[-1] else None,
                )
            )
    peak = Figure.of((sample.peak_mib for sample in samples[reported]), "MiB")
    what = f"report on {reported.size:,} disks, {reported.size * NIGHTS:,} snapshots: peak memory"
    return [*lines, Line(10, what, peak, target=Target(512))]


ROW = Row(10, "growth", 3, measure)
