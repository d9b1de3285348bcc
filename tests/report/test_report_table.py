"""The table ``[report]`` of the policy file: what a GB costs, and how many snapshots a disk may
have."""

from decimal import Decimal

import pytest

from snapkeep.errors import InvalidPolicy
from snapkeep.money import Price
from snapkeep.policy_file import parse_policies
from tests.unit.test_policy_file import FULL

# the line of the first key in the table
FIRST = FULL.count("\n") + 2
PRICED = 'price_per_gb_month = 0.12\ncurrency = "CNY"\n'


def with_report(table: str) -> str:
    return f"{FULL}[report]\n{table}"


@pytest.mark.parametrize(
    ("given", "low", "high"),
    [
        ("0.12", "0.12", "0.12"),
        ("1", "1", "1"),
        ("[0.1, 0.15]", "0.1", "0.15"),
        ("[1, 1]", "1", "1"),
        ("[0.1, 2]", "0.1", "2"),
        ("0.1234567890123456789", "0.1234567890123456789", "0.1234567890123456789"),
        ("1e-6", "0.000001", "0.000001"),
        ("999999.99", "999999.99", "999999.99"),
    ],
)
def test_a_price_is_read_exactly(given: str, low: str, high: str) -> None:
    text = with_report(f'price_per_gb_month = {given}\ncurrency = "CNY"\n')
    found = parse_policies(text)
    assert found.price == Price(Decimal(low), Decimal(high), "CNY")
    assert found.quota_per_disk is None


def test_a_quota_is_read_without_a_price() -> None:
    found = parse_policies(with_report("quota_per_disk = 64\n"))
    assert (found.price, found.quota_per_disk) == (None, 64)


@pytest.mark.parametrize("text", [FULL, with_report("")], ids=["no table", "an empty table"])
def test_what_is_left_out_is_not_known(text: str) -> None:
    found = parse_policies(text)
    assert (found.price, found.quota_per_disk) == (None, None)


@pytest.mark.parametrize(
    "given",
    [
        *('"0.12"', "[]", "[0.1]", "[0.1, 0.2, 0.3]", "{ low = 0.1 }", "2026-01-01"),
        *("0", "-0.1", "[-0.1, 0.2]", "[0, 0.1]", "[0.2, 0.1]", "[true, 1]", '["0.1", "0.2"]'),
        *("1000000", "1e9", "inf", "nan", "-inf", "[0.1, inf]", "[nan, nan]", "[[0.1], 0.2]"),
        "1e999999999",
    ],
)
def test_a_wrong_price_is_refused_with_its_line(given: str) -> None:
    with pytest.raises(InvalidPolicy) as caught:
        parse_policies(with_report(f'price_per_gb_month = {given}\ncurrency = "CNY"\n'))
    assert (caught.value.path, caught.value.line) == ("report.price_per_gb_month", FIRST)
    assert "must be a price such as" in str(caught.value)


@pytest.mark.parametrize(
    ("table", "path", "line", "code"),
    [
        (PRICED.replace("0.12", "true"), "price_per_gb_month", FIRST, "WrongType"),
        ("quota_per_disk = 0\n", "quota_per_disk", FIRST, "InvalidValue"),
        ("quota_per_disk = -1\n", "quota_per_disk", FIRST, "InvalidValue"),
        ("quota_per_disk = 6.4\n", "quota_per_disk", FIRST, "WrongType"),
        ("quota_per_disk = true\n", "quota_per_disk", FIRST, "WrongType"),
        ('quota_per_disk = "64"\n', "quota_per_disk", FIRST, "WrongType"),
        ("price_per_gb_month = 0.12\n", "currency", FIRST - 1, "MissingField"),
        (PRICED.replace('"CNY"', '""'), "currency", FIRST + 1, "InvalidValue"),
        (PRICED.replace('"CNY"', '" "'), "currency", FIRST + 1, "InvalidValue"),
        (PRICED.replace('"CNY"', "1"), "currency", FIRST + 1, "WrongType"),
        (PRICED.replace('"CNY"', "true"), "currency", FIRST + 1, "WrongType"),
        (f"{PRICED}price = 1\n", "price", FIRST + 2, "UnknownField"),
        (f"{PRICED}quota = 1\n", "quota", FIRST + 2, "UnknownField"),
        ('currency = "CNY"\n', "currency", FIRST, "UnknownField"),
    ],
)
def test_a_wrong_table_is_refused_with_its_line(
    table: str, path: str, line: int, code: str
) -> None:
    with pytest.raises(InvalidPolicy) as caught:
        parse_policies(with_report(table))
    error = caught.value
    assert (error.path, error.line, error.code) == (f"report.{path}", line, code)


@pytest.mark.parametrize("value", ["1", '"x"', "[]", "[1]"])
def test_report_has_to_be_a_table(value: str) -> None:
    with pytest.raises(InvalidPolicy) as caught:
        parse_policies(f"report = {value}\n{FULL}")
    assert (caught.value.path, caught.value.line) == ("report", 1)
    assert caught.value.code == "WrongType"
