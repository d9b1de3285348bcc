"""The planted bugs fit the code of today, and a hunt that finds nothing says so."""

from dataclasses import replace

import pytest

from tests.proof.bugs import BUGS
from tests.proof.bugs.bug import Bug
from tests.proof.bugs.on_copy import PACKAGES, strangers
from tests.proof.bugs.planted import BY_NAME, CONTROL, PRODUCT, ROOT, Run, hunt, jobs
from tests.proof.figures import Scale

HARMLESS = Bug(
    "a comment",
    "a harness that finds something everywhere finds nothing",
    "shared/snapkeep/gates.py",
    old="# the API forgets a row's disk when that is released",
    new="# the API no longer knows a row's disk once that is released",
    test="unit/test_gates.py",
)
CAUGHT = "FAILED tests/unit/test_gates.py::test_a_gate[one - two] - "


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_a_bug_fits_the_code_of_today_once_and_has_its_test(bug: Bug) -> None:
    source = (ROOT / bug.file).read_text(encoding="utf-8")
    planted = bug.planted(source)
    assert planted != source
    compile(planted, bug.file, "exec")
    assert bug.file.startswith(PRODUCT)
    file, _, test = bug.test.partition("::")
    assert not test or f"\ndef {test}(" in (ROOT / "tests" / file).read_text(encoding="utf-8")


def test_every_bug_has_a_name_of_its_own_and_a_job() -> None:
    assert len(BY_NAME) == len(BUGS) >= 100
    assert len({(bug.file, bug.old, bug.new) for bug in BUGS}) == len(BUGS)
    assert all(bug.promise for bug in BUGS)
    assert sum(bug.by_proof for bug in BUGS) >= 24
    assert jobs(Scale(1)) == [(name, False) for name in (CONTROL, *BY_NAME)]
    assert jobs(Scale(1, is_short=True)) == [(n, True) for n in (CONTROL, *[*BY_NAME][::2])]


def test_what_changes_nothing_survives_the_tests_of_a_copy() -> None:
    (breach,) = hunt(HARMLESS).breaches
    assert "'a comment'" in breach
    assert "it survived unit/test_gates.py" in breach


def test_a_product_that_is_not_that_of_the_copy_is_told() -> None:
    assert len(strangers("/nowhere")) == len(PACKAGES)
    assert strangers(str(ROOT)) == []


def test_a_bug_that_no_longer_fits_is_a_breach() -> None:
    (breach,) = hunt(replace(HARMLESS, old="what nobody wrote")).breaches
    assert "the bug no longer fits" in breach
    assert "0 times" in breach


def test_a_change_that_is_no_python_is_a_breach() -> None:
    (breach,) = hunt(replace(HARMLESS, new="def")).breaches
    assert "invalid syntax" in breach


@pytest.mark.parametrize(
    ("run", "trouble"),
    [
        (Run(0, ""), ""),
        (Run(1, f"{CAUGHT}AssertionError: assert 1 == 2"), ""),
        (Run(1, f"{CAUGHT}Failed: DID NOT RAISE ListIncomplete"), ""),
        (Run(1, f"{CAUGHT}NameError: name 'x' is not defined"), "no working code"),
        (Run(1, f"{CAUGHT}TypeError: decide() takes 2"), "no working code"),
        (Run(2, "errors"), "broke with exit 2"),
        (Run(4, "no such test"), "broke with exit 4"),
        (Run(5, "no tests ran"), "broke with exit 5"),
        (Run(70, "not of the copy"), "broke with exit 70"),
        (Run(-9, ""), "broke with exit -9"),
        (Run(None, ""), "no end after"),
    ],
    ids=str,
)
def test_a_hunt_is_a_failed_test_or_none_and_anything_else_is_trouble(
    run: Run, trouble: str
) -> None:
    assert trouble in run.trouble(HARMLESS)
    assert bool(trouble) is bool(run.trouble(HARMLESS))


def test_a_run_without_an_end_is_how_some_bugs_show() -> None:
    assert Run(None, "").trouble(replace(HARMLESS, hangs=True)) == ""
