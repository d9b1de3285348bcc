from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from snapkeep.errors import InvalidInput
from snapkeep.policy import DEFAULT_MAX_EVENT_AGE, Hold, Keep, Policies, Policy, Selector
from snapkeep.policy_file import parse_policies
from snapkeep.toml_lines import line_of
from tests.unit.rows import policies

FULL = """\
timezone = "Asia/Shanghai"
regions = ["bj", "gz"]
max_event_age = "4h"

[policy.nightly]
select = { tags = { backup = ["nightly", "all"], team = "db" }, system = false }
exclude = { volumes = ["v-scratch1"], names = "tmp" }
schedule = "cron(0 2 * * ? *)"
rpo = "26h"
keep = { last = 3, within = "48h" }

[policy.predeploy]
select = { instances = "i-host0001" }
ad_hoc_keep = "7d"
enabled = false

[[hold]]
snapshot = "s-6r3dam6F"
reason = "audit 2026"
until = 2027-01-01T08:00:00+08:00

[[hold]]
snapshot = "s-7r3dam6F"
reason = "court"
"""


def test_every_key_of_a_policy_file_is_read() -> None:
    nightly = Policy(
        "nightly",
        Selector(tags=(("backup", ("nightly", "all")), ("team", ("db",))), system=False),
        Selector(volumes=("v-scratch1",), names=("tmp",)),
        Keep(last=3, within=timedelta(hours=48)),
        schedule="cron(0 2 * * ? *)",
        rpo=timedelta(hours=26),
    )
    predeploy = Policy(
        "predeploy",
        Selector(instances=("i-host0001",)),
        ad_hoc_keep=timedelta(days=7),
        enabled=False,
    )
    holds = (
        Hold("s-6r3dam6F", "audit 2026", datetime(2027, 1, 1, tzinfo=UTC)),
        Hold("s-7r3dam6F", "court"),
    )
    assert parse_policies(FULL) == Policies(
        "Asia/Shanghai",
        ("bj", "gz"),
        {"nightly": nightly, "predeploy": predeploy},
        holds,
        timedelta(hours=4),
    )


def test_what_is_left_out_has_a_safe_default() -> None:
    text = 'timezone = "UTC"\nregions = "bj"\n[policy.a]\nselect = { all = true }\n'
    found = parse_policies(text)
    assert found.regions == ("bj",)
    assert found.max_event_age == DEFAULT_MAX_EVENT_AGE == timedelta(hours=6)
    assert found.holds == ()
    assert found.by_name == {"a": Policy("a", Selector(all=True))}
    assert found.by_name["a"].enabled


def test_the_deployed_policy_file_is_valid_and_says_what_it_does() -> None:
    found = parse_policies(
        (Path(__file__).parents[2] / "functions/policy.toml").read_text(encoding="utf-8")
    )
    assert (found.timezone, found.regions) == ("Asia/Shanghai", ("bj", "gz"))
    nightly, predeploy = found.named("nightly"), found.named("predeploy")
    assert nightly.select == Selector(tags=(("backup", ("nightly",)),))
    assert nightly.exclude == Selector(tags=(("backup-exclude", ("true",)),))
    assert nightly.schedule == "cron(0 2 * * ? *)"
    assert nightly.rpo == timedelta(hours=26)
    assert nightly.keep == Keep(last=3, daily=7, weekly=4, monthly=6)
    assert predeploy == Policy("predeploy", Selector(all=True), ad_hoc_keep=timedelta(days=7))


@pytest.mark.parametrize(
    "schedule",
    [
        "cron(0 2 * * ? *)",
        "cron(0/15 8-17 ? * MON-FRI 2026)",
        "rate(1 hour)",
        "rate(12 hours)",
        "rate(5 minutes)",
        "rate(1 day)",
    ],
)
def test_a_schedule_is_written_as_the_scheduler_has_it(schedule: str) -> None:
    text = FULL.replace("cron(0 2 * * ? *)", schedule)
    assert parse_policies(text).by_name["nightly"].schedule == schedule


def test_an_unknown_policy_is_refused_with_the_known_ones() -> None:
    assert policies().named("nightly").name == "nightly"
    with pytest.raises(InvalidInput, match=r"'nightli'.* nightly, adhoc") as caught:
        policies().named("nightli", "data.policy")
    assert (caught.value.path, caught.value.code) == ("data.policy", "UnknownPolicy")


def test_a_hold_ends_at_its_until_and_covers_its_snapshot_only() -> None:
    found, end = parse_policies(FULL), datetime(2027, 1, 1, tzinfo=UTC)
    second = timedelta(seconds=1)
    assert found.held("s-6r3dam6F", end - second) == found.holds[0]
    assert found.held("s-6r3dam6F", end) is None
    assert found.held("s-7r3dam6F", end + timedelta(days=9_999)) == found.holds[1]
    assert found.held("s-6r3dam6f", end - second) is None


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("timezone", 1),
        ("regions", 2),
        ("policy.nightly", 5),
        ("policy.nightly.select", 6),
        ("policy.nightly.select.tags.backup", 6),
        ("policy.nightly.unheard", 5),
        ("policy.predeploy.keep", 12),
        ("policy.predeploy.enabled", 15),
        ("hold[0]", 17),
        ("hold[0].until", 20),
        ("hold[1].snapshot", 23),
        ("hold[1].until", 22),
        ("policy", None),
        ("policy.night", None),
        ("elsewhere", None),
    ],
)
def test_the_line_of_a_key_or_of_its_nearest_parent_is_found(path: str, line: int | None) -> None:
    assert line_of(FULL, path) == line


@pytest.mark.parametrize(
    ("text", "path", "line"),
    [
        ("# note \u2028 of a person\na = 1\n", "a", 2),
        ("# form \x0c feed\na = 1\n", "a", 2),
        ("\r\n\r\na = 1\r\n", "a", 3),
        ('[ policy . "a.b" ]\nkeep.last = 1\n', "policy.a.b.keep.last", 2),
        ('"quo=ted" = 1\na = "x = 1"\n', "a", 2),
        ("# a = 0\n# = \na = 1\n", "a", 3),
        ("[policy.x] # with ] a note\n", "policy.x.select", 1),
    ],
    ids=[
        "line separator",
        "form feed",
        "CRLF",
        "quoted and dotted",
        "equals sign",
        "commented out",
        "comment",
    ],
)
def test_lines_are_counted_as_toml_counts_them(text: str, path: str, line: int) -> None:
    assert line_of(text, path) == line
