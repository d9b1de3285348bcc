"""Executions of ``functions/fleet.asl.json`` by moto's Step Functions."""

import itertools
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.fleet.lambda_api import Lambda, served

DEFINITION = Path(__file__).parents[2] / "functions/fleet.asl.json"
ACCOUNT, REGION = "123456789012", "us-east-1"
SUBSTITUTIONS = {
    "Partition": "aws",
    "CreateOnEventFunctionArn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:create-on-event",
}
# moto waits in real time
SECONDS_OF_WAITS = {"IntervalSeconds": 1, "MaxDelaySeconds": 1, "Seconds": 1}
_POLL_SECONDS, _POLLS = 0.05, 24_000
_NAMES = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Execution:
    """How an execution ended, and with which shards that are not done."""

    status: str
    error: str | None
    failures: list[dict[str, Any]]


def definition(substitutions: Mapping[str, str] = SUBSTITUTIONS) -> dict[str, Any]:
    """Return the definition as CloudFormation hands it to Step Functions."""
    text = DEFINITION.read_text("utf-8")
    for name, value in substitutions.items():
        text = text.replace(f"${{{name}}}", value)
    found: dict[str, Any] = json.loads(text)
    return found


def execute(function: Lambda, event: dict[str, Any], patch: pytest.MonkeyPatch) -> Execution:
    """Run one event through the state machine, its waits shortened, and wait for the end."""
    with served(function) as address, mock_aws(config=_EXECUTING):
        patch.setenv("AWS_ENDPOINT_URL_LAMBDA", address)
        client = boto3.client("stepfunctions", region_name=REGION)
        machine = client.create_state_machine(
            name="fleet",
            definition=json.dumps(_shortened(definition())),
            roleArn=f"arn:aws:iam::{ACCOUNT}:role/fleet",
        )["stateMachineArn"]
        started = client.start_execution(
            stateMachineArn=machine, name=f"event-{next(_NAMES)}", input=json.dumps(event)
        )
        ended = threading.Event()
        for _ in range(_POLLS):
            found = client.describe_execution(executionArn=started["executionArn"])
            if found["status"] != "RUNNING":
                history = client.get_execution_history(executionArn=found["executionArn"])
                return Execution(found["status"], found.get("error"), _failures(history))
            ended.wait(_POLL_SECONDS)
    raise AssertionError("the execution did not end")


def _failures(history: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what the last state was given of failures."""
    entered = [e["stateEnteredEventDetails"] for e in history["events"] if "Entered" in e["type"]]
    found: list[dict[str, Any]] = json.loads(entered[-1]["input"]).get("failures", [])
    return found


_EXECUTING: Any = {"stepfunctions": {"execute_state_machine": True}}


def _shortened(value: Any) -> Any:
    if isinstance(value, list):
        return [_shortened(each) for each in value]
    if not isinstance(value, dict):
        return value
    return {key: SECONDS_OF_WAITS.get(key) or _shortened(each) for key, each in value.items()}
