"""All renderings and the metrics say the same numbers, and leave out no disk and no snapshot."""

import io
import json
from collections import Counter

import pytest
from aws_lambda_powertools import Metrics

from snapkeep.render.formats import FORMS
from snapkeep.report.as_json import to_json
from snapkeep.report.figures import figures
from snapkeep.report.model import Report
from snapkeep.runtime.telemetry import Telemetry
from tests.report.numbers import Json, check_csv, check_markdown, check_page
from tests.report.worlds import Account, make_account
from tests.scale import IS_FULL

SHARDS, WORLDS_EACH = 4, 250 if IS_FULL else 30
METRICS = Metrics(namespace="snapkeep", service="list-report")
TELEMETRY = Telemetry("equal-numbers", io.StringIO(), METRICS, "INFO")


@pytest.fixture(autouse=True)
def _metrics(clean_metrics: None) -> None:
    """Begin and end without metrics of another test."""


def check_json(account: Account, report: Json) -> None:
    """Hold the JSON against the account itself, and its summary against its own rows."""
    disks, summary = report["disks"], report["summary"]
    assert sorted((disk["region"], disk["volume_id"]) for disk in disks) == account.disks
    states = Counter(disk["state"] for disk in disks)
    assert {state: number for state, number in summary["disks"].items() if number} == states
    assert sum(summary["snapshots"].values()) == account.snapshots
    covered = [each for disk in disks for each in disk["policies"]]
    assert summary["deletes"] == sum(each["deletes"] for each in covered)
    ages = [each["age_seconds"] for each in covered if each["rpo_seconds"]]
    known = [age for age in ages if age is not None]
    assert summary["oldest_age_seconds"] == max(known, default=None)
    assert summary["urgent"] == sum(each["urgency"] == "urgent" for each in report["findings"])
    assert sum(line["deletes"] for line in report["policies"]) == summary["deletes"]
    for line in report["policies"]:
        of_it = [each for each in covered if each["policy"] == line["name"]]
        assert line["disks"] == len(of_it)
        assert line["good"] == sum(each["good"] for each in of_it)
        assert line["states"] == Counter(each["state"] for each in of_it if each["state"])


def metrics_of(report: Report) -> dict[str, float]:
    """Return the metrics that a run counts."""
    TELEMETRY.report(to_json(report), figures(report))
    if not METRICS.metric_set:
        return {}
    blob: Json = dict(METRICS.serialize_metric_set())
    METRICS.clear_metrics()
    (group,) = blob["_aws"]["CloudWatchMetrics"]
    return {each["Name"]: sum(blob[each["Name"]]) for each in group["Metrics"]}


def expected_metrics(report: Json) -> dict[str, float]:
    if report["errors"]:
        return {}
    summary = report["summary"]
    found = {f"{state.capitalize()}Disks": n for state, n in summary["disks"].items()}
    found["SnapshotsToDelete"] = summary["deletes"]
    if summary["oldest_age_seconds"] is not None:
        found["OldestAgeSeconds"] = summary["oldest_age_seconds"]
    if summary["quota_per_disk"]:
        found["QuotaHeadroom"] = summary["quota_per_disk"]["headroom"]
    return found


@pytest.mark.parametrize("shard", range(SHARDS))
def test_in_every_rendering_the_numbers_are_those_of_the_account(shard: int) -> None:
    for seed in range(shard * WORLDS_EACH, (shard + 1) * WORLDS_EACH):
        account = make_account(seed)
        found = account.report
        report = json.loads(FORMS["json"].write(found))
        try:
            check_json(account, report)
            check_csv(FORMS["csv"].write(found), report)
            check_markdown(FORMS["markdown"].write(found), report)
            check_page(FORMS["html"].write(found), report)
            assert metrics_of(found) == expected_metrics(report)
        except AssertionError as error:
            error.add_note(f"world {seed}")
            raise
