"""What could not be seen is said in every form, and is never taken for good news."""

import csv
import json
from dataclasses import replace
from typing import Any

import pytest

from snapkeep.commands import FORMATS
from snapkeep.errors import RunFailed
from snapkeep.policy_file import parse_policies
from snapkeep.report.build import build_report
from snapkeep.report.figures import figures
from tests.conftest import OpenWorld
from tests.fake_bce import Fault
from tests.functional.history import add_nights
from tests.functional.http import http_event
from tests.report.reading import MARK, Page
from tests.report.test_schema import problems
from tests.world import HANDLERS, NOW, POLICY, World, failure_of

NIGHTLY = POLICY.partition("[policy.adhoc]")[0]
BOTH = NIGHTLY.replace('["bj"]', '["bj", "gz"]')
GOOD_NEWS = "all disks are protected"
LISTS = ("ListVolumes", "ListInstances", "ListSnapshots")
INCOMPLETE = "incomplete: not every region could be read"
Json = dict[str, Any]


def results(world: World) -> dict[str, Json]:
    """Return what the function says in each form, whether the run fails or not."""
    found = {}
    for form in FORMATS:
        try:
            found[form] = world.report({"format": form})
        except RunFailed as failure:
            found[form] = failure.result
    return found


def over_http(world: World, form: str) -> Json:
    """Return the answer to a request for the report."""
    event = http_event("GET", "/report", query={"format": form}, at=world.clock.now())
    return HANDLERS["list-report"](event, world.context(60), world.runtimes["list-report"])


def protect(world: World, region: str = "bj") -> None:
    for disk in world.add_disks(2, region):
        add_nights(world, disk, 2, region=region)


def verdicts(found: dict[str, Json]) -> set[str]:
    """Return the verdict of the page, of the Markdown and of the JSON."""
    page, words = Page(found["html"]["html"]), found["markdown"]["markdown"]
    (shown,) = [line for line in page.lines if line == found["json"]["verdict"]]
    return {found["json"]["verdict"], shown, words.split("**")[1]}


def test_an_empty_account_is_said_to_be_empty(open_world: OpenWorld) -> None:
    world = open_world(NIGHTLY)
    found = results(world)
    assert verdicts(found) == {"no disk was found; check the keys and the regions"}
    assert found["json"]["well"] is False
    assert [each["kind"] for each in found["json"]["findings"]] == ["no-disk"]
    assert found["json"]["summary"]["oldest_age_seconds"] is None
    assert "no disk in bj" in found["markdown"]["markdown"]
    assert "no disk in bj\n" in Page(found["html"]["html"]).lines
    assert len(found["csv"]["csv"].removeprefix(MARK).splitlines()) == 1
    assert GOOD_NEWS not in str(found)


def test_an_empty_account_fails_the_run_and_calms_no_alarm(open_world: OpenWorld) -> None:
    world = open_world(NIGHTLY)
    failure = failure_of(lambda: world.report({}))
    assert str(failure) == "account: no disk was found; check the keys and the regions"
    assert over_http(world, "html")["statusCode"] == 503
    report = build_report([], parse_policies(NIGHTLY), NOW, {})
    assert figures(report) == {}


def test_a_region_without_a_disk_is_said_and_all_is_not_well(open_world: OpenWorld) -> None:
    world = open_world(BOTH)
    protect(world)
    found = results(world)
    assert verdicts(found) == {"no disk was found in gz; check the keys and the regions"}
    assert found["json"]["well"] is False
    urgent = [each for each in found["json"]["findings"] if each["urgency"] == "urgent"]
    assert [(each["kind"], each["region"]) for each in urgent] == [("no-disk", "gz")]
    assert GOOD_NEWS not in str(found)
    assert over_http(world, "html")["statusCode"] == 200


@pytest.mark.parametrize("operation", LISTS)
@pytest.mark.parametrize("regions", [("gz",), ("bj", "gz")], ids=["one region", "both"])
def test_a_permission_that_is_missing_makes_the_report_incomplete(
    open_world: OpenWorld, operation: str, regions: tuple[str, ...]
) -> None:
    world = open_world(BOTH)
    for region in ("bj", "gz"):
        protect(world, region)
    for region in regions:
        denied = Fault("before", operation, region=region, status=403, code="AccessDenied")
        world.cloud.faults.add(replace(denied, times=10_000))
    failure = failure_of(lambda: world.report({}))
    assert all(f"region {region}: {operation}" in str(failure) for region in regions)
    found = results(world)
    check_incomplete(found, regions)
    assert all("AccessDenied" in why for why in found["json"]["errors"].values())
    assert len(found["json"]["disks"]) == 2 * (2 - len(regions))


def check_incomplete(found: dict[str, Json], regions: tuple[str, ...]) -> None:
    """Check that every form says which regions are missing, and none that all is well."""
    report = found["json"]
    assert problems({key: value for key, value in report.items() if key != "failed"}) == []
    assert verdicts(found) == {INCOMPLETE}
    assert report["well"] is False
    assert set(report["errors"]) == set(regions)
    urgent = [each for each in report["findings"] if each["kind"] == "region-unreadable"]
    assert [each["region"] for each in urgent] == list(regions)
    page = Page(found["html"]["html"])
    for region in regions:
        said = f"region {region} could not be read"
        assert said in found["markdown"]["markdown"]
        assert any(line.startswith(said) for line in page.lines)
    for form, result in found.items():
        assert GOOD_NEWS not in str(result), form
        assert set(result["failed"]) == {f"region {region}" for region in regions}


def test_a_region_that_could_not_be_read_stands_in_the_csv(open_world: OpenWorld) -> None:
    world = open_world(BOTH)
    protect(world)
    protect(world, "gz")
    world.cloud.faults.add(
        Fault("before", "ListVolumes", region="gz", status=403, code="AccessDenied", times=10_000)
    )
    text = results(world)["csv"]["csv"].removeprefix(MARK)
    (row,) = [row for row in csv.DictReader(text.splitlines()) if row["state"] == "unreadable"]
    assert (row["region"], row["volume_id"]) == ("gz", "")
    assert "AccessDenied" in row["name"]


def test_without_the_chains_the_sizes_are_missing_and_nothing_else(open_world: OpenWorld) -> None:
    world = open_world(f'{NIGHTLY}\n[report]\nprice_per_gb_month = 1\ncurrency = "CNY"\n')
    protect(world)
    before = world.report({})
    world.cloud.account.denied.add("ListChains")
    found = results(world)
    report = found["json"]
    assert verdicts(found) == {GOOD_NEWS}
    assert (report["well"], report["errors"]) == (True, {})
    assert [each["kind"] for each in report["findings"]] == ["sizes-unknown"]
    assert report["summary"]["size_gb"] is report["summary"]["cost_per_month"] is None
    assert {disk["chain_gb"] for disk in report["disks"]} == {None}
    assert before["summary"]["size_gb"] > 0
    assert report["summary"]["disks"] == before["summary"]["disks"]
    said = "the sizes in bj are not known: ListChains"
    assert said in found["markdown"]["markdown"]
    assert any(line.startswith(said) for line in Page(found["html"]["html"]).lines)
    assert "Size" not in Page(found["html"]["html"]).tiles
    assert over_http(world, "json")["statusCode"] == 200


@pytest.mark.parametrize("where", ["another region", "no endpoint", "no answer"])
def test_a_wrong_region_or_an_endpoint_without_answer_is_said(
    open_world: OpenWorld, where: str
) -> None:
    policy = NIGHTLY.replace('"bj"', '"su"') if where == "another region" else NIGHTLY
    endpoints = {"bj": "http://127.0.0.1:9"} if where == "no endpoint" else None
    world = open_world(policy, endpoints=endpoints)
    protect(world)
    if where == "no answer":
        world.cloud.faults.add(Fault("timeout_before", times=10_000))
    region = "su" if where == "another region" else "bj"
    check_incomplete(results(world), (region,))


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("operation", LISTS)
def test_over_http_an_incomplete_report_has_the_status_503(
    open_world: OpenWorld, operation: str, form: str
) -> None:
    world = open_world(BOTH, now=NOW)
    protect(world)
    world.cloud.account.denied.add(operation)
    answer = over_http(world, form)
    assert answer["statusCode"] == 503
    assert GOOD_NEWS not in answer["body"]
    if form == "json":
        report = json.loads(answer["body"])
        assert (report["verdict"], report["well"]) == (INCOMPLETE, False)
    if form in {"html", "markdown"}:
        assert INCOMPLETE in answer["body"]
