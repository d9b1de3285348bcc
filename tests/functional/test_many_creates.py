"""A thousand creates as fast as the cloud will have them, whatever rate is set; in virtual time."""

from pathlib import Path
from typing import Any

import pytest

from tests.proof.simulation.clock import SharedClock
from tests.proof.simulation.scene import Line
from tests.world import NOW, world

DISKS, ALLOWED = 1_000, 20


def swept(folder: Path, per_second: float, latency: float) -> tuple[dict[str, Any], float, float]:
    """Return the result, the seconds that it took, and the share of calls that were refused."""
    clock = SharedClock(NOW)
    each = clock.simulation.side_by_side(64)
    with world(
        folder, straight=True, clock=clock, each=each, requests_per_second=ALLOWED
    ) as opened:
        opened.add_disks(DISKS)
        opened.adapter = Line(opened.cloud, lambda: latency, lambda method, target: None)
        apart = opened.beside().deployed(requests_per_second=per_second)
        results = list[dict[str, Any]]()
        clock.simulation.start(0, lambda: results.append(apart.create()))
        clock.simulation.run()
        refused = sum(call.status == 429 for call in opened.cloud.journal)
        return results[0], clock.monotonic(), refused / len(opened.cloud.journal)


@pytest.mark.parametrize(
    ("per_second", "latency"), [(100, 0.05), (100, 0.1), (40, 0.05), (40, 0.2), (20, 0.2)]
)
def test_a_thousand_creates_take_what_the_clouds_own_rate_makes_them_take(
    tmp_path: Path, per_second: float, latency: float
) -> None:
    result, seconds, refused = swept(tmp_path, per_second, latency)
    assert result["counts"]["created"] == DISKS
    calls = DISKS + 4
    assert seconds <= 1.15 * calls / ALLOWED
    assert refused < 0.05
