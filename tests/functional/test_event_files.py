"""Each file in ``events/`` is delivered to its function, so a stale sample fails the build."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from tests import demo
from tests.events import requests, signed
from tests.stage import ROOT, Stage, opened
from tests.world import HANDLERS

FILES = {f"{path.parent.name}/{path.stem}" for path in (ROOT / "events").glob("*/*.json")}


def answers_disks(result: dict[str, Any]) -> bool:
    counts = result["counts"]
    return bool(counts["created"] + counts["existing"] + counts["pending"])


def plans_both_regions(result: dict[str, Any]) -> bool:
    return set(result["regions"]) == {"bj", "gz"} and not result["failures"]


def deletes_the_two_it_names(result: dict[str, Any]) -> bool:
    """The plan's id in the file is that of the demo account: a golden vector of the format."""
    return len(result["regions"]["gz"]["applied"]["deleted"]) == 2


def is_a_page(result: dict[str, Any]) -> bool:
    page = str(result.get("html", result.get("text")))
    return page.startswith("<!doctype html>") and page.count("<th scope=row><code>v-") >= 40


EXPECTED: dict[str, Callable[[dict[str, Any]], object]] = {
    "create-on-event/scheduler": answers_disks,
    "create-on-event/scheduler-in-sqs": answers_disks,
    "create-on-event/scheduled-event": answers_disks,
    "create-on-event/scheduled-event-in-sqs": answers_disks,
    "create-on-event/bus-event": answers_disks,
    "create-on-event/bus-event-in-sqs": answers_disks,
    "create-on-event/webhook": answers_disks,
    "create-on-event/github-deployment": answers_disks,
    "create-on-event/cloud-monitor-alarm": answers_disks,
    "create-on-event/eventbridge-api-destination": answers_disks,
    "list-report/scheduler": lambda result: sum(result["summary"]["disks"].values()) >= 40,
    "list-report/markdown": lambda result: "## Urgent" in result["markdown"],
    "list-report/html": is_a_page,
    "list-report/query-list": lambda result: len(result["snapshots"]) == 10,
    "list-report/query-detail": lambda result: "s-NtIwKtDq" in result["markdown"],
    "list-report/webhook": is_a_page,
    "delete-expired/scheduler-plan": plans_both_regions,
    # before auto, which changes the plan that the file names
    "delete-expired/approve": deletes_the_two_it_names,
    "delete-expired/scheduler-auto": plans_both_regions,
    "delete-expired/webhook": plans_both_regions,
}


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with opened(Console(file=io.StringIO())) as stage:
        yield stage


REQUESTS = dict(requests())


@pytest.mark.parametrize(
    ("path", "event"), REQUESTS.items(), ids=lambda of: getattr(of, "stem", "-")
)
def test_a_request_is_signed_over_what_it_says(path: Path, event: dict[str, Any]) -> None:
    assert event == signed(event), "run python -m tests.events"


def test_each_function_has_event_files_and_each_file_is_tested() -> None:
    assert set(EXPECTED) == FILES
    assert {name.partition("/")[0] for name in FILES} == set(HANDLERS)


@pytest.mark.parametrize("name", EXPECTED)
def test_an_event_file_does_what_its_function_does(name: str, stage: Stage) -> None:
    function, _, event = name.partition("/")
    assert EXPECTED[name](stage.send(function, event))


def test_the_demo_keeps_every_promise(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    assert demo.main() == 0
    said = capsys.readouterr().out
    assert "24 promises checked, 0 broken" in said
    assert (tmp_path / demo.PAGE).read_text(encoding="utf-8").startswith("<!doctype html>")
