"""Reading ``keep`` and ``adopt`` of a policy."""

from datetime import UTC, datetime, timedelta

import pytest

from snapkeep.errors import InvalidPolicy
from snapkeep.policy import COUNTS, WITHINS, Adopt, Keep
from snapkeep.policy_file import parse_policies
from tests.unit.test_policy_file import FULL

HEAD = 'timezone = "Asia/Shanghai"\nregions = ["bj"]\n[policy.a]\nselect = { all = true }\n'
ALL_RULES = Keep(
    **{rule: number for number, rule in enumerate(COUNTS, 1)},  # type: ignore[arg-type]
    **{rule: timedelta(days=number) for number, rule in enumerate(WITHINS, 1)},  # type: ignore[arg-type]
    exclusive=True,
)


def keep_of(rules: str) -> Keep:
    return parse_policies(f"{HEAD}keep = {{ {rules} }}\n").by_name["a"].keep


def adopt_of(text: str, head: str = HEAD) -> Adopt | None:
    return parse_policies(f"{head}adopt = {text}\n").by_name["a"].adopt


def refusal(line: str) -> tuple[str, int | None, str]:
    with pytest.raises(InvalidPolicy) as caught:
        parse_policies(f"{HEAD}{line}\n")
    return caught.value.path, caught.value.line, caught.value.code


def test_every_rule_of_keep_is_read() -> None:
    counts = [f"{rule} = {number}" for number, rule in enumerate(COUNTS, 1)]
    spans = [f'{rule} = "{number}d"' for number, rule in enumerate(WITHINS, 1)]
    assert len(counts) == len(spans) == 6
    assert keep_of(", ".join([*spans, *counts, "exclusive = true"])) == ALL_RULES


@pytest.mark.parametrize(
    ("rules", "keep"),
    [
        ("hourly = 24", Keep(hourly=24)),
        ("yearly = 1, last = 0", Keep(yearly=1)),
        ("daily = 7, exclusive = false", Keep(daily=7)),
        ("weekly = 4, exclusive = true", Keep(weekly=4, exclusive=True)),
        ('within_hourly = "90m"', Keep(within_hourly=timedelta(minutes=90))),
        ('within_yearly = "36500d"', Keep(within_yearly=timedelta(days=36_500))),
        ('within_monthly = "52w", monthly = 0', Keep(within_monthly=timedelta(weeks=52))),
    ],
    ids=str,
)
def test_what_is_left_out_or_zero_is_switched_off(rules: str, keep: Keep) -> None:
    assert keep_of(rules) == keep


@pytest.mark.parametrize("rule", COUNTS)
@pytest.mark.parametrize(
    ("value", "code"),
    [("-1", "InvalidValue"), ('"3"', "WrongType"), ("3.0", "WrongType"), ("true", "WrongType"),
     ("[3]", "WrongType"), ("inf", "WrongType"), ("2026-11-01", "WrongType")],
)  # fmt: skip
def test_a_count_is_a_whole_number_from_zero_on(rule: str, value: str, code: str) -> None:
    keep = f'keep = {{ {rule} = {value}, within = "1d" }}'
    assert refusal(keep) == (f"policy.a.keep.{rule}", 5, code)


@pytest.mark.parametrize("rule", WITHINS)
@pytest.mark.parametrize(
    ("value", "code"),
    [('"0d"', "InvalidValue"), ('"-1d"', "InvalidValue"), ('""', "InvalidValue"),
     ('"1.5d"', "InvalidValue"), ('"1y"', "InvalidValue"), ('"36501d"', "InvalidValue"),
     ('"1d "', "InvalidValue"), ("48", "WrongType"), ("true", "WrongType"), ("[]", "WrongType")],
)  # fmt: skip
def test_a_within_is_a_duration(rule: str, value: str, code: str) -> None:
    assert refusal(f"keep = {{ {rule} = {value}, last = 3 }}") == (f"policy.a.keep.{rule}", 5, code)


ZEROS = ", ".join(f"{rule} = 0" for rule in COUNTS)


@pytest.mark.parametrize(
    ("rules", "path", "code"),
    [
        ("{}", "", "InvalidValue"),
        (f"{{ {ZEROS} }}", "", "InvalidValue"),
        ("{ exclusive = true }", "", "InvalidValue"),
        ("{ exclusive = false }", "", "InvalidValue"),
        (f"{{ {ZEROS}, exclusive = true }}", "", "InvalidValue"),
        ('{ last = 3, exclusive = "yes" }', ".exclusive", "WrongType"),
        ("{ last = 3, exclusive = 1 }", ".exclusive", "WrongType"),
        ("{ last = 3, minutely = 1 }", ".minutely", "UnknownField"),
        ('{ last = 3, within_last = "1d" }', ".within_last", "UnknownField"),
        ("{ last = 3, Daily = 1 }", ".Daily", "UnknownField"),
        ("7", "", "WrongType"),
        ("[{ last = 3 }]", "", "WrongType"),
    ],
)
def test_a_keep_that_keeps_nothing_or_says_something_else_is_refused(
    rules: str, path: str, code: str
) -> None:
    assert refusal(f"keep = {rules}") == (f"policy.a.keep{path}", 5, code)


@pytest.mark.parametrize(
    ("zone", "text", "instant"),
    [
        ("Asia/Shanghai", "2026-11-01", datetime(2026, 10, 31, 16, tzinfo=UTC)),
        ("UTC", "2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        # New York was still on summer time in the first hours of that day
        ("America/New_York", "2026-11-01", datetime(2026, 11, 1, 4, tzinfo=UTC)),
        ("America/New_York", "2026-11-02", datetime(2026, 11, 2, 5, tzinfo=UTC)),
        ("Asia/Shanghai", "2026-11-01T00:00:00Z", datetime(2026, 11, 1, tzinfo=UTC)),
        ("UTC", "2026-11-01T08:00:00+08:00", datetime(2026, 11, 1, tzinfo=UTC)),
    ],
    ids=str,
)
def test_adoption_ends_where_a_day_begins_in_the_policys_zone_or_at_an_instant(
    zone: str, text: str, instant: datetime
) -> None:
    head = HEAD.replace("Asia/Shanghai", zone)
    adopt = adopt_of(f'{{ name_prefix = "backup-", created_before = "{text}" }}', head)
    assert adopt == Adopt("backup-", instant)


def test_a_policy_without_adopt_adopts_nothing() -> None:
    assert parse_policies(FULL).by_name["nightly"].adopt is None


DAY = 'created_before = "2026-11-01"'


@pytest.mark.parametrize(
    ("table", "path", "code"),
    [
        ("{}", ".name_prefix", "MissingField"),
        (f"{{ {DAY} }}", ".name_prefix", "MissingField"),
        ('{ name_prefix = "backup-" }', ".created_before", "MissingField"),
        (f'{{ name_prefix = "", {DAY} }}', ".name_prefix", "InvalidValue"),
        (f'{{ name_prefix = " ", {DAY} }}', ".name_prefix", "InvalidValue"),
        (f"{{ name_prefix = 1, {DAY} }}", ".name_prefix", "WrongType"),
        (f'{{ name_prefix = ["a", "b"], {DAY} }}', ".name_prefix", "WrongType"),
        (f'{{ name_prefix = "b", {DAY}, status = "x" }}', ".status", "UnknownField"),
        (f'{{ name_prefix = "b", {DAY}, created_after = "x" }}', ".created_after", "UnknownField"),
        ("true", "", "WrongType"),
        ('"backup-"', "", "WrongType"),
        (f'[{{ name_prefix = "b", {DAY} }}]', "", "WrongType"),
    ],
)
def test_a_wrong_adopt_is_refused(table: str, path: str, code: str) -> None:
    assert refusal(f"adopt = {table}") == (f"policy.a.adopt{path}", 5, code)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("2026-11-01", "WrongType"),
        ("2026-11-01T00:00:00Z", "WrongType"),
        ("20261101", "WrongType"),
        ('"2026-11-01T00:00:00"', "InvalidValue"),
        ('"2026-11-01 "', "InvalidValue"),
        ('"2026-11"', "InvalidValue"),
        ('"2026-02-30"', "InvalidValue"),
        ('"0001-01-01"', "InvalidValue"),
        ('"9999-12-31"', "InvalidValue"),
        ('"yesterday"', "InvalidValue"),
        ('""', "InvalidValue"),
    ],
)
def test_a_created_before_that_is_neither_day_nor_instant_is_refused(value: str, code: str) -> None:
    table = f'{{ name_prefix = "b", created_before = {value} }}'
    assert refusal(f"adopt = {table}") == ("policy.a.adopt.created_before", 5, code)
