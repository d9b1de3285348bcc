import pytest

from snapkeep.errors import InvalidPolicy
from snapkeep.policy_file import parse_policies
from tests.unit.test_policy_file import FULL

# old text, new text, then the path, line and code of the error
Case = tuple[str, str, str, int | None, str]
WRONG_FILE: list[Case] = [
    ('timezone = "Asia/Shanghai"', "", "timezone", None, "MissingField"),
    ('"Asia/Shanghai"', '"Asia/Beijing"', "timezone", 1, "InvalidValue"),
    ('"Asia/Shanghai"', '"../etc/passwd"', "timezone", 1, "InvalidValue"),
    ('"Asia/Shanghai"', '"/etc/localtime"', "timezone", 1, "InvalidValue"),
    ('"Asia/Shanghai"', '"Asia"', "timezone", 1, "InvalidValue"),
    ('"Asia/Shanghai"', '""', "timezone", 1, "InvalidValue"),
    ('"Asia/Shanghai"', "8", "timezone", 1, "WrongType"),
    ('regions = ["bj", "gz"]', "", "regions", None, "MissingField"),
    ('["bj", "gz"]', "[]", "regions", 2, "InvalidValue"),
    ('["bj", "gz"]', '["bj", "bj"]', "regions", 2, "InvalidValue"),
    ('["bj", "gz"]', '["bj", "us-east-1"]', "regions", 2, "RegionNotAllowed"),
    ('["bj", "gz"]', '["bj", 1]', "regions", 2, "WrongType"),
    ('max_event_age = "4h"', 'max_event_age = "0h"', "max_event_age", 3, "InvalidValue"),
    ('max_event_age = "4h"', "max_event_age = 4", "max_event_age", 3, "WrongType"),
    ('max_event_age = "4h"', 'max_age = "4h"', "max_age", 3, "UnknownField"),
    ("[policy.predeploy]", "[policies.predeploy]", "policies", None, "UnknownField"),
    ("[policy.predeploy]", "[policy.pre-deploy]", "policy.pre-deploy", 12, "InvalidValue"),
    ("[policy.predeploy]", "[policy.PreDeploy]", "policy.PreDeploy", 12, "InvalidValue"),
    ("[policy.predeploy]", '[policy."a.b"]', "policy.a.b", 12, "InvalidValue"),
    ("[policy.predeploy]", '[policy."ab\\n"]', "policy.ab\n", 12, "InvalidValue"),
    ("[policy.predeploy]", "[policy.a12345678901234567890]", "policy.a12345678901234567890", 12,
     "InvalidValue"),
    ('"s-6r3dam6F"', '"v-6r3dam6F"', "hold[0].snapshot", 18, "InvalidId"),
    ("2027-01-01T08:00:00+08:00", "2027-01-01T08:00:00", "hold[0].until", 20, "InvalidValue"),
    ("2027-01-01T08:00:00+08:00", "2027-01-01", "hold[0].until", 20, "WrongType"),
    ("2027-01-01T08:00:00+08:00", '"2027-01-01T00:00:00Z"', "hold[0].until", 20, "WrongType"),
    ('reason = "court"', "", "hold[1].reason", 22, "MissingField"),
    ('reason = "court"', 'reason = " "', "hold[1].reason", 24, "InvalidValue"),
    ('reason = "court"', 'reason = "court"\nby = "me"', "hold[1].by", 25, "UnknownField"),
]  # fmt: skip
N = "policy.nightly"
WRONG_POLICY: list[Case] = [
    ("keep = {", "keeps = {", f"{N}.keeps", 10, "UnknownField"),
    ("keep = { last = 3, ", "keep = { last = -1, ", f"{N}.keep.last", 10, "InvalidValue"),
    ("last = 3", "last = true", f"{N}.keep.last", 10, "WrongType"),
    ("last = 3", 'last = "3"', f"{N}.keep.last", 10, "WrongType"),
    ("last = 3", "last = 3.0", f"{N}.keep.last", 10, "WrongType"),
    ("last = 3", "last = nan", f"{N}.keep.last", 10, "WrongType"),
    ("last = 3", "last = 1e9", f"{N}.keep.last", 10, "WrongType"),
    ("last = 3", "latest = 3", f"{N}.keep.latest", 10, "UnknownField"),
    ('within = "48h"', 'within = "-48h"', f"{N}.keep.within", 10, "InvalidValue"),
    ('within = "48h"', "within = 48", f"{N}.keep.within", 10, "WrongType"),
    ('{ last = 3, within = "48h" }', "{ last = 0 }", f"{N}.keep", 10, "InvalidValue"),
    ('{ last = 3, within = "48h" }', "{}", f"{N}.keep", 10, "InvalidValue"),
    ('{ last = 3, within = "48h" }', "3", f"{N}.keep", 10, "WrongType"),
    ('keep = { last = 3, within = "48h" }', "", f"{N}.keep", 5, "MissingField"),
    ('rpo = "26h"', "", f"{N}.rpo", 5, "MissingField"),
    ('rpo = "26h"', 'rpo = "0h"', f"{N}.rpo", 9, "InvalidValue"),
    ('rpo = "26h"', 'rpo = "26 hours"', f"{N}.rpo", 9, "InvalidValue"),
    ('rpo = "26h"', 'rpo = "36501d"', f"{N}.rpo", 9, "InvalidValue"),
    ("cron(0 2 * * ? *)", "cron(0 2 * * *)", f"{N}.schedule", 8, "InvalidValue"),
    ("cron(0 2 * * ? *)", "0 2 * * ? *", f"{N}.schedule", 8, "InvalidValue"),
    ("cron(0 2 * * ? *)", "rate(0 hours)", f"{N}.schedule", 8, "InvalidValue"),
    ("cron(0 2 * * ? *)", "rate(1 fortnight)", f"{N}.schedule", 8, "InvalidValue"),
    ("cron(0 2 * * ? *)", "", f"{N}.schedule", 8, "InvalidValue"),
    ('ad_hoc_keep = "7d"', 'ad_hoc_keep = "7"', "policy.predeploy.ad_hoc_keep", 14, "InvalidValue"),
    ("enabled = false", "enabled = 0", "policy.predeploy.enabled", 15, "WrongType"),
    ("enabled = false", 'enabled = "no"', "policy.predeploy.enabled", 15, "WrongType"),
]
S, E, P = f"{N}.select", f"{N}.exclude", "policy.predeploy.select"
WRONG_SELECTION: list[Case] = [
    ('select = { instances = "i-host0001" }', "", P, 12, "MissingField"),
    ('{ instances = "i-host0001" }', "{}", P, 13, "InvalidValue"),
    ('{ instances = "i-host0001" }', "{ all = false }", P, 13, "InvalidValue"),
    ('{ instances = "i-host0001" }', "{ tags = {} }", P, 13, "InvalidValue"),
    ('{ instances = "i-host0001" }', '"all"', P, 13, "WrongType"),
    ('{ instances = "i-host0001" }', "{ all = 1 }", f"{P}.all", 13, "WrongType"),
    ('{ instances = "i-host0001" }', "{ all = true, system = true }", f"{P}.all", 13,
     "InvalidValue"),
    ('"i-host0001"', '"v-host0001"', f"{P}.instances", 13, "InvalidId"),
    ('"i-host0001"', "[]", f"{P}.instances", 13, "InvalidValue"),
    ("system = false", 'system = "no"', f"{S}.system", 6, "WrongType"),
    ("system = false", "sistem = false", f"{S}.sistem", 6, "UnknownField"),
    ('team = "db"', 'team = ""', f"{S}.tags.team", 6, "InvalidValue"),
    ('team = "db"', "team = 1", f"{S}.tags.team", 6, "WrongType"),
    ('team = "db"', "team = []", f"{S}.tags.team", 6, "InvalidValue"),
    ('["v-scratch1"]', '["v-*"]', f"{E}.volumes", 7, "InvalidId"),
    ('["v-scratch1"]', '["v-scratch1\\n"]', f"{E}.volumes", 7, "InvalidId"),
    ('names = "tmp"', 'name = "tmp"', f"{E}.name", 7, "UnknownField"),
    ('{ volumes = ["v-scratch1"], names = "tmp" }', "{}", E, 7, "InvalidValue"),
    ('{ volumes = ["v-scratch1"], names = "tmp" }', "{ all = true }", E, 7, "InvalidValue"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "path", "line", "code"), WRONG_FILE + WRONG_POLICY + WRONG_SELECTION
)
def test_a_wrong_file_is_refused_with_path_and_line(
    old: str, new: str, path: str, line: int | None, code: str
) -> None:
    assert old in FULL
    with pytest.raises(InvalidPolicy) as caught:
        parse_policies(FULL.replace(old, new, 1))
    error = caught.value
    assert (error.path, error.line, error.code) == (path, line, code)
    place = f"line {line}: " if line else ""
    assert str(error) == f"{place}{path}: {error.message}"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('timezone = "UTC"\nregions = bj\n', 2),
        ('a = 1\n\n[policy.x]\nselect = { all = true\nrpo = "1h"\n', 4),
        ("a = 1\na = 2\n", 2),
        ("a = 2026-02-30\n", 1),
    ],
    ids=["no quotes", "open brace", "key twice", "no such date"],
)
def test_what_is_not_toml_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(InvalidPolicy, match="not TOML") as caught:
        parse_policies(text)
    assert (caught.value.line, caught.value.code) == (line, "NotToml")


@pytest.mark.parametrize(
    "text",
    ["a = " + "[" * 5_000, "a = " + "9" * 5_000, "#" * 65_537, "\ufeff", "\x00", "["],
    ids=["deep", "huge number", "too large", "BOM", "NUL", "open bracket"],
)
def test_a_hostile_file_is_refused(text: str) -> None:
    with pytest.raises(InvalidPolicy):
        parse_policies(text)


@pytest.mark.parametrize("text", ["", "# nothing\n", "\n" * 99], ids=["empty", "comment", "blank"])
def test_an_empty_file_is_refused(text: str) -> None:
    with pytest.raises(InvalidPolicy) as caught:
        parse_policies(text)
    assert (caught.value.path, caught.value.code) == ("timezone", "MissingField")


@pytest.mark.parametrize(
    ("policy", "code"), [("", "MissingField"), ("[policy]", "InvalidValue"), ("policy = 1", None)]
)
def test_a_file_without_policies_is_refused(policy: str, code: str | None) -> None:
    with pytest.raises(InvalidPolicy) as caught:
        parse_policies(f'timezone = "UTC"\nregions = ["bj"]\n{policy}\n')
    assert caught.value.path == "policy"
    assert caught.value.code == (code or "WrongType")


def test_excluding_everything_is_refused_with_what_to_write_instead() -> None:
    text = FULL.replace('{ volumes = ["v-scratch1"], names = "tmp" }', "{ all = true }")
    with pytest.raises(InvalidPolicy, match=r"would leave no disk; .* enabled = false"):
        parse_policies(text)


def test_a_misspelt_key_is_answered_with_the_right_one() -> None:
    with pytest.raises(InvalidPolicy, match=r"line 10: .*keeps.* did you mean 'keep'\?"):
        parse_policies(FULL.replace("keep = {", "keeps = {").replace("schedule =", "# schedule ="))
