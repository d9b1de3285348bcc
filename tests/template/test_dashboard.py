"""The dashboard is JSON once its names are filled in, and shows only what there is to see."""

import json
import re
from typing import Any

import pytest

from snapkeep.errors import SnapkeepError
from tests.conftest import OpenWorld
from tests.template.conftest import Emitted
from tests.template.reading import QUEUE, functions, resources, template

BODY = resources("AWS::CloudWatch::Dashboard")["Dashboard"]["DashboardBody"]["Fn::Sub"]
ALARM = "AWS::CloudWatch::Alarm"
# by namespace, the dimension and the metrics that AWS documents and we look at
BY_AWS = {
    "AWS/Lambda": ("FunctionName", {"Errors", "Throttles", "Duration"}),
    "AWS/ApiGateway": ("ApiId", {"Count", "4xx", "5xx", "Latency"}),
    "AWS/SQS": (
        "QueueName",
        {
            "ApproximateNumberOfMessagesVisible",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateAgeOfOldestMessage",
        },
    ),
}
ATTRIBUTES = {ALARM: "Arn", QUEUE: "QueueName"}


def filled(body: str) -> dict[str, Any]:
    """Return the dashboard with every name replaced by one that tells what it stands for."""
    found: dict[str, Any] = json.loads(re.sub(r"\$\{([^}]*)\}", value_of, body))
    return found


def value_of(name: re.Match[str]) -> str:
    if name[1] in {"AWS::Region", "AWS::StackName"}:
        return name[1]
    resource, _, attribute = name[1].partition(".")
    kind = template()["Resources"][resource]["Type"]
    assert attribute == ATTRIBUTES.get(kind, ""), f"{kind} has no {attribute}"
    return resource


def properties(dashboard: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [each["properties"] for each in dashboard["widgets"] if each["type"] == kind]


def rows(dashboard: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """Return namespace, name, dimension and value of each metric; a dot repeats what is above."""
    found = []
    for graph in properties(dashboard, "metric"):
        above = [""] * 4
        for row in graph["metrics"]:
            above = [old if new == "." else new for new, old in zip(row, above, strict=False)]
            namespace, name, dimension, value = above
            found.append((namespace, name, dimension, value))
    return found


def unknown(dashboard: dict[str, Any], emitted: Emitted) -> list[str]:
    """Return the metrics that neither a function counts nor AWS does."""
    kinds = {"FunctionName": functions(), "QueueName": resources(QUEUE), "ApiId": {"Api"}}
    ours = {(service, name) for service, names in emitted.items() for name in names}
    return [
        f"{namespace} {name} of {dimension} {value}"
        for namespace, name, dimension, value in rows(dashboard)
        if (namespace, dimension, (value, name) in ours) != ("snapkeep", "service", True)
        and not (
            namespace in BY_AWS
            and dimension == BY_AWS[namespace][0]
            and name in BY_AWS[namespace][1]
            and value in kinds[dimension]
        )
    ]


def test_every_metric_is_one_that_a_function_or_aws_counts(emitted: Emitted) -> None:
    assert unknown(filled(BODY), emitted) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('"StaleDisks"', '"StaleDisk"'),
        ("SnapshotsDeleted", "SnapshotsRemoved"),
        ('"service", "delete-expired"', '"service", "list-report"'),
        ('"service", "create-on-event"', '"function", "create-on-event"'),
        ('["snapkeep"', '["Snapkeep"'),
        ('"Throttles"', '"Throttled"'),
        ("ApproximateAgeOfOldestMessage", "AgeOfOldestMessage"),
        ('"ApiId", "${Api}"', '"ApiName", "${Api}"'),
        ('"QueueName", "${CreateQueue.QueueName}"', '"QueueName", "${Api}"'),
    ],
)
def test_a_metric_that_nobody_counts_is_found(right: str, wrong: str, emitted: Emitted) -> None:
    assert right in BODY
    assert unknown(filled(BODY.replace(right, wrong, 1)), emitted)


@pytest.mark.parametrize(
    ("right", "wrong", "error"),
    [
        ("]}}", "],}}", json.JSONDecodeError),
        ("${Api}", "${Gateway}", KeyError),
        ("${StaleDisksAlarm.Arn}", "${StaleDisksAlarm.Name}", AssertionError),
    ],
)
def test_a_body_that_could_not_be_shown_is_found(
    right: str, wrong: str, error: type[Exception]
) -> None:
    assert right in BODY
    with pytest.raises(error):
        filled(BODY.replace(right, wrong, 1))


def test_every_alarm_is_shown() -> None:
    (alarms,) = properties(filled(BODY), "alarm")
    assert sorted(alarms["alarms"]) == sorted(resources(ALARM))


def test_every_function_and_every_queue_is_shown(emitted: Emitted) -> None:
    shown = {(name, value) for _, name, _, value in rows(filled(BODY))}
    for metric in ("Errors", "Throttles", "Duration"):
        assert {(metric, name) for name in functions()} <= shown
    waiting = "ApproximateNumberOfMessagesVisible"
    assert {(waiting, name) for name in resources(QUEUE)} <= shown
    # what an operator looks for first, each of the function that counts it
    assert {
        ("UnprotectedDisks", "list-report"),
        ("StaleDisks", "list-report"),
        ("SnapshotsCreated", "create-on-event"),
        ("SnapshotsDeleted", "delete-expired"),
        ("EventsRefused", "create-on-event"),
    } <= shown


def test_widgets_fit_the_grid_and_look_at_this_region() -> None:
    for widget in filled(BODY)["widgets"]:
        assert 1 <= widget["width"] <= 24
        if widget["type"] in {"metric", "log"}:
            assert widget["properties"]["region"] == "AWS::Region"


def test_the_query_for_failures_reads_every_log_and_finds_the_line_of_one(
    open_world: OpenWorld,
) -> None:
    (log,) = properties(filled(BODY), "log")
    read = re.findall(r"SOURCE '(\w+)'", log["query"])
    assert read == [name.replace("Function", "Logs") for name in functions()]
    world = open_world()
    with pytest.raises(SnapkeepError):
        world.create({"policy": "unknown"})
    line = world.log_lines()[-1]
    (level,) = re.findall(r"level = '(\w+)'", log["query"])
    assert line["level"] == level
    (fields,) = re.findall(r"fields ([^|]+) \|", log["query"])
    assert {name for name in fields.split(", ") if not name.startswith("@")} <= line.keys()
