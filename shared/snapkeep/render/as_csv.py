"""The report as CSV for a spreadsheet: one line for each disk, for each one that is gone, and
for each region that could not be read."""

import csv
import io
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from snapkeep.markdown import printable
from snapkeep.model import iso
from snapkeep.report.model import Coverage, Disk, Orphan, Report

COLUMNS = (
    *("state", "region", "volume_id", "name", "size_gb", "chain_gb", "policies"),
    *("newest", "newest_at", "age_hours", "rpo_hours", "next_run"),
    *("snapshots", "good", "failed", "deletes", "approvals", "automatic_policy"),
)
GONE, UNREADABLE = "gone", "unreadable"
# what a spreadsheet takes for a formula (OWASP, CSV injection), full-width forms as well
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001 - they are what is meant
_MAX_NAME = 200
Cell = str | int | float | None


def to_csv(report: Report) -> str:
    """Return the lines with a head, in UTF-8 with a mark so that spreadsheets see that it is."""
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_NONNUMERIC)
    writer.writerow(COLUMNS)
    writer.writerows([_cell(value) for value in line] for line in _lines(report))
    return f"\ufeff{stream.getvalue()}"


def _lines(report: Report) -> Iterator[Sequence[Cell]]:
    for region, why in report.errors.items():
        # or the file would look complete
        yield UNREADABLE, region, None, why, *(None,) * (len(COLUMNS) - 4)
    yield from map(_disk, report.disks)
    yield from map(_orphan, report.orphans)


def _disk(disk: Disk) -> Sequence[Cell]:
    each, worst = disk.coverages, disk.worst
    return (
        *(disk.state.value, disk.region, disk.volume_id, disk.name, disk.size_gb, disk.chain_gb),
        " ".join(one.policy for one in each),
        *(_newest(worst) if worst else (None,) * 4),
        _instant(min((one.next_run for one in each if one.next_run), default=None)),
        *(len(disk.dots), sum(one.good for one in each), sum(one.failed for one in each)),
        *(sum(one.deletes for one in each), sum(one.approvals for one in each)),
        disk.automatic_policy,
    )


def _newest(coverage: Coverage) -> Sequence[Cell]:
    newest_at, age, rpo = coverage.newest_at, coverage.age, coverage.rpo
    return coverage.newest, _instant(newest_at), _hours(age), _hours(rpo)


def _orphan(orphan: Orphan) -> Sequence[Cell]:
    return (
        *(GONE, orphan.region, orphan.volume_id, None, None, None, " ".join(orphan.policies)),
        *(None, iso(orphan.newest_at), None, None, None),
        *(len(orphan.dots), None, None, 0, orphan.approvals, None),
    )


def _cell(value: Cell) -> str | int | float:
    if not isinstance(value, str):
        return "" if value is None else value
    text = printable(value)[:_MAX_NAME]
    return f"'{text}" if _FORMULA.match(value) or _FORMULA.match(text) else text


def _instant(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None


def _hours(duration: timedelta | None) -> float | None:
    return None if duration is None else round(duration / timedelta(hours=1), 1)
