"""Each function can do its own work and nothing else, and no secret is in sight."""

import inspect
import re
from typing import Any

import pytest

from snapkeep.runtime import settings
from tests.template.reading import (
    as_list,
    functions,
    resources,
    role_statements,
    target,
    template,
    variables,
)

ROLES = resources("AWS::IAM::Role")
PLAIN_VARIABLES = {
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_LOG_LEVEL",
    "SNAPKEEP_SECRET_ID",
    "SNAPKEEP_WEBHOOK_SECRET_ID",
    "SNAPKEEP_REQUESTS_PER_SECOND",
}
OWN_VARIABLES = {
    "ListReportFunction": {
        "SNAPKEEP_CHANNELS_SECRET_ID",
        "SNAPKEEP_REPORT_BUCKET",
        "SNAPKEEP_REPORT_URL",
    },
    "DeleteExpiredFunction": {"SNAPKEEP_APPROVE_OVER_HTTP"},
}
# the function has its policies beside it, and a fake cloud is not for a stack
AT_A_TERMINAL = {"SNAPKEEP_POLICY", "SNAPKEEP_ENDPOINT", "SNAPKEEP_BOS_ENDPOINT"}


def role_of(function: dict[str, Any]) -> list[dict[str, Any]]:
    return role_statements(ROLES[target(function["Role"])])


def resources_for(function: dict[str, Any], action: str) -> list[str]:
    """Return the logical ids on which the function's role allows the action."""
    allowing = [s for s in role_of(function) if action in as_list(s["Action"])]
    return [target(resource) for s in allowing for resource in as_list(s["Resource"])]


def test_approving_over_http_is_off_and_a_matter_of_delete_expired_alone() -> None:
    parameter = template()["Parameters"]["ApproveOverHttp"]
    assert (parameter["Default"], parameter["AllowedValues"]) == ("off", ["on", "off"])
    having = {n for n, f in functions().items() if "SNAPKEEP_APPROVE_OVER_HTTP" in variables(f)}
    assert having == {"DeleteExpiredFunction"}


def test_only_create_takes_from_the_queue() -> None:
    takers = {name: resources_for(f, "sqs:ReceiveMessage") for name, f in functions().items()}
    assert takers == {
        "CreateOnEventFunction": ["CreateQueue"],
        "ListReportFunction": [],
        "DeleteExpiredFunction": [],
    }


@pytest.mark.parametrize("name", functions())
def test_the_environment_holds_what_the_function_needs(name: str) -> None:
    found = variables(functions()[name])
    assert set(found) == PLAIN_VARIABLES | OWN_VARIABLES.get(name, set())


def test_the_environment_has_the_names_that_the_settings_read() -> None:
    given = {name for function in functions().values() for name in variables(function)}
    read = set(re.findall(r"SNAPKEEP_[A-Z_]+", inspect.getsource(settings)))
    assert {name for name in given if name.startswith("SNAPKEEP_")} == read - AT_A_TERMINAL
