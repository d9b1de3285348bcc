"""What happens is logged for a stated time, limited at the door, and raises alarms."""

import json
from typing import Any

import pytest

from snapkeep.runtime.telemetry import NAMESPACE
from tests.conftest import OpenWorld
from tests.functional.http import post_snapshots, wanted
from tests.functional.telemetry import measured, metrics
from tests.template.reading import QUEUE, functions, resources, target, template, variables
from tests.world import POLICY

LOG_GROUPS = resources("AWS::Logs::LogGroup")
ALARMS = resources("AWS::CloudWatch::Alarm")
OWN = {name: alarm for name, alarm in ALARMS.items() if alarm.get("Namespace") == NAMESPACE}
API = resources("AWS::Serverless::HttpApi")["Api"]


@pytest.mark.parametrize("group", LOG_GROUPS.values(), ids=LOG_GROUPS.keys())
def test_logs_are_kept_for_a_finite_time(group: dict[str, Any]) -> None:
    retention = template()["Parameters"][target(group["RetentionInDays"])]
    assert retention["Default"] in retention["AllowedValues"]


def test_the_api_is_throttled() -> None:
    settings = API["DefaultRouteSettings"]
    for limit in ("ThrottlingRateLimit", "ThrottlingBurstLimit"):
        assert template()["Parameters"][target(settings[limit])]["Default"] <= 10


def test_the_access_log_is_json_and_shows_neither_body_nor_signature() -> None:
    line = json.loads(API["AccessLogSettings"]["Format"])
    for value in line.values():
        assert value.startswith("$context.")
        assert not any(word in value.lower() for word in ("body", "header", "query", "path"))
    assert target(API["AccessLogSettings"]["DestinationArn"]) == "ApiLogs"


def test_every_function_has_an_alarm_on_errors() -> None:
    watched = {
        target(dimension["Value"])
        for alarm in ALARMS.values()
        if alarm.get("MetricName") == "Errors"
        for dimension in alarm["Dimensions"]
    }
    assert watched == set(functions())


def test_an_answer_of_5xx_is_an_alarm() -> None:
    alarm = ALARMS["ApiErrorsAlarm"]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/ApiGateway", "5xx")
    (dimension,) = alarm["Dimensions"]
    assert (dimension["Name"], target(dimension["Value"])) == ("ApiId", "Api")
    assert alarm["Threshold"] == 0


def test_every_queue_of_given_up_events_is_in_the_alarm() -> None:
    metrics = ALARMS["DeadLettersAlarm"]["Metrics"]
    watched = {
        target(metric["MetricStat"]["Metric"]["Dimensions"][0]["Value"])
        for metric in metrics
        if "MetricStat" in metric
    }
    assert watched == set(resources(QUEUE)) - {"CreateQueue"}


@pytest.mark.parametrize("metric", ["UnprotectedDisks", "StaleDisks", "FailedDisks"])
def test_a_disk_in_danger_is_an_alarm_until_a_report_says_otherwise(metric: str) -> None:
    alarm = ALARMS[f"{metric}Alarm"]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("snapkeep", metric)
    assert (alarm["Statistic"], alarm["ComparisonOperator"]) == ("Maximum", "GreaterThanThreshold")
    assert alarm["Threshold"] == 0
    assert alarm["TreatMissingData"] == "ignore"


def test_a_disk_without_room_for_one_more_snapshot_is_an_alarm() -> None:
    alarm = ALARMS["QuotaHeadroomAlarm"]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("snapkeep", "QuotaHeadroom")
    assert alarm["Statistic"] == "Minimum"
    assert alarm["ComparisonOperator"] == "LessThanOrEqualToThreshold"
    assert alarm["Threshold"] == 0
    # a policy file without a quota makes no such metric, and is no alarm
    assert alarm["TreatMissingData"] == "ignore"


def test_a_report_that_is_not_delivered_is_an_alarm() -> None:
    alarm = ALARMS["MissingReportAlarm"]
    assert alarm["MetricName"] == "ReportWritten"
    assert alarm["TreatMissingData"] == "breaching"
    assert alarm["ComparisonOperator"] == "LessThanThreshold"
    # CloudWatch looks back seven days at most; a day and two hours forgive a late report
    assert 24 * 3600 < alarm["Period"] * alarm["EvaluationPeriods"] <= 7 * 24 * 3600


def test_alarms_on_our_own_metrics_name_the_function_that_publishes_them() -> None:
    services = {variables(function)["POWERTOOLS_SERVICE_NAME"] for function in functions().values()}
    assert len(OWN) == 6
    for alarm in OWN.values():
        (dimension,) = alarm["Dimensions"]
        assert dimension["Name"] == "service"
        assert dimension["Value"] in services


@pytest.mark.usefixtures("clean_metrics")
def test_alarms_on_our_own_metrics_watch_what_runs_count(
    open_world: OpenWorld, capsys: pytest.CaptureFixture[str]
) -> None:
    world = open_world(f"{POLICY}[report]\nquota_per_disk = 64\n", **measured())
    world.add_disks(1)
    world.report({"deliver": True})
    post_snapshots(world, wanted(policy="unknown"))
    own = {alarm["MetricName"] for alarm in OWN.values()}
    assert own <= metrics(capsys).keys()


@pytest.mark.parametrize("alarm", ALARMS.values(), ids=ALARMS.keys())
def test_every_alarm_explains_itself_and_notifies_the_topic(alarm: dict[str, Any]) -> None:
    assert alarm["AlarmDescription"]
    assert alarm["AlarmActions"]["Fn::If"][:2] == ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}]]
