"""What is logged, for how long, and who is told when something goes wrong."""

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.template.reading import QUEUE, Resource, Template, functions, resources, target

ALARM = "AWS::CloudWatch::Alarm"
GROUP = "AWS::Logs::LogGroup"
TOPIC = {"Fn::If": ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}], {"Ref": "AWS::NoValue"}]}
# from the report: disks in danger, and that there is a report at all
COVERAGE = {"UnprotectedDisks", "StaleDisks", "FailedDisks", "ReportWritten"}
LONGEST = ("Maximum", "GreaterThanOrEqualToThreshold")


def metrics_of(alarm: Resource) -> Iterator[dict[str, Any]]:
    """Yield every metric that an alarm looks at."""
    if "MetricName" in alarm:
        yield alarm
    for query in alarm.get("Metrics", []):
        if "MetricStat" in query:
            yield query["MetricStat"]["Metric"]


def watched(given: Template, namespace: str, name: str) -> set[str]:
    """Return the logical ids, or our services, of which an alarm watches that metric."""
    return {
        dimension["Value"] if isinstance(dimension["Value"], str) else target(dimension["Value"])
        for alarm in resources(ALARM, given).values()
        for metric in metrics_of(alarm)
        if (metric["Namespace"], metric["MetricName"]) == (namespace, name)
        for dimension in metric["Dimensions"]
    }


def executions_are_watched(given: Template) -> Iterator[str]:
    for name in resources("AWS::Serverless::StateMachine", given):
        if name not in watched(given, "AWS/States", "ExecutionsFailed"):
            yield f"{name}: nobody hears of an execution that failed"


def logs_end(given: Template) -> Iterator[str]:
    for name, group in resources(GROUP, given).items():
        days = group.get("RetentionInDays")
        if isinstance(days, dict):
            parameter = given["Parameters"][target(days)]
            days = parameter["Default"] in parameter.get("AllowedValues", []) and max(
                parameter["AllowedValues"]
            )
        if not days or days > 3653:
            yield f"{name}: kept for ever"


def functions_log_to_a_group_of_their_own(given: Template) -> Iterator[str]:
    """Lambda makes a group that never ends for a function that names none."""
    for name, function in functions(given).items():
        group = target(function.get("LoggingConfig", {}).get("LogGroup"))
        if group != name.replace("Function", "Logs") or group not in resources(GROUP, given):
            yield f"{name}: logs to {group}"


def the_access_log_shows_no_secret(given: Template) -> Iterator[str]:
    """Neither bodies nor headers nor query strings nor paths: they carry signatures and secrets."""
    for name, api in resources("AWS::Serverless::HttpApi", given).items():
        settings = api.get("AccessLogSettings", {})
        if target(settings.get("DestinationArn")) not in resources(GROUP, given):
            yield f"{name}: no access log of ours"
            continue
        for field, value in json.loads(settings["Format"]).items():
            hidden = re.search(r"body|header|query|path|authorizer", value, re.IGNORECASE)
            if hidden or not value.startswith("$context."):
                yield f"{name}: {field} is {value}"


def runs_are_watched(given: Template) -> Iterator[str]:
    for metric in ("Errors", "Throttles", "Duration"):
        unseen = functions(given).keys() - watched(given, "AWS/Lambda", metric)
        yield from (f"{name}: no alarm on {metric}" for name in sorted(unseen))
    if watched(given, "AWS/ApiGateway", "5xx") != {"Api"}:
        yield "Api: no alarm on 5xx"


def durations_are_shares_of_the_timeouts(given: Template) -> Iterator[str]:
    """CloudFormation does no sums, so each timeout stands in an alarm once more."""
    for name, function in functions(given).items():
        alarm = resources(ALARM, given).get(name.replace("Function", "DurationAlarm"), {})
        if [target(each["Value"]) for each in alarm.get("Dimensions", [])] != [name]:
            yield f"{name}: no alarm of its own on its duration"
        elif alarm["Threshold"] != 900 * function["Timeout"]:
            yield f"{name}: {alarm['Threshold']} ms is not 90 % of its timeout"
        elif (alarm["Statistic"], alarm["ComparisonOperator"]) != LONGEST:
            yield f"{name}: not its longest run"


def given_up_events_are_watched(given: Template) -> Iterator[str]:
    seen = watched(given, "AWS/SQS", "ApproximateNumberOfMessagesVisible")
    for name in sorted(resources(QUEUE, given).keys() - seen - {"CreateQueue"}):
        yield f"{name}: fills without a word"


def disks_are_watched(given: Template) -> Iterator[str]:
    for metric in sorted(COVERAGE):
        if watched(given, "snapkeep", metric) != {"list-report"}:
            yield f"no alarm on {metric}"


def alarms_tell_somebody(given: Template) -> Iterator[str]:
    for name, alarm in resources(ALARM, given).items():
        if not alarm.get("AlarmDescription"):
            yield f"{name}: says nothing"
        for actions in ("AlarmActions", "OKActions"):
            if alarm.get(actions) != TOPIC:
                yield f"{name}: {actions} tell nobody"
        if "TreatMissingData" not in alarm:
            yield f"{name}: does not say what silence means"
