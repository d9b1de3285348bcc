"""Holding and releasing a snapshot by typing its id."""

from datetime import UTC, datetime

import pytest

from snapkeep.identity import Marker, read_marker
from tests.cli.conftest import TWO_REGIONS, OpenTerminal, Terminal, errors, one_error
from tests.fake_bce import Fault
from tests.functional.history import add_nights
from tests.world import POLICY

# 2027-01-01 begins there at the end of 2026-12-31 in UTC
NEW_YEAR = {
    "Asia/Shanghai": "2026-12-31T16:00:00Z",
    "America/New_York": "2027-01-01T05:00:00Z",
    "UTC": "2027-01-01T00:00:00Z",
}


def _nights(
    open_terminal: OpenTerminal, policy: str = POLICY, region: str = "bj"
) -> tuple[Terminal, list[str]]:
    """Return a terminal and five nights of a disk, of which the first two are due."""
    terminal = open_terminal(policy)
    disk = terminal.world.add_disks(1, region)[0]
    return terminal, add_nights(terminal.world, disk, 5, region=region)


def _marker(terminal: Terminal, id_: str, region: str = "bj") -> Marker:
    marker = read_marker(terminal.world.client(region).snapshot(id_), region)
    assert marker is not None
    return marker


def _name(terminal: Terminal, id_: str, region: str = "bj") -> str:
    return terminal.world.cloud.region(region).snapshots[id_].name


def test_a_held_snapshot_is_kept_and_shown_in_the_plan(open_terminal: OpenTerminal) -> None:
    terminal, nights = _nights(open_terminal)
    result = terminal.type("hold", nights[0], "--reason", "审计 2026")
    assert (result.exit_code, result.stderr) == (0, "")
    told = f"bj: {nights[0]} ({_name(terminal, nights[0])}) held for good: 审计 2026\n"
    assert result.stdout == told
    marker = _marker(terminal, nights[0])
    assert (marker.hold, marker.hold_until) == ("审计 2026", None)
    (plan,) = terminal.plans()
    assert plan["delete"] == [nights[1]]
    assert "no rule keeps it; held: 审计 2026" in terminal.type("plan").stdout


@pytest.mark.parametrize("zone", NEW_YEAR)
def test_a_hold_until_a_day_ends_where_that_day_begins_in_the_zone_of_the_policies(
    open_terminal: OpenTerminal, zone: str
) -> None:
    terminal, nights = _nights(open_terminal, POLICY.replace("Asia/Shanghai", zone))
    result = terminal.type("hold", nights[0], "--reason", "audit", "--until", "2027-01-01")
    assert result.exit_code == 0
    assert ") held until 2027-01-01 00:00:00" in result.stdout
    end = datetime.strptime(NEW_YEAR[zone], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert _marker(terminal, nights[0]).hold_until == end


def test_a_hold_until_an_instant_ends_at_that_instant(open_terminal: OpenTerminal) -> None:
    terminal, nights = _nights(open_terminal)
    until = ("--until", "2026-12-01T09:30:15+01:00")
    result = terminal.type("hold", nights[0], "--reason", "audit", *until)
    assert "held until 2026-12-01 16:30:15+08:00: audit" in result.stdout
    end = datetime(2026, 12, 1, 8, 30, 15, tzinfo=UTC)
    assert _marker(terminal, nights[0]).hold_until == end


def test_a_second_hold_replaces_the_first_and_says_so(open_terminal: OpenTerminal) -> None:
    terminal, nights = _nights(open_terminal)
    terminal.type("hold", nights[0], "--reason", "audit")
    again = terminal.type("hold", nights[0], "--reason", "audit").stdout
    other = terminal.type("hold", nights[0], "--reason", "court").stdout
    assert again.endswith("held for good: audit; nothing was changed\n")
    assert other.endswith("held for good: court; before: audit\n")
    assert _marker(terminal, nights[0]).hold == "court"


def test_a_released_snapshot_goes_as_any_other(open_terminal: OpenTerminal) -> None:
    terminal, nights = _nights(open_terminal)
    before = terminal.world.cloud.region("bj").snapshots[nights[0]].desc
    terminal.type("hold", nights[0], "--reason", "audit")
    result = terminal.type("release", nights[0])
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith(") released; before: audit\n")
    assert terminal.world.cloud.region("bj").snapshots[nights[0]].desc == before
    assert terminal.plans()[0]["delete"] == nights[:2]


def test_releasing_what_is_not_held_changes_nothing(open_terminal: OpenTerminal) -> None:
    terminal, nights = _nights(open_terminal)
    result = terminal.type("release", nights[0])
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.endswith(") was not held; nothing was changed\n")
    assert terminal.world.writes() == []


@pytest.mark.parametrize(
    ("until", "warns"),
    [("", True), ("until = 2027-01-01T00:00:00Z", True), ("until = 2026-11-01T00:00:00Z", False)],
    ids=["for good", "until later", "until earlier"],
)
def test_a_release_warns_where_the_policy_file_still_holds(
    open_terminal: OpenTerminal, until: str, warns: bool
) -> None:
    terminal, nights = _nights(open_terminal)
    hold = f'[[hold]]\nsnapshot = "{nights[0]}"\nreason = "court"\n{until}\n'
    terminal.save("policy.toml", POLICY + hold)
    terminal.type("hold", nights[0], "--reason", "audit")
    result = terminal.type("release", nights[0])
    warning = "the policy file still holds it: court; remove its [[hold]] as well"
    assert (result.exit_code, errors(result)) == (0, [warning] if warns else [])
    assert _marker(terminal, nights[0]).hold is None
    assert (nights[0] in terminal.plans()[0]["delete"]) is not warns


@pytest.mark.parametrize("command", ["hold", "release"])
def test_a_snapshot_is_found_in_whichever_region_it_is(
    open_terminal: OpenTerminal, command: str
) -> None:
    terminal, nights = _nights(open_terminal, TWO_REGIONS, "gz")
    words = (nights[0], *(("--reason", "audit") if command == "hold" else ()))
    assert terminal.type(command, *words).stdout.startswith(f"gz: {nights[0]} (")
    assert terminal.type(command, *words, "--region", "gz").exit_code == 0
    line = one_error(terminal.type(command, *words, "--region", "bj"))
    assert line == f"snapkeep: snapshot: no snapshot of bj has the id {nights[0]}"
    assert _marker(terminal, nights[0], "gz").hold == ("audit" if command == "hold" else None)


WRONG = {
    "an unknown id": (("s-nowhere1",), "snapshot: no snapshot of bj has the id s-nowhere1"),
    "a disk": (("v-6r3dam6F",), "snapshot: 'v-6r3dam6F' is not an id; it must match s-"),
    "a path": (("s-1/../x",), "snapshot: 's-1/../x' is not an id"),
    "a region that is not ours": (
        ("s-nowhere1", "--region", "gz"),
        "--region: 'gz' is not allowed",
    ),
}
WRONG_HOLDS = {
    "no reason": (("--reason", "  "), "reason: must have 1 to 100 characters"),
    "a long reason": (("--reason", "x" * 101), "reason: must have 1 to 100 characters"),
    "a line break": (("--reason", "a\nb"), "reason: has a line break"),
    "the past": (("--until", "2026-11-23"), "until: 2026-11-22T16:00:00Z is not in the future"),
    "no date": (("--until", "tomorrow"), "--until: 'tomorrow' is not an instant with a zone"),
    "no day": (("--until", "2027-02-30"), "--until: '2027-02-30T00:00:00Z' is not a date"),
    "no zone": (("--until", "2027-02-01T00:00:00"), "--until: '2027-02-01T00:00:00' is not"),
}


@pytest.mark.parametrize("command", ["hold", "release"])
@pytest.mark.parametrize(("words", "said"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_found_is_one_line(
    open_terminal: OpenTerminal, command: str, words: tuple[str, ...], said: str
) -> None:
    terminal, _ = _nights(open_terminal)
    reason = ("--reason", "audit") if command == "hold" else ()
    line = one_error(terminal.type(command, *words, *reason))
    assert line.startswith(f"snapkeep: {said}")
    assert terminal.world.writes() == []


@pytest.mark.parametrize(("words", "said"), WRONG_HOLDS.values(), ids=WRONG_HOLDS)
def test_a_hold_that_cannot_be_written_is_one_line(
    open_terminal: OpenTerminal, words: tuple[str, ...], said: str
) -> None:
    terminal, nights = _nights(open_terminal)
    reason = () if "--reason" in words else ("--reason", "audit")
    line = one_error(terminal.type("hold", nights[0], *reason, *words))
    assert line.startswith(f"snapkeep: {said}")
    assert terminal.world.writes() == []


@pytest.mark.parametrize("command", ["hold", "release"])
def test_a_snapshot_of_others_is_refused_with_the_remedy(
    open_terminal: OpenTerminal, command: str
) -> None:
    terminal, _ = _nights(open_terminal)
    foreign = terminal.world.cloud.region("bj").add_snapshot(None, "by-hand", desc="mine")
    reason = ("--reason", "audit") if command == "hold" else ()
    line = one_error(terminal.type(command, foreign, *reason))
    assert f"{foreign} in bj is not provably a snapshot of snapkeep's" in line
    assert line.endswith("hold it with a [[hold]] table in the policy file")
    assert terminal.world.writes() == []


def test_a_hold_that_the_cloud_refuses_is_one_line_with_the_remedy(
    open_terminal: OpenTerminal,
) -> None:
    terminal, nights = _nights(open_terminal)
    denied = Fault("before", "ModifySnapshot", status=403, code="AccessDenied", times=100)
    terminal.world.cloud.faults.add(denied)
    line = one_error(terminal.type("hold", nights[0], "--reason", "audit"), code=1)
    assert "ModifySnapshot" in line
    assert line.endswith("remedy: give the key's user the right to this operation in the region")
    assert _marker(terminal, nights[0]).hold is None
