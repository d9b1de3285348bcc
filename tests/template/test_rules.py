"""Our template keeps every rule, and every rule finds the templates that do not."""

from copy import deepcopy
from typing import Any

import pytest

from tests.template.reading import Template, template
from tests.template.rules import RULES, Rule, access, running, watching

GONE = object()
CREATE, REPORT, DELETE = "CreateOnEventFunction", "ListReportFunction", "DeleteExpiredFunction"
QUEUE_EVENT = f"{CREATE}/Properties/Events/Queue/Properties"
WEBHOOK = f"{CREATE}/Properties/Events/Webhook/Properties"
VARIABLES = f"{REPORT}/Properties/Environment/Variables"
DURATION = "DeleteExpiredDurationAlarm/Properties"
RULE_TARGET = "SnapshotRequestedRule/Properties/Targets/0"
POLICY = "Properties/Policies/0/PolicyDocument/Statement"
TRUST = "AssumeRolePolicyDocument/Statement/0"
READS = [{"Ref": "ReportSecretArn"}, {"Ref": "CreateSecretArn"}]
ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": "sts:AssumeRole"}
LOOK = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": {"Ref": "ReportBucket"}}
DECRYPT = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": {"Ref": "SecretsKeyArn"}}
FIXED = {"RestApiId": "x", "Method": "GET", "Path": "/report"}
URL = {"Type": "AWS::Lambda::Url", "Properties": {"AuthType": "NONE"}}
LEAK = '{"what": "$context.path"}'
ANY_ROUTE = {"Type": "HttpApi", "Properties": {"ApiId": {"Ref": "Api"}}}

# each breaks one rule: a place in our template's resources, and what stands there instead
BAD: list[tuple[Rule, str, Any]] = [
    (running.timeouts_are_stated, f"{CREATE}/Properties/Timeout", GONE),
    (running.timeouts_are_stated, f"{DELETE}/Properties/Timeout", 901),
    (running.concurrency_is_reserved, f"{REPORT}/Properties/ReservedConcurrentExecutions", GONE),
    (running.concurrency_is_reserved, f"{CREATE}/Properties/ReservedConcurrentExecutions", 50),
    (running.concurrency_is_reserved, f"{DELETE}/Properties/ReservedConcurrentExecutions", 2),
    (running.concurrency_is_reserved, "/Parameters/CreateConcurrency/MaxValue", GONE),
    (
        running.failed_runs_are_kept,
        f"{REPORT}/Properties/EventInvokeConfig/DestinationConfig",
        GONE,
    ),
    (running.failed_runs_are_kept, "DeleteExpiredFailures/Properties/FifoQueue", True),
    (
        running.failed_runs_are_kept,
        f"{REPORT}/Properties/EventInvokeConfig/MaximumEventAgeInSeconds",
        60,
    ),
    (running.queues_give_up_into_a_queue, "CreateQueue/Properties/RedrivePolicy", GONE),
    (running.queues_give_up_into_a_queue, "CreateDeadLetters/Properties/FifoQueue", GONE),
    (
        running.messages_stay_hidden_while_they_are_worked_on,
        "CreateQueue/Properties/VisibilityTimeout",
        300,
    ),
    (
        running.messages_stay_hidden_while_they_are_worked_on,
        f"{CREATE}/Properties/Timeout",
        301,
    ),
    (
        running.messages_wait_for_a_person,
        "UndeliveredEvents/Properties/MessageRetentionPeriod",
        GONE,
    ),
    (running.what_cannot_be_handed_over_is_kept, f"{RULE_TARGET}/DeadLetterConfig", GONE),
    (
        running.what_cannot_be_handed_over_is_kept,
        "NightlySchedule/Properties/Target/RetryPolicy",
        {},
    ),
    (running.there_is_one_door, f"{CREATE}/Properties/FunctionUrlConfig", {"AuthType": "NONE"}),
    (running.there_is_one_door, "Url", URL),
    (running.there_is_one_door, f"{REPORT}/Properties/Events/Api", {"Type": "Api", **FIXED}),
    (running.there_is_one_door, f"{WEBHOOK}/ApiId", GONE),
    (running.routes_are_spelled_out, f"{WEBHOOK}/Path", "/{proxy+}"),
    (running.routes_are_spelled_out, f"{WEBHOOK}/Method", "ANY"),
    (running.routes_are_spelled_out, f"{REPORT}/Properties/Events/Any", ANY_ROUTE),
    (running.routes_are_spelled_out, f"{WEBHOOK}/TimeoutInMillis", GONE),
    (running.the_door_is_throttled, "Api/Properties/DefaultRouteSettings", GONE),
    (running.the_door_is_throttled, "/Parameters/ApiRequestsPerSecond/Default", 1000),
    (access.roles_are_not_shared, f"{DELETE}/Properties/Role/Fn::GetAtt/0", "CreateOnEventRole"),
    (access.roles_are_not_shared, f"{DELETE}/Properties/Role", GONE),
    (
        access.no_policy_is_managed_elsewhere,
        "CreateOnEventRole/Properties/ManagedPolicyArns",
        ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
    ),
    (access.no_policy_is_managed_elsewhere, f"{REPORT}/Properties/Policies", ["AWSLambdaRole"]),
    (access.nothing_is_allowed_by_wildcard, f"ListReportRole/{POLICY}/0/Resource", "*"),
    (access.nothing_is_allowed_by_wildcard, f"ListReportRole/{POLICY}/0/Action", "sqs:*"),
    (access.nothing_is_allowed_by_wildcard, f"ListReportRole/{POLICY}/0/NotAction", "sqs:*"),
    (access.nothing_is_allowed_by_wildcard, f"SchedulerRole/Properties/{TRUST}", ANYBODY),
    (
        access.nothing_is_allowed_by_wildcard,
        "CreateQueuePolicy/Properties/PolicyDocument/Statement/0/Principal",
        "*",
    ),
    (access.functions_do_nothing_else, f"ListReportRole/{POLICY}/0", LOOK),
    (access.functions_do_nothing_else, f"{CREATE}/Properties/Events/Queue", ANY_ROUTE),
    (access.functions_read_their_own_secrets, f"ListReportRole/{POLICY}/0/Resource", READS),
    (
        access.functions_read_their_own_secrets,
        f"{VARIABLES}/SNAPKEEP_SECRET_ID",
        {"Ref": "DeleteSecretArn"},
    ),
    (
        access.functions_write_where_they_belong,
        f"DeleteExpiredRole/{POLICY}/3/Resource/Fn::GetAtt/0",
        "CreateOnEventLogs",
    ),
    (
        access.functions_write_where_they_belong,
        f"DeleteExpiredRole/{POLICY}/4/Resource/Fn::GetAtt/0",
        "CreateQueue",
    ),
    (access.keys_are_used_through_a_service, f"ListReportRole/{POLICY}/0", DECRYPT),
    (
        access.services_are_let_in_by_source,
        "UndeliveredEventsPolicy/Properties/PolicyDocument/Statement/0/Condition",
        GONE,
    ),
    (access.services_are_let_in_by_source, f"SchedulerRole/Properties/{TRUST}/Condition", GONE),
    (access.services_are_let_in_by_source, f"FleetRole/Properties/{TRUST}/Condition", GONE),
    (access.environments_hold_no_secret, f"{VARIABLES}/BCE_SECRET_ACCESS_KEY", "0123456789abcdef"),
    (access.environments_hold_no_secret, f"{VARIABLES}/SNAPKEEP_WEBHOOK_SECRET", "whsec_MDEyMzQ1"),
    (
        access.environments_hold_no_secret,
        f"{VARIABLES}/SNAPKEEP_REPORT_URL",
        "{{resolve:secretsmanager:keys}}",
    ),
    (access.environments_hold_no_secret, f"{VARIABLES}/SNAPKEEP_SECRET_ID", "0123456789abcdef"),
    (access.environments_hold_no_secret, "/Parameters/LogLevel/NoEcho", True),
    (access.data_is_encrypted, "CreateDeadLetters/Properties/SqsManagedSseEnabled", GONE),
    (access.data_is_encrypted, "CreateQueue/Properties/KmsMasterKeyId", GONE),
    (access.data_is_encrypted, "ApiLogs/Properties/KmsKeyId", GONE),
    (access.data_is_encrypted, "/Globals/Function/KmsKeyArn", GONE),
    (watching.logs_end, "ListReportLogs/Properties/RetentionInDays", GONE),
    (watching.logs_end, "/Parameters/LogRetentionDays/AllowedValues", GONE),
    (watching.functions_log_to_a_group_of_their_own, f"{CREATE}/Properties/LoggingConfig", GONE),
    (watching.the_access_log_shows_no_secret, "Api/Properties/AccessLogSettings", GONE),
    (watching.the_access_log_shows_no_secret, "Api/Properties/AccessLogSettings/Format", LEAK),
    (watching.executions_are_watched, "FleetAlarm/Properties/MetricName", "ExecutionsFail"),
    (watching.executions_are_watched, "FleetAlarm/Properties/Namespace", "AWS/Lambda"),
    (watching.runs_are_watched, "ListReportErrorsAlarm", GONE),
    (watching.runs_are_watched, "ThrottlesAlarm/Properties/Metrics/2", GONE),
    (watching.runs_are_watched, "ListReportDurationAlarm", GONE),
    (watching.runs_are_watched, "ApiErrorsAlarm", GONE),
    (watching.durations_are_shares_of_the_timeouts, f"{CREATE}/Properties/Timeout", 240),
    (watching.durations_are_shares_of_the_timeouts, f"{DURATION}/Threshold", 300_000),
    (watching.durations_are_shares_of_the_timeouts, f"{DURATION}/Statistic", "Average"),
    (watching.durations_are_shares_of_the_timeouts, "ListReportDurationAlarm", GONE),
    (watching.given_up_events_are_watched, "DeadLettersAlarm/Properties/Metrics/3", GONE),
    (watching.given_up_events_are_watched, "NewQueue", {"Type": "AWS::SQS::Queue"}),
    (watching.disks_are_watched, "MissingReportAlarm", GONE),
    (watching.disks_are_watched, "StaleDisksAlarm/Properties/MetricName", "StaleDisk"),
    (
        watching.disks_are_watched,
        "UnprotectedDisksAlarm/Properties/Dimensions/0/Value",
        "create-on-event",
    ),
    (watching.alarms_tell_somebody, "ThrottlesAlarm/Properties/AlarmActions", GONE),
    (watching.alarms_tell_somebody, f"{DURATION}/OKActions", []),
    (watching.alarms_tell_somebody, "StaleDisksAlarm/Properties/AlarmDescription", ""),
    (watching.alarms_tell_somebody, "StaleDisksAlarm/Properties/TreatMissingData", GONE),
]


def changed(place: str, value: Any) -> Template:
    """Return our template with another value at a place, or with none."""
    result = deepcopy(template())
    start, path = (result, place[1:]) if place.startswith("/") else (result["Resources"], place)
    *parents, last = [int(key) if key.isdigit() else key for key in path.split("/")]
    holder: Any = start
    for key in parents:
        holder = holder[key]
    if value is GONE:
        del holder[last]
    else:
        holder[last] = value
    return result


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_our_template_keeps_the_rule(rule: Rule) -> None:
    assert list(rule(template())) == []


@pytest.mark.parametrize(
    ("rule", "place", "value"), BAD, ids=[f"{rule.__name__}-{place}" for rule, place, _ in BAD]
)
def test_the_rule_finds_a_template_that_breaks_it(rule: Rule, place: str, value: Any) -> None:
    assert list(rule(changed(place, value)))


def test_every_rule_is_shown_a_template_that_breaks_it() -> None:
    assert {rule for rule, _, _ in BAD} == set(RULES)
