"""Row 7: which of a million snapshots the rules keep."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta

from benchmarks import fleet, peers
from benchmarks.figures import Figure, Line, Target
from benchmarks.measure import Bench, Case, Row, Variant, Work
from benchmarks.peers import Kept, Listed
from snapkeep.plan import make_plan
from snapkeep.policy import Keep
from snapkeep.retention import Point, Reasons, reasons_to_keep

NUMBER = 7
DISKS, NIGHTS, FEWER_DISKS = 10_000, 100, 1_000
ZONE = fleet.POLICIES.zone
# as borg counts, which is held against ours counting alike
EXCLUSIVE = replace(fleet.KEEP, exclusive=True)

Disk = tuple[str, str]


def by_disk(rows: Iterable[Listed]) -> dict[Disk, list[Point]]:
    """Return the points of each (policy, disk)."""
    groups: dict[Disk, list[Point]] = defaultdict(list)
    for row in rows:
        groups[row.policy, row.volume_id].append(row.point)
    return groups


def ours(rows: Iterable[Listed], keep: Keep = fleet.KEEP) -> dict[Disk, Reasons]:
    return {disk: reasons_to_keep(points, keep, ZONE) for disk, points in by_disk(rows).items()}


def restic(rows: Iterable[Listed]) -> dict[Disk, Kept]:
    return {disk: peers.restic(points, fleet.KEEP, ZONE) for disk, points in by_disk(rows).items()}


def borg(rows: Iterable[Listed]) -> dict[Disk, Kept]:
    return {disk: peers.borg(points, fleet.KEEP, ZONE) for disk, points in by_disk(rows).items()}


def strptime(rows: Iterable[Listed]) -> dict[Disk, Kept]:
    groups: dict[Disk, list[Listed]] = defaultdict(list)
    for row in rows:
        groups[row.policy, row.volume_id].append(row)
    return {disk: peers.strptime(rows, fleet.KEEP, ZONE) for disk, rows in groups.items()}


def limit(rows: Iterable[Listed]) -> dict[Disk, list[Point]]:
    """Group the points and bring them into order: no rule can be applied with less."""
    return {disk: sorted(points) for disk, points in by_disk(rows).items()}


def _listed(size: int) -> list[Listed]:
    return fleet.listed(size // NIGHTS, NIGHTS)


def _apart(size: int) -> list[Listed]:
    return fleet.listed(size // NIGHTS, NIGHTS, apart=timedelta(seconds=1))


def _plan(size: int) -> Work:
    region = fleet.inventory(size // NIGHTS, NIGHTS)
    world = fleet.world(region)
    return lambda: make_plan(region.snapshots, world, timedelta()).id


def _variant(
    prepare: Callable[[int], list[Listed]], run: Callable[[list[Listed]], object]
) -> Variant:
    def prepared(size: int) -> Work:
        rows = prepare(size)
        return lambda: run(rows)

    return prepared


VARIANTS: dict[str, Variant] = {
    "ours": _variant(_listed, ours),
    "restic": _variant(_listed, restic),
    "borg": _variant(_listed, borg),
    "ours, exclusive": _variant(_listed, lambda rows: ours(rows, EXCLUSIVE)),
    "strptime, few": _variant(_listed, strptime),
    "ours, few": _variant(_listed, ours),
    "limit": _variant(_listed, limit),
    "ours, apart": _variant(_apart, ours),
    "restic, apart": _variant(_apart, restic),
    "whole plan": _plan,
}


def measure(bench: Bench) -> list[Line]:
    size, fewer = (bench.size(disks) * NIGHTS for disks in (DISKS, FEWER_DISKS))
    cases = {
        name: Case(name, fewer if name.endswith((", few", ", apart", "plan")) else size)
        for name in VARIANTS
    }
    samples = bench.samples(__name__, list(cases.values()))

    def seconds(name: str) -> Figure:
        return Figure.of((sample.seconds for sample in samples[cases[name]]), "s")

    growth = (sample.growth_mib for sample in samples[cases["ours"]])
    per_row = (sample.seconds / fewer * 1e6 for sample in samples[cases["whole plan"]])
    plan, few = f"retention of {size:,} snapshots", f"{fewer:,} snapshots"
    exclusive = f"{plan}, exclusive as borg"
    ours_, excl = seconds("ours"), seconds("ours, exclusive")
    return [
        Line(7, plan, ours_, "restic's rules", seconds("restic"), Target(1.5, True)),
        Line(7, exclusive, excl, "borg's rules", seconds("borg"), Target(3.9, True)),
        Line(
            7,
            f"retention of {few}",
            seconds("ours, few"),
            "one strptime per rule",
            seconds("strptime, few"),
            Target(13, True),
        ),
        Line(7, plan, ours_, "group and sort", seconds("limit"), Target(1.35)),
        Line(7, f"{plan}: growth of memory", Figure.of(growth, "MiB"), target=Target(90)),
        Line(
            7,
            f"retention of {few}, no two slots alike",
            seconds("ours, apart"),
            "restic's rules",
            seconds("restic, apart"),
        ),
        Line(7, f"whole plan of {few}, per row", Figure.of(per_row, "us")),
    ]


ROW = Row(NUMBER, "retention", 3, measure)
