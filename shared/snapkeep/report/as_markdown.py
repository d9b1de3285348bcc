"""The report as Markdown, short enough for a chat: the verdict, what to do, the figures."""

from collections import Counter
from collections.abc import Iterable, Iterator

from snapkeep.markdown import counts, text
from snapkeep.model import iso
from snapkeep.report.findings import RULES, Finding, Urgency
from snapkeep.report.model import Report

# of each urgency so many findings are told in full
MAX_TOLD = 10
_MAX_LINE = 240


def render_markdown(report: Report) -> str:
    """Return the report; names come from the account and are made harmless."""
    lines = ["# Backup report", "", f"As of {iso(report.now)}: **{report.verdict}**", ""]
    return "\n".join([*lines, *_figures(report), *_findings(report.findings), ""])


def _figures(report: Report) -> Iterator[str]:
    yield f"- Disks: {counts(report.states)}"
    yield f"- Snapshots: {counts(report.kinds)}"
    if report.oldest_age is not None:
        hours = report.oldest_age.total_seconds() / 3600
        yield f"- The oldest of the newest good ones: {hours:.1f} h"
    if report.size_gb is not None:
        cost = f", {report.cost} a month" if report.cost else ""
        yield f"- Size: {report.size_gb:,} GB{text(cost)}"
    if report.quota:
        quota = report.quota
        yield f"- Quota: {quota.headroom} of {quota.limit} left on the fullest disk (estimate)"
    yield f"- To be deleted by the plan of now: {report.deletes}"
    if report.forecast:
        last = report.forecast.days[-1]
        yield f"- In {len(report.forecast.days) - 1} days: {last.kept} snapshots kept"


def _findings(findings: Iterable[Finding]) -> Iterator[str]:
    """Tell the first of each urgency, count the rest, and say each action once."""
    found = list(findings)
    for urgency in Urgency:
        some = [each for each in found if each.urgency is urgency]
        if some:
            yield from ("", f"## {urgency.capitalize()}", "")
            yield from (f"- {text(each.text, _MAX_LINE)}" for each in some[:MAX_TOLD])
        rest = Counter(each.kind for each in some[MAX_TOLD:])
        if rest:
            yield f"- and {', '.join(f'{number} more {kind}' for kind, number in rest.items())}"
    kinds = {each.kind for each in found if each.urgency is not Urgency.NOTE}
    if kinds:
        yield from ("", "## What to do", "")
        yield from (f"- {rule.kind}: {rule.action}" for rule in RULES if rule.kind in kinds)
