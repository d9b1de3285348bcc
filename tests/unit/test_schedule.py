"""When EventBridge Scheduler's expressions run, in a zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from snapkeep.errors import InvalidInput
from snapkeep.schedule import check_schedule, runs

UTC_ZONE = ZoneInfo("UTC")
START = datetime(2026, 11, 23, 18, tzinfo=UTC)
DAY = timedelta(days=1)


def _runs(
    expression: str,
    zone: str = "UTC",
    after: datetime = START,
    days: float = 31,
    anchor: datetime = START,
) -> list[str]:
    until = after + timedelta(days=days)
    found = runs(expression, ZoneInfo(zone), after, until, anchor)
    return [f"{moment:%m-%d %H:%M}" for moment in found]


# (from Monday 2026-11-23 18:00 on, in UTC)
CRONS = {
    "cron(0 2 * * ? *)": ["11-24 02:00", "11-25 02:00", "11-26 02:00"],
    "cron(30 4 1,15 * ? *)": ["12-01 04:30", "12-15 04:30"],
    "cron(0 0 L * ? *)": ["11-30 00:00"],
    "cron(0 0 28W * ? *)": ["11-27 00:00"],
    "cron(0 22 ? * MON-FRI *)": ["11-23 22:00", "11-24 22:00", "11-25 22:00"],
    "cron(0 3 ? * 1 *)": ["11-29 03:00", "12-06 03:00", "12-13 03:00"],
    "cron(0 3 ? * SUN *)": ["11-29 03:00", "12-06 03:00", "12-13 03:00"],
    "cron(0 1 ? * 6L *)": ["11-27 01:00"],
    "cron(0 1 ? * 3#1 *)": ["12-01 01:00"],
    "cron(0 0/12 * * ? *)": ["11-24 00:00", "11-24 12:00", "11-25 00:00"],
    "cron(15 20-21 24 NOV ? 2026)": ["11-24 20:15", "11-24 21:15"],
    "cron(0 0 24 11 ? 2030)": [],
}


@pytest.mark.parametrize(("expression", "first"), CRONS.items(), ids=CRONS)
def test_a_cron_expression_runs_as_aws_documents_it(expression: str, first: list[str]) -> None:
    assert _runs(expression)[: len(first) or 1] == first


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("rate(12 hours)", ["11-24 02:00", "11-24 14:00", "11-25 02:00", "11-25 14:00"]),
        ("rate(1 day)", ["11-24 14:00", "11-25 14:00"]),
        ("rate(2 days)", ["11-25 14:00"]),
        ("rate(1200 minutes)", ["11-24 10:00", "11-25 06:00"]),
    ],
)  # fmt: skip
def test_a_rate_counts_on_from_its_anchor(expression: str, found: list[str]) -> None:
    anchor = datetime(2026, 11, 23, 14, tzinfo=UTC)
    assert _runs(expression, days=2, anchor=anchor) == found


def test_a_run_is_after_the_first_bound_and_not_after_the_second() -> None:
    at = START + timedelta(hours=8)
    for expression in ("cron(0 2 * * ? *)", "rate(1 day)"):
        assert list(runs(expression, UTC_ZONE, at - DAY, at, at - DAY)) == [at]
        assert list(runs(expression, UTC_ZONE, at, at + DAY - timedelta(seconds=1), at)) == []


# where the clocks go forward over the run, and where they go back over it; all in UTC
CHANGES = {
    "Europe/Berlin": ("cron(30 2 * * ? *)", "2026-03-27 12", ["03-28 01:30", "03-30 00:30"],
                      "2026-10-23 12", ["10-24 00:30", "10-25 00:30", "10-26 01:30"]),
    "America/New_York": ("cron(15 2 * * ? *)", "2026-03-06 12", ["03-07 07:15", "03-09 06:15"],
                         "2026-10-30 12", ["10-31 06:15", "11-01 07:15", "11-02 07:15"]),
    "Africa/Cairo": ("cron(0 0 * * ? *)", "2026-04-22 12", ["04-22 22:00", "04-24 21:00"],
                     "2026-10-28 12", ["10-28 21:00", "10-29 22:00", "10-30 22:00"]),
}  # fmt: skip


@pytest.mark.parametrize("zone", CHANGES)
def test_a_run_is_skipped_in_the_gap_and_happens_once_in_the_overlap(zone: str) -> None:
    expression, spring, skipped, autumn, once = CHANGES[zone]
    for start, expected in ((spring, skipped), (autumn, once)):
        after = datetime.strptime(f"{start}+0000", "%Y-%m-%d %H%z")
        assert _runs(expression, zone, after, days=3) == expected


def test_a_run_in_a_repeated_hour_happens_the_first_time() -> None:
    after = datetime(2026, 10, 31, 12, tzinfo=UTC)
    assert _runs("cron(30 1 * * ? *)", "America/New_York", after, 1) == ["11-01 05:30"]


@pytest.mark.parametrize(
    "expression",
    ["", "daily", "cron(0 2 * * * *)", "cron(0 2 * * ?)", "cron(61 2 * * ? *)",
     "cron(0 2 LW * ? *)", "rate(0 days)", "rate(1 week)", "at(2026-11-24T02:00:00)", "cron(0 2 ? * 8 *)"],
)  # fmt: skip
def test_what_the_scheduler_would_not_take_is_refused_by_its_path(expression: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_schedule(expression, "policy.nightly.schedule")
    assert caught.value.path == "policy.nightly.schedule"


@pytest.mark.parametrize("expression", [*CRONS, "rate(1 day)", "rate(5 minutes)"])
def test_what_the_scheduler_takes_passes(expression: str) -> None:
    check_schedule(expression, "schedule")
