"""The page for operators names every alarm, queue and parameter that there is, and none other."""

import json
import re
from typing import Any

import pytest

from tests.template.reading import QUEUE, ROOT, resources, statements, template

PAGE = (ROOT / "docs/operations.md").read_text("utf-8")
ALARMS = set(resources("AWS::CloudWatch::Alarm"))
PARAMETERS = set(template()["Parameters"])


def table(page: str, title: str) -> dict[str, list[str]]:
    """Return the cells of each row under that title, by the names in its first cell."""
    rows = page.split(f"| {title} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    cells = [[cell.strip() for cell in row.strip("| ").split(" | ")] for row in rows]
    return {name: rest for first, *rest in cells for name in re.findall(r"`(\w+)`", first)}


def named(page: str) -> set[str]:
    """Return the names in the page that look like those of parameters."""
    return {name for name in re.findall(r"`([A-Z][A-Za-z]+)`", page) if not name.isupper()}


def key_policy() -> dict[str, Any]:
    (text,) = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    found: dict[str, Any] = json.loads(text)
    return found


def test_every_alarm_is_explained() -> None:
    rows = table(PAGE, "alarm")
    assert set(rows) == ALARMS
    for means, do in rows.values():
        assert means
        assert do


def test_every_queue_of_given_up_events_is_explained() -> None:
    assert set(table(PAGE, "queue")) == set(resources(QUEUE)) - {"CreateQueue"}


def test_every_other_name_is_a_parameter() -> None:
    assert named(PAGE) - ALARMS - set(resources(QUEUE)) - {"Active"} <= PARAMETERS
    assert {"EncryptionKeyArn", "Tracing", "ApplicationTag", "AlarmTopicArn"} <= named(PAGE)


@pytest.mark.parametrize(
    ("right", "wrong"), [("`StaleDisksAlarm`", "`StaleDiskAlarm`"), ("`Tracing`", "`XrayTracing`")]
)
def test_a_name_that_does_not_exist_is_found(right: str, wrong: str) -> None:
    known = ALARMS | set(resources(QUEUE)) | PARAMETERS | {"Active"}
    assert named(PAGE) <= known
    assert not named(PAGE.replace(right, wrong)) <= known


def test_who_has_no_role_here_is_let_in_by_the_key_policy() -> None:
    """The services that write to a queue or a log by themselves, and nobody else."""
    senders = {
        statement["Principal"]["Service"]
        for policy in resources("AWS::SQS::QueuePolicy").values()
        for statement in statements(policy["PolicyDocument"])
    }
    let_in = [each["Principal"]["Service"] for each in key_policy()["Statement"]]
    assert {service.replace("REGION.", "") for service in let_in} == {
        "logs.amazonaws.com",
        *senders,
    }


def test_the_page_tells_how_long_given_up_events_wait() -> None:
    for queue in resources(QUEUE).values():
        assert f"for {queue['MessageRetentionPeriod'] // 86_400} days" in PAGE
