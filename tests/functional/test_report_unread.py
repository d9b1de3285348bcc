"""The report of a region that cannot be read, or of which a part is not known."""

import pytest

from snapkeep.render.formats import FORMS
from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.damage import DAMAGES, damaged
from tests.functional.history import add_nights
from tests.functional.http import body_of, get_report
from tests.functional.test_report import BOTH
from tests.world import failure_of

OF_A_LIST = [
    (operation, damage)
    for operation in ("ListVolumes", "ListInstances", "ListSnapshots")
    for damage in DAMAGES
    if (operation, damage) != ("ListSnapshots", "a row whose tags are text")
]


@pytest.mark.parametrize(("operation", "damage"), OF_A_LIST)
def test_a_region_that_cannot_be_read_is_said_and_the_run_fails(
    open_world: OpenWorld, operation: str, damage: str
) -> None:
    world = open_world(BOTH, max_keys=2)
    for region in ("bj", "gz"):
        for disk in world.add_disks(3, region):
            add_nights(world, disk, 1, region=region)
        for _ in range(3):
            world.cloud.region(region).add_instance()
    world.cloud.faults.add(damaged(damage, operation, nth=2))
    failure = failure_of(lambda: world.report({"deliver": True}))
    assert failure.result["well"] is False
    assert set(failure.result["errors"]) == {"bj", "gz"}
    assert all(operation in why for why in failure.result["errors"].values())


def test_a_region_that_cannot_be_read_does_not_hide_the_other(open_world: OpenWorld) -> None:
    world = open_world(BOTH.partition("[policy.adhoc]")[0])
    for region in ("bj", "gz"):
        for disk in world.add_disks(2, region):
            add_nights(world, disk, 1, region=region)
    world.cloud.faults.add(Fault("reset_before", region="gz", times=1000))
    result = failure_of(lambda: world.report({})).result
    assert {disk["region"] for disk in result["disks"]} == {"bj"}
    assert result["summary"]["disks"]["protected"] == 2
    assert result["well"] is False
    text = failure_of(lambda: world.report({"format": "markdown"})).result["markdown"]
    assert "incomplete" in text
    assert "region gz could not be read" in text
    assert "all disks are protected" not in text


@pytest.mark.parametrize("format_", FORMS)
def test_a_report_of_a_cloud_that_cannot_be_reached_is_503_in_every_format(
    open_world: OpenWorld, format_: str
) -> None:
    world = open_world()
    world.cloud.faults.add(Fault("before", times=1_000, status=503))
    answer = get_report(world, format=format_)
    assert answer["statusCode"] == 503
    assert int(answer["headers"]["retry-after"]) > 0
    assert answer["headers"]["content-type"] == FORMS[format_].content_type
    if format_ == "json":
        assert list(body_of(answer)["errors"]) == ["bj"]
    elif format_ != "csv":  # it has disks and nothing else
        assert "incomplete: not every region could be read" in answer["body"]
        assert "region bj could not be read: " in answer["body"]
