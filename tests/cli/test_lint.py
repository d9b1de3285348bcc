"""Lint: what is wrong or odd in a policy file, by its line, and what it would delete today."""

import re

import pytest

from tests.cli.conftest import TWO_REGIONS, OpenTerminal, Terminal, errors, one_error
from tests.functional.history import DAY, add_nights, add_ours
from tests.world import POLICY, SLOT

BROKEN = """\
timezone = "Asia/Peking"
regions = ["bj", "mars"]
max_event_age = "4 h"
[policy.nightly]
select = { tag = { backup = "nightly" } }
schedule = "cron(0 2 * * ? *)"
[policy.Weekly]
select = { all = true }
[[hold]]
snapshot = "v-6r3dam6F"
reason = "audit"
[other]
"""
SAID = (
    "line 1: timezone: 'Asia/Peking' is not an IANA time zone",
    "line 2: regions: 'mars' is not allowed here",
    "line 3: max_event_age: '4 h' is not a duration",
    "line 5: policy.nightly.select.tag: unknown; did you mean 'tags'?",
    "line 7: policy.Weekly: a policy's name is",
    "line 10: hold[0].snapshot: 'v-6r3dam6F' is not an id",
    "line 12: other: unknown",
)
HOLD = '[[hold]]\nsnapshot = "s-6r3dam6F"\nreason = "audit"\n'
ADOPT = 'adopt = { name_prefix = "b", created_before = "2999-01-01" }\n'
HOURLY = "keep = { last = 3, hourly = 24 }"
# what is edited, and what lint then says
ODD = {
    "a hold that has ended": (
        "",
        f"{HOLD}until = 2020-01-01T08:00:00+08:00\n",
        "line 14: hold[0].until: ended on 2020-01-01T00:00:00Z; remove it, or renew it",
    ),
    "an adoption without an end": (
        "[policy.adhoc]",
        f"{ADOPT}[policy.adhoc]",
        "line 8: policy.nightly.adopt.created_before: is in the future",
    ),
    "rules without a schedule": (
        'ad_hoc_keep = "7d"',
        "keep = { last = 3 }",
        "line 10: policy.adhoc.keep: counts the snapshots of a schedule, and there is none",
    ),
    "no schedule and no end": (
        'ad_hoc_keep = "7d"',
        "",
        "line 8: policy.adhoc: has neither a schedule nor ad_hoc_keep",
    ),
    "a schedule that is refused": (
        "cron(0 2 * * ? *)",
        "cron(0 2 * * * *)",
        "line 5: policy.nightly.schedule: 'cron(0 2 * * * *)' is not EventBridge Scheduler's",
    ),
    "a schedule that ends": (
        "cron(0 2 * * ? *)",
        "cron(0 2 1 1 ? 1999)",
        "line 5: policy.nightly.schedule: runs less than twice in the next 400d",
    ),
    "an rpo that runs cannot hold": (
        "cron(0 2 * * ? *)",
        "rate(2 days)",
        "line 6: policy.nightly.rpo: is shorter than the 2d that can lie between two runs",
    ),
    "a rule finer than the runs": (
        "keep = { last = 3 }",
        HOURLY,
        "line 7: policy.nightly.keep.hourly: keeps a snapshot per run, and runs are at least 1d",
    ),
}


def _told(terminal: Terminal, *words: str) -> list[str]:
    """Return the lines about a file that is taken, without the file's name."""
    result = terminal.type("lint", *words)
    assert (result.exit_code, result.stderr) == (0, "")
    return [line.removeprefix(f"{terminal.policy}: ") for line in result.stdout.splitlines()]


def test_everything_that_is_wrong_is_told_at_once_each_with_its_line(
    open_terminal: OpenTerminal,
) -> None:
    result = open_terminal(BROKEN).type("lint")
    assert (result.exit_code, result.stdout) == (2, "")
    found = errors(result)
    assert len(found) == len(SAID)
    for line, said in zip(found, SAID, strict=True):
        assert line.startswith(f"snapkeep: {said}")


@pytest.mark.parametrize(("old", "new", "said"), ODD.values(), ids=ODD)
def test_what_is_odd_is_told_by_its_line_and_is_no_error(
    open_terminal: OpenTerminal, old: str, new: str, said: str
) -> None:
    text = POLICY.replace(old, new) if old else f"{POLICY}{new}"
    lines = _told(open_terminal(text))
    assert lines[0].startswith(said)
    assert lines[1:] == ["1 to look at; policies nightly, adhoc"]


def test_several_odd_things_are_told_in_the_order_of_the_lines(
    open_terminal: OpenTerminal,
) -> None:
    text = POLICY.replace('"26h"', '"20h"').replace("keep = { last = 3 }", HOURLY) + HOLD
    lines = _told(open_terminal(f"{text}until = 2020-01-01T00:00:00Z\n"))
    assert [line.split(":")[0] for line in lines[:-1]] == ["line 6", "line 7", "line 14"]
    assert lines[-1] == "3 to look at; policies nightly, adhoc"


def test_a_file_without_anything_odd_is_good(open_terminal: OpenTerminal) -> None:
    terminal = open_terminal()
    assert _told(terminal) == ["good; policies nightly, adhoc"]
    assert terminal.world.cloud.journal == []


def test_a_file_that_cannot_be_read_is_one_line(open_terminal: OpenTerminal) -> None:
    terminal = open_terminal()
    for text, said in {"a = 1\nb = =": "line 2: not TOML: ", "#" * 70_000: "is larger"}.items():
        path = terminal.save("wrong.toml", text)
        assert one_error(terminal.type("lint", "--policy", path)).startswith(f"snapkeep: {said}")
    line = one_error(terminal.type("lint", "--policy", "no/such.toml"))
    assert line.startswith("snapkeep: cannot read the policy file no/such.toml: FileNotFoundError")


def test_with_an_inventory_it_says_what_goes_today(open_terminal: OpenTerminal) -> None:
    terminal = open_terminal()
    plain, released = terminal.world.add_disks(2)
    nights = [*add_nights(terminal.world, plain, 5), *add_nights(terminal.world, released, 4)]
    terminal.world.cloud.region("bj").release_volume(released)
    assert _told(terminal, "--inventory", terminal.exported()) == [
        f"bj: today this deletes 2 of 9 snapshots: {nights[0]}, {nights[1]}",
        f"bj: and 1 if the plan is approved: {nights[5]}",
        "good; policies nightly, adhoc",
    ]


def test_with_an_inventory_it_says_that_a_cap_refuses(open_terminal: OpenTerminal) -> None:
    terminal = open_terminal()
    (disk,) = terminal.world.add_disks(1)
    nights = add_nights(terminal.world, disk, 16)
    lines = _told(terminal, "--inventory", terminal.exported())
    named = ", ".join(nights[:10])
    assert lines[:2] == [
        f"bj: today this deletes 13 of 16 snapshots: {named} and 3 more",
        f"bj: mode auto is refused by cap: 13 of disk {disk} (cap 3)",
    ]


def test_with_an_inventory_it_says_which_disk_is_under_two_policies(
    open_terminal: OpenTerminal,
) -> None:
    second = re.sub(r".*(\[policy.nightly\].*)\[policy.adhoc\].*", r"\1", POLICY, flags=re.DOTALL)
    terminal = open_terminal(POLICY + second.replace("nightly]", "second]"))
    (disk,) = terminal.world.add_disks(1)
    other = terminal.world.cloud.region("bj").add_volume("other")
    lines = _told(terminal, "--inventory", terminal.exported())
    said = f"{disk} is under nightly and second; each keeps its own snapshots"
    assert lines[0] == f"line 12: policy.second.select: {said}"
    assert lines[-1] == "1 to look at; policies nightly, adhoc, second"
    assert other not in "\n".join(lines)


def test_with_an_inventory_it_says_which_policy_selects_no_disk(
    open_terminal: OpenTerminal,
) -> None:
    terminal = open_terminal()
    terminal.world.cloud.region("bj").add_volume("untagged")
    lines = _told(terminal, "--inventory", terminal.exported())
    assert lines[0] == "line 4: policy.nightly.select: selects no disk of bj"


def test_with_an_inventory_it_says_which_hold_is_of_no_snapshot_of_any_region(
    open_terminal: OpenTerminal,
) -> None:
    terminal = open_terminal(TWO_REGIONS)
    disks = {region: terminal.world.add_disks(1, region)[0] for region in ("bj", "gz")}
    known = add_ours(terminal.world, disks["gz"], SLOT - DAY, region="gz")
    terminal.save("policy.toml", TWO_REGIONS + HOLD + HOLD.replace("s-6r3dam6F", known))
    lines = _told(terminal, "--inventory", terminal.exported())
    assert lines[0] == "line 12: hold[0].snapshot: s-6r3dam6F is no snapshot of bj, gz"
    assert lines[-1] == "1 to look at; policies nightly, adhoc"


def test_an_inventory_is_linted_as_of_its_export(open_terminal: OpenTerminal) -> None:
    terminal = open_terminal(f"{POLICY}{HOLD}until = 2026-11-24T00:00:00Z\n")
    path = terminal.exported()
    assert "hold[0].until" not in "\n".join(_told(terminal, "--inventory", path))
    later = _told(terminal, "--inventory", path, "--now", "2026-11-24T00:00:00Z")
    assert "hold[0].until: ended on 2026-11-24T00:00:00Z" in "\n".join(later)
