from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from snapkeep.errors import InvalidInput
from snapkeep.model import iso
from snapkeep.times import parse_duration, parse_instant, short
from tests.unit.rows import SLOT

INSTANTS = st.datetimes(datetime(1970, 1, 2), datetime(2999, 12, 30))  # noqa: DTZ001 - zone follows
OFFSETS = st.integers(-14 * 60, 14 * 60)


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("1m", timedelta(minutes=1)),
        ("90m", timedelta(minutes=90)),
        ("26h", timedelta(hours=26)),
        ("7d", timedelta(days=7)),
        ("4w", timedelta(weeks=4)),
        ("5200w", timedelta(weeks=5_200)),
        ("36500d", timedelta(days=36_500)),
        ("99999h", timedelta(hours=99_999)),
    ],
)
def test_a_duration_is_a_whole_number_and_a_unit(text: str, duration: timedelta) -> None:
    assert parse_duration(text) == duration


@pytest.mark.parametrize(
    "text",
    ["", "0h", "00h", "-1h", "+1h", "1.5h", "7", "d", "7 d", " 7d", "7d\n", "7D", "7y", "1d12h",
     "100000h", "٧d", "７d", "1e3h", "P7D"],
)  # fmt: skip
def test_anything_else_is_no_duration(text: str) -> None:
    with pytest.raises(InvalidInput, match="is not a duration") as caught:
        parse_duration(text, "policy.nightly.rpo")
    assert caught.value.path == "policy.nightly.rpo"


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T18:00:00Z",
        "2026-11-23 18:00:00Z",
        "2026-11-23T18:00:00.999999Z",
        "2026-11-23T18:00:00.123456789Z",
        "2026-11-23T18:00:00+00:00",
        "2026-11-24T02:00:00+08:00",
        "2026-11-24T02:00:00+0800",
        "2026-11-23T12:30:00-05:30",
    ],
)
def test_an_instant_with_a_zone_is_read_as_utc_to_the_second(text: str) -> None:
    moment = parse_instant(text)
    assert moment == SLOT
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "1763920800",
        "1763920800000",
        "2026-11-23",
        "2026-11-23T18:00:00",
        "2026-11-23T18:00Z",
        "2026-11-23T18:00:00z",
        "2026-11-23T18:00:00 Z",
        "2026-11-23T18:00:00Z\n",
        "2026-11-23T18:00:00+8",
        "2026-11-23T18:00:00 Asia/Shanghai",
        "2026-W48-1T18:00:00Z",
        "26-11-23T18:00:00Z",
        "<aws.scheduler.scheduled-time>",
    ],
)
def test_a_text_without_zone_or_of_another_shape_is_no_instant(text: str) -> None:
    with pytest.raises(InvalidInput, match="is not an instant with a zone") as caught:
        parse_instant(text, "scheduled_time")
    assert caught.value.path == "scheduled_time"


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-29T18:00:00Z",
        "2026-13-01T18:00:00Z",
        "2026-11-23T25:00:00Z",
        "2026-11-23T18:00:60Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+08:00",
        "9999-12-31T23:59:59-08:00",
        "2026-11-23T18:00:00+24:00",
        "２０２６-11-23T18:00:00Z",
    ],
)
def test_a_moment_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="is not a date that exists"):
        parse_instant(text)


@given(INSTANTS, OFFSETS)
def test_an_instant_survives_being_written_in_any_zone(moment: datetime, minutes: int) -> None:
    moment = moment.replace(tzinfo=UTC, microsecond=0)
    written = moment.astimezone(timezone(timedelta(minutes=minutes))).isoformat()
    assert parse_instant(written) == moment
    assert parse_instant(iso(moment)) == moment


@pytest.mark.parametrize("text", ["1m", "90m", "26h", "7d", "59m", "1h", "1d", "99999m"])
def test_a_duration_is_written_as_it_was_read(text: str) -> None:
    assert short(parse_duration(text)) == text


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(hours=24), "1d"),
        (timedelta(weeks=2), "14d"),
        (timedelta(minutes=120), "2h"),
        (timedelta(seconds=90), "1m"),
        (timedelta(), "0m"),
    ],
    ids=["hours", "weeks", "minutes", "seconds", "nothing"],
)
def test_a_duration_is_written_in_its_largest_whole_unit(duration: timedelta, text: str) -> None:
    assert short(duration) == text


@pytest.mark.parametrize("text", ["99999d", "99999w", "5215w", "36501d"])
def test_a_duration_stays_within_the_calendar(text: str) -> None:
    with pytest.raises(InvalidInput, match="longer than 36500d") as caught:
        parse_duration(text, "policy.nightly.rpo")
    assert caught.value.path == "policy.nightly.rpo"


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("1969-12-31T23:30:00-00:30", datetime(1970, 1, 1, tzinfo=UTC)),
        ("2999-12-31T23:59:59Z", datetime(2999, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("3000-01-01T07:59:59+08:00", datetime(2999, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_the_first_and_the_last_instant_are_those_of_utc(text: str, moment: datetime) -> None:
    assert parse_instant(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "0001-01-01T00:00:00Z",
        "1969-12-31T23:59:59Z",
        "1970-01-01T07:59:59+08:00",
        "2999-12-31T23:59:59-00:01",
        "3000-01-01T00:00:00Z",
        "9999-01-01T00:00:00Z",
    ],
)
def test_an_instant_far_from_our_time_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="outside of 1970 to 2999") as caught:
        parse_instant(text, "scheduled_time")
    assert caught.value.path == "scheduled_time"
