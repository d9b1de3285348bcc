"""What each field of a schedule means, how a rate counts, and what is refused."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random
from zoneinfo import ZoneInfo

import pytest

from snapkeep.errors import InvalidInput
from snapkeep.schedule import check_schedule, runs

ZULU = ZoneInfo("UTC")
# a Monday
START = datetime(2026, 11, 23, 12, tzinfo=UTC)
YEARS = timedelta(days=3_000)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

# the first runs after START, by a calendar on paper
FIELDS = {
    "0 2 * * ? *": ["2026-11-24 02:00", "2026-11-25 02:00"],
    "15,45 12 * * ? *": ["2026-11-23 12:15", "2026-11-23 12:45", "2026-11-24 12:15"],
    "0/20 13 * * ? *": ["2026-11-23 13:00", "2026-11-23 13:20", "2026-11-23 13:40"],
    "10-12 13 * * ? *": ["2026-11-23 13:10", "2026-11-23 13:11", "2026-11-23 13:12"],
    "59 */6 * * ? *": ["2026-11-23 12:59", "2026-11-23 18:59", "2026-11-24 00:59"],
    "0 8-20/6 * * ? *": ["2026-11-23 14:00", "2026-11-23 20:00", "2026-11-24 08:00"],
    "5 2,12,22 * * ? *": ["2026-11-23 12:05", "2026-11-23 22:05", "2026-11-24 02:05"],
    "0 2 1,15 * ? *": ["2026-12-01 02:00", "2026-12-15 02:00", "2027-01-01 02:00"],
    "0 2 1/10 * ? *": ["2026-12-01 02:00", "2026-12-11 02:00", "2026-12-21 02:00"],
    "0 2 31 * ? *": ["2026-12-31 02:00", "2027-01-31 02:00", "2027-03-31 02:00"],
    "0 2 29 2 ? *": ["2028-02-29 02:00", "2032-02-29 02:00"],
    "0 2 L * ? *": ["2026-11-30 02:00", "2026-12-31 02:00", "2027-01-31 02:00"],
    "0 2 L 2 ? *": ["2027-02-28 02:00", "2028-02-29 02:00"],
    "0 2 L-3 * ? *": ["2026-11-27 02:00", "2026-12-28 02:00", "2027-01-28 02:00"],
    # 2027: 1 and 15 May are Saturdays, 15 August and 31 January are Sundays, 15 March a Monday
    "0 2 15W 3,5,8 ? *": ["2027-03-15 02:00", "2027-05-14 02:00", "2027-08-16 02:00"],
    "0 2 1W 5 ? 2027": ["2027-05-03 02:00"],
    "0 2 31W 1 ? 2027": ["2027-01-29 02:00"],
    "0 2 31W 11,12 ? *": ["2026-12-31 02:00", "2027-12-31 02:00"],
    "0 2 ? * MON-FRI *": ["2026-11-24 02:00", "2026-11-25 02:00", "2026-11-26 02:00"],
    "0 2 ? * 2-6 *": ["2026-11-24 02:00", "2026-11-25 02:00", "2026-11-26 02:00"],
    "0 2 ? * SUN,wed *": ["2026-11-25 02:00", "2026-11-29 02:00", "2026-12-02 02:00"],
    "0 2 ? * 1 *": ["2026-11-29 02:00", "2026-12-06 02:00"],
    "0 2 ? * 3#2 *": ["2026-12-08 02:00", "2027-01-12 02:00"],
    "0 2 ? * MON#1 *": ["2026-12-07 02:00", "2027-01-04 02:00"],
    "0 2 ? * MON#5 *": ["2026-11-30 02:00", "2027-03-29 02:00"],
    "0 2 ? * 6L *": ["2026-11-27 02:00", "2026-12-25 02:00", "2027-01-29 02:00"],
    "0 2 ? * FRIL *": ["2026-11-27 02:00", "2026-12-25 02:00", "2027-01-29 02:00"],
    "0 2 ? * L *": ["2026-11-28 02:00", "2026-12-05 02:00"],
    "0 2 1 JAN,jul ? *": ["2027-01-01 02:00", "2027-07-01 02:00", "2028-01-01 02:00"],
    "0 2 1 1/3 ? *": ["2027-01-01 02:00", "2027-04-01 02:00", "2027-07-01 02:00"],
    "0 2 1 OCT-DEC ? *": ["2026-12-01 02:00", "2027-10-01 02:00", "2027-11-01 02:00"],
    "0 2 1 1 ? 2027,2029": ["2027-01-01 02:00", "2029-01-01 02:00"],
    "0 2 1 1 ? 2028-2029": ["2028-01-01 02:00", "2029-01-01 02:00"],
    "0 2 1 1 ? 2026": [],
    "0 2 30 2 ? *": [],
}


@pytest.mark.parametrize(("fields", "expected"), FIELDS.items(), ids=FIELDS)
def test_a_cron_expression_runs_at(fields: str, expected: list[str]) -> None:
    found = runs(f"cron({fields})", ZULU, START, START + YEARS, START)
    first = [f"{moment:%Y-%m-%d %H:%M}" for moment in islice(found, max(len(expected), 1))]
    assert first == expected


@pytest.mark.parametrize(
    ("rate", "every"),
    [
        *(("rate(1 minute)", MINUTE), ("rate(90 minutes)", 90 * MINUTE), ("rate(1 hour)", HOUR)),
        *(("rate(36 hours)", 36 * HOUR), ("rate(1 day)", DAY), ("rate(14 days)", 14 * DAY)),
    ],
)
def test_a_rate_counts_on_from_its_anchor_however_long_ago(rate: str, every: timedelta) -> None:
    for past in (timedelta(), MINUTE / 2, 5 * every, 7 * every + timedelta(seconds=1)):
        anchor = START - past
        found = list(islice(runs(rate, ZULU, START, START + YEARS, anchor), 3))
        first = anchor + every * (past // every + 1)
        assert found == [first, first + every, first + 2 * every]
        assert first > START


@pytest.mark.parametrize("number", [3_000_000, 9_999_999, 10**11, 10**18])
def test_a_rate_beyond_the_end_of_the_calendar_never_runs(number: int) -> None:
    assert list(runs(f"rate({number} days)", ZULU, START, START + YEARS, START)) == []


both = pytest.mark.parametrize("schedule", ["cron(0 * * * ? *)", "rate(1 hour)"])


@both
def test_the_start_does_not_count_and_the_end_does(schedule: str) -> None:
    def found(after: datetime, until: datetime) -> list[datetime]:
        return list(runs(schedule, ZULU, after, until, START))

    second = timedelta(seconds=1)
    assert found(START, START + 2 * HOUR) == [START + HOUR, START + 2 * HOUR]
    assert found(START - second, START) == [START]
    assert found(START, START + HOUR - second) == []
    assert found(START + second, START + HOUR) == [START + HOUR]
    assert found(START, START) == []
    assert found(START + DAY, START) == []


@both
def test_days_side_by_side_have_each_run_once(schedule: str) -> None:
    whole = list(runs(schedule, ZULU, START, START + 5 * DAY, START))
    parts = [
        moment
        for day in range(5)
        for moment in runs(schedule, ZULU, START + day * DAY, START + (day + 1) * DAY, START)
    ]
    assert (parts, len(whole)) == (whole, 120)


def _field(random: Random, low: int, high: int) -> tuple[str, set[int]]:
    """Return a field in one of its plain forms and the values that it means."""
    first, last = sorted((random.randint(low, high), random.randint(low, high)))
    step = random.randint(1, 9)
    return random.choice(
        [
            ("*", set(range(low, high + 1))),
            (f"{first}", {first}),
            (f"{first},{last}", {first, last}),
            (f"{first}-{last}", set(range(first, last + 1))),
            (f"{first}/{step}", set(range(first, high + 1, step))),
            (f"{first}-{last}/{step}", set(range(first, last + 1, step))),
        ]
    )


def _wanted(random: Random) -> tuple[str, Iterator[datetime]]:
    """Return an expression and, minute by minute, what it means in two weeks."""
    (minute, minutes), (hour, hours) = _field(random, 0, 59), _field(random, 0, 23)
    (day, days), (month, months) = _field(random, 1, 31), _field(random, 1, 12)
    fitting = (
        moment
        for moment in (START + n * MINUTE for n in range(1, 14 * 24 * 60 + 1))
        if moment.minute in minutes and moment.hour in hours
        if moment.day in days and moment.month in months
    )
    return f"cron({minute} {hour} {day} {month} ? *)", fitting


@pytest.mark.parametrize("seed", range(25))
def test_plain_fields_mean_what_they_say_minute_by_minute(seed: int) -> None:
    expression, expected = _wanted(Random(seed))
    found = list(runs(expression, ZULU, START, START + 14 * DAY, START))
    assert found == list(expected), expression


INVALID = (
    *("0 25 * * ? *", "60 2 * * ? *", "0 2 32 * ? *", "0 2 1 13 ? *", "0 2 ? * 8 *"),
    *("0 2 ? * MON#6 *", "0 2 1 1 ? 1969", "0 2 1 1 ? 2200", "a b c d ? f", "0 2 0 * ? *"),
)
NEITHER = (
    *("cron()", "rate(0 days)", "rate(-1 days)", "rate(1 week)", "rate(1.5 hours)", "rate(day)"),
    *("rate(\u0661 day)", "at(2026-11-23T00:00:00)", "0 2 * * ? *", ""),
)
REFUSED = {
    **{f"cron({fields})": "Invalid " for fields in INVALID},
    **dict.fromkeys(NEITHER, "it is neither cron(...) nor rate(...)"),
    "cron(0 2 * * * *)": "One must be a question mark",
    "cron(0 2 ? * ? *)": "One must be a question mark",
    "cron(0 2 * * ?)": "6 required, 5 provided",
    "cron(0 2 * * ? * *)": "6 required, 7 provided",
    "cron(0  2 * * ? *)": "6 required, 7 provided",
    "cron(0 2 LW * ? *)": "a field has a form that is not known",
    "cron(0/0 2 * * ? *)": "a field has a form that is not known",
}


@pytest.mark.parametrize(("expression", "why"), REFUSED.items(), ids=REFUSED)
def test_what_eventbridge_scheduler_would_not_take_is_refused(expression: str, why: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_schedule(expression, "policy.nightly.schedule")
    assert refused.value.path == "policy.nightly.schedule"
    assert refused.value.message.startswith(f"{expression!r} is not EventBridge Scheduler's: ")
    assert why in refused.value.message
    with pytest.raises(InvalidInput):
        list(runs(expression, ZULU, START, START + DAY, START))


@pytest.mark.parametrize("expression", [f"cron({fields})" for fields in FIELDS] + ["rate(5 days)"])
def test_what_eventbridge_scheduler_takes_is_not_refused(expression: str) -> None:
    check_schedule(expression, "schedule")
