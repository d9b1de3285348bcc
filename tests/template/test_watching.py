"""Alarms go off when they should, and watch what the functions count."""

import pytest

from snapkeep.runtime.telemetry import NAMESPACE
from tests.template.conftest import Emitted
from tests.template.reading import functions, resources, target, variables

ALARMS = resources("AWS::CloudWatch::Alarm")
OWN = {name: alarm for name, alarm in ALARMS.items() if alarm.get("Namespace") == NAMESPACE}


def test_an_answer_of_5xx_is_an_alarm() -> None:
    alarm = ALARMS["ApiErrorsAlarm"]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/ApiGateway", "5xx")
    (dimension,) = alarm["Dimensions"]
    assert (dimension["Name"], target(dimension["Value"])) == ("ApiId", "Api")
    assert alarm["Threshold"] == 0


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


def test_alarms_on_our_own_metrics_watch_what_runs_count(emitted: Emitted) -> None:
    for alarm in OWN.values():
        (dimension,) = alarm["Dimensions"]
        assert alarm["MetricName"] in emitted[dimension["Value"]]


@pytest.mark.parametrize("name", ["ThrottlesAlarm", "DeadLettersAlarm"])
def test_an_alarm_over_several_metrics_returns_one(name: str) -> None:
    first, *others = ALARMS[name]["Metrics"]
    assert first["ReturnData"] is True
    assert not any(each["ReturnData"] for each in others)
    assert {each["MetricStat"]["Period"] for each in others if "MetricStat" in each} == {300}


def test_one_run_that_is_refused_is_an_alarm() -> None:
    alarm = ALARMS["ThrottlesAlarm"]
    total, *stats = alarm["Metrics"]
    assert total["Expression"] == "SUM(FILL(METRICS(), 0))"
    assert {each["MetricStat"]["Stat"] for each in stats} == {"Sum"}
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("GreaterThanThreshold", 0)
    assert (alarm["EvaluationPeriods"], alarm["TreatMissingData"]) == (1, "notBreaching")
