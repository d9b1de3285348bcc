"""Telling all that is wrong in a policy file at once."""

import pytest

from snapkeep.errors import InvalidPolicy
from snapkeep.policy_file import parse_policies, read_policies
from tests.unit.test_policy_file import FULL

# what is wrong in each part, and where
WRONG = [
    ('"Asia/Shanghai"', '"Asia/Peking"', "timezone", 1),
    ('["bj", "gz"]', '["bj", "mars"]', "regions", 2),
    ('"4h"', '"4 h"', "max_event_age", 3),
    ("last = 3, ", "latest = 3, ", "policy.nightly.keep.latest", 10),
    ('ad_hoc_keep = "7d"', 'ad_hoc_keep = "7"', "policy.predeploy.ad_hoc_keep", 14),
    ('"s-6r3dam6F"', '"v-6r3dam6F"', "hold[0].snapshot", 18),
    ('reason = "court"', "", "hold[1].reason", 22),
]


def test_every_part_of_a_file_tells_its_first_problem_in_the_order_of_the_lines() -> None:
    text = FULL
    for old, new, _, _ in reversed(WRONG):
        text = text.replace(old, new, 1)
    found, problems = read_policies(text + "[extra]\n")
    assert found is None
    told = [(problem.path, problem.line) for problem in problems]
    assert told == [*((path, line) for *_, path, line in WRONG), ("extra", 25)]
    with pytest.raises(InvalidPolicy) as caught:
        parse_policies(text)
    assert str(caught.value) == str(problems[0])


@pytest.mark.parametrize(("old", "new", "path", "line"), WRONG, ids=[case[2] for case in WRONG])
def test_one_wrong_part_is_one_problem_and_no_policies(
    old: str, new: str, path: str, line: int
) -> None:
    found, problems = read_policies(FULL.replace(old, new, 1))
    assert (found, [(problem.path, problem.line) for problem in problems]) == (None, [(path, line)])


def test_a_problem_without_a_line_comes_first() -> None:
    _, problems = read_policies("[policy.a]\nselect = { all = 1 }\n")
    told = [(problem.path, problem.line) for problem in problems]
    assert told == [("timezone", None), ("regions", None), ("policy.a.select.all", 2)]


def test_a_good_file_has_no_problem() -> None:
    assert read_policies(FULL) == (parse_policies(FULL), [])


@pytest.mark.parametrize("text", ["a = ", "#" * 65_537], ids=["not TOML", "too large"])
def test_a_file_that_cannot_be_read_is_one_problem(text: str) -> None:
    found, problems = read_policies(text)
    assert (found, len(problems)) == (None, 1)
