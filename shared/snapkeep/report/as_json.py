"""The report as JSON, by ``docs/report.schema.json``."""

from datetime import datetime, timedelta
from typing import Any

from snapkeep.model import iso
from snapkeep.money import Cost
from snapkeep.report.findings import Finding
from snapkeep.report.model import Coverage, Disk, Orphan, PolicyLine, Report
from snapkeep.report.outlook import Forecast
from snapkeep.report.quota import Quota

FORMAT = "snapkeep-report/1"


def to_json(report: Report) -> dict[str, Any]:
    """Return the whole report; what is not known is null."""
    return {
        "format": FORMAT,
        "now": iso(report.now),
        "timezone": report.timezone,
        "well": report.is_well,
        "verdict": report.verdict,
        "summary": _summary(report),
        "findings": [_finding(each) for each in report.findings],
        "policies": [_policy(each) for each in report.policies],
        "disks": [_disk(each) for each in report.disks],
        "orphans": [_orphan(each) for each in report.orphans],
        "forecast": _forecast(report.forecast) if report.forecast else None,
        "errors": dict(report.errors),
    }


def _summary(report: Report) -> dict[str, Any]:
    return {
        "disks": {state.value: number for state, number in report.states.items()},
        "snapshots": {kind.value: number for kind, number in report.kinds.items()},
        "urgent": len(report.urgent),
        "oldest_age_seconds": _seconds(report.oldest_age),
        "deletes": report.deletes,
        "size_gb": None if report.size_gb is None else float(report.size_gb),
        "cost_per_month": _cost(report.cost),
        "quota_per_disk": _quota(report.quota),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "key": finding.key,
        "kind": finding.kind,
        "urgency": finding.urgency.value,
        "region": finding.region or None,
        "volume_id": finding.volume_id or None,
        "policy": finding.policy or None,
        "text": finding.text,
        "action": finding.action,
    }


def _policy(line: PolicyLine) -> dict[str, Any]:
    return {
        "name": line.name,
        "enabled": line.enabled,
        "schedule": line.schedule,
        "next_run": _instant(line.next_run),
        "rpo_seconds": _seconds(line.rpo),
        "disks": line.covered,
        "states": {state.value: number for state, number in line.disks.items()},
        "good": line.good,
        "deletes": line.deletes,
    }


def _disk(disk: Disk) -> dict[str, Any]:
    return {
        "region": disk.region,
        "volume_id": disk.volume_id,
        "name": disk.name,
        "state": disk.state.value,
        "size_gb": disk.size_gb,
        "chain_gb": disk.chain_gb,
        "automatic_policy": disk.automatic_policy,
        "snapshots": len(disk.dots),
        "policies": [_coverage(each) for each in disk.coverages],
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    return {
        "policy": coverage.policy,
        "state": coverage.state.value if coverage.state else None,
        "newest": coverage.newest,
        "newest_at": _instant(coverage.newest_at),
        "age_seconds": _seconds(coverage.age),
        "rpo_seconds": _seconds(coverage.rpo),
        "next_run": _instant(coverage.next_run),
        "good": coverage.good,
        "failed": coverage.failed,
        "deletes": coverage.deletes,
        "approvals": coverage.approvals,
    }


def _orphan(orphan: Orphan) -> dict[str, Any]:
    return {
        "region": orphan.region,
        "volume_id": orphan.volume_id,
        "policies": list(orphan.policies),
        "newest_at": iso(orphan.newest_at),
        "snapshots": len(orphan.dots),
        "approvals": orphan.approvals,
    }


def _forecast(forecast: Forecast) -> list[dict[str, Any]]:
    return [
        {
            "at": iso(day.at),
            "created": day.created,
            "deleted": day.deleted,
            "kept": day.kept,
            "size_gb_at_most": day.size_gb,
        }
        for day in forecast.days
    ]


def _cost(cost: Cost | None) -> dict[str, Any] | None:
    if cost is None:
        return None
    return {"low": str(cost.low), "high": str(cost.high), "currency": cost.currency}


def _quota(quota: Quota | None) -> dict[str, Any] | None:
    if quota is None:
        return None
    return {
        "limit": quota.limit,
        "most_used": quota.most_used,
        "volume_id": quota.volume_id or None,
        "headroom": quota.headroom,
        "estimate": True,
    }


def _instant(moment: datetime | None) -> str | None:
    return iso(moment) if moment else None


def _seconds(duration: timedelta | None) -> int | None:
    return None if duration is None else int(duration.total_seconds())
