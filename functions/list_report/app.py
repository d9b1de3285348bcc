"""list-report: what is protected and what is not, in every form, stored and told on schedule."""

from functools import partial
from typing import Any

from snapkeep.authentication import Message
from snapkeep.commands import QueryCommand, report_command, report_query
from snapkeep.delivery.link import report_link
from snapkeep.delivery.publish import Publication
from snapkeep.delivery.tell import tell
from snapkeep.errors import RunFailed
from snapkeep.jobs.report import answer_query, report_regions
from snapkeep.render.formats import FORMS, written
from snapkeep.report.as_json import to_json
from snapkeep.report.figures import failures, figures
from snapkeep.report.model import Report
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
        RunFailed: if a region could not be read or the report not delivered, with the report.
    """
    command = report_command(event, runtime.policies)
    if isinstance(command, QueryCommand):
        return answer_query(runtime.client(command.region, deadline), command)
    report = _report(runtime, deadline)
    failed = failures(report)
    if command.deliver:
        failed |= _publication(runtime, deadline).publish(report)
    result = written(report, command.format, whole=not command.deliver)
    if failed:
        told = "; ".join(f"{what}: {why}" for what, why in failed.items())
        raise RunFailed(told, {**result, "failed": failed})
    if command.deliver:
        runtime.telemetry.count("ReportWritten", 1)
    return result


def _over_http(message: Message, runtime: Runtime, deadline: Deadline) -> dict[str, Any]:
    request = message.request
    command = report_query(request.query, request.headers.get("accept", ""), runtime.policies)
    form = FORMS[command.format]
    if isinstance(command, QueryCommand):
        result = answer_query(runtime.client(command.region, deadline), command)
        return form.answered(200, result if command.format == "json" else result["markdown"])
    report = _report(runtime, deadline)
    return form.answered(503 if failures(report) else 200, form.write(report))


def _report(runtime: Runtime, deadline: Deadline) -> Report:
    client_of = partial(runtime.client, deadline=deadline)
    report = report_regions(client_of, runtime.policies, runtime.each, runtime.clock.now())
    runtime.telemetry.report(to_json(report), figures(report))
    return report


def _publication(runtime: Runtime, deadline: Deadline) -> Publication:
    return Publication(
        bucket=lambda: runtime.bucket(deadline),
        channels=lambda: runtime.channels,
        tell=tell,
        link=lambda now: report_link(runtime.settings.report_url, runtime.senders, now),
    )
