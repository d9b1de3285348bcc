"""list-report: the state of every disk as the cloud lists it, as JSON or Markdown."""

from functools import partial
from typing import Any

from snapkeep.answers import answer
from snapkeep.authentication import Message
from snapkeep.commands import QueryCommand, ReportCommand, report_command, report_query
from snapkeep.errors import RunFailed
from snapkeep.jobs.report import query_snapshots, report_regions
from snapkeep.markdown import render_markdown, render_snapshots
from snapkeep.report import Report, State
from snapkeep.runtime import Context, Runtime, enter
from snapkeep.times import Deadline


def handler(
    event: object, context: Context | None, runtime: Runtime | None = None
) -> dict[str, Any]:
    """Take the schedule's event, a query, or ``GET /report``."""
    return enter(run, event, context, runtime, {"GET /report": _over_http})


def run(event: object, runtime: Runtime, deadline: Deadline) -> dict[str, Any]:
    """Report on all regions, or answer one query of the cloud's own list.

    Raises:
        InvalidEvent: for what is neither.
        RunFailed: if a region could not be read; the report says so as well.
    """
    return _answered(report_command(event, runtime.policies), runtime, deadline)


def _over_http(message: Message, runtime: Runtime, deadline: Deadline) -> dict[str, Any]:
    request = message.request
    command = report_query(request.query, request.headers.get("accept", ""), runtime.policies)
    result = _answered(command, runtime, deadline)
    if command.format == "json":
        return answer(200, result)
    return answer(200, result["markdown"], content_type="text/markdown; charset=utf-8")


def _answered(
    command: ReportCommand | QueryCommand, runtime: Runtime, deadline: Deadline
) -> dict[str, Any]:
    as_json = command.format == "json"
    if isinstance(command, QueryCommand):
        page = query_snapshots(runtime.client(command.region, deadline), command)
        if not as_json:
            return {"markdown": render_snapshots(page.snapshots, page.next_marker)}
        rows = [snapshot.to_json() for snapshot in page.snapshots]
        return {"snapshots": rows, "next_marker": page.next_marker}
    client_of = partial(runtime.client, deadline=deadline)
    report = report_regions(client_of, runtime.policies, runtime.clock.now())
    result = report.to_json() if as_json else {"markdown": render_markdown(report)}
    if command.deliver:
        _publish(report, runtime)
    if report.errors:
        told = "; ".join(f"{region}: {why}" for region, why in report.errors.items())
        raise RunFailed(told, {**report.to_json(), **result})
    for state in (State.PROTECTED, State.UNPROTECTED, State.STALE, State.FAILED):
        runtime.telemetry.count(f"{state.value.capitalize()}Disks", report.count(state))
    runtime.telemetry.count("ReportWritten", 1)
    return result


def _publish(report: Report, runtime: Runtime) -> None:
    """Log the verdict and every disk that needs attention: a schedule's result reaches nobody."""
    for disk in report.urgent:
        runtime.telemetry.event("disk needs attention", disk.to_json())
    summary = report.to_json()
    del summary["rows"]
    runtime.telemetry.event("report", summary)
