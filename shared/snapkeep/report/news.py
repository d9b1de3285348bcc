"""What a report has to tell that the one before did not, so that nobody learns to ignore it."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from snapkeep.errors import InvalidInput
from snapkeep.markdown import counts, text
from snapkeep.model import iso
from snapkeep.report.findings import Finding, Urgency, is_urgent, region_of
from snapkeep.report.model import Report
from snapkeep.times import parse_instant

# a report an hour early must not skip the day's reminder
REMIND_AFTER = timedelta(hours=20)
MAX_TOLD = 15
_MAX_LINE = 200


@dataclass(frozen=True, slots=True)
class News:
    """What to tell now.

    Attributes:
        opened: findings that were not told before; a note is never told.
        lasting: urgent ones that were told a day ago or longer.
        is_over: whether all is well again after it was not.
        told: the key of every such finding that is known now, and when it was last told.
    """

    report: Report
    opened: tuple[Finding, ...]
    lasting: tuple[Finding, ...]
    is_over: bool
    told: Mapping[str, datetime]

    @property
    def is_any(self) -> bool:
        return bool(self.opened or self.lasting or self.is_over)

    @property
    def title(self) -> str:
        """The message's first line."""
        return f"Backups: {self.report.verdict}"

    def body(self, link: str = "") -> str:
        """Return the message as Markdown, short whatever the number of findings."""
        lines = []
        for what, findings in (("New", self.opened), ("Still", self.lasting)):
            lines += [f"- {what}: {text(each.text, _MAX_LINE)}" for each in findings[:MAX_TOLD]]
            if len(findings) > MAX_TOLD:
                lines.append(f"- {what}: {len(findings) - MAX_TOLD} more")
        if self.is_over:
            lines.append("- All that was reported before is over.")
        lines += ["", f"As of {iso(self.report.now)}: {counts(self.report.states)}"]
        return "\n".join([*lines, *([f"The report: {link}"] if link else [])])


def news_of(report: Report, before: Mapping[str, datetime]) -> News:
    """Return what to tell.

    Args:
        before: what was told of the reports before, empty if nothing was.
    """
    told_of = [each for each in report.findings if each.urgency is not Urgency.NOTE]
    opened = tuple(each for each in told_of if each.key not in before)
    lasting = tuple(
        each
        for each in report.urgent
        if each.key in before and report.now - before[each.key] >= REMIND_AFTER
    )
    said = {each.key for each in (*opened, *lasting)}
    now = {each.key: report.now if each.key in said else before[each.key] for each in told_of}
    # of a region that cannot be read now nothing is over, and nothing will be new
    unread = {key: at for key, at in before.items() if region_of(key) in report.errors}
    is_over = report.is_well and any(is_urgent(key) for key in before)
    return News(report, opened, lasting, is_over, {**unread, **now})


def told_to_json(told: Mapping[str, datetime]) -> dict[str, str]:
    return {key: iso(moment) for key, moment in told.items()}


def told_of_json(value: Any) -> dict[str, datetime]:
    """Read what ``told_to_json`` wrote; what is damaged counts as not told."""
    found: dict[str, datetime] = {}
    for key, moment in value.items() if isinstance(value, dict) else ():
        with suppress(InvalidInput):
            found[str(key)] = parse_instant(str(moment))
    return found
