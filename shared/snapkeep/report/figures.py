"""The figures of a report that alarms watch, and what makes a run fail."""

from collections.abc import Mapping

from snapkeep.report.model import Report


def figures(report: Report) -> Mapping[str, float]:
    """Return metrics by name; of a part of the regions, or of an account that seems empty, there
    are none, as they would calm an alarm."""
    if failures(report):
        return {}
    found: dict[str, float] = {
        f"{state.capitalize()}Disks": number for state, number in report.states.items()
    }
    found["SnapshotsToDelete"] = report.deletes
    if report.oldest_age is not None:
        found["OldestAgeSeconds"] = int(report.oldest_age.total_seconds())
    if report.quota:
        found["QuotaHeadroom"] = report.quota.headroom
    return found


def failures(report: Report) -> dict[str, str]:
    """Return what makes the report no report on the account, and why; then the run fails."""
    failed = {f"region {region}": why for region, why in report.errors.items()}
    if not report.disks and not failed:
        failed["account"] = report.verdict
    return failed
