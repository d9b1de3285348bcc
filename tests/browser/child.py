"""The process in which the page of a large fleet is built, so that its memory can be measured."""

import json
import resource
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks import fleet

from snapkeep.model import Inventory
from snapkeep.render.formats import FORMS
from snapkeep.render.page import TITLED_DISKS
from snapkeep.report.build import build_report

DISKS, NIGHTS = 10_000, 10
# the most disks in need whose dots tell when they go: no other number makes a longer page
STALE = TITLED_DISKS
_FAILED_NIGHTS = 2


def main(target: Path) -> None:
    """Write the page, and say on output what it took."""
    report = build_report([_region()], fleet.POLICIES, fleet.NOW, {})
    form = FORMS["html"]
    page = form.write(report)
    target.write_text(page, encoding="utf-8")
    sizes = {
        "page": len(page.encode()),
        "answer": len(json.dumps(form.answered(200, page))),
        "kilobytes": _most_memory(),
    }
    print(json.dumps(sizes))


def _region() -> Inventory:
    """Return the fleet with the last nights of some disks failed."""
    region = fleet.inventory(DISKS, NIGHTS)
    late = {f"s-{disk:05x}{night:03x}" for disk in range(STALE) for night in range(_FAILED_NIGHTS)}
    snapshots = [
        replace(each, status="CreatedFailed") if each.id in late else each
        for each in region.snapshots
    ]
    return replace(region, snapshots=snapshots)


def _most_memory() -> int:
    """Return the peak of this program; rusage may count that of the process which started it."""
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


if __name__ == "__main__":
    main(Path(sys.argv[1]))
